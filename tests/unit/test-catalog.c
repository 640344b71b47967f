/* SPDX-License-Identifier: BSD-2-Clause */
/* Which snapshots and parts backups come to, and what they are called. */
#include "tests/unit/catalog-kit.h"

#include <string.h>

static GTimeZone *utc;

static void expect(GPtrArray *backups, const char *expected)
{
	g_autoptr(RondCatalog) catalog =
	    expect_after(backups, utc, NULL, expected);

	g_assert_cmpuint(catalog->skipped->len, ==, 0);
}

/* One case: the paths, and the catalog they give. */
typedef struct {
	const char *paths[10];
	const char *expected;
} Case;

static void expect_cases(const Case *cases, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GPtrArray) backups = backups_at(utc, cases[i].paths);

		expect(backups, cases[i].expected);
	}
}

static void test_part_names(void)
{
	static const Case cases[] = {
	    {{NULL}, ""},
	    {{"site-2024-05-01.tar.gz"},
	     "2024-05-01: www=site-2024-05-01.tar.gz"},
	    {{"rond-2024-05-01.sql.gz"},
	     "2024-05-01: db=rond-2024-05-01.sql.gz"},
	    {{"site-2024-05-01.tgz", "rond-2024-05-01.sql"},
	     "2024-05-01: db=rond-2024-05-01.sql www=site-2024-05-01.tgz"},
	    /* several series */
	    {{"blog-2024-05-01.tgz", "shop-2024-05-01.tgz", "x-2024-05-01.sql"},
	     "2024-05-01: blog=blog-2024-05-01.tgz db=x-2024-05-01.sql "
	     "shop=shop-2024-05-01.tgz"},
	    /* packed in other ways, in other folders of age: one series */
	    {{"a-2024-05-01.tgz", "a-2024-05-02.tar.zst", "a-2024-05-03.zip"},
	     "2024-05-01: www=a-2024-05-01.tgz; "
	     "2024-05-02: www=a-2024-05-02.tar.zst; "
	     "2024-05-03: www=a-2024-05-03.zip"},
	    {{"daily/a-2024-05-01.tgz", "weekly/a-2024-05-02.tgz",
	      "Monthly/2023/a-2023-05-03.tgz", "2024/05/a-2024-05-04.tgz",
	      "2024-05/a-2024-05-05.tgz"},
	     "2023-05-03: www=Monthly/2023/a-2023-05-03.tgz; "
	     "2024-05-01: www=daily/a-2024-05-01.tgz; "
	     "2024-05-02: www=weekly/a-2024-05-02.tgz; "
	     "2024-05-04: www=2024/05/a-2024-05-04.tgz; "
	     "2024-05-05: www=2024-05/a-2024-05-05.tgz"},
	    {{"daily/x/daily_x_2016-12-24_03h59m_Saturday.sql.gz",
	      "weekly/x/weekly_x_2016-12-25_03h59m_51.sql.gz"},
	     "2016-12-24: "
	     "db=daily/x/daily_x_2016-12-24_03h59m_Saturday.sql.gz; "
	     "2016-12-25: db=weekly/x/weekly_x_2016-12-25_03h59m_51.sql.gz"},
	    /* the same stem in several folders */
	    {{"a/b/www-2024-05-01.tgz", "c/www-2024-05-01.tgz",
	      "www-2024-05-01.tgz", "o-2024-05-01.tgz"},
	     "2024-05-01: a-b-www=a/b/www-2024-05-01.tgz "
	     "c-www=c/www-2024-05-01.tgz o=o-2024-05-01.tgz "
	     "www=www-2024-05-01.tgz"},
	    /* no stem */
	    {{"a/2024-05-01.tgz", "b/c/2024-05-01.tgz", "2024-05-01.tgz"},
	     "2024-05-01: a=a/2024-05-01.tgz c=b/c/2024-05-01.tgz "
	     "www=2024-05-01.tgz"},
	    {{"a/c/2024-05-01.tgz", "b/c/2024-05-01.tgz"},
	     "2024-05-01: a-c=a/c/2024-05-01.tgz b-c=b/c/2024-05-01.tgz"},
	    {{"2024-05-01/", "www-2024-05-01.tgz"},
	     "2024-05-01: www=www-2024-05-01.tgz www-2=2024-05-01/"},
	    {{"2024-05-01.sql", "x-2024-05-01.sql"},
	     "2024-05-01: db=2024-05-01.sql x=x-2024-05-01.sql"},
	    /* a tree and a dump of one stem */
	    {{"blog-2024-05-01.sql", "blog-2024-05-01.tgz",
	      "shop-2024-05-01.sql", "shop-2024-05-01.tgz"},
	     "2024-05-01: blog=blog-2024-05-01.tgz "
	     "blog-db=blog-2024-05-01.sql shop=shop-2024-05-01.tgz "
	     "shop-db=shop-2024-05-01.sql"},
	    {{"x-2024-05-01.tgz", "www-2024-05-01.sql", "y-2024-05-01.sql"},
	     "2024-05-01: www=x-2024-05-01.tgz www-db=www-2024-05-01.sql "
	     "y=y-2024-05-01.sql"},
	    /* numbers, where nothing else helps */
	    {{"a/b-2024-05-01.tgz", "a-b-2024-05-01.tgz", "c/b-2024-05-01.tgz"},
	     "2024-05-01: a-b=a-b-2024-05-01.tgz a-b-2=a/b-2024-05-01.tgz "
	     "c-b=c/b-2024-05-01.tgz"},
	    {{"db-2024-05-01.tgz", "x-2024-05-01.tgz", "x-2024-05-01.sql"},
	     "2024-05-01: db=db-2024-05-01.tgz db-db=x-2024-05-01.sql "
	     "x=x-2024-05-01.tgz"},
	};

	expect_cases(cases, G_N_ELEMENTS(cases));
}

