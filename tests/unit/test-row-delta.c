/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rows are different: beside what comes out of looking at all of them. */
#include "backends/error.h"
#include "backends/sql/row-delta.h"
#include "backends/sql/row-lines.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

/* Two tables, as text. */
typedef struct {
	GString *old, *new;
	guint n_key, key;
	gboolean numeric;
	gsize memory;
} Tables;

static Tables *tables_new(void)
{
	Tables *self = g_new0(Tables, 1);

	self->old = g_string_new("id\tname\n");
	self->new = g_string_new("id\tname\n");
	self->n_key = 1;
	self->numeric = TRUE;
	return self;
}

static void tables_free(Tables *self)
{
	g_string_free(self->old, TRUE);
	g_string_free(self->new, TRUE);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tables, tables_free)

static RondStream *stream_of(const GString *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);

	return rond_memory_stream_new(bytes);
}

static RondRowDelta *compare(const Tables *self, GError **error)
{
	g_autoptr(RondStream) old = stream_of(self->old);
	g_autoptr(RondStream) new = stream_of(self->new);
	const RondRowDeltaConfig config = {
	    .old = {.tsv = old, .key = {self->key}},
	    .new = {.tsv = new, .key = {self->key}},
	    .n_key = self->n_key,
	    .numeric = self->numeric,
	    .memory = self->memory,
	};

	return rond_row_delta(&config, error);
}

/* The lines of @ranges in @text. */
static char *lines_of(const GString *text, const GArray *ranges)
{
	GString *lines = g_string_new(NULL);
	guint64 end = 0;

	for (guint i = 0; i < ranges->len; i++) {
		const RondRowRange *range =
		    &g_array_index(ranges, RondRowRange, i);

		g_assert_cmpuint(range->from, <, range->to);
		g_assert_cmpuint(range->to, <=, text->len);
		g_assert_true(i == 0 || range->from > end);
		end = range->to;
		g_string_append_len(lines, text->str + range->from,
				    (gssize)(range->to - range->from));
	}
	return g_string_free(lines, FALSE);
}

static void expect(const Tables *self, const char *removed, const char *was,
		   const char *added, const char *is)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondRowDelta) delta = compare(self, &error);

	g_assert_no_error(error);
	g_autofree char *removed_lines = lines_of(self->old, delta->removed);
	g_autofree char *was_lines = lines_of(self->old, delta->was);
	g_autofree char *added_lines = lines_of(self->new, delta->added);
	g_autofree char *is_lines = lines_of(self->new, delta->is);

	g_assert_cmpstr(removed_lines, ==, removed);
	g_assert_cmpstr(was_lines, ==, was);
	g_assert_cmpstr(added_lines, ==, added);
	g_assert_cmpstr(is_lines, ==, is);
}

static void test_simple(void)
{
	g_autoptr(Tables) tables = tables_new();

	expect(tables, "", "", "", "");
	g_string_append(tables->old, "1\ta\n2\tb\n3\tc\n10\td\n");
	expect(tables, "1\ta\n2\tb\n3\tc\n10\td\n", "", "", "");
	g_string_append(tables->new, "2\tb\n3\tC\n4\tnew\n10\td\n11\te\n");
	expect(tables, "1\ta\n", "3\tc\n", "4\tnew\n11\te\n", "3\tC\n");
}

/* The last line lacks its end: a part of what a file holds. */
static void test_no_end(void)
{
	g_autoptr(Tables) tables = tables_new();

	g_string_append(tables->old, "1\ta\n2\tb");
	g_string_append(tables->new, "1\ta\n3\tc");
	expect(tables, "2\tb", "", "3\tc", "");
}

/* Without a key a row is all that it holds, as often as it is there. */
static void test_no_key(void)
{
	g_autoptr(Tables) tables = tables_new();

	tables->n_key = 0;
	g_string_append(tables->old, "1\ta\n1\ta\n2\tb\n");
	g_string_append(tables->new, "2\tb\n1\ta\n2\tb\n");
	expect(tables, "1\ta\n", "", "2\tb\n", "");
}

