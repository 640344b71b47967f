/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows as statements, and the tables that scripts define. What servers make of
 * them: tests/e2e/test_row_insert.py. */
#include "backends/error.h"
#include "backends/sql/row-insert.h"
#include "backends/sql/schema.h"

#include <errno.h>
#include <string.h>

static const char script[] =
    "SET time_zone = \"+02:00\";\n"
    "-- CREATE TABLE `no` (`a` int);\n"
    "CREATE TABLE `t/x` (`id` int, `it``s` varchar(9), `b` bit(9),\n"
    "  `g` int GENERATED ALWAYS AS (1) STORED, `f` double);\n"
    "CREATE TABLE `u` (`a` int, `b` int);\n"
    "INSERT INTO `u` VALUES (1, 2);\n"
    "ALTER TABLE `u` ADD PRIMARY KEY (`b`,`a`);\n"
    "CREATE VIEW `v` AS SELECT 1;\n"
    "CREATE TABLE `cut` (";

static RondSchema *read_schema(GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(script, strlen(script));
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);

	return rond_schema_read(stream, error);
}

static void test_schema(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondSchema) schema = read_schema(&error);
	const RondTableDef *u;

	g_assert_no_error(error);
	g_assert_cmpstr(schema->time_zone, ==, "+02:00");
	g_assert_cmpuint(g_hash_table_size(schema->tables), ==, 2);
	g_assert_nonnull(rond_schema_table(schema, "t%2Fx"));
	g_assert_null(rond_schema_table(schema, "no"));
	u = rond_schema_table(schema, "u");
	g_assert_cmpuint(u->key->len, ==, 2);
	g_assert_cmpstr(u->key->pdata[0], ==, "b");
}

/* A stream that says it is longer than any schema. */
static void test_schema_too_long(void)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	g_autoptr(RondStream) slice =
	    rond_slice_stream_new(stream, 0, ROND_SCHEMA_MAX + 1);
	g_autoptr(GError) error = NULL;

	g_assert_null(rond_schema_read(slice, &error));
	g_assert_error(error, ROND_ERROR, EFBIG);
}

typedef struct {
	RondSchema *schema;
	GPtrArray *columns;
	RondRowInsert *insert;
	GString *out;
} Insert;

static void insert_init(Insert *self, const char *zone)
{
	static const char *const names[] = {"id", "it`s", "b", "G", "f"};
	RondRowInsertConfig config = {.time_zone = zone};
	g_autoptr(GError) error = NULL;

	self->schema = read_schema(NULL);
	self->columns = g_ptr_array_new();
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		g_ptr_array_add(self->columns, (gpointer)names[i]);
	config.def = rond_schema_table(self->schema, "t%2Fx");
	config.columns = self->columns;
	self->insert = rond_row_insert_new(&config, &error);
	g_assert_no_error(error);
	self->out = g_string_new(NULL);
}

static void insert_clear(Insert *self)
{
	g_string_free(self->out, TRUE);
	rond_row_insert_free(self->insert);
	g_ptr_array_unref(self->columns);
	rond_schema_free(self->schema);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Insert, insert_clear)

static gboolean add(Insert *self, const char *line)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = rond_row_insert_add(self->insert, line, strlen(line),
					  self->out, &error);

	if (!ok)
		g_assert_error(error, ROND_ERROR, EIO);
	return ok;
}

#define HEAD "INSERT INTO `t/x` (`id`,`it``s`,`b`,`f`) VALUES\n"

static void test_values(void)
{
	g_auto(Insert) self = {NULL};

	insert_init(&self, NULL);
	g_assert_true(add(&self, "-1\t'a\\tb\\\\\r\032\t0105\t1\t1.5e-7"));
	g_assert_true(add(&self, "\\N\t\t\\N\t1\tnan"));
	g_assert_true(add(&self, "0\t\\N\tCONV('1',2,10)\t1\t0"));
	g_assert_cmpstr(self.out->str, ==,
			HEAD "(-1,'\\'a\\tb\\\\\\r\\Z',X'0105',1.5e-7),\n"
			     "(NULL,'',NULL,'nan'),\n"
			     "(0,NULL,CONV('1',2,10),0)");
}

static void test_fields(void)
{
	static const char *const lines[] = {"", "1", "1\t2\t3\t4",
					    "1\t2\t3\t4\t5\t6"};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(Insert) self = {NULL};

		insert_init(&self, NULL);
		g_assert_false(add(&self, lines[i]));
	}
}

/* No statement is much longer than what a server takes. */
static void test_long(void)
{
	g_auto(Insert) self = {NULL};
	g_autofree char *text = g_strnfill(1000, 'x');
	g_autofree char *line = g_strdup_printf("1\t%s\t00\t1\t1", text);
	guint statements = 0;

	insert_init(&self, "+02:00");
	rond_row_insert_begin(self.insert, self.out);
	for (guint i = 0; i < 1000; i++)
		g_assert_true(add(&self, line));
	rond_row_insert_end(self.insert, self.out);
	for (const char *at = self.out->str; (at = strstr(at, HEAD)); at++) {
		g_assert_cmpuint(strstr(at, ";\n") - at, <, 300000);
		statements++;
	}
	g_assert_cmpuint(statements, ==, 4);
	g_assert_nonnull(strstr(self.out->str, "TIME_ZONE='+02:00'"));
}

static void test_no_column(void)
{
	g_autoptr(RondSchema) schema = read_schema(NULL);
	g_autoptr(GPtrArray) columns = g_ptr_array_new();
	const RondRowInsertConfig config = {
	    .def = rond_schema_table(schema, "u"), .columns = columns};
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(columns, "c");
	g_assert_null(rond_row_insert_new(&config, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/row-insert/schema", test_schema);
	g_test_add_func("/row-insert/schema-too-long", test_schema_too_long);
	g_test_add_func("/row-insert/values", test_values);
	g_test_add_func("/row-insert/fields", test_fields);
	g_test_add_func("/row-insert/long", test_long);
	g_test_add_func("/row-insert/no-column", test_no_column);
	return g_test_run();
}
