/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The assignments of a SET statement.
 *
 * Grammar: MySQL 8.0 Reference Manual 13.7.6.
 */
#pragma once

#include "backends/sql/mode.h"

typedef enum {
	ROND_VALUE_OTHER,  /* @value as written */
	ROND_VALUE_USER,   /* @value is the name of a user variable */
	ROND_VALUE_SYSTEM, /* of a system variable */
} RondValueKind;

typedef struct {
	gboolean user;	 /* sets a user variable */
	gboolean global; /* the whole server's */
	char *name;	 /* lower case; "names" is SET NAMES, CHARACTER SET */
	RondValueKind kind;
	char *value; /* variables in lower case */
} RondAssignment;

/* Elements RondAssignment, new; NULL: it is no SET that can be read. */
GArray *rond_assignments_parse(const char *text, gsize len, RondSqlMode mode);