static void test_no_column(void)
{
	g_autoptr(Tables) tables = tables_new();
	g_autoptr(GError) error = NULL;

	tables->key = 2;
	g_string_append(tables->old, "1\ta\n");
	g_assert_null(compare(tables, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

/* A row of @len bytes of which one in the middle is @c. */
static void append_long(GString *text, guint id, gsize len, char c)
{
	gsize start;

	g_string_append_printf(text, "%u\t", id);
	start = text->len;
	g_string_set_size(text, start + len);
	memset(text->str + start, 'x', len);
	text->str[start + len / 2] = c;
	g_string_append_c(text, '\n');
}

/* Rows that don't fit in memory, so to say. */
static void test_long(void)
{
	g_autoptr(Tables) tables = tables_new();
	g_autoptr(GError) error = NULL;
	const gsize len = (9 << 20) + 7;

	for (guint i = 0; i < 4; i++) {
		append_long(tables->old, i, len + i, 'x');
		append_long(tables->new, i == 3 ? 7 : i, len + i,
			    i == 1 ? 'y' : 'x');
	}
	g_autoptr(RondRowDelta) delta = compare(tables, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(delta->n_modified, ==, 1);
	g_assert_cmpuint(delta->n_removed, ==, 1);
	g_assert_cmpuint(delta->n_added, ==, 1);
	g_autofree char *is = lines_of(tables->new, delta->is);

	g_assert_cmpuint(strlen(is), ==, len + 1 + 3);
	g_assert_nonnull(strchr(is, 'y'));
	tables->n_key = 0;
	g_autoptr(RondRowDelta) whole = compare(tables, &error);

	g_assert_cmpuint(whole->n_removed, ==, 2);
	g_assert_cmpuint(whole->n_added, ==, 2);
}

/* Rows in any order, some of them gone, new or changed. */
typedef struct {
	GPtrArray *old, *new; /* lines */
	GString *removed, *was, *added, *is;
} Random;

static void shuffle(GPtrArray *lines, guint distance)
{
	for (guint i = 0; i + 1 < lines->len && distance; i++) {
		guint j = i + (guint)g_test_rand_int_range(
				  0, (gint)MIN(distance, lines->len - i));
		gpointer line = lines->pdata[i];

		lines->pdata[i] = lines->pdata[j];
		lines->pdata[j] = line;
	}
}

static void add_random(GPtrArray *old, GPtrArray *new, guint id)
{
	gint what = g_test_rand_int_range(0, 20);
	gint value = g_test_rand_int_range(0, 1000);

	if (what != 0)
		g_ptr_array_add(old, g_strdup_printf("%u\tv%d\n", id, value));
	if (what == 1)
		value++;
	if (what != 2)
		g_ptr_array_add(new, g_strdup_printf("%u\tv%d\n", id, value));
}

static GHashTable *by_key(const GPtrArray *lines)
{
	GHashTable *table =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];

		g_hash_table_insert(table, g_strndup(line, strcspn(line, "\t")),
				    (char *)line);
	}
	return table;
}

/* The lines of @lines that @other doesn't have, or has otherwise. */
static void expect_side(const GPtrArray *lines, const GPtrArray *other,
			GString *alone, GString *changed)
{
	g_autoptr(GHashTable) table = by_key(other);

	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];
		g_autofree char *key = g_strndup(line, strcspn(line, "\t"));
		const char *match = g_hash_table_lookup(table, key);

		if (!match)
			g_string_append(alone, line);
		else if (strcmp(match, line))
			g_string_append(changed, line);
	}
}

static void append_all(GString *text, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		g_string_append(text, lines->pdata[i]);
}

static void check_random(guint n, guint distance, gboolean numeric)
{
	g_autoptr(Tables) tables = tables_new();
	g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) new = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) removed = g_string_new(NULL);
	g_autoptr(GString) was = g_string_new(NULL);
	g_autoptr(GString) added = g_string_new(NULL);
	g_autoptr(GString) is = g_string_new(NULL);

	for (guint id = 0; id < n; id++)
		add_random(old, new, id);
	shuffle(old, distance);
	shuffle(new, distance);
	append_all(tables->old, old);
	append_all(tables->new, new);
	expect_side(old, new, removed, was);
	expect_side(new, old, added, is);
	tables->numeric = numeric;
	/* Room for 768 rows: those that wait are too many when all are mixed.
	 */
	tables->memory = 1;
	expect(tables, removed->str, was->str, added->str, is->str);
}

static void test_random(void)
{
	static const guint distances[] = {0, 2, 50, 100000};

	for (gsize i = 0; i < G_N_ELEMENTS(distances); i++) {
		check_random(20000, distances[i], TRUE);
		check_random(20000, distances[i], FALSE);
		check_random(30, distances[i], FALSE);
	}
}

static void test_failing(void)
{
	g_autoptr(Tables) tables = tables_new();

	for (guint i = 0; i < 300000; i++)
		g_string_append_printf(tables->old, "%u\tabc\n", i);
	g_autoptr(RondStream) old = stream_of(tables->old);

	for (guint i = 1; i <= 4; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(RondStream) new = fault_stream_new(old, i, ESTALE);
		const RondRowDeltaConfig config = {
		    .old = {.tsv = old}, .new = {.tsv = new}, .n_key = 1};

		g_assert_null(rond_row_delta(&config, &error));
		g_assert_error(error, ROND_ERROR, ESTALE);
	}
}

static void test_cancelled(void)
{
	g_autoptr(Tables) tables = tables_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	for (guint i = 0; i < 10000; i++)
		g_string_append_printf(tables->old, "%u\ta\n", i);
	g_autoptr(RondStream) old = stream_of(tables->old);
	const RondRowDeltaConfig config = {.old = {.tsv = old},
					   .new = {.tsv = old},
					   .n_key = 1,
					   .cancellable = cancellable};

	g_cancellable_cancel(cancellable);
	g_assert_null(rond_row_delta(&config, &error));
	g_assert_error(error, ROND_ERROR, ECANCELED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/row-delta/simple", test_simple);
	g_test_add_func("/row-delta/no-end", test_no_end);
	g_test_add_func("/row-delta/no-key", test_no_key);
	g_test_add_func("/row-delta/no-column", test_no_column);
	g_test_add_func("/row-delta/long", test_long);
	g_test_add_func("/row-delta/random", test_random);
	g_test_add_func("/row-delta/failing", test_failing);
	g_test_add_func("/row-delta/cancelled", test_cancelled);
	return g_test_run();
}
