/* SPDX-License-Identifier: BSD-2-Clause */
/* What --pattern reads from names. */
#include "fs/dates.h"

#include "backends/error.h"

#include <errno.h>

/* What patterns read; @part NULL: none; @when NULL: no match. */
static const struct {
	const char *pattern, *name, *stem, *part, *when;
} patterns[] = {
    {"www-%d-%m-%Y.tar.gz", "www-01-05-2024.tar.gz", "www", NULL, "2024-05-01"},
    {"www-%d-%m-%Y.tar.gz", "www-31-04-2024.tar.gz", NULL, NULL, NULL},
    {"www-%d-%m-%Y.tar.gz", "www-01-05-2024.tar.gz.old", NULL, NULL, NULL},
    {"www-%d-%m-%Y.tar.gz", "xwww-01-05-2024.tar.gz", NULL, NULL, NULL},
    {"www-%d-%m-%Y.tar.gz", "www-01-05-2024xtar.gz", NULL, NULL, NULL},
    {"*_%d%m%Y_%H%M%S.*", "site_01052024_123059.zip", "site", NULL,
     "2024-05-01T123059"},
    {"*%d-%m-%Y*", "a-1-5-2024-b.tar", "a-b", NULL, "2024-05-01"},
    {"{part}.%d.%m.%Y.tgz", "blog.01.05.2024.tgz", "blog", "blog",
     "2024-05-01"},
    {"{part}.%d.%m.%Y.tgz", ".01.05.2024.tgz", NULL, NULL, NULL},
    {"{part}.%d.%m.%Y.tgz", "..01.05.2024.tgz", NULL, NULL, NULL},
    {"download_{part}_%s_*.tar.gz", "download_joe_1714566659_3.tar.gz",
     "download_joe_3", "joe", "2024-05-01T123059"},
    {"%Y-foo-%m-%d.sql", "2024-foo-05-01.sql", "foo", NULL, "2024-05-01"},
    {"*%Hh%Mm%S.%d.%m.%Y.tgz", "www.12h30m59.01.05.2024.tgz", "www", NULL,
     "2024-05-01T123059"},
    {"*%d-%m-%Y.tgz", "site12-05-2024.tgz", "site", NULL, "2024-05-12"},
    {"*%s", "site1714566659", "site", NULL, "2024-05-01T123059"},
    {"*%Y%m%d", "v220240501", "v2", NULL, "2024-05-01"},
    {"*%d%m%Y*", "v212052024.tgz", "v2", NULL, "2024-05-12"},
    {"*%d%m%Y*", "1252024.tgz", NULL, NULL, NULL},
    {"db du %d-%m-%Y à %Hh%M.sql", "db du 01-05-2024 à 12h30.sql", "db du",
     NULL, "2024-05-01T123000"},
    {"x?[ab]-%Y%m%d", "x.a-20240501", "x.a", NULL, "2024-05-01"},
    {"x?[ab]-%Y%m%d", "x.c-20240501", NULL, NULL, NULL},
    {"[!ab]%Y%m%d", "c20240501", "c", NULL, "2024-05-01"},
    {"[!ab]%Y%m%d", "a20240501", NULL, NULL, NULL},
    {"[a-c]%Y%m%d", "b20240501", "b", NULL, "2024-05-01"},
    {"[]x]%Y%m%d", "]20240501", "]", NULL, "2024-05-01"},
    {"[x%Y%m%d", "[x20240501", "[x", NULL, "2024-05-01"},
    {"\\*%Y%m%d", "*20240501", "*", NULL, "2024-05-01"},
    {"\\*%Y%m%d", "a20240501", NULL, NULL, NULL},
    {"a.b+(c)%%%Y%m%d", "a.b+(c)%20240501", "a.b+(c)%", NULL, "2024-05-01"},
    {"%Y%m%d_%H", "20240501_09", "", NULL, "2024-05-01T090000"},
    {"%Y%m%d_%H", "20240501_24", NULL, NULL, NULL},
    {"%s", "99999999999", NULL, NULL, NULL},
    {"caf\xe9-%d-%m-%Y", "caf\xe9-01-05-2024", "caf\xe9", NULL, "2024-05-01"},
};

static void test_patterns(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(RondPattern) pattern =
		    rond_pattern_new(patterns[i].pattern, &error);
		g_auto(RondDated) dated = {0};
		g_autofree char *when = NULL;

		g_autofree char *shown = g_strescape(patterns[i].pattern, NULL);

		g_test_message("%s", shown);
		g_assert_no_error(error);
		if (rond_pattern_match(pattern, patterns[i].name, utc, &dated))
			when = dated.has_time
				   ? rond_second_name(dated.time, utc)
				   : rond_day_name(dated.time, utc);
		g_assert_cmpstr(when, ==, patterns[i].when);
		g_assert_cmpstr(dated.stem, ==, patterns[i].stem);
		g_assert_cmpstr(dated.part, ==, patterns[i].part);
	}
}

static void test_bad_patterns(void)
{
	static const char *const bad[] = {"",	      "www-*",
					  "%Y-%m",    "%d-%m",
					  "%Y%m%d%Y", "%Y%m%d-%q",
					  "%Y%m%d%",  "{part}{part}%s",
					  "a/%Y%m%d", "%Y%m%d{part}-{part}",
					  "%H%M%S",   "%y%m%d"};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(rond_pattern_new(bad[i], &error));
		g_assert_error(error, ROND_ERROR, EINVAL);
	}
}

static void test_first_pattern_wins(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GPtrArray) list =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_pattern_free);
	g_auto(RondDated) first = {0};
	g_auto(RondDated) second = {0};
	g_auto(RondDated) neither = {0};

	g_ptr_array_add(list, rond_pattern_new("a-%d-%m-%Y", NULL));
	g_ptr_array_add(list, rond_pattern_new("*-%m-%d-%Y", NULL));
	g_assert_true(
	    rond_date_parse("a-01-05-2024", FALSE, list, utc, &first));
	g_assert_cmpint(first.time, ==, 1714521600);
	g_assert_true(
	    rond_date_parse("b-05-01-2024", FALSE, list, utc, &second));
	g_assert_cmpint(second.time, ==, 1714521600);
	/* impossible by both patterns: then what the name itself says */
	g_assert_true(
	    rond_date_parse("a-2024-05-01", TRUE, list, utc, &neither));
	g_assert_cmpint(neither.time, ==, 1714521600);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dates/patterns", test_patterns);
	g_test_add_func("/dates/bad-patterns", test_bad_patterns);
	g_test_add_func("/dates/first-pattern-wins", test_first_pattern_wins);
	return g_test_run();
}
