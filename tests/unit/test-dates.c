/* SPDX-License-Identifier: BSD-2-Clause */
/* What names say of themselves, and the names of snapshots. */
#include "fs/dates.h"

#include <string.h>

/* Names as they are found, and what is read from them in UTC. @when: NULL, no
 * date; the day alone, or with its time. */
static const struct {
	const char *name;
	const char *stem;
	const char *when;
} names[] = {
    /* plain scripts */
    {"www-2024-05-01.tar.gz", "www", "2024-05-01"},
    {"www_2024-05-01.tar.zst", "www", "2024-05-01"},
    {"www.2024-05-01.tgz", "www", "2024-05-01"},
    {"www 2024-05-01.zip", "www", "2024-05-01"},
    {"www2024-05-01.zip", "www", "2024-05-01"},
    {"www-20240501.tar.bz2", "www", "2024-05-01"},
    {"www20240501.tar", "www", "2024-05-01"},
    {"www-2024_05_01.7z", "www", "2024-05-01"},
    {"www-2024.05.01.cpio.gz", "www", "2024-05-01"},
    {"2024-05-01-www.tar.gz", "www", "2024-05-01"},
    {"2024-05-01_www.tar.gz", "www", "2024-05-01"},
    {"20240501.www.tar.gz", "www", "2024-05-01"},
    {"2024-05-01.tar.gz", "", "2024-05-01"},
    {"20240501.sql.gz", "", "2024-05-01"},
    {"my-site.example.com-2024-05-01.tar", "my-site.example.com", "2024-05-01"},
    {"my.site-2024-05-01-full.tar.gz", "my.site-full", "2024-05-01"},
    {"WWW-2024-05-01.TAR.GZ", "WWW", "2024-05-01"},
    {"db-2024-05-01.sql", "db", "2024-05-01"},
    {"db-2024-05-01.sql.xz", "db", "2024-05-01"},
    {"db-2024-05-01.sql.zip", "db", "2024-05-01"},
    {"db.sql-20240501.gz", "db", "2024-05-01"},
    {"db.sql.2024-05-01.gz", "db", "2024-05-01"},
    {"db.sql.gz.2024-05-01", "db", "2024-05-01"},
    {"db-2024-05-01.dump", "db", "2024-05-01"},
    {"www-2024-05-01 (1).tar.gz", "www", "2024-05-01"},
    {"www-2024-05-01.tar(2).gz", "www", "2024-05-01"},
    {"www-2024-05-01.tar.gz.gpg", "www", "2024-05-01"},
    {"caf\xe9-2024-05-01.tar.gz", "caf\xe9", "2024-05-01"},
    {"caf\xc3\xa9-2024-05-01.tar.gz", "caf\xc3\xa9", "2024-05-01"},
    /* …with times */
    {"www-2024-05-01-1230.tar.gz", "www", "2024-05-01T123000"},
    {"www-2024-05-01_12-30.tar.gz", "www", "2024-05-01T123000"},
    {"www-2024-05-01_12:30:59.tar.gz", "www", "2024-05-01T123059"},
    {"www-2024-05-01T12h30.tar.gz", "www", "2024-05-01T123000"},
    {"www-2024-05-01_12h30m15s.tar.gz", "www", "2024-05-01T123015"},
    {"www-2024-05-01_12h30m15.tar.gz", "www", "2024-05-01T123015"},
    {"www-20240501123059.tar.gz", "www", "2024-05-01T123059"},
    {"www-202405011230.tar.gz", "www", "2024-05-01T123000"},
    {"www-20240501-123059.tar.gz", "www", "2024-05-01T123059"},
    {"www_2024_05_01_12_30_59.tar.gz", "www", "2024-05-01T123059"},
    {"www 2024-05-01 12.30.59.zip", "www", "2024-05-01T123059"},
    {"www-2024-05-01__12-30-59.zip", "www", "2024-05-01T123059"},
    {"2024-05-01_1230-www.tar.gz", "www", "2024-05-01T123000"},
    {"2024-05-01_1230mysql.sql", "mysql", "2024-05-01T123000"},
    {"www-2024-05-01-000000.tar.gz", "www", "2024-05-01T000000"},
    {"www-2024-05-01-235960.tar.gz", "www", "2024-05-01T235959"},
    {"www-2024-05-01T12:30:00Z.tgz", "www", "2024-05-01T123000"},
    {"www-2024-05-01T12:30:00.123456.tgz", "www", "2024-05-01T123000"},
    {"www-2024-05-01T12:30:00.123Z.tgz", "www", "2024-05-01T123000"},
    {"www-2024-05-01T02:30:00+02:00.tgz", "www", "2024-05-01T003000"},
    {"www-20240501T023000+0200.tgz", "www", "2024-05-01T003000"},
    {"www-2024-05-01T0030-0500.tgz", "www", "2024-05-01T053000"},
    {"www-2024-05-01_0030-0500.tgz", "www", "2024-05-01T003000"},
    {"www-2024-05-01T0030+0200.tgz", "www", "2024-04-30T223000"},
    /* …whose time is none */
    {"www-2024-05-01-2560.tar.gz", "www-2560", "2024-05-01"},
    {"www-2024-05-01-9.tar.gz", "www-9", "2024-05-01"},
    {"www-2024-05-01-10.tar.gz", "www-10", "2024-05-01"},
    {"www-2024-05-01-1234567.tar.gz", "www", "2024-05-01"},
    {"www-2024-05-01-123456789.tar.gz", "www-123456789", "2024-05-01"},
    /* several dates: the last, and none is in the stem */
    {"2024-04-30-www-2024-05-01.tar.gz", "www", "2024-05-01"},
    {"www-2024-05-01-2024-05-02.tar.gz", "www", "2024-05-02"},
    {"www-20240501-20240502.tar.gz", "www", "2024-05-02"},
    {"www-2024-05-02-2024-02-30.tar.gz", "www-2024-02-30", "2024-05-02"},
    {"20240501_SITE_20240502123000_archive.zip", "SITE-archive",
     "2024-05-02T123000"},
    /* wp-cli */
    {"rondcoin-2024-05-01-1a2b3c4.sql", "rondcoin", "2024-05-01"},
    {"rond-coin_wp-2024-05-01-0000000.sql.gz", "rond-coin_wp", "2024-05-01"},
    {"rondcoin-2024-05-01-1a2b3c4d.sql", "rondcoin-1a2b3c4d", "2024-05-01"},
    /* automysqlbackup */
    {"daily_rondcoin_2016-12-24_03h59m_Saturday.sql.gz", "rondcoin",
     "2016-12-24T035900"},
    {"weekly_rondcoin_2016-12-24_03h59m_51.sql.gz", "rondcoin",
     "2016-12-24T035900"},
    {"monthly_rond_coin_2016-12-01_03h59m_December.sql.bz2", "rond_coin",
     "2016-12-01T035900"},
    {"rondcoin_2016-12-24_03h59m.Saturday.sql.gz", "rondcoin",
     "2016-12-24T035900"},
    {"daily_rondcoin_2016-12-24_03h59m_Ao\xc3\xbbt.sql.gz", "rondcoin",
     "2016-12-24T035900"},
    /* backup-manager */
    {"host-var-www.20240501.master.tar.gz", "host-var-www", "2024-05-01"},
    {"host-var-www.20240501.tar.gz", "host-var-www", "2024-05-01"},
    {"host-mysql-rondcoin.20240501.sql.bz2", "host-mysql-rondcoin",
     "2024-05-01"},
    /* panels: not misplaced */
    {"backup-5.1.2024_12-30-59_joe.tar.gz", "backup_joe", "2024-05-01T123059"},
    {"backup-12.31.2024_12-30-59_joe.tar.gz", "backup_joe",
     "2024-12-31T123059"},
    {"joe.2024-05-01_12-30-59.tar", "joe", "2024-05-01T123059"},
    {"backup_2024-05-01-1230_My_Site_0123456789ab-plugins2.zip",
     "backup-My_Site-plugins2", "2024-05-01T123000"},
    {"site.org-20240501-123059-abc.wpress", "site.org-abc",
     "2024-05-01T123059"},
    {"backup_2405011230.tar", "backup_2405011230", NULL},
    {"download_joe_1714521600_3.tar.gz", "download_joe_1714521600_3", NULL},
    /* no dates */
    {"www.tar.gz", "www", NULL},
    {"latest.tar.gz", "latest", NULL},
    {"dump.sql", "dump", NULL},
    {"db.sql.gz", "db", NULL},
    {"www (1).zip", "www", NULL},
    {"(1).zip", "(1)", NULL},
    {"", "", NULL},
    {"-_.", "", NULL},
    {"wordpress-6.4.3.tar.gz", "wordpress-6.4.3", NULL},
    {"app-1.2.2024.tgz", "app-1.2.2024", NULL},
    {"site-192.168.20.24.tar.gz", "site-192.168.20.24", NULL},
    {"www-php8.2.tar.gz", "www-php8.2", NULL},
    {"call-0033612345678.tar", "call-0033612345678", NULL},
    {"call-+33612345678.tar", "call-+33612345678", NULL},
    {"n-1714521600.tar", "n-1714521600", NULL},
    {"n-1234567.tar", "n-1234567", NULL},
    {"n-202405011.tar", "n-202405011", NULL},
    {"n-2024050112.tar", "n-2024050112", NULL},
    {"n-120240501.tar", "n-120240501", NULL},
    {"n-20240501123061.tar", "n-20240501123061", NULL},
    {"2024.tar.gz", "2024", NULL},
    {"2024-05.tar.gz", "2024-05", NULL},
    /* impossible ones */
    {"www-20240230.tar.gz", "www-20240230", NULL},
    {"www-2023-02-29.tar.gz", "www-2023-02-29", NULL},
    {"www-2024-02-29.tar.gz", "www", "2024-02-29"},
    {"www-2024-04-31.tar.gz", "www-2024-04-31", NULL},
    {"www-2024-13-01.tar.gz", "www-2024-13-01", NULL},
    {"www-2024-00-10.tar.gz", "www-2024-00-10", NULL},
    {"www-2024-05-32.tar.gz", "www-2024-05-32", NULL},
    {"www-19691231.tar.gz", "www-19691231", NULL},
    {"www-19700101.tar.gz", "www", "1970-01-01"},
    {"www-21001231.tar.gz", "www", "2100-12-31"},
    {"www-21010101.tar.gz", "www-21010101", NULL},
    {"www-00000000.tar.gz", "www-00000000", NULL},
    /* day-month-year, never */
    {"www-01-05-2024.tar.gz", "www-01-05-2024", NULL},
    {"www-01052024.tar.gz", "www-01052024", NULL},
    {"www_01-05-2024_12-30.tar.gz", "www_01-05-2024_12-30", NULL},
    {"01.05.2024_12.30.tar.gz", "01.05.2024_12.30", NULL},
    {"www01-05-2024-12-30.tar.gz", "www01-05-2024-12-30", NULL},
    {"5-1-2024-12-30.tar.gz", "5-1-2024-12-30", NULL},
    {"app-1.2-2024-05-01.tar.gz", "app-1.2", "2024-05-01"},
    {"php8.2-2024-05-01.tar.gz", "php8.2", "2024-05-01"},
    {"php8-2-2024-05-01.tar.gz", "php8-2", "2024-05-01"},
    {"www-99-1-2024-05-01.tar.gz", "www-99-1", "2024-05-01"},
    {"v6-2024-05-01.tar.gz", "v6", "2024-05-01"},
    /* digits within hashes */
    {"db-3f20240501ab.sql", "db-3f20240501ab", NULL},
    {"9e107d9d20240501d6bb6826bd3542a4.zip", "9e107d9d20240501d6bb6826bd3542a4",
     NULL},
    {"www20240501b.tar.gz", "www-b", "2024-05-01"},
    {"db20240501.sql", "db", "2024-05-01"},
};

