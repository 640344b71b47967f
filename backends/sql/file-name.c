/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/columns.h"

#include <limits.h>
#include <string.h>

#include "backends/sha256.h"

#define LONGEST (NAME_MAX - strlen(".load.sql"))
/* Of "%%" and the hash. */
#define HASH_DIGITS 16
#define CUT_END (2 + HASH_DIGITS)

static void append_encoded(GString *out, char c)
{
	g_string_append_printf(out, "%%%02X", (guint)(guchar)c);
}

/* The byte of @name that keeps it from being the name of another file: of those
 * that a dump's folder has itself, or that are made of a table's name. */
static const char *misleading(const char *name)
{
	static const char *const taken[] = {"schema", "views",	  "routines",
					    "events", "triggers", NULL};

	if (*name == '.' || g_strv_contains(taken, name))
		return name;
	return g_str_has_suffix(name, ".load") ? strrchr(name, '.') : NULL;
}

static GString *encode(const char *name)
{
	const char *escaped = misleading(name);
	GString *out = g_string_new(NULL);

	for (const char *p = name; *p; p++)
		if (p == escaped || *p == '/' || *p == '%' ||
		    g_ascii_iscntrl(*p))
			append_encoded(out, *p);
		else
			g_string_append_c(out, *p);
	return out;
}

/* To at most @len bytes, but not inside a character or a %XX. */
static void cut(GString *out, gsize len)
{
	for (gsize i = 1; i <= 2; i++)
		if (out->str[len - i] == '%') {
			len -= i;
			break;
		}
	for (int i = 0; i < 3 && (out->str[len] & 0xc0) == 0x80; i++)
		len--;
	g_string_truncate(out, len);
}

static void append_hash(GString *out, const char *name)
{
	g_autoptr(RondSha256) sha = rond_sha256_new();
	guint8 hash[ROND_SHA256_SIZE];

	rond_sha256_add(sha, name, strlen(name));
	rond_sha256_end(sha, hash);
	g_string_append(out, "%%");
	for (int i = 0; i < HASH_DIGITS / 2; i++)
		g_string_append_printf(out, "%02x", hash[i]);
}

char *rond_table_file_name(const char *name)
{
	GString *out = encode(name);

	if (out->len > LONGEST) {
		cut(out, LONGEST - CUT_END);
		append_hash(out, name);
	} else if (out->len == 0) {
		/* No server has such a table, but a text may. */
		g_string_append_c(out, '%');
	}
	return g_string_free(out, FALSE);
}