/* "x.sql/" of a tree beside the file "x.sql" of a dump. */
static void test_names_of_files(void)
{
	g_autoptr(GPtrArray) backups = backups_new();

	g_free(backups_add(backups, "t-2024-05-01.tgz")->stem);
	((RondBackup *)backups->pdata[0])->stem = g_strdup("x.sql");
	backups_add(backups, "y-2024-05-01.tgz");
	backups_add(backups, "x-2024-05-01.sql");
	backups_add(backups, "z-2024-05-01.sql");
	expect(backups, "2024-05-01: x-db=x-2024-05-01.sql "
			"x.sql=t-2024-05-01.tgz y=y-2024-05-01.tgz "
			"z=z-2024-05-01.sql");
}

static void test_long_part_names(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autofree char *stem = g_strnfill(300, 'x');
	g_autofree char *accents = g_strdup(stem);
	g_autoptr(RondCatalog) catalog = NULL;
	const RondSnapshot *snapshot;

	memcpy(accents + 250, "\xc3\xa9\xc3\xa9", 4);
	for (guint i = 0; i < 3; i++) {
		RondBackup *backup = backups_add(
		    backups, i ? "b-2024-05-01.sql" : "a-2024-05-01.sql");

		g_free(backup->stem);
		backup->stem = i == 2 ? g_strdup(accents)
				      : g_strdup_printf("%s%u", stem, i);
	}
	catalog = rond_catalog_new(backups, NULL, utc, NULL);
	snapshot = rond_catalog_find(catalog, "2024-05-01");
	g_assert_cmpuint(snapshot->parts->len, ==, 3);
	for (guint i = 0; i < 3; i++) {
		const RondPlacedPart *part = snapshot->parts->pdata[i];

		g_assert_cmpuint(strlen(part->name), <=, 251);
		g_assert_true(g_utf8_validate(part->name, -1, NULL));
	}
}

