/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The type of a column, as CREATE TABLE says it.
 */
#pragma once

#include "backends/sql/columns.h"
#include "backends/sql/words.h"

/* Take the type behind a column's name, with its brackets, but not its
 * attributes: into @column's kind and bits, and its charset (new) where the
 * type alone says it; NULL where the table's is meant. Types that aren't known
 * are text. FALSE: there is none, or one that can't be. */
gboolean rond_column_type_take(RondWords *words, RondColumn *column);
