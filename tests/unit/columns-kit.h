/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of backends/sql/columns.h share: real statements, and what they
 * say in a line.
 */
#pragma once

#include "backends/sql/columns.h"

typedef struct {
	const char *text;
	RondSqlMode mode;
	/* "database.table/charset: column kind…, … | key…"; a kind is n(umber),
	 * t(ext)/charset, x (bytes), bN (bits), g(eometry), with * if generated
	 * and ~ if invisible. */
	const char *says;
} StatementSample;

/* As servers and tools print them. */
extern const StatementSample mariadb_statements[];
extern const gsize n_mariadb_statements;
extern const StatementSample other_statements[];
extern const gsize n_other_statements;

/* Parses a copy of exactly @len bytes, so that a sanitizer sees who reads
 * behind them. */
RondTableDef *parse_copy(const char *text, gsize len, RondSqlMode mode);

/* New; "nothing" for NULL. */
char *says(const RondTableDef *def);