static void test_given_parts(void)
{
	g_autoptr(GPtrArray) backups = backups_new();

	/* not counted: the others stay the only ones of their kind */
	backup_give(backups_add(backups, "x-2024-05-01.tgz"), NULL, "site");
	backup_give(backups_add(backups, "x-2024-05-01.sql"), NULL, "site");
	backups_add(backups, "y-2024-05-01.tgz");
	backups_add(backups, "y-2024-05-01.sql");
	expect(backups, "2024-05-01: db=y-2024-05-01.sql "
			"site=x-2024-05-01.tgz site-db=x-2024-05-01.sql "
			"www=y-2024-05-01.tgz");
}

/* A backup from elsewhere is the same part as the series' own. */
static void test_given_snapshot(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;

	backups_add(backups, "y-2024-05-01.tgz");
	backup_give(backups_add(backups, "old.tgz"), "before-hack", "www");
	backup_give(backups_add(backups, "live/"), "2024-05-02", "www");
	backups_add(backups, "z-2024-05-02.sql");
	backup_give(backups_add(backups, "w-2024-05-09.sql"), "2024-05-02T1500",
		    "db");
	catalog = expect_after(
	    backups, utc, NULL,
	    "before-hack*: www=old.tgz; 2024-05-01: www=y-2024-05-01.tgz; "
	    "2024-05-02: db=z-2024-05-02.sql www=live/; "
	    "2024-05-02T1500: db=w-2024-05-09.sql");
	g_assert_cmpuint(catalog->skipped->len, ==, 0);
}

static void test_given_twice(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;
	const RondSkipped *skipped;

	backup_give(backups_add(backups, "a.tgz"), "x", "www");
	backup_give(backups_add(backups, "b.tgz"), "x", "www");
	((RondBackup *)backups->pdata[1])->item->mtime_ns += 1;
	catalog = expect_after(backups, utc, NULL, "x*: www=b.tgz");
	g_assert_cmpuint(catalog->skipped->len, ==, 1);
	skipped = catalog->skipped->pdata[0];
	g_assert_cmpstr(skipped->path, ==, "/a/a.tgz");
	g_assert_nonnull(strstr(skipped->why, "SNAPSHOT/PART=PATH"));
}

static void test_days(void)
{
	static const Case cases[] = {
	    /* whatever their hours */
	    {{"www-2024-05-01_0010.tgz", "db-2024-05-01_2350.sql"},
	     "2024-05-01: db=db-2024-05-01_2350.sql "
	     "www=www-2024-05-01_0010.tgz"},
	    /* twice a day, the others with the nearest */
	    {{"www-2024-05-01_0300.tgz", "www-2024-05-01_1500.tgz",
	      "db-2024-05-01_1400.sql"},
	     "2024-05-01: www=www-2024-05-01_0300.tgz; "
	     "2024-05-01T1500: db=db-2024-05-01_1400.sql "
	     "www=www-2024-05-01_1500.tgz"},
	    {{"www-2024-05-01_0300.tgz", "www-2024-05-01_1500.tgz",
	      "db-2024-05-01.sql"},
	     "2024-05-01: db=db-2024-05-01.sql www=www-2024-05-01_0300.tgz; "
	     "2024-05-01T1500: www=www-2024-05-01_1500.tgz"},
	    /* the nearest is taken, and goes to the nearest of all */
	    {{"www-2024-05-01_0300.tgz", "www-2024-05-01_1500.tgz",
	      "db-2024-05-01_1500.sql", "db-2024-05-01_1400.sql"},
	     "2024-05-01: db=db-2024-05-01_1400.sql "
	     "www=www-2024-05-01_0300.tgz; "
	     "2024-05-01T1500: db=db-2024-05-01_1500.sql "
	     "www=www-2024-05-01_1500.tgz"},
	    {{"www-2024-05-01.tgz", "db-2024-05-01_0300.sql",
	      "db-2024-05-01_1500.sql"},
	     "2024-05-01: db=db-2024-05-01_0300.sql www=www-2024-05-01.tgz; "
	     "2024-05-01T1500: db=db-2024-05-01_1500.sql"},
	    /* as many of both: those of the one that begins earlier */
	    {{"www-2024-05-01_0400.tgz", "www-2024-05-01_1600.tgz",
	      "db-2024-05-01_0300.sql", "db-2024-05-01_1500.sql"},
	     "2024-05-01: db=db-2024-05-01_0300.sql "
	     "www=www-2024-05-01_0400.tgz; "
	     "2024-05-01T1500: db=db-2024-05-01_1500.sql "
	     "www=www-2024-05-01_1600.tgz"},
	    /* in the same minute, second, and altogether */
	    {{"a-2024-05-01_030001.tgz", "a-2024-05-01_030002.tgz",
	      "a-2024-05-01_030003.tgz"},
	     "2024-05-01: www=a-2024-05-01_030001.tgz; "
	     "2024-05-01T0300: www=a-2024-05-01_030002.tgz; "
	     "2024-05-01T030003: www=a-2024-05-01_030003.tgz"},
	    {{"a-2024-05-01.tar", "a-2024-05-01.tbz", "a-2024-05-01.tgz",
	      "a-2024-05-01.txz", "a-2024-05-01.zip"},
	     "2024-05-01: www=a-2024-05-01.tar; "
	     "2024-05-01T0000: www=a-2024-05-01.tbz; "
	     "2024-05-01T000000: www=a-2024-05-01.tgz; "
	     "2024-05-01T000000-2: www=a-2024-05-01.txz; "
	     "2024-05-01T000000-3: www=a-2024-05-01.zip"},
	    /* rsnapshot's, and other trees */
	    {{"2024-05-01/", "2024-05-02_03-00-00/", "2024-05-02_15-00-00/"},
	     "2024-05-01: www=2024-05-01/; "
	     "2024-05-02: www=2024-05-02_03-00-00/; "
	     "2024-05-02T1500: www=2024-05-02_15-00-00/"},
	};

	expect_cases(cases, G_N_ELEMENTS(cases));
}

