/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/dump.h"

#include <string.h>

/* What is left to look at. */
typedef struct {
	const char *p, *end;
} Text;

static gsize left(const Text *t)
{
	return (gsize)(t->end - t->p);
}

static gboolean is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static gboolean is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

static gboolean begins(const Text *t, const char *with)
{
	gsize n = strlen(with);

	return left(t) >= n && g_ascii_strncasecmp(t->p, with, n) == 0;
}

static gboolean take(Text *t, const char *what)
{
	if (!begins(t, what))
		return FALSE;
	t->p += strlen(what);
	return TRUE;
}

static void skip_space(Text *t)
{
	while (left(t) > 0 && is_space(*t->p))
		t->p++;
}

/* The whole word @word, and the space behind it. */
static gboolean take_word(Text *t, const char *word)
{
	gsize n = strlen(word);

	if (!begins(t, word) || (left(t) > n && is_word(t->p[n])))
		return FALSE;
	t->p += n;
	skip_space(t);
	return TRUE;
}

static gboolean take_one_of(Text *t, const char *const *words)
{
	for (; *words; words++)
		if (take_word(t, *words))
			return TRUE;
	return FALSE;
}

/* The next line, without its end. */
static Text take_line(Text *t)
{
	const char *nl = memchr(t->p, '\n', left(t));
	Text line = {t->p, nl ? nl : t->end};

	t->p = nl ? nl + 1 : t->end;
	return line;
}

static gboolean line_has(const Text *line, const char *what)
{
	return g_strstr_len(line->p, (gssize)left(line), what) != NULL;
}

/* A name, bare or quoted: a quoted one may hold anything. */
static gboolean take_part(Text *t)
{
	const char *from = t->p;
	char quote = '\0';

	if (left(t) > 0)
		quote = *t->p;
	if (quote == '`' || quote == '"') {
		const char *close = memchr(t->p + 1, quote, left(t) - 1);

		if (!close || close == t->p + 1)
			return FALSE;
		t->p = close + 1;
		return TRUE;
	}
	while (left(t) > 0 && is_word(*t->p))
		t->p++;
	return t->p > from;
}

static gboolean take_name(Text *t)
{
	if (!take_part(t) || (take(t, ".") && !take_part(t)))
		return FALSE;
	skip_space(t);
	return TRUE;
}

/* Where the statement ends, or the comment that holds it, or the head. */
static gboolean at_end(Text *t)
{
	skip_space(t);
	return left(t) == 0 || *t->p == ';' || begins(t, "*/");
}

static void skip_if_exists(Text *t)
{
	static const char *const words[] = {"IF", "NOT", "EXISTS", NULL};

	while (take_one_of(t, words))
		;
}

static gboolean is_create_table(Text *t)
{
	static const char *const follows[] = {"LIKE", "AS", "SELECT", "ENGINE",
					      NULL};

	skip_if_exists(t);
	return take_name(t) &&
	       (left(t) == 0 || *t->p == '(' || take_one_of(t, follows));
}

static gboolean is_create(Text *t)
{
	static const char *const modifiers[] = {"OR", "REPLACE", "TEMPORARY",
						NULL};
	static const char *const schemas[] = {"DATABASE", "SCHEMA", "SEQUENCE",
					      NULL};
	static const char *const clauses[] = {"ALGORITHM", "DEFINER", NULL};
	static const char *const routines[] = {
	    "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", NULL};

	while (take_one_of(t, modifiers))
		;
	if (take_word(t, "TABLE"))
		return is_create_table(t);
	if (take_one_of(t, schemas)) {
		take(t, "/*!32312 ");
		skip_if_exists(t);
		take(t, "*/");
		skip_space(t);
		return take_name(t) &&
		       (at_end(t) || begins(t, "/*!") || begins(t, "DEFAULT") ||
			begins(t, "CHARACTER") || begins(t, "START"));
	}
	if (take_one_of(t, clauses))
		return begins(t, "=");
	return take_one_of(t, routines) && begins(t, "`");
}

static gboolean is_drop(Text *t)
{
	static const char *const things[] = {
	    "TEMPORARY", "TABLE",     "VIEW",  "DATABASE", "SCHEMA", "TRIGGER",
	    "FUNCTION",	 "PROCEDURE", "EVENT", "SEQUENCE", NULL};

	if (!take_one_of(t, things))
		return FALSE;
	take_one_of(t, things);
	skip_if_exists(t);
	return take_name(t) && (at_end(t) || *t->p == ',');
}

static gboolean is_insert(Text *t)
{
	static const char *const modifiers[] = {"IGNORE", "DELAYED",
						"LOW_PRIORITY", NULL};
	static const char *const follows[] = {"VALUES", "SELECT", "SET", NULL};

	while (take_one_of(t, modifiers))
		;
	return take_word(t, "INTO") && take_name(t) &&
	       (left(t) == 0 || *t->p == '(' || take_one_of(t, follows));
}