static void test_names(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(RondDated) dated = {0};
		g_autofree char *when = NULL;

		g_autofree char *shown = g_strescape(names[i].name, NULL);

		g_test_message("%s", shown);
		if (rond_date_parse(names[i].name, FALSE, NULL, utc, &dated))
			when = dated.has_time
				   ? rond_second_name(dated.time, utc)
				   : rond_day_name(dated.time, utc);
		g_assert_cmpstr(when, ==, names[i].when);
		g_assert_cmpstr(dated.stem, ==, names[i].stem);
		g_assert_null(dated.part);
	}
}

static void test_folders(void)
{
	static const struct {
		const char *name, *stem, *when;
	} folders[] = {
	    {"2024-05-01", "", "2024-05-01"},
	    {"2024-05-01-123059", "", "2024-05-01T123059"},
	    {"2024-05-01_12-30-59", "", "2024-05-01T123059"},
	    {"site-2024-05-01", "site", "2024-05-01"},
	    /* mydumper */
	    {"export-20240501-123059", "export", "2024-05-01T123059"},
	    {"site.zip", "site", NULL},
	    {"www", "www", NULL},
	    {"daily.0", "daily.0", NULL},
	    {"2024", "2024", NULL},
	    {"2024-05", "2024-05", NULL},
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_auto(RondDated) dated = {0};
		g_autofree char *when = NULL;

		g_test_message("%s", folders[i].name);
		if (rond_date_parse(folders[i].name, TRUE, NULL, utc, &dated))
			when = dated.has_time
				   ? rond_second_name(dated.time, utc)
				   : rond_day_name(dated.time, utc);
		g_assert_cmpstr(when, ==, folders[i].when);
		g_assert_cmpstr(dated.stem, ==, folders[i].stem);
	}
}

