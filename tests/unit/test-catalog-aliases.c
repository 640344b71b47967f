/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that last: the aliases, and what later scans leave as it was. */
#include "tests/unit/catalog-kit.h"

#include "fs/dates.h"

static GTimeZone *utc;

static gint64 at(const char *name)
{
	gboolean has_time;
	gint64 time;

	g_assert_true(rond_snapshot_name_parse(name, utc, &time, &has_time));
	return time;
}

static void expect_aliases(const RondCatalog *catalog, const char *now,
			   const char *expected)
{
	g_auto(GStrv) names = rond_catalog_aliases(catalog, at(now));
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; names[i]; i++) {
		const RondSnapshot *snapshot =
		    rond_catalog_resolve(catalog, at(now), names[i]);

		g_string_append_printf(text, "%s%s=%s", i ? " " : "", names[i],
				       snapshot ? snapshot->name : "?");
	}
	g_assert_cmpstr(text->str, ==, expected);
}

static void test_aliases(void)
{
	static const char *const paths[] = {
	    "a-2023-12-24.tgz",	     "a-2023-12-31_0300.tgz",
	    "a-2023-12-31_1500.tgz", "a-2024-01-01.tgz",
	    "a-2024-01-02_2359.tgz", NULL};
	g_autoptr(GPtrArray) backups = backups_at(utc, paths);
	g_autoptr(RondCatalog) catalog =
	    rond_catalog_new(backups, NULL, utc, NULL);

	expect_aliases(catalog, "2024-01-02T0000",
		       "J-0=2024-01-02 J-1=2024-01-01 J-2=2023-12-31 "
		       "J-9=2023-12-24 S-1=2023-12-24 latest=2024-01-02");
	expect_aliases(catalog, "2024-01-08T2359",
		       "J-6=2024-01-02 J-7=2024-01-01 J-8=2023-12-31 "
		       "J-15=2023-12-24 S-1=2024-01-01 S-2=2023-12-24 "
		       "latest=2024-01-02");
	/* before all of them */
	expect_aliases(catalog, "2023-01-01", "latest=2024-01-02");
}

static void test_resolve(void)
{
	static const char *const paths[] = {"a-2024-05-01.tgz",
					    "a-2024-05-08.tgz", NULL};
	static const char *const bad[] = {
	    "J-1",    "J-",	  "J",	      "J-01",
	    "J--1",   "J-+0",	  "J-0 ",     "j-0",
	    "S-0",    "S-2",	  "J-1a",     "X-0",
	    "J-00",   "J-100001", "S-100000", "J-99999999999999999999",
	    "Latest", "",	  "-",	      "D-x",
	    "S--1",   "J-0x0"};
	g_autoptr(GPtrArray) backups = backups_at(utc, paths);
	g_autoptr(RondCatalog) catalog =
	    rond_catalog_new(backups, NULL, utc, NULL);
	gint64 now = at("2024-05-08T1200");

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i]);
		g_assert_null(rond_catalog_resolve(catalog, now, bad[i]));
	}
	g_assert_cmpstr(rond_catalog_resolve(catalog, now, "D-7")->name, ==,
			"2024-05-01");
	g_assert_cmpstr(rond_catalog_resolve(catalog, now, "J-7")->name, ==,
			"2024-05-01");
	g_assert_cmpstr(rond_catalog_resolve(catalog, now, "S-1")->name, ==,
			"2024-05-01");
	g_assert_null(rond_catalog_resolve(catalog, G_MININT64, "J-100000"));
	g_assert_null(rond_catalog_find(catalog, "latest"));
	g_assert_null(rond_catalog_find(catalog, "2024-05-02"));
}

