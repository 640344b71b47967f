/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/column-type.h"

#include <string.h>

#define MAX_BITS 64

typedef struct {
	const char *name;
	RondColumnKind kind;
	/* Of its characters: NULL as the table has it. */
	const char *charset;
} Type;

/* By name. What is not here is text of the table's charset: CHAR, VARCHAR,
 * TEXT, ENUM, SET, and what later servers may bring. */
static const Type types[] = {
    {"bigint", ROND_COLUMN_NUMBER, ""},
    {"binary", ROND_COLUMN_BINARY, "binary"},
    {"bit", ROND_COLUMN_BIT, ""},
    {"blob", ROND_COLUMN_BINARY, "binary"},
    {"bool", ROND_COLUMN_NUMBER, ""},
    {"boolean", ROND_COLUMN_NUMBER, ""},
    {"date", ROND_COLUMN_TEXT, ""},
    {"datetime", ROND_COLUMN_TEXT, ""},
    {"dec", ROND_COLUMN_NUMBER, ""},
    {"decimal", ROND_COLUMN_NUMBER, ""},
    {"double", ROND_COLUMN_NUMBER, ""},
    {"fixed", ROND_COLUMN_NUMBER, ""},
    {"float", ROND_COLUMN_NUMBER, ""},
    {"float4", ROND_COLUMN_NUMBER, ""},
    {"float8", ROND_COLUMN_NUMBER, ""},
    {"geomcollection", ROND_COLUMN_GEOMETRY, "binary"},
    {"geometry", ROND_COLUMN_GEOMETRY, "binary"},
    {"geometrycollection", ROND_COLUMN_GEOMETRY, "binary"},
    {"inet4", ROND_COLUMN_TEXT, "ascii"},
    {"inet6", ROND_COLUMN_TEXT, "ascii"},
    {"int", ROND_COLUMN_NUMBER, ""},
    {"int1", ROND_COLUMN_NUMBER, ""},
    {"int2", ROND_COLUMN_NUMBER, ""},
    {"int3", ROND_COLUMN_NUMBER, ""},
    {"int4", ROND_COLUMN_NUMBER, ""},
    {"int8", ROND_COLUMN_NUMBER, ""},
    {"integer", ROND_COLUMN_NUMBER, ""},
    {"json", ROND_COLUMN_TEXT, "utf8mb4"},
    {"linestring", ROND_COLUMN_GEOMETRY, "binary"},
    {"longblob", ROND_COLUMN_BINARY, "binary"},
    {"mediumblob", ROND_COLUMN_BINARY, "binary"},
    {"mediumint", ROND_COLUMN_NUMBER, ""},
    {"middleint", ROND_COLUMN_NUMBER, ""},
    {"multilinestring", ROND_COLUMN_GEOMETRY, "binary"},
    {"multipoint", ROND_COLUMN_GEOMETRY, "binary"},
    {"multipolygon", ROND_COLUMN_GEOMETRY, "binary"},
    {"nchar", ROND_COLUMN_TEXT, "utf8"},
    {"number", ROND_COLUMN_NUMBER, ""},
    {"numeric", ROND_COLUMN_NUMBER, ""},
    {"nvarchar", ROND_COLUMN_TEXT, "utf8"},
    {"point", ROND_COLUMN_GEOMETRY, "binary"},
    {"polygon", ROND_COLUMN_GEOMETRY, "binary"},
    {"raw", ROND_COLUMN_BINARY, "binary"},
    {"real", ROND_COLUMN_NUMBER, ""},
    {"serial", ROND_COLUMN_NUMBER, ""},
    {"smallint", ROND_COLUMN_NUMBER, ""},
    {"time", ROND_COLUMN_TEXT, ""},
    {"timestamp", ROND_COLUMN_TEXT, ""},
    {"tinyblob", ROND_COLUMN_BINARY, "binary"},
    {"tinyint", ROND_COLUMN_NUMBER, ""},
    {"uuid", ROND_COLUMN_TEXT, "ascii"},
    {"varbinary", ROND_COLUMN_BINARY, "binary"},
    {"vector", ROND_COLUMN_BINARY, "binary"},
    {"year", ROND_COLUMN_NUMBER, ""},
};

static int compare_type(const void *name, const void *type)
{
	return g_ascii_strcasecmp(name, ((const Type *)type)->name);
}

static void set_type(RondColumn *column, const char *name)
{
	const Type *type = bsearch(name, types, G_N_ELEMENTS(types),
				   sizeof(*types), compare_type);

	column->kind = type ? type->kind : ROND_COLUMN_TEXT;
	column->charset = type ? g_strdup(type->charset) : NULL;
}

/* Types of more than one word: the first has been taken. */
static void take_more_words(RondWords *words, const char *first,
			    RondColumn *column)
{
	static const char *const chars[] = {"CHARACTER", "CHAR", "VARCHAR",
					    "VARCHARACTER", NULL};

	if (g_ascii_strcasecmp(first, "long") == 0) {
		if (rond_words_take_word(words, "VARBINARY"))
			set_type(column, "varbinary");
		rond_words_take_one_of(words, chars);
	} else if (g_ascii_strcasecmp(first, "national") == 0) {
		set_type(column, "nchar");
		rond_words_take_one_of(words, chars);
	}
	rond_words_take_word(words, "VARYING");
	rond_words_take_word(words, "PRECISION");
}

static gboolean take_bits(RondWords *words, RondColumn *column)
{
	column->bits = 1;
	if (!rond_words_take_sign(words, '('))
		return TRUE;
	return rond_words_take_number(words, &column->bits) &&
	       column->bits >= 1 && column->bits <= MAX_BITS &&
	       rond_words_take_sign(words, ')');
}

gboolean rond_column_type_take(RondWords *words, RondColumn *column)
{
	g_autofree char *name = NULL;

	/* MariaDB's other modes say whose type is meant: mariadb_schema.date */
	if (words->p == words->end || !g_ascii_isalpha(*words->p) ||
	    !rond_words_take_names(words, NULL, &name))
		return FALSE;
	set_type(column, name);
	take_more_words(words, name, column);
	if (column->kind == ROND_COLUMN_BIT)
		return take_bits(words, column);
	return words->p == words->end || *words->p != '(' ||
	       rond_words_take_group(words);
}