static void test_rotated(void)
{
	static const char *const yes[] = {"daily.0",  "daily.13",   "hourly.5",
					  "weekly.3", "monthly.11", "yearly.1",
					  "alpha.0",  "beta.2",	    "gamma.1"};
	static const char *const no[] = {
	    "daily",	"daily.",   "daily.x",	"daily.-1",  "_delete.123",
	    "daily.0a", "xdaily.0", "daily.01", "daily.0\n", "daily.9999999"};

	for (guint i = 0; i < G_N_ELEMENTS(yes); i++)
		g_assert_true(rond_name_is_rotated(yes[i]));
	for (guint i = 0; i < G_N_ELEMENTS(no); i++)
		g_assert_false(rond_name_is_rotated(no[i]));
}

static void test_long_names(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	static const char *const pieces[] = {"2024-05-01-", "a.",  "1-",
					     "_",	    "(1)", "daily_"};

	for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) name = g_string_new(NULL);
		g_auto(RondDated) dated = {0};

		while (name->len < 4096)
			g_string_append(name, pieces[i]);
		g_assert_cmpint(
		    rond_date_parse(name->str, FALSE, NULL, utc, &dated), ==,
		    i == 0);
		g_assert_nonnull(dated.stem);
	}
}

static GTimeZone *zone_new(const char *name)
{
	GTimeZone *zone = g_time_zone_new_identifier(name);

	if (!zone)
		g_error("%s: no such time zone; install tzdata", name);
	return zone;
}