/* The newer file gets the name. */
static void test_same_time(void)
{
	g_autoptr(GPtrArray) backups = backups_new();

	backups_add(backups, "a-2024-05-01.tgz");
	backups_add(backups, "a-2024-05-01.zip")->item->mtime_ns += 1;
	expect(backups, "2024-05-01: www=a-2024-05-01.zip; "
			"2024-05-01T0000: www=a-2024-05-01.tgz");
}

static void test_many_in_a_day(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;

	for (guint i = 0; i < 1440; i++) {
		g_autofree char *www = g_strdup_printf(
		    "www-2024-05-01_%02u%02u.tgz", i / 60, i % 60);
		g_autofree char *db = g_strdup_printf(
		    "db-2024-05-01_%02u%02u30.sql", i / 60, i % 60);

		backups_add(backups, www);
		backups_add(backups, db);
	}
	catalog = rond_catalog_new(backups, NULL, utc, NULL);
	g_assert_cmpuint(catalog->snapshots->len, ==, 1440);
	for (guint i = 0; i < 1440; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		g_assert_cmpuint(snapshot->parts->len, ==, 2);
	}
}

static GTimeZone *zone_new(const char *name)
{
	GTimeZone *zone = g_time_zone_new_identifier(name);

	if (!zone)
		g_error("%s: no such time zone; install tzdata", name);
	return zone;
}

