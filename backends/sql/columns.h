/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTableDef: what a CREATE TABLE statement of a dump says.
 *
 * Grammar: MySQL 8.0 Reference Manual 13.1.20, MariaDB's CREATE TABLE; as
 * SHOW CREATE TABLE prints them, which is what all dumping tools write.
 */
#pragma once

#include "backends/sql/rows.h"

typedef enum {
	ROND_COLUMN_NUMBER,   /* integers, decimals, floats, YEAR */
	ROND_COLUMN_TEXT,     /* characters, dates, ENUM, SET, UUID, INET… */
	ROND_COLUMN_BINARY,   /* BINARY, BLOB, charset binary */
	ROND_COLUMN_BIT,      /* BIT(@bits) */
	ROND_COLUMN_GEOMETRY, /* SRID and WKB */
} RondColumnKind;

typedef struct {
	char *name;
	RondColumnKind kind;
	guint bits;
	char *charset; /* of characters, lower case; "" where none is known */
	gboolean generated, invisible;
} RondColumn;

typedef struct {
	char *database; /* NULL: not said */
	char *name;
	char *charset;	 /* the table's default, lower case, or "" */
	GArray *columns; /* RondColumn */
	GPtrArray *key;	 /* char *: names of the primary key's columns */
} RondTableDef;

/* Of the whole text of a statement. NULL: it is no CREATE TABLE with columns
 * that this can read (LIKE, SELECT, and what is no SQL). */
RondTableDef *rond_table_def_parse(const char *text, gsize len,
				   RondSqlMode mode);
void rond_table_def_free(RondTableDef *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTableDef, rond_table_def_free)

/* An ALTER TABLE of this table that adds its primary key, as phpMyAdmin has it
 * behind the rows: @self has it then. FALSE: @text is none. */
gboolean rond_table_def_alter(RondTableDef *self, const char *text, gsize len,
			      RondSqlMode mode);

/* The head of an INSERT, REPLACE… up to VALUES. */
typedef struct {
	char *database; /* NULL: not said */
	char *table;
	GPtrArray *columns; /* char *, or NULL: all of the table's */
} RondInsertHead;
gboolean rond_insert_head_parse(const char *text, gsize len, RondSqlMode mode,
				RondInsertHead *head);
void rond_insert_head_clear(RondInsertHead *head);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondInsertHead, rond_insert_head_clear)

/* Names that aren't UTF-8 are taken to be in @charset, the dump's SET NAMES,
 * and made UTF-8. mysqldump writes them in UTF-8 in CREATE TABLE and in
 * @charset elsewhere, so only so are tables found again. */
void rond_table_def_decode(RondTableDef *self, const char *charset);
void rond_insert_head_decode(RondInsertHead *head, const char *charset);

/* How the values of a run are to be shown: @def's columns in @head's order,
 * text being in @charset (the dump's SET NAMES; "binary": each column in its
 * own). Elements RondShownColumn, new; their names are @def's. NULL with @why
 * (static) where that can't be done: a column that the table doesn't have, or a
 * charset that can't be read in pieces (gbk, sjis, utf16). A column in such a
 * one, of a "binary" dump, is HEX. Single-byte tables are
 * static, and as the server has them: latin1 is cp1252 and five more. Both were
 * decoded. @def must outlive what is returned. */
GArray *rond_shown_columns(const RondTableDef *def, const RondInsertHead *head,
			   const char *charset, const char **why);

/* The `LOAD DATA LOCAL INFILE` that reads NAME.tsv, made of @columns, back to
 * the same table: into GString @out. The shown columns are @def's, in the TSV's
 * order; @file is the TSV's name. Statements around it (SET NAMES, sql_mode,
 * foreign keys) too. @time_zone: what the dump sets, "+00:00" mostly; NULL: it
 * sets none, then its TIMESTAMPs are of the session's, whatever that is. */
void rond_load_sql(const RondTableDef *def, const GArray *columns,
		   const char *file, const char *time_zone, GString *out);

/* @name as the name of a file: what a file name can't hold, and '%', as %XX; a
 * leading dot too; one too long for NAME_MAX with the longest ending
 * (".load.sql") is cut and ends in "%%" and 16 digits of its SHA-256; one that
 * would be taken for another file of the folder ("schema", "x.load") has the
 * letter that would as %XX. No two names give the same. New. */
char *rond_table_file_name(const char *name);
