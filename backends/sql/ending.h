/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondEnding: which tool made a dump, and whether it ends as that tool's do.
 *
 * By its comments and its transaction; for dumps without either also by
 * RondSettings (rond_settings_open). For one thread.
 */
#pragma once

#include "backends/sql/mode.h"

typedef enum {
	ROND_TOOL_UNKNOWN,
	ROND_TOOL_MYSQLDUMP,	 /* mariadb-dump too: ends with a comment */
	ROND_TOOL_MYSQLDUMP_OLD, /* 4.1: doesn't */
	ROND_TOOL_PHPMYADMIN,
	ROND_TOOL_ADMINER, /* ends with a date in a comment */
} RondTool;

typedef struct {
	RondTool tool;
	gboolean any;	    /* there is a statement: more than a banner */
	gboolean started;   /* a transaction, and no COMMIT came yet */
	gboolean completed; /* the last comment ends a dump of its kind */
} RondEnding;

/* A comment between statements. */
void rond_ending_comment(RondEnding *self, const char *text, gsize len);
/* A statement: what came before was no end. */
void rond_ending_statement(RondEnding *self);
gboolean rond_ending_complete(const RondEnding *self);
/* How such a tool writes. */
RondSqlMode rond_ending_mode(const RondEnding *self);