static gboolean is_set(Text *t)
{
	static const char *const scopes[] = {"SESSION", "GLOBAL", NULL};

	if (take_word(t, "NAMES"))
		return take(t, "'") || take_name(t);
	if (begins(t, "@"))
		return TRUE;
	take_one_of(t, scopes);
	if (take_word(t, "CHARACTER"))
		return take_word(t, "SET");
	/* PostgreSQL's dumps begin so too, and are none of ours. */
	if (begins(t, "statement_timeout") || begins(t, "client_encoding"))
		return FALSE;
	return take_name(t) && left(t) > 0 && *t->p == '=';
}

static gboolean is_use(Text *t)
{
	return take_name(t) && take(t, ";") &&
	       (left(t) == 0 || *t->p == '\n' || *t->p == '\r');
}

static gboolean is_start(Text *t)
{
	return take_word(t, "TRANSACTION") && at_end(t);
}

static gboolean is_lock(Text *t)
{
	return take_word(t, "TABLES") && take_name(t) &&
	       (take_word(t, "WRITE") || take_word(t, "READ"));
}

static gboolean is_alter(Text *t)
{
	static const char *const things[] = {"TABLE", "DATABASE", NULL};

	return take_one_of(t, things) && begins(t, "`");
}

static gboolean is_delimiter(Text *t)
{
	return begins(t, ";;") || begins(t, "$$") || begins(t, "//");
}

/* The statements that dumps begin with; enough of each is looked at that no
 * sentence in English passes ("Use the force", "Create table of contents"). */
static gboolean is_statement(Text *t)
{
	static const struct {
		const char *verb;
		gboolean (*rest)(Text *t);
	} statements[] = {
	    {"CREATE", is_create}, {"DROP", is_drop},
	    {"INSERT", is_insert}, {"REPLACE", is_insert},
	    {"SET", is_set},	   {"USE", is_use},
	    {"START", is_start},   {"LOCK", is_lock},
	    {"ALTER", is_alter},   {"DELIMITER", is_delimiter},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
		if (take_word(t, statements[i].verb))
			return statements[i].rest(t);
	return FALSE;
}

/* A comment line that a dumping tool begins with. */
static gboolean is_banner(const Text *line)
{
	static const char *const banners[] = {
	    "-- MySQL dump ",	      "-- MariaDB dump ",
	    "-- phpMyAdmin SQL Dump", "-- MySQLShell dump",
	    "-- mydumper ",	      "-- MySQL Administrator dump",
	    "# phpMyAdmin SQL Dump",  "# phpMyAdmin MySQL-Dump",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(banners); i++)
		if (begins(line, banners[i]))
			return TRUE;
	return begins(line, "-- Adminer ") && line_has(line, " dump") &&
	       (line_has(line, "MySQL") || line_has(line, "MariaDB"));
}

/* Code for some versions only: a number and a statement. JavaScript and CSS
 * have comments that begin in the same way. */
static gboolean is_versioned(Text *t)
{
	gsize digits = 0;

	while (left(t) > 0 && g_ascii_isdigit(*t->p)) {
		t->p++;
		digits++;
	}
	if (digits < 5 || digits > 6)
		return FALSE;
	if (begins(t, "\\- enable the sandbox mode"))
		return TRUE;
	skip_space(t);
	return is_statement(t);
}

static gboolean is_line_comment(const Text *t)
{
	return begins(t, "#") ||
	       (begins(t, "--") && (left(t) == 2 || is_space(t->p[2])));
}

static gboolean skip_block_comment(Text *t)
{
	const char *close = g_strstr_len(t->p, (gssize)left(t), "*/");

	if (!close)
		return FALSE;
	t->p = close + 2;
	return TRUE;
}

/* Complaints of the tool itself, in a dump made with 2>&1. */
static gboolean is_complaint(const Text *t)
{
	return begins(t, "mysqldump: ") || begins(t, "mariadb-dump: ") ||
	       begins(t, "Warning: Using a password");
}

gboolean rond_dump_probe(const guint8 *head, gsize len)
{
	Text t = {(const char *)head, (const char *)head + len};

	take(&t, "\xef\xbb\xbf");
	if (begins(&t, "#!"))
		return FALSE;
	for (skip_space(&t); left(&t) > 0; skip_space(&t)) {
		if (is_line_comment(&t) || is_complaint(&t)) {
			Text line = take_line(&t);

			if (is_banner(&line))
				return TRUE;
			if (line_has(&line, "PostgreSQL database dump"))
				return FALSE;
		} else if (take(&t, "/*!") || take(&t, "/*M!")) {
			return is_versioned(&t);
		} else if (!begins(&t, "/*")) {
			return is_statement(&t);
		} else if (!skip_block_comment(&t)) {
			return FALSE;
		}
	}
	return FALSE;
}
