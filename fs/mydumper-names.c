/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/mydumper-names.h"

#include <string.h>

/* Of a chunk's number; it may have more. */
#define DIGITS 5
#define MAX_NUMBERS 2

static const struct {
	const char *ending;
	RondMydumperRole role;
} endings[] = {
    {"-schema-sequence", ROND_MYDUMPER_SEQUENCE},
    {"-schema-view", ROND_MYDUMPER_VIEW},
    {"-schema-triggers", ROND_MYDUMPER_TRIGGERS},
    {"-schema-post", ROND_MYDUMPER_POST},
    {"-schema-create-tablespace", ROND_MYDUMPER_ASIDE},
    {"-schema-create", ROND_MYDUMPER_CREATE},
    {"-schema", ROND_MYDUMPER_SCHEMA},
};

void rond_mydumper_name_clear(RondMydumperName *self)
{
	g_clear_pointer(&self->subject, g_free);
}

static gboolean ends_in(const char *name, gsize len, const char *ending)
{
	gsize n = strlen(ending);

	return len > n && memcmp(name + len - n, ending, n) == 0;
}

static const char *packing_of(const char *name, gsize len)
{
	static const char *const packings[] = {".gz", ".zst"};

	for (gsize i = 0; i < G_N_ELEMENTS(packings); i++)
		if (ends_in(name, len, packings[i]))
			return packings[i];
	return "";
}

static gboolean is_aside(const char *name, gsize len)
{
	return g_str_equal(name, "metadata") ||
	       g_str_equal(name, "metadata.partial") ||
	       g_str_equal(name, "metadata.header") ||
	       ends_in(name, len, "-metadata") ||
	       ends_in(name, len, "-checksum");
}

static RondMydumperRole role_of_other(const char *name, gsize len)
{
	if (is_aside(name, len))
		return ROND_MYDUMPER_ASIDE;
	if (ends_in(name, len, ".dat") || ends_in(name, len, ".csv"))
		return ROND_MYDUMPER_LOADED;
	return ROND_MYDUMPER_NONE;
}

/* Of a name without ".sql": its role, and the length without what says so. */
static RondMydumperRole role_of_script(const char *name, gsize *len)
{
	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
		if (ends_in(name, *len, endings[i].ending)) {
			*len -= strlen(endings[i].ending);
			return endings[i].role;
		}
	return ROND_MYDUMPER_ROWS;
}

static gboolean is_of_database(RondMydumperRole role)
{
	return role == ROND_MYDUMPER_POST || role == ROND_MYDUMPER_CREATE ||
	       role == ROND_MYDUMPER_TRIGGERS;
}

RondMydumperName rond_mydumper_name(const char *name)
{
	RondMydumperName self = {ROND_MYDUMPER_NONE, NULL, ""};
	gsize len = strlen(name);

	self.packing = packing_of(name, len);
	len -= strlen(self.packing);
	if (!ends_in(name, len, ".sql")) {
		self.role = role_of_other(name, len);
		return self;
	}
	len -= strlen(".sql");
	self.role = role_of_script(name, &len);
	if (self.role == ROND_MYDUMPER_ASIDE)
		return self;
	self.subject = g_strndup(name, len);
	/* Whatever it may be, it is of no table. */
	if (*name == '.' ||
	    (!is_of_database(self.role) && !strchr(self.subject, '.')))
		self.role = ROND_MYDUMPER_NONE;
	return self;
}

/* How long @subject is without the number at its end; the same: it has none. */
static gsize without_number(const char *subject, gsize len)
{
	gsize at = len;

	while (at > 0 && g_ascii_isdigit(subject[at - 1]))
		at--;
	if (len - at < DIGITS || at < 2 || subject[at - 1] != '.')
		return len;
	return at - 1;
}

static gboolean has(GHashTable *names, const char *text, gsize len)
{
	g_autofree char *name = g_strndup(text, len);

	return g_hash_table_contains(names, name);
}

gsize rond_mydumper_table_len(const char *subject, GHashTable *tables)
{
	gsize all = strlen(subject), len = all;

	for (guint i = 0; i <= MAX_NUMBERS; i++) {
		if (has(tables, subject, len))
			return len;
		all = i < MAX_NUMBERS ? without_number(subject, len) : len;
		/* A database is in front. */
		if (all == len || !memchr(subject, '.', all))
			break;
		len = all;
	}
	return len;
}

gsize rond_mydumper_database_len(const char *subject, GHashTable *databases)
{
	for (gsize len = strlen(subject); len > 0; len--)
		if (subject[len] == '.' && has(databases, subject, len))
			return len;
	return strcspn(subject, ".");
}
