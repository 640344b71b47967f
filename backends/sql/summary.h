/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .tables.tsv: a line about each table of a dump.
 *
 * Escapes as in the tables' own TSV; NULL where something is not known.
 */
#pragma once

#include "backends/sql/dump-files.h"

#define ROND_SUMMARY_TITLE \
	"table\trows\tbytes\tprimary key\tcharset\tsha256\tdamage\n"

void rond_summary_add(GString *out, const RondDumpTable *table);