static void expect_time(GTimeZone *zone, const char *name, gint64 time,
			const char *minute_name)
{
	g_auto(RondDated) dated = {0};
	g_autofree char *minute = NULL;
	gboolean has_time;
	gint64 back;

	g_test_message("%s", name);
	g_assert_true(rond_date_parse(name, FALSE, NULL, zone, &dated));
	g_assert_cmpint(dated.time, ==, time);
	minute = rond_minute_name(dated.time, zone);
	g_assert_cmpstr(minute, ==, minute_name);
	g_assert_true(rond_snapshot_name_parse(minute, zone, &back, &has_time));
	g_assert_true(has_time);
	g_assert_cmpint(back, ==, time);
}

static void test_paris(void)
{
	g_autoptr(GTimeZone) zone = zone_new("Europe/Paris");

	/* the clock skips 02:00 to 03:00 */
	expect_time(zone, "x-2024-03-31_0159", 1711846740, "2024-03-31T0159");
	expect_time(zone, "x-2024-03-31_0300", 1711846800, "2024-03-31T0300");
	expect_time(zone, "x-2024-03-31_0230", 1711848600, "2024-03-31T0330");
	/* it shows 02:00 to 03:00 twice */
	expect_time(zone, "x-2024-10-27_0159", 1729987140, "2024-10-27T0159");
	expect_time(zone, "x-2024-10-27_0200", 1729987200,
		    "2024-10-27T0200+0200");
	expect_time(zone, "x-2024-10-27_0230", 1729989000,
		    "2024-10-27T0230+0200");
	expect_time(zone, "x-2024-10-27T0230+0100", 1729992600,
		    "2024-10-27T0230+0100");
	expect_time(zone, "x-2024-10-27T0130Z", 1729992600,
		    "2024-10-27T0230+0100");
	expect_time(zone, "x-2024-10-27_0300", 1729994400, "2024-10-27T0300");
}