static void test_alias_names(void)
{
	static const char *const yes[] = {"J-0",    "D-12",  "S-1",
					  "latest", "J-001", "S-99999999999"};
	static const char *const no[] = {"J-",	   "J", "J-x",	"X-1",
					 "Latest", "",	"J-1a", "now"};

	for (guint i = 0; i < G_N_ELEMENTS(yes); i++)
		g_assert_true(rond_alias_is_name(yes[i]));
	for (guint i = 0; i < G_N_ELEMENTS(no); i++)
		g_assert_false(rond_alias_is_name(no[i]));
}

static void test_weeks_of_old_ones(void)
{
	static const char *const paths[] = {"a-2000-05-01.tgz", NULL};
	g_autoptr(GPtrArray) backups = backups_at(utc, paths);
	g_autoptr(RondCatalog) catalog =
	    rond_catalog_new(backups, NULL, utc, NULL);
	g_auto(GStrv) names = rond_catalog_aliases(catalog, at("2024-05-01"));

	g_assert_cmpuint(g_strv_length(names), ==, 3);
	g_assert_cmpstr(names[1], ==, "S-1252");
	g_assert_nonnull(
	    rond_catalog_resolve(catalog, at("2024-05-01"), "S-1000"));
}

static void test_undated_aliases(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;
	g_autoptr(RondCatalog) empty = NULL;
	g_autoptr(GPtrArray) none = backups_new();

	backup_give(backups_add(backups, "a-2024-05-01.tgz"), "x", NULL);
	backup_give(backups_add(backups, "a-2024-05-02.tgz"), "w", NULL);
	catalog = rond_catalog_new(backups, NULL, utc, NULL);
	expect_aliases(catalog, "2024-05-02", "latest=w");
	empty = rond_catalog_new(none, NULL, utc, NULL);
	expect_aliases(empty, "2024-05-02", "");
	g_assert_null(rond_catalog_resolve(empty, 0, "latest"));
}

static void test_named_never_latest(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;

	backup_give(backups_add(backups, "a-2024-05-09.tgz"), "x", NULL);
	backups_add(backups, "a-2024-05-02.tgz");
	catalog = rond_catalog_new(backups, NULL, utc, NULL);
	expect_aliases(catalog, "2024-05-09",
		       "J-7=2024-05-02 S-1=2024-05-02 latest=2024-05-02");
}

/* What came first keeps its name, whatever comes later. */
static void test_later_backups(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) first = NULL;
	g_autoptr(RondCatalog) second = NULL;
	g_autoptr(RondCatalog) third = NULL;

	backups_add(backups, "a-2024-05-01_1500.tgz");
	first = expect_after(backups, utc, NULL,
			     "2024-05-01: www=a-2024-05-01_1500.tgz");
	/* earlier in the day; another series; the first dump */
	backups_add(backups, "a-2024-05-01_0300.tgz");
	backups_add(backups, "b-2024-05-01_0300.tgz");
	backups_add(backups, "x-2024-05-01.sql");
	second = expect_after(
	    backups, utc, first,
	    "2024-05-01T0300: www=a-2024-05-01_0300.tgz; "
	    "2024-05-01: b=b-2024-05-01_0300.tgz db=x-2024-05-01.sql "
	    "www=a-2024-05-01_1500.tgz");
	g_assert_cmpstr(
	    rond_catalog_resolve(second, at("2024-05-01"), "J-0")->name, ==,
	    "2024-05-01");
	/* the first is deleted: its name is not given to another */
	g_ptr_array_remove_index(backups, 0);
	backups_add(backups, "y-2024-05-02.sql");
	third = expect_after(
	    backups, utc, second,
	    "2024-05-01T0300: www=a-2024-05-01_0300.tgz; "
	    "2024-05-01: b=b-2024-05-01_0300.tgz db=x-2024-05-01.sql; "
	    "2024-05-02: y=y-2024-05-02.sql");
}

/* The first of a day is gone, the later ones keep their names, and a new one
 * does not take it unless it is earlier. */
