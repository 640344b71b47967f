/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The charsets of MySQL and MariaDB, by their names there.
 *
 * The tables are what a server converts with (tools/charset-tables asks one),
 * and not iconv's: latin1 is cp1252 with its five gaps filled, and several
 * others differ in a few characters. Built in, because iconv loads modules from
 * files, and backups are read where no file can be opened.
 */
#pragma once

#include <glib.h>

typedef enum {
	ROND_CHARSET_UTF8,  /* and ASCII: shown as it is */
	ROND_CHARSET_BYTE,  /* ASCII, and a character for each other byte */
	ROND_CHARSET_BYTES, /* binary */
	ROND_CHARSET_OTHER, /* of several bytes that may look like ASCII; or not
			       known */
} RondCharsetKind;

/* Of @name, in any case; "" is UTF-8: what was not said. @table, for BYTE, gets
 * the 128 characters from 0x80 on, else NULL; U+FFFD where there is none. */
RondCharsetKind rond_charset(const char *name, const guint16 **table);

/* @text, which is in the charset of @table, as UTF-8. New. */
char *rond_charset_decode(const guint16 *table, const char *text);

/* A name that isn't UTF-8, taken to be in @charset, is made UTF-8 in place;
 * NULL and others stay. mysqldump writes names in UTF-8 in CREATE TABLE, and in
 * the dump's charset everywhere else. */
void rond_charset_decode_name(const char *charset, char **name);

/* One of the tables below, which are sorted by name. */
typedef struct {
	char name[12];
	guint16 high[128];
} RondCharsetTable;
extern const RondCharsetTable rond_charset_tables[];
extern const gsize rond_n_charset_tables;