static void test_new_york(void)
{
	g_autoptr(GTimeZone) zone = zone_new("America/New_York");

	expect_time(zone, "x-2024-03-10_0230", 1710055800, "2024-03-10T0330");
	expect_time(zone, "x-2024-11-03_0130", 1730611800,
		    "2024-11-03T0130-0400");
	expect_time(zone, "x-2024-11-03T0130-0500", 1730615400,
		    "2024-11-03T0130-0500");
	expect_time(zone, "x-2024-11-03_0200", 1730617200, "2024-11-03T0200");
}

/* Midnight itself may be skipped. */
static void test_no_midnight(void)
{
	g_autoptr(GTimeZone) zone = zone_new("America/Sao_Paulo");
	g_auto(RondDated) dated = {0};
	g_autofree char *day = NULL;

	g_assert_true(
	    rond_date_parse("x-2018-11-04", FALSE, NULL, zone, &dated));
	day = rond_day_name(dated.time, zone);
	g_assert_cmpstr(day, ==, "2018-11-04");
}

static void test_every_hour(void)
{
	static const char *const zones[] = {"Europe/Paris", "America/New_York",
					    "Australia/Lord_Howe",
					    "Asia/Kathmandu", "UTC"};

	for (guint i = 0; i < G_N_ELEMENTS(zones); i++) {
		g_autoptr(GTimeZone) zone = zone_new(zones[i]);

		for (gint64 t = 1704067200; t < 1735689600; t += 1800) {
			g_autofree char *name = rond_minute_name(t, zone);
			gboolean has_time;
			gint64 back;

			g_assert_true(rond_snapshot_name_parse(
			    name, zone, &back, &has_time));
			g_assert_cmpint(back, ==, t);
		}
	}
}

static void test_day_numbers(void)
{
	g_autoptr(GTimeZone) zone = zone_new("Europe/Paris");
	guint32 day = rond_day_number(1714514400, zone); /* 2024-05-01 00:00 */

	g_assert_cmpuint(rond_day_number(1714514399, zone), ==, day - 1);
	g_assert_cmpuint(rond_day_number(1714600799, zone), ==, day);
	g_assert_cmpuint(rond_day_number(1714600800, zone), ==, day + 1);
}