static void test_first_is_deleted(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) first = NULL;
	g_autoptr(RondCatalog) second = NULL;
	g_autoptr(RondCatalog) third = NULL;

	backups_add(backups, "a-2024-05-01_0300.tgz");
	backups_add(backups, "a-2024-05-01_1500.tgz");
	first = rond_catalog_new(backups, NULL, utc, NULL);
	g_ptr_array_remove_index(backups, 0);
	backups_add(backups, "a-2024-05-01_1800.tgz");
	second = expect_after(backups, utc, first,
			      "2024-05-01T1500: www=a-2024-05-01_1500.tgz; "
			      "2024-05-01T1800: www=a-2024-05-01_1800.tgz");
	g_assert_cmpstr(
	    rond_catalog_resolve(second, at("2024-05-01"), "J-0")->name, ==,
	    "2024-05-01T1500");
	backups_add(backups, "a-2024-05-01_0400.tgz");
	third = expect_after(backups, utc, second,
			     "2024-05-01: www=a-2024-05-01_0400.tgz; "
			     "2024-05-01T1500: www=a-2024-05-01_1500.tgz; "
			     "2024-05-01T1800: www=a-2024-05-01_1800.tgz");
}

/* Written anew under its name: the snapshot has the same name, the new file. */
static void test_replaced(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(GPtrArray) later = backups_new();
	g_autoptr(RondCatalog) first = NULL;
	g_autoptr(RondCatalog) second = NULL;
	RondBackup *replaced;

	backups_add(backups, "a-2024-05-01.tgz");
	first = rond_catalog_new(backups, NULL, utc, NULL);
	replaced = backups_add(later, "a-2024-05-01.tgz");
	replaced->item->size = 7;
	g_assert_false(rond_backup_same(backups->pdata[0], replaced));
	second =
	    expect_after(later, utc, first, "2024-05-01: www=a-2024-05-01.tgz");
	g_assert_true(((RondPlacedPart *)rond_catalog_find(second, "2024-05-01")
			   ->parts->pdata[0])
			  ->backup == replaced);
}

/* rsnapshot renames daily.0 to daily.1: it stays where it is. */
static void test_rotated(void)
{
	g_autoptr(GPtrArray) backups = backups_new();
	g_autoptr(RondCatalog) first = NULL;
	g_autoptr(RondCatalog) second = NULL;
	static const gint64 times[] = {1714586400, 1714572000};

	for (guint i = 0; i < 2; i++) {
		g_autofree char *path = g_strdup_printf("hourly.%u/", i);
		RondBackup *backup = backup_at(path, utc, times[i]);

		g_free(backup->stem);
		backup->stem = g_strdup("");
		g_ptr_array_add(backups, backup);
	}
	first = expect_after(backups, utc, NULL,
			     "2024-05-01: www=hourly.1/; "
			     "2024-05-01T1800: www=hourly.0/");
	/* the older one goes, the other is renamed */
	g_ptr_array_remove_index(backups, 1);
	g_free(((RondBackup *)backups->pdata[0])->item->path);
	((RondBackup *)backups->pdata[0])->item->path = g_strdup("hourly.1/");
	second =
	    expect_after(backups, utc, first, "2024-05-01T1800: www=hourly.1/");
}

static void expect_named(const RondCatalog *catalog, const char *name,
			 const char *expected)
{
	/* 2024-05-04 */
	const RondSnapshot *found =
	    rond_catalog_named(catalog, 1714824000, name);

	g_assert_cmpstr(found ? found->name : NULL, ==, expected);
}

