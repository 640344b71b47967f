/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/progress.h"
#include "tools/quote.h"
#include "tools/report.h"

#include <errno.h>
#include <string.h>

static const char status[] =
    "{ \"schema\": 1, \"version\": \"x\", \"sources\": [\"/b\"],"
    "  \"cache\": { \"disk\": \"/c d\", \"disk_bytes\": 1024,"
    "    \"disk_limit\": 4096, \"memory_bytes\": 2048, "
    "    \"memory_limit\": 8192, \"hits\": 3, \"misses\": 1 },"
    "  \"skipped\": [ { \"path\": \"a b.zip\", \"why\": \"encrypted\" } ],"
    "  \"snapshots\": ["
    "    { \"name\": \"2024-05-01\", \"date\": \"2024-05-01T00:00:00Z\","
    "      \"parts\": ["
    "        { \"name\": \"db\", \"state\": \"ready\", \"progress\": 1.0,"
    "          \"message\": null, \"entries\": 1, \"bytes\": 2048 },"
    "        { \"name\": \"www\", \"state\": \"damaged\", \"progress\": 1,"
    "          \"message\": \"a hole\\u001b[2J\", \"entries\": 70211,"
    "          \"bytes\": 1073741824 } ] },"
    "    { \"name\": \"before\\u0007\", \"parts\": ["
    "        { \"name\": \"www\", \"state\": \"indexing\","
    "          \"progress\": 0.499 } ] } ] }";

static void test_report(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondReport) report = rond_report_from_json(status, &error);
	g_autofree char *text = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(report->rows->len, ==, 3);
	g_assert_cmpuint(rond_report_problems(report), ==, 2);
	text = rond_report_format(report, TRUE);
	g_assert_cmpstr(
	    text, ==,
	    "SNAPSHOT     PART  STATE     READ  ENTRIES     SIZE  MESSAGE\n"
	    "2024-05-01   db    ready     100%        1  2.0 KiB\n"
	    "2024-05-01   www   damaged   100%    70211  1.0 GiB  a hole?[2J\n"
	    "$'before\\a'  www   indexing   49%        0  0 bytes\n"
	    "left out: 'a b.zip': encrypted\n");
}

/* Into a pipe names go as they are. */
static void test_report_raw(void)
{
	g_autoptr(RondReport) report = rond_report_from_json(status, NULL);
	g_autofree char *text = rond_report_format(report, FALSE);

	g_assert_nonnull(strstr(text, "before\a"));
	g_assert_nonnull(strstr(text, "left out: a b.zip: encrypted\n"));
}

static void test_report_caches(void)
{
	g_autoptr(RondReport) report = rond_report_from_json(status, NULL);
	g_autofree char *text = rond_report_format_caches(report, TRUE);

	g_assert_cmpstr(text, ==,
			"on disk: 1.0 KiB, of at most 4.0 KiB, in '/c d'\n"
			"in memory: 2.0 KiB decoded, of at most 8.0 KiB; it "
			"had 75 % of 4 blocks that were read\n");
}

static void test_report_empty(void)
{
	g_autoptr(RondReport) report =
	    rond_report_from_json("{\"schema\": 1}", NULL);

	g_assert_cmpuint(report->rows->len, ==, 0);
	g_assert_cmpuint(rond_report_problems(report), ==, 0);
	g_assert_null(report->disk);
	g_autofree char *text = rond_report_format_caches(report, TRUE);

	g_assert_cmpstr(text, ==, "");
}

/* Members of the wrong type count as missing. */
static void test_report_types(void)
{
	g_autoptr(RondReport) report = rond_report_from_json(
	    "{\"schema\": 1, \"skipped\": 7, \"more\": {}, \"snapshots\": "
	    "[1, null, {\"name\": 5, \"parts\": [[], {\"name\": {}, "
	    "\"state\": [], \"progress\": \"x\", \"entries\": -5, "
	    "\"bytes\": 1.5, \"message\": 3}]}]}",
	    NULL);
	const RondReportRow *row;

	g_assert_nonnull(report);
	g_assert_cmpuint(report->rows->len, ==, 1);
	row = report->rows->pdata[0];
	g_assert_cmpstr(row->snapshot, ==, "");
	g_assert_cmpstr(row->state, ==, "");
	g_assert_cmpuint(row->entries, ==, 0);
	g_assert_null(row->message);
}

static void test_report_errors(void)
{
	const char *const texts[] = {
	    "",
	    "{",
	    "[]",
	    "7",
	    "null",
	    "{}",
	    "{\"schema\": 2}",
	    "{\"schema\": \"1\"}",
	    "{\"schema\": -1}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(rond_report_from_json(texts[i], &error));
		g_assert_nonnull(error);
	}
}

/* Cut anywhere it is refused, not half believed. */
static void test_report_truncated(void)
{
	for (gsize len = 0; len < strlen(status); len++) {
		g_autofree char *cut = g_strndup(status, len);
		g_autoptr(RondReport) report = rond_report_from_json(cut, NULL);

		g_assert_null(report);
	}
}

