/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of a table from one dump to another, as files. */
#include "backends/error.h"
#include "backends/index/summaries.h"
#include "backends/index/table-delta.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <string.h>

#define HEAD                               \
	"-- MariaDB dump 10.19\n"          \
	"/*!40101 SET NAMES utf8mb4 */;\n" \
	"/*!40103 SET TIME_ZONE='+00:00' */;\n"
#define OFFERS                                                        \
	"CREATE TABLE `offers` (\n"                                   \
	"  `title` varchar(80) DEFAULT NULL,\n"                       \
	"  `id` int(11) NOT NULL,\n"                                  \
	"  `seal` blob DEFAULT NULL,\n"                               \
	"  `twice` int(11) GENERATED ALWAYS AS (`id` * 2) VIRTUAL,\n" \
	"  PRIMARY KEY (`id`)\n"                                      \
	") ENGINE=InnoDB;\n"                                          \
	"INSERT INTO `offers` (`title`, `id`, `seal`, `twice`) VALUES\n"
#define LOG                      \
	"CREATE TABLE `log` (\n" \
	"  `line` text\n"        \
	") ENGINE=InnoDB;\n"     \
	"INSERT INTO `log` VALUES\n"
#define END "-- Dump completed\n"

static const char old_dump[] =
    HEAD OFFERS "('Thaler','1','\\0\\'',2),('It\\'s',2,NULL,4),"
		"('a\\tb\\\\',3,'',6),(NULL,4,'x',8);\n" LOG
		"('same'),('same'),('old');\n" END;
static const char new_dump[] =
    HEAD OFFERS "('Thaler','1','\\0\\'',2),('Its',2,NULL,4),"
		"('new',10,'y',20);\n" LOG "('same'),('new');\n" END;

/* Two dumps. */
typedef struct {
	Built *old, *new;
} Dumps;

static Built *build(const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	return built_new(source, "db.sql");
}

static void dumps_init(Dumps *self, const char *old, const char *new)
{
	self->old = build(old);
	self->new = build(new);
}

static void dumps_clear(Dumps *self)
{
	built_free(self->old);
	built_free(self->new);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dumps, dumps_clear)

static RondTableDelta *compare(const Dumps *self, const char *table,
			       GError **error)
{
	const RondTableFolder old = {self->old->content,
				     ROND_DUMP_FOLDER_ENTRY};
	const RondTableFolder new = {self->new->content,
				     ROND_DUMP_FOLDER_ENTRY};

	return rond_table_delta_new(&old, &new, table, NULL, error);
}

static char *tsv_of(const RondTableDelta *delta, RondRowSet set)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStream) tsv = rond_table_delta_tsv(delta, set, &error);

	g_assert_no_error(error);
	gsize size = rond_stream_size(tsv);
	char *text = g_malloc0(size + 1);

	g_assert_true(rond_stream_pread_full(tsv, text, size, 0, NULL));
	return text;
}

static gboolean append(gpointer data, const char *text, gsize len,
		       GError **error)
{
	g_string_append_len(data, text, (gssize)len);
	return TRUE;
}

/* The INSERTs without what stands around them. */
static char *sql_of(const RondTableDelta *delta, RondRowSet set)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	rond_table_delta_sql(delta, set, append, text, &error);
	g_assert_no_error(error);
	char *start = strstr(text->str, "INSERT");

	g_assert_nonnull(start);
	g_assert_nonnull(strstr(text->str, "TIME_ZONE='+00:00'"));
	return g_strndup(start, (gsize)(strstr(start, "\nSET ") + 1 - start));
}

static void expect(const RondTableDelta *delta, RondRowSet set, const char *tsv,
		   const char *sql)
{
	g_autofree char *is = tsv_of(delta, set);
	g_autofree char *statements = sql_of(delta, set);

	g_assert_cmpstr(is, ==, tsv);
	g_assert_cmpstr(statements, ==, sql);
}

static void test_key(void)
{
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;

	dumps_init(&dumps, old_dump, new_dump);
	g_autoptr(RondTableDelta) delta = compare(&dumps, "offers", &error);

	g_assert_no_error(error);
	expect(delta, ROND_ROWS_REMOVED,
	       "title\tid\tseal\ttwice\na\\tb\\\\\t3\t\t6\n\\N\t4\t78\t8\n",
	       "INSERT INTO `offers` (`title`,`id`,`seal`) VALUES\n"
	       "('a\\tb\\\\',3,X''),\n(NULL,4,X'78');\n");
	expect(delta, ROND_ROWS_ADDED,
	       "title\tid\tseal\ttwice\nnew\t10\t79\t20\n",
	       "INSERT INTO `offers` (`title`,`id`,`seal`) VALUES\n"
	       "('new',10,X'79');\n");
	expect(delta, ROND_ROWS_WAS,
	       "title\tid\tseal\ttwice\nIt's\t2\t\\N\t4\n",
	       "INSERT INTO `offers` (`title`,`id`,`seal`) VALUES\n"
	       "('It\\'s',2,NULL);\n");
	expect(delta, ROND_ROWS_IS, "title\tid\tseal\ttwice\nIts\t2\t\\N\t4\n",
	       "INSERT INTO `offers` (`title`,`id`,`seal`) VALUES\n"
	       "('Its',2,NULL);\n");
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_REMOVED), ==,
			 2);
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_ADDED), ==, 1);
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_WAS), ==, 1);
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_IS), ==, 1);
}

