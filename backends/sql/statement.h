/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondStatement: what a statement of a dump is about.
 *
 * Looks at as much of it as tells; says nothing about whether the rest is
 * sound. Grammar: MySQL 8.0 Reference Manual 13, and what tools write.
 */
#pragma once

#include "backends/sql/mode.h"

typedef enum {
	ROND_VERB_OTHER, /* nothing that a table's own file needs */
	ROND_VERB_CREATE,
	ROND_VERB_DROP,
	ROND_VERB_ALTER,
	ROND_VERB_KEYS, /* ALTER TABLE … DISABLE or ENABLE KEYS */
	ROND_VERB_ROWS, /* INSERT, REPLACE, TRUNCATE, SETVAL */
	ROND_VERB_LOCK,
	ROND_VERB_UNLOCK,
	ROND_VERB_USE,
	ROND_VERB_SET,
	ROND_VERB_BEGIN,
	ROND_VERB_COMMIT,
} RondVerb;

typedef enum {
	ROND_OBJECT_NONE,
	ROND_OBJECT_DATABASE,
	ROND_OBJECT_TABLE, /* sequences too */
	ROND_OBJECT_VIEW,
	ROND_OBJECT_TRIGGER, /* @name is its table's in CREATE */
	ROND_OBJECT_ROUTINE,
	ROND_OBJECT_EVENT,
} RondObject;

typedef struct {
	RondVerb verb;
	RondObject object;
	gboolean sequence; /* a TABLE that is one */
	char *database;	   /* NULL: not said */
	char *name;	   /* NULL: none */
} RondStatement;

RondStatement rond_statement_parse(const char *text, gsize len,
				   RondSqlMode mode);
void rond_statement_clear(RondStatement *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondStatement, rond_statement_clear)