static void test_quote(void)
{
	static const struct {
		const char *name, *quoted;
	} rows[] = {
	    {"index.php", "index.php"},
	    {"a/b-c_d.tar.gz", "a/b-c_d.tar.gz"},
	    {"d\303\251j\303\240", "d\303\251j\303\240"},
	    {"", "''"},
	    {"a b", "'a b'"},
	    {"-rf", "'-rf'"},
	    {"~root", "'~root'"},
	    {"$(reboot)", "'$(reboot)'"},
	    {"it's", "'it'\\''s'"},
	    {"a\nb", "$'a\\nb'"},
	    {"\033[2J", "$'\\033[2J'"},
	    {"a'\t\\", "$'a\\'\\t\\\\'"},
	    {"\377\376", "$'\\377\\376'"},
	    {"\302\205", "$'\\302\\205'"},		/* C1 */
	    {"a\342\200\256b", "$'a\\342\\200\\256b'"}, /* RLO */
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *quoted = rond_quote(rows[i].name);

		g_assert_cmpstr(quoted, ==, rows[i].quoted);
	}
}

/* What a shell makes of a quoted name is the name. */
static void test_quote_by_shell(void)
{
	const char *names[] = {"a b",	  "it's",      "a\nb",	"\033]0;x\007",
			       "\\'$`\"", "\377x\001", "*?[a]", "d\303\251"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *quoted = rond_quote(names[i]);
		g_autofree char *script =
		    g_strdup_printf("printf %%s %s", quoted);
		const char *argv[] = {"bash", "-c", script, NULL};
		g_autofree char *output = NULL;

		g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
					   G_SPAWN_SEARCH_PATH, NULL, NULL,
					   &output, NULL, NULL, NULL));
		g_assert_cmpstr(output, ==, names[i]);
	}
}

static void test_printable(void)
{
	g_autofree char *a = rond_printable("x: \033[31mred\n\377 d\303\251");

	g_assert_cmpstr(a, ==, "x: ?[31mred?? d\303\251");
}

static RondProgress progress_at(guint64 bytes, guint64 total)
{
	return (RondProgress){
	    .source = "/srv/backups/www-2024-05-01.tar.gz",
	    .all_bytes = bytes,
	    .all_total = total,
	    .done = 3,
	    .count = 14,
	};
}

static void test_bar(void)
{
	RondProgress half = progress_at(512 << 20, 1024 << 20);
	g_autofree char *bar = rond_progress_bar(&half, 4, 120);
	g_autofree char *first = rond_progress_bar(&half, 0.1, 120);

	g_assert_cmpstr(bar, ==,
			"[###############...............]  50%  3/14  512.0 MiB"
			" of 1.0 GiB  128.0 MiB/s  0:04 left  "
			"...kups/www-2024-05-01.tar.gz");
	g_assert_null(strstr(first, "left"));
}

/* No terminal is too narrow, and no number breaks it. */
static void test_bar_widths(void)
{
	const RondProgress all[] = {
	    progress_at(0, 0),
	    progress_at(5, 0),
	    progress_at(G_MAXUINT64, 1),
	    progress_at(1, G_MAXUINT64),
	    {NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		for (guint width = 0; width < 200; width++) {
			g_autofree char *bar =
			    rond_progress_bar(&all[i], 1e9 * (i % 2), width);

			g_assert_cmpint(g_utf8_strlen(bar, -1), <=, width);
			g_assert_true(g_utf8_validate(bar, -1, NULL));
		}
	}
}

static void test_bar_hostile_name(void)
{
	RondProgress p = progress_at(1, 2);
	g_autofree char *bar = NULL;

	p.source = "\033]0;owned\007\n\377.tar";
	bar = rond_progress_bar(&p, 2, 200);
	g_assert_null(strchr(bar, '\033'));
	g_assert_null(strchr(bar, '\n'));
}

static void test_line(void)
{
	RondPartInfo ready = {ROND_PART_READY, .entries = 5};
	RondPartInfo bad = {ROND_PART_INCOMPLETE, .entries = 2,
			    .message = (char *)"its end is missing"};
	g_autofree char *a = rond_progress_line("x.tar", &ready, 1.25);
	g_autofree char *b = rond_progress_line("y.tar", &bad, 0);

	g_assert_true(g_str_has_prefix(a, "x.tar: ready, 5 entries, 1.2"));
	g_assert_cmpstr(b, ==,
			"y.tar: incomplete, 2 entries, 0.0 s: its end is "
			"missing");
}

static void test_bytes(void)
{
	static const struct {
		guint64 bytes;
		const char *text;
	} rows[] = {
	    {0, "0 bytes"},	    {1023, "1023 bytes"},
	    {1024, "1.0 KiB"},	    {1536, "1.5 KiB"},
	    {20 << 20, "20.0 MiB"}, {G_MAXUINT64, "16.0 EiB"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = rond_progress_bytes(rows[i].bytes);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report/table", test_report);
	g_test_add_func("/report/raw", test_report_raw);
	g_test_add_func("/report/caches", test_report_caches);
	g_test_add_func("/report/empty", test_report_empty);
	g_test_add_func("/report/types", test_report_types);
	g_test_add_func("/report/errors", test_report_errors);
	g_test_add_func("/report/truncated", test_report_truncated);
	g_test_add_func("/quote/table", test_quote);
	g_test_add_func("/quote/by-shell", test_quote_by_shell);
	g_test_add_func("/quote/printable", test_printable);
	g_test_add_func("/progress/bar", test_bar);
	g_test_add_func("/progress/bar-widths", test_bar_widths);
	g_test_add_func("/progress/bar-hostile-name", test_bar_hostile_name);
	g_test_add_func("/progress/line", test_line);
	g_test_add_func("/progress/bytes", test_bytes);
	return g_test_run();
}
