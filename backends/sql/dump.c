/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/dump.h"

#include <string.h>

#include "backends/sql/words.h"

/* The next line, without its end. */
static RondWords take_line(RondWords *t)
{
	const char *nl = memchr(t->p, '\n', rond_words_left(t));
	gsize len = nl ? (gsize)(nl - t->p) : rond_words_left(t);
	RondWords line = rond_words(t->p, len, 0);

	t->p = nl ? nl + 1 : t->end;
	return line;
}

static gboolean line_has(const RondWords *line, const char *what)
{
	return g_strstr_len(line->p, (gssize)rond_words_left(line), what) !=
	       NULL;
}

/* Where the statement ends, or the comment that holds it, or the head. */
static gboolean at_end(RondWords *t)
{
	rond_words_skip_space(t);
	return rond_words_left(t) == 0 || *t->p == ';' ||
	       rond_words_begins(t, "*/");
}

static void skip_if_exists(RondWords *t)
{
	static const char *const words[] = {"IF", "NOT", "EXISTS", NULL};

	while (rond_words_take_one_of(t, words))
		;
}

static gboolean is_create_table(RondWords *t)
{
	static const char *const follows[] = {"LIKE", "AS", "SELECT", "ENGINE",
					      NULL};

	skip_if_exists(t);
	return rond_words_take_names(t, NULL, NULL) &&
	       (rond_words_left(t) == 0 || *t->p == '(' ||
		rond_words_take_one_of(t, follows));
}

static gboolean is_create(RondWords *t)
{
	static const char *const modifiers[] = {"OR", "REPLACE", "TEMPORARY",
						NULL};
	static const char *const schemas[] = {"DATABASE", "SCHEMA", "SEQUENCE",
					      NULL};
	static const char *const clauses[] = {"ALGORITHM", "DEFINER", NULL};
	static const char *const routines[] = {
	    "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", NULL};

	while (rond_words_take_one_of(t, modifiers))
		;
	if (rond_words_take_word(t, "TABLE"))
		return is_create_table(t);
	if (rond_words_take_one_of(t, schemas)) {
		skip_if_exists(t);
		return rond_words_take_names(t, NULL, NULL) &&
		       (at_end(t) || t->open > 0 ||
			rond_words_begins(t, "DEFAULT") ||
			rond_words_begins(t, "CHARACTER") ||
			rond_words_begins(t, "START"));
	}
	if (rond_words_take_one_of(t, clauses))
		return rond_words_begins(t, "=");
	return rond_words_take_one_of(t, routines) && rond_words_begins(t, "`");
}

static gboolean is_drop(RondWords *t)
{
	static const char *const things[] = {
	    "TEMPORARY", "TABLE",     "VIEW",  "DATABASE", "SCHEMA", "TRIGGER",
	    "FUNCTION",	 "PROCEDURE", "EVENT", "SEQUENCE", NULL};

	if (!rond_words_take_one_of(t, things))
		return FALSE;
	rond_words_take_one_of(t, things);
	skip_if_exists(t);
	return rond_words_take_names(t, NULL, NULL) &&
	       (at_end(t) || *t->p == ',');
}

static gboolean is_insert(RondWords *t)
{
	static const char *const modifiers[] = {"IGNORE", "DELAYED",
						"LOW_PRIORITY", NULL};
	static const char *const follows[] = {"VALUES", "SELECT", "SET", NULL};

	while (rond_words_take_one_of(t, modifiers))
		;
	return rond_words_take_word(t, "INTO") &&
	       rond_words_take_names(t, NULL, NULL) &&
	       (rond_words_left(t) == 0 || *t->p == '(' ||
		rond_words_take_one_of(t, follows));
}

static gboolean is_set(RondWords *t)
{
	static const char *const scopes[] = {"SESSION", "GLOBAL", NULL};

	if (rond_words_take_word(t, "NAMES"))
		return rond_words_take(t, "'") ||
		       rond_words_take_names(t, NULL, NULL);
	if (rond_words_begins(t, "@"))
		return TRUE;
	rond_words_take_one_of(t, scopes);
	if (rond_words_take_word(t, "CHARACTER"))
		return rond_words_take_word(t, "SET");
	/* PostgreSQL's dumps begin so too, and are none of ours. */
	if (rond_words_begins(t, "statement_timeout") ||
	    rond_words_begins(t, "client_encoding"))
		return FALSE;
	return rond_words_take_names(t, NULL, NULL) && rond_words_left(t) > 0 &&
	       *t->p == '=';
}

static gboolean is_use(RondWords *t)
{
	return rond_words_take_names(t, NULL, NULL) &&
	       rond_words_take(t, ";") &&
	       (rond_words_left(t) == 0 || *t->p == '\n' || *t->p == '\r');
}