static void test_absurd_times(void)
{
	static const gint64 times[] = {G_MININT64, G_MAXINT64, -1, 0};
	g_autoptr(GTimeZone) zone = zone_new("Asia/Kathmandu");

	for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autofree char *day = rond_day_name(times[i], zone);
		g_autofree char *minute = rond_minute_name(times[i], zone);

		g_assert_cmpuint(strlen(day), ==, 10);
		g_assert_true(g_str_has_prefix(minute, day));
		g_assert_cmpuint(rond_day_number(times[i], zone), >, 0);
	}
}

static void test_snapshot_names(void)
{
	static const char *const bad[] = {
	    "",
	    "2024",
	    "2024-05",
	    "2024-05-1",
	    "2024-5-01",
	    "2024-05-01 ",
	    "2024-05-01T",
	    "2024-05-01T12",
	    "2024-05-01T2400",
	    "2024-05-01T1260",
	    "2024-05-01T12:30",
	    "2024-05-01T1230Z",
	    "2024-05-01T12301",
	    "2024-05-01T123061",
	    "2024-02-30",
	    "2024-05-01T1230+",
	    "2024-05-01T1230+1",
	    "2024-05-01T1230+1500",
	    "2024-05-01T1230+0160",
	    "2024-05-01T1230+01000",
	    "before-hack",
	    "20240501",
	    "2024-05-01x",
	    "1969-12-31",
	    "2101-01-01",
	    "-024-05-01",
	    "2024-05-01t1230",
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	gboolean has_time;
	gint64 time;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i]);
		g_assert_false(
		    rond_snapshot_name_parse(bad[i], utc, &time, &has_time));
	}
	g_assert_true(
	    rond_snapshot_name_parse("2024-05-01", utc, &time, &has_time));
	g_assert_false(has_time);
	g_assert_cmpint(time, ==, 1714521600);
	g_assert_true(rond_snapshot_name_parse("2024-05-01T123059", utc, &time,
					       &has_time));
	g_assert_true(has_time);
	g_assert_cmpint(time, ==, 1714521600 + 45059);
	g_assert_true(rond_snapshot_name_parse("2024-05-01T1230-0130", utc,
					       &time, &has_time));
	g_assert_cmpint(time, ==, 1714521600 + 45000 + 5400);
}

static void test_stems(void)
{
	static const char *const stems[][2] = {
	    {"www.tar.gz", "www"},
	    {"www.tgz", "www"},
	    {"a.b.tar", "a.b"},
	    {"db.sql.zst", "db"},
	    {"db.SQL.GZ", "db"},
	    {"www", "www"},
	    {"", ""},
	    {"gz", "gz"},
	    {".tar", "tar"},
	    {"--www--.zip", "www"},
	    {"www (12).zip", "www"},
	    {"www(1)(2).zip", "www"},
	    {"www().zip", "www()"},
	    {"www (x).zip", "www (x)"},
	    {"(1)", "(1)"},
	    {"x(1", "x(1"},
	    {"www.zip.gpg", "www"},
	    {"readme.txt", "readme.txt"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(stems); i++) {
		g_autofree char *stem = rond_name_stem(stems[i][0]);

		g_assert_cmpstr(stem, ==, stems[i][1]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dates/names", test_names);
	g_test_add_func("/dates/folders", test_folders);
	g_test_add_func("/dates/rotated", test_rotated);
	g_test_add_func("/dates/long-names", test_long_names);
	g_test_add_func("/dates/paris", test_paris);
	g_test_add_func("/dates/new-york", test_new_york);
	g_test_add_func("/dates/no-midnight", test_no_midnight);
	g_test_add_func("/dates/every-hour", test_every_hour);
	g_test_add_func("/dates/day-numbers", test_day_numbers);
	g_test_add_func("/dates/absurd-times", test_absurd_times);
	g_test_add_func("/dates/snapshot-names", test_snapshot_names);
	g_test_add_func("/dates/stems", test_stems);
	return g_test_run();
}
