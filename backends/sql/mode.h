/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the text of a dump is to be read: what its own SET statements say.
 */
#pragma once

#include <glib.h>

typedef enum {
	/* "…" is a name (sql_mode ANSI_QUOTES, ANSI); else a string. */
	ROND_SQL_ANSI_QUOTES = 1 << 0,
	/* A backslash is one (sql_mode NO_BACKSLASH_ESCAPES). */
	ROND_SQL_PLAIN_BACKSLASH = 1 << 1,
	/* The tool that made it writes line feeds in strings as \n: a line in a
	 * string that begins as one between statements is damage. Known by its
	 * banner: mysqldump's family, phpMyAdmin. */
	ROND_SQL_NO_LINE_FEEDS = 1 << 2,
} RondSqlMode;