static void test_zones(void)
{
	static const struct {
		const char *zone;
		const char *paths[6];
		const char *expected;
	} cases[] = {
	    /* the clock skips an hour */
	    {"Europe/Paris",
	     {"a-2024-03-31_0130.tgz", "a-2024-03-31_0230.tgz",
	      "a-2024-03-31_0300.tgz"},
	     "2024-03-31: www=a-2024-03-31_0130.tgz; "
	     "2024-03-31T0300: www=a-2024-03-31_0300.tgz; "
	     "2024-03-31T0330: www=a-2024-03-31_0230.tgz"},
	    /* it shows an hour twice */
	    {"Europe/Paris",
	     {"a-2024-10-27.tgz", "a-2024-10-27T0030Z.tgz",
	      "a-2024-10-27T0130Z.tgz", "a-2024-10-27T2259Z.tgz",
	      "a-2024-10-27T2300Z.tgz"},
	     "2024-10-27: www=a-2024-10-27.tgz; "
	     "2024-10-27T0230+0200: www=a-2024-10-27T0030Z.tgz; "
	     "2024-10-27T0230+0100: www=a-2024-10-27T0130Z.tgz; "
	     "2024-10-27T2359: www=a-2024-10-27T2259Z.tgz; "
	     "2024-10-28: www=a-2024-10-27T2300Z.tgz"},
	    {"America/New_York",
	     {"a-2024-11-03T0400Z.tgz", "a-2024-11-03T0530Z.tgz",
	      "a-2024-11-03T0630Z.tgz", "a-2024-11-04T0459Z.tgz",
	      "a-2024-11-04T0500Z.tgz"},
	     "2024-11-03: www=a-2024-11-03T0400Z.tgz; "
	     "2024-11-03T0130-0400: www=a-2024-11-03T0530Z.tgz; "
	     "2024-11-03T0130-0500: www=a-2024-11-03T0630Z.tgz; "
	     "2024-11-03T2359: www=a-2024-11-04T0459Z.tgz; "
	     "2024-11-04: www=a-2024-11-04T0500Z.tgz"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GTimeZone) zone = zone_new(cases[i].zone);
		g_autoptr(GPtrArray) backups = backups_at(zone, cases[i].paths);
		g_autoptr(RondCatalog) catalog =
		    expect_after(backups, zone, NULL, cases[i].expected);

		g_assert_true(catalog->zone == zone);
	}
}

/* The order in which they are found does not matter. */
static void test_order(void)
{
	static const char *const paths[] = {
	    "a-2024-05-01_0300.tgz", "a-2024-05-01_1500.tgz",
	    "b/a-2024-05-01.tgz",    "x-2024-05-01_1400.sql",
	    "y-2024-05-01.sql",	     "a-2024-05-02.tgz",
	    "a-2024-05-02.zip",	     NULL};
	g_autoptr(GPtrArray) backups = backups_at(utc, paths);
	g_autoptr(RondCatalog) first =
	    rond_catalog_new(backups, NULL, utc, NULL);
	g_autofree char *expected = catalog_shown(first);

	for (guint i = 0; i < 50; i++) {
		guint a = (guint)g_test_rand_int_range(0, (gint32)backups->len);
		guint b = (guint)g_test_rand_int_range(0, (gint32)backups->len);
		gpointer swapped = backups->pdata[a];

		backups->pdata[a] = backups->pdata[b];
		backups->pdata[b] = swapped;
		expect(backups, expected);
	}
}

static void test_skipped(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	GPtrArray *skipped =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_skipped_free);
	g_autoptr(RondCatalog) catalog = NULL;
	g_autoptr(RondCatalog) same = NULL;

	g_ptr_array_add(skipped, rond_skipped_new("x", "why"));
	catalog = rond_catalog_new(backups, skipped, utc, NULL);
	same = rond_catalog_ref(catalog);
	g_assert_true(catalog->skipped == skipped);
}

int main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	utc = g_time_zone_new_utc();
	g_test_add_func("/catalog/part-names", test_part_names);
	g_test_add_func("/catalog/names-of-files", test_names_of_files);
	g_test_add_func("/catalog/long-part-names", test_long_part_names);
	g_test_add_func("/catalog/given-parts", test_given_parts);
	g_test_add_func("/catalog/given-snapshot", test_given_snapshot);
	g_test_add_func("/catalog/given-twice", test_given_twice);
	g_test_add_func("/catalog/days", test_days);
	g_test_add_func("/catalog/same-time", test_same_time);
	g_test_add_func("/catalog/many-in-a-day", test_many_in_a_day);
	g_test_add_func("/catalog/zones", test_zones);
	g_test_add_func("/catalog/order", test_order);
	g_test_add_func("/catalog/skipped", test_skipped);
	failed = g_test_run();
	g_time_zone_unref(utc);
	return failed;
}