static gboolean is_start(RondWords *t)
{
	return rond_words_take_word(t, "TRANSACTION") && at_end(t);
}

static gboolean is_lock(RondWords *t)
{
	return rond_words_take_word(t, "TABLES") &&
	       rond_words_take_names(t, NULL, NULL) &&
	       (rond_words_take_word(t, "WRITE") ||
		rond_words_take_word(t, "READ"));
}

static gboolean is_alter(RondWords *t)
{
	static const char *const things[] = {"TABLE", "DATABASE", NULL};

	return rond_words_take_one_of(t, things) && rond_words_begins(t, "`");
}

static gboolean is_delimiter(RondWords *t)
{
	return rond_words_begins(t, ";;") || rond_words_begins(t, "$$") ||
	       rond_words_begins(t, "//");
}

/* The statements that dumps begin with; enough of each is looked at that no
 * sentence in English passes ("Use the force", "Create table of contents"). */
static gboolean is_statement(RondWords *t)
{
	static const struct {
		const char *verb;
		gboolean (*rest)(RondWords *t);
	} statements[] = {
	    {"CREATE", is_create}, {"DROP", is_drop},
	    {"INSERT", is_insert}, {"REPLACE", is_insert},
	    {"SET", is_set},	   {"USE", is_use},
	    {"START", is_start},   {"LOCK", is_lock},
	    {"ALTER", is_alter},   {"DELIMITER", is_delimiter},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
		if (rond_words_take_word(t, statements[i].verb))
			return statements[i].rest(t);
	return FALSE;
}

/* A comment line that a dumping tool begins with. */
static gboolean is_banner(const RondWords *line)
{
	static const char *const banners[] = {
	    "-- MySQL dump ",	      "-- MariaDB dump ",
	    "-- phpMyAdmin SQL Dump", "-- MySQLShell dump",
	    "-- mydumper ",	      "-- MySQL Administrator dump",
	    "# phpMyAdmin SQL Dump",  "# phpMyAdmin MySQL-Dump",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(banners); i++)
		if (rond_words_begins(line, banners[i]))
			return TRUE;
	return rond_words_begins(line, "-- Adminer ") &&
	       line_has(line, " dump") &&
	       (line_has(line, "MySQL") || line_has(line, "MariaDB"));
}

/* Code for some versions only: a number and a statement. JavaScript and CSS
 * have comments that begin in the same way. */
static gboolean is_versioned(RondWords *t)
{
	gsize digits = 0;

	while (rond_words_left(t) > 0 && g_ascii_isdigit(*t->p)) {
		t->p++;
		digits++;
	}
	if (digits < 5 || digits > 6)
		return FALSE;
	if (rond_words_begins(t, "\\- enable the sandbox mode"))
		return TRUE;
	rond_words_skip_space(t);
	return is_statement(t);
}

static gboolean is_line_comment(const RondWords *t)
{
	return rond_words_begins(t, "#") ||
	       (rond_words_begins(t, "--") &&
		(rond_words_left(t) == 2 || rond_words_is_space(t->p[2])));
}

static gboolean skip_block_comment(RondWords *t)
{
	const char *close =
	    g_strstr_len(t->p, (gssize)rond_words_left(t), "*/");

	if (!close)
		return FALSE;
	t->p = close + 2;
	return TRUE;
}

/* Complaints of the tool itself, in a dump made with 2>&1. */
static gboolean is_complaint(const RondWords *t)
{
	return rond_words_begins(t, "mysqldump: ") ||
	       rond_words_begins(t, "mariadb-dump: ") ||
	       rond_words_begins(t, "Warning: Using a password");
}

gboolean rond_dump_probe(const guint8 *head, gsize len)
{
	RondWords t = rond_words((const char *)head, len, 0);

	rond_words_take(&t, "\xef\xbb\xbf");
	if (rond_words_begins(&t, "#!"))
		return FALSE;
	for (rond_words_skip_space(&t); rond_words_left(&t) > 0;
	     rond_words_skip_space(&t)) {
		if (is_line_comment(&t) || is_complaint(&t)) {
			RondWords line = take_line(&t);

			if (is_banner(&line))
				return TRUE;
			if (line_has(&line, "PostgreSQL database dump"))
				return FALSE;
		} else if (rond_words_take(&t, "/*!") ||
			   rond_words_take(&t, "/*M!")) {
			return is_versioned(&t);
		} else if (!rond_words_begins(&t, "/*")) {
			return is_statement(&t);
		} else if (!skip_block_comment(&t)) {
			return FALSE;
		}
	}
	return FALSE;
}

gboolean rond_dump_has_banner(const guint8 *head, gsize len)
{
	RondWords t = rond_words((const char *)head, len, 0);

	while (rond_words_left(&t) > 0) {
		RondWords line = take_line(&t);

		if (is_banner(&line))
			return TRUE;
	}
	return FALSE;
}