/* Names, aliases, and those before them. */
static void test_named(void)
{
	static const char *const paths[] = {"www-2024-05-01.tar",
					    "www-2024-05-02.tar",
					    "www-2024-05-03.tar", NULL};
	g_autoptr(GPtrArray) backups = backups_at(utc, paths);

	g_ptr_array_add(backups,
			backup_give(backup_at("x.tar", utc, 5), "a~1", NULL));
	g_autoptr(RondCatalog) catalog =
	    rond_catalog_new(backups, NULL, utc, NULL);

	expect_named(catalog, "2024-05-02", "2024-05-02");
	expect_named(catalog, "J-1", "2024-05-03");
	expect_named(catalog, "latest", "2024-05-03");
	expect_named(catalog, "latest~0", "2024-05-03");
	expect_named(catalog, "latest~1", "2024-05-02");
	expect_named(catalog, "J-1~2", "2024-05-01");
	expect_named(catalog, "2024-05-02~1", "2024-05-01");
	expect_named(catalog, "a~1", "a~1");
	expect_named(catalog, "a~1~0", "a~1");
	/* Before the first there is none, and what is no number counts none. */
	expect_named(catalog, "a~1~1", NULL);
	expect_named(catalog, "latest~9", NULL);
	expect_named(catalog, "latest~999999", NULL);
	expect_named(catalog, "latest~9999999", NULL);
	expect_named(catalog, "latest~", NULL);
	expect_named(catalog, "latest~x", NULL);
	expect_named(catalog, "latest~-1", NULL);
	expect_named(catalog, "~1", NULL);
	expect_named(catalog, "", NULL);
	expect_named(catalog, "2024-05-09", NULL);
}

/* In any order of arrival no name changes, and nothing is lost. */
static void test_random_arrival(void)
{
	static const char *const stems[] = {"www", "blog", "a/x", "b/x"};
	g_autoptr(GHashTable) names =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GPtrArray) all = backups_new();
	g_autoptr(GPtrArray) present = backups_new();
	g_autoptr(RondCatalog) catalog = NULL;

	for (guint i = 0; i < 120; i++) {
		g_autofree char *path = g_strdup_printf(
		    "%s-2024-05-%02u_%02u00.%s", stems[i % 4], 1 + i / 24,
		    (i * 7) % 24, i % 3 ? "tgz" : "sql.gz");

		backups_add(all, path);
	}
	while (all->len) {
		guint i = (guint)g_test_rand_int_range(0, (gint32)all->len);
		g_autoptr(RondCatalog) earlier = g_steal_pointer(&catalog);
		guint placed = 0;

		g_ptr_array_add(present, g_ptr_array_steal_index_fast(all, i));
		catalog = rond_catalog_new(present, NULL, utc, earlier);
		for (guint s = 0; s < catalog->snapshots->len; s++) {
			const RondSnapshot *snapshot =
			    catalog->snapshots->pdata[s];

			for (guint p = 0; p < snapshot->parts->len; p++) {
				const RondPlacedPart *part =
				    snapshot->parts->pdata[p];
				char *name = g_strconcat(snapshot->name, "/",
							 part->name, NULL);
				const char *path = part->backup->item->path;
				const char *known =
				    g_hash_table_lookup(names, path);

				placed++;
				if (known)
					g_assert_cmpstr(name, ==, known);
				g_hash_table_replace(names, g_strdup(path),
						     name);
			}
		}
		g_assert_cmpuint(placed, ==, present->len);
	}
}

int main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	utc = g_time_zone_new_utc();
	g_test_add_func("/catalog/aliases", test_aliases);
	g_test_add_func("/catalog/resolve", test_resolve);
	g_test_add_func("/catalog/alias-names", test_alias_names);
	g_test_add_func("/catalog/weeks-are-bounded", test_weeks_of_old_ones);
	g_test_add_func("/catalog/undated-aliases", test_undated_aliases);
	g_test_add_func("/catalog/named-never-latest", test_named_never_latest);
	g_test_add_func("/catalog/later-backups", test_later_backups);
	g_test_add_func("/catalog/first-is-deleted", test_first_is_deleted);
	g_test_add_func("/catalog/replaced", test_replaced);
	g_test_add_func("/catalog/rotated", test_rotated);
	g_test_add_func("/catalog/named", test_named);
	g_test_add_func("/catalog/random-arrival", test_random_arrival);
	failed = g_test_run();
	g_time_zone_unref(utc);
	return failed;
}