static void test_no_key(void)
{
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;

	dumps_init(&dumps, old_dump, new_dump);
	g_autoptr(RondTableDelta) delta = compare(&dumps, "log", &error);

	g_assert_no_error(error);
	expect(delta, ROND_ROWS_REMOVED, "line\nsame\nold\n",
	       "INSERT INTO `log` (`line`) VALUES\n('same'),\n('old');\n");
	expect(delta, ROND_ROWS_ADDED, "line\nnew\n",
	       "INSERT INTO `log` (`line`) VALUES\n('new');\n");
}

/* phpMyAdmin has keys behind the rows. */
static void test_late_key(void)
{
	static const char format[] =
	    "-- phpMyAdmin SQL Dump\nSET time_zone = \"+00:00\";\n"
	    "CREATE TABLE `t` (`id` int(11) NOT NULL, `n` int(11));\n"
	    "INSERT INTO `t` (`id`, `n`) VALUES\n(1, %d);\n"
	    "ALTER TABLE `t`\n  ADD PRIMARY KEY (`id`);\nCOMMIT;\n";
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *old = g_strdup_printf(format, 1);
	g_autofree char *new = g_strdup_printf(format, 2);

	dumps_init(&dumps, old, new);
	g_autoptr(RondTableDelta) delta = compare(&dumps, "t", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_IS), ==, 1);
	g_assert_cmpuint(rond_table_delta_count(delta, ROND_ROWS_ADDED), ==, 0);
}

static void test_missing(void)
{
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;

	dumps_init(&dumps, old_dump, new_dump);
	g_assert_null(compare(&dumps, "nothing", &error));
	g_assert_error(error, ROND_ERROR, ENOENT);
}

/* A table whose rows end in damage is not compared: what lacks there was not
 * removed. */
static void test_damaged(void)
{
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *cut = g_strndup(
	    new_dump, (gsize)(strstr(new_dump, "'new',10") - new_dump));

	dumps_init(&dumps, old_dump, cut);
	g_assert_null(compare(&dumps, "offers", &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

static gboolean refuse(gpointer data, const char *text, gsize len,
		       GError **error)
{
	return rond_fail(error, ENOSPC, "full");
}

static void test_sink_fails(void)
{
	g_auto(Dumps) dumps = {NULL};
	g_autoptr(GError) error = NULL;

	dumps_init(&dumps, old_dump, new_dump);
	g_autoptr(RondTableDelta) delta = compare(&dumps, "offers", NULL);

	g_assert_false(rond_table_delta_sql(delta, ROND_ROWS_REMOVED, refuse,
					    NULL, &error));
	g_assert_error(error, ROND_ERROR, ENOSPC);
}

static void expect_rows(const Built *built, const char *path, gint64 rows)
{
	RondTableSummary summary;
	guint32 entry = index_kit_find(built->index, path);

	g_assert_cmpuint(entry, !=, ROND_INDEX_NONE);
	g_assert_cmpint(rond_summaries_find(built->content, entry, &summary),
			==, rows >= 0);
	if (rows < 0)
		return;
	g_assert_true(summary.counted);
	g_assert_cmpuint(summary.rows, ==, rows);
	g_assert_false(summary.damaged);
}

static void test_counts(void)
{
	g_auto(Dumps) dumps = {NULL};

	dumps_init(&dumps, old_dump, new_dump);
	expect_rows(dumps.old, "tables/offers.sql", 4);
	expect_rows(dumps.old, "tables/offers.load.sql", 4);
	expect_rows(dumps.new, "tables/offers.tsv", 3);
	expect_rows(dumps.new, "tables/log.csv", 2);
	expect_rows(dumps.old, "tables/schema.sql", -1);
	expect_rows(dumps.old, "tables/.tables.tsv", -1);
	expect_rows(dumps.old, "dump.sql", -1);
	expect_rows(dumps.old, "tables", -1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table-delta/key", test_key);
	g_test_add_func("/table-delta/no-key", test_no_key);
	g_test_add_func("/table-delta/late-key", test_late_key);
	g_test_add_func("/table-delta/missing", test_missing);
	g_test_add_func("/table-delta/damaged", test_damaged);
	g_test_add_func("/table-delta/sink-fails", test_sink_fails);
	g_test_add_func("/table-delta/counts", test_counts);
	return g_test_run();
}
