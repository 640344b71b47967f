/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scan-fixture.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_plain(ScanFixture *f, gconstpointer data)
{
	make_tar(f, "www-2024-05-01.tar.gz");
	make_tar(f, "www-2024-05-02_0300.tar.xz");
	make_dump(f, "db-2024-05-01.sql");
	make_tar(f, "site.tar");
	set_mtime(f, "site.tar", 1714566659);
	make_tar(f, "no-ending-2024-05-03");
	add_source(f, "", "");
	g_assert_cmpuint(
	    scan(f,
		 "A no-ending-2024-05-03 |no-ending 2024-05-03\n"
		 "A site.tar |site ~2024-05-01T123059\n"
		 "A www-2024-05-01.tar.gz |www 2024-05-01\n"
		 "A www-2024-05-02_0300.tar.xz |www 2024-05-02T030000\n"
		 "D db-2024-05-01.sql |db 2024-05-01",
		 ""),
	    ==, 0);
}

static void test_side_files(ScanFixture *f, gconstpointer data)
{
	make_tar(f, "www-2024-05-01.tar.gz");
	write_bytes(f, "www-2024-05-01.tar.gz.sha256", "00");
	write_bytes(f, "www-2024-05-01.tar.gz.md5", "00");
	write_bytes(f, "www-2024-05-01.tar.gz.asc", "00");
	write_bytes(f, "backup.log", "done");
	write_bytes(f, ".hidden", "x");
	write_bytes(f, ".git/config", "x");
	write_bytes(f, "_delete.123/a", "x");
	write_bytes(f, "www-2024-05-02.tar.gz.part", "x");
	write_bytes(f, "www-2024-05-02.sql~", "x");
	write_bytes(f, "README", "x");
	add_source(f, "", "");
	scan(f, "A www-2024-05-01.tar.gz |www 2024-05-01",
	     "/README: not an archive and not an SQL dump\n"
	     "/www-2024-05-02.sql~: looks unfinished: rename it if it is "
	     "complete\n"
	     "/www-2024-05-02.tar.gz.part: looks unfinished: rename it if it "
	     "is complete");
}

static void test_depth(ScanFixture *f, gconstpointer data)
{
	make_dump(f, "a/db-2024-05-01.sql");
	make_dump(f, "a/b/db-2024-05-01.sql");
	make_dump(f, "a/b/c/db-2024-05-01.sql");
	make_dump(f, "a/b/c/d/db-2024-05-01.sql");
	make_dump(f, "a/b/c/2024-05-02/db.sql");
	add_source(f, "", "");
	scan(f,
	     "D a/b/c/2024-05-02/db.sql a/b/c|db 2024-05-02\n"
	     "D a/b/c/db-2024-05-01.sql a/b/c|db 2024-05-01\n"
	     "D a/b/db-2024-05-01.sql a/b|db 2024-05-01\n"
	     "D a/db-2024-05-01.sql a|db 2024-05-01",
	     ": 1 folders lie deeper than 3 and were not searched, e.g. "
	     "a/b/c/d: give them as sources");
}

static void test_snapshot_folders(ScanFixture *f, gconstpointer data)
{
	g_autofree char *empty = path_of(f, "2024-05-06");

	write_bytes(f, "2024-05-01/index.php", "x");
	write_bytes(f, "2024-05-02_15-00-00/sub/index.php", "x");
	write_bytes(f, "site-2024-05-03/a.tar/x", "x");
	write_bytes(f, "daily.0/localhost/etc/passwd", "x");
	make_dump(f, "daily.1/db.sql");
	write_bytes(f, "2024-05-05/README", "x");
	write_bytes(f, "2024-05-07/backup.log", "no space left");
	write_bytes(f, "2024-05-08/.profile", "x");
	make_dump(f, "2024-05-05/db.sql");
	g_assert_cmpint(mkdir(empty, 0755), ==, 0);
	set_mtime(f, "daily.0", 1714566659);
	set_mtime(f, "daily.1", 1714480259);
	add_source(f, "", "");
	scan(f,
	     "F 2024-05-01 | 2024-05-01\n"
	     "F 2024-05-02_15-00-00 | 2024-05-02T150000\n"
	     "F 2024-05-05 | 2024-05-05\n"
	     "F 2024-05-08 | 2024-05-08\n"
	     "F daily.0 | ~2024-05-01T123059\n"
	     "F daily.1 | ~2024-04-30T123059\n"
	     "F site-2024-05-03 |site 2024-05-03",
	     "/2024-05-06: no backup in this folder: it was probably "
	     "interrupted\n"
	     "/2024-05-07: no backup in this folder: it was probably "
	     "interrupted");
}

static void test_containers(ScanFixture *f, gconstpointer data)
{
	make_tar(f, "2024-05-01/www.tar.gz");
	make_dump(f, "2024-05-01/db.sql");
	write_bytes(f, "2024-05-01/www.tar.gz.sha256", "x");
	write_bytes(f, "2024-05-01/backup.log", "x");
	/* times: the folder's, then the file's of that day */
	make_dump(f, "2024-05-02_03-00-00/db_2024-05-02_0400.sql");
	make_dump(f, "2024-05-03/db_2024-05-03_0400.sql");
	make_dump(f, "2024-05-04/db_2024-05-05_0010.sql");
	make_dump(f, "2024-05-06/db_2023-05-06.sql");
	/* in folders of its own, and of several sites */
	make_dump(f, "x/2024-05-07/sql/db.sql");
	make_tar(f, "blog-2024-05-07/files.tar.gz");
	/* by its name a backup, though a damaged one */
	write_bytes(f, "2024-05-08/www.tar.gz", "broken");
	make_dump(f, "2024-05-08/db.sql");
	add_source(f, "", "");
	scan(f,
	     "A 2024-05-01/www.tar.gz |www 2024-05-01\n"
	     "A blog-2024-05-07/files.tar.gz blog|files 2024-05-07\n"
	     "D 2024-05-01/db.sql |db 2024-05-01\n"
	     "D 2024-05-02_03-00-00/db_2024-05-02_0400.sql |db "
	     "2024-05-02T030000\n"
	     "D 2024-05-03/db_2024-05-03_0400.sql |db 2024-05-03T040000\n"
	     "D 2024-05-04/db_2024-05-05_0010.sql |db 2024-05-04\n"
	     "D 2024-05-06/db_2023-05-06.sql |db 2023-05-06\n"
	     "D 2024-05-08/db.sql |db 2024-05-08\n"
	     "D x/2024-05-07/sql/db.sql x/sql|db 2024-05-07",
	     "/2024-05-08/www.tar.gz: not an archive and not an SQL dump");
}

static void test_no_container(ScanFixture *f, gconstpointer data)
{
	make_dump(f, "2024-05-01/db.sql");
	write_bytes(f, "2024-05-01/www/index.php", "x");
	make_dump(f, "2024-05-02/a/b/c/db.sql");
	make_dump(f, "2024-05-03/db.sql");
	write_bytes(f, "2024-05-03/notes.txt", "x");
	add_source(f, "", "");
	scan(f,
	     "F 2024-05-01 | 2024-05-01\n"
	     "F 2024-05-02 | 2024-05-02\n"
	     "F 2024-05-03 | 2024-05-03",
	     "");
}

static void test_links(ScanFixture *f, gconstpointer data)
{
	g_autofree char *dated = path_of(f, "www-2024-05-01.tar.gz");
	g_autofree char *hard = path_of(f, "a-hard.tar.gz");
	g_autofree char *soft = path_of(f, "latest.tar.gz");
	g_autofree char *folder = path_of(f, "Latest");
	g_autofree char *found_first = path_of(f, "0-2024-05-02.tar.gz");
	g_autofree char *loop = path_of(f, "z/loop");
	g_autofree char *circle = path_of(f, "circle");

	make_tar(f, "www-2024-05-01.tar.gz");
	make_tar(f, "z/www-2024-05-02.tar.gz");
	write_bytes(f, "z/2024-05-03/index.php", "x");
	g_assert_cmpint(link(dated, hard), ==, 0);
	g_assert_cmpint(symlink("www-2024-05-01.tar.gz", soft), ==, 0);
	g_assert_cmpint(symlink("z/2024-05-03", folder), ==, 0);
	g_assert_cmpint(symlink("z/www-2024-05-02.tar.gz", found_first), ==, 0);
	g_assert_cmpint(symlink("..", loop), ==, 0);
	g_assert_cmpint(symlink("circle", circle), ==, 0);
	add_source(f, "", "");
	add_source(f, "", "z");
	scan(f,
	     "A www-2024-05-01.tar.gz |www 2024-05-01\n"
	     "A z/www-2024-05-02.tar.gz z|www 2024-05-02\n"
	     "F z/2024-05-03 z| 2024-05-03",
	     "");
}

static void test_many_misses(ScanFixture *f, gconstpointer data)
{
	for (guint i = 0; i < 1234; i++) {
		g_autofree char *name = g_strdup_printf("a/index%u.php", i);

		write_bytes(f, name, "<?php");
	}
	for (guint i = 0; i < 10; i++) {
		g_autofree char *name = g_strdup_printf("b/%u.php", i);

		write_bytes(f, name, "<?php");
	}
	for (guint i = 0; i < 11; i++) {
		g_autofree char *name = g_strdup_printf("c/%u.php", i);

		write_bytes(f, name, "<?php");
	}
	write_bytes(f, "c/x-2024-05-01.tar.gz", "broken");
	make_dump(f, "a/zz-2024-05-01.sql");
	add_source(f, "", "");
	scan(f, "D a/zz-2024-05-01.sql a|zz 2024-05-01",
	     "/a: 1,234 files that are no backups, e.g. index0.php\n"
	     "/b/0.php: not an archive and not an SQL dump\n"
	     "/b/1.php: not an archive and not an SQL dump\n"
	     "/b/2.php: not an archive and not an SQL dump\n"
	     "/b/3.php: not an archive and not an SQL dump\n"
	     "/b/4.php: not an archive and not an SQL dump\n"
	     "/b/5.php: not an archive and not an SQL dump\n"
	     "/b/6.php: not an archive and not an SQL dump\n"
	     "/b/7.php: not an archive and not an SQL dump\n"
	     "/b/8.php: not an archive and not an SQL dump\n"
	     "/b/9.php: not an archive and not an SQL dump\n"
	     "/c/x-2024-05-01.tar.gz: not an archive and not an SQL dump\n"
	     "/c: 11 files that are no backups, e.g. 0.php");
}

/* Each is somebody's lost backup, but a message must end somewhere. */
static void test_many_missed_backups(ScanFixture *f, gconstpointer data)
{
	g_autoptr(GString) expected = g_string_new(NULL);

	for (guint i = 0; i < 1234; i++) {
		g_autofree char *name = g_strdup_printf("%04u.tar.gz", i);

		write_bytes(f, name, "broken");
		if (i < 100)
			g_string_append_printf(
			    expected,
			    "/%s: not an archive and not an SQL dump\n", name);
	}
	g_string_append(expected,
			": 1,134 more files that can't be read as backups, "
			"though their names say so");
	add_source(f, "", "");
	scan(f, "", expected->str);
}

static void test_patterns(ScanFixture *f, gconstpointer data)
{
	g_ptr_array_add(f->patterns,
			rond_pattern_new("{part}_%d-%m-%Y*", NULL));
	make_tar(f, "blog_01-05-2024.tar.gz");
	make_tar(f, "blog_31-04-2024.tar.gz");
	set_mtime(f, "blog_31-04-2024.tar.gz", 1714566659);
	write_bytes(f, "tree_02-05-2024/x", "x");
	add_source(f, "", "");
	scan(f,
	     "A blog_01-05-2024.tar.gz |blog 2024-05-01 as blog\n"
	     "A blog_31-04-2024.tar.gz |blog_31-04-2024 "
	     "~2024-05-01T123059\n"
	     "F tree_02-05-2024 |tree 2024-05-02 as tree",
	     "");
}

static void test_single(ScanFixture *f, gconstpointer data)
{
	make_tar(f, "www-2024-05-01.tar.gz");
	make_tar(f, "other-2024-05-01.tar.gz");
	make_dump(f, "dump.tmp");
	set_mtime(f, "dump.tmp", 1714566659);
	add_source(f, "", "www-2024-05-01.tar.gz");
	add_source(f, "", "dump.tmp");
	scan(f,
	     "A www-2024-05-01.tar.gz |www 2024-05-01\n"
	     "D dump.tmp |dump.tmp ~2024-05-01T123059",
	     "");
}

static void test_given(ScanFixture *f, gconstpointer data)
{
	make_tar(f, "www-2024-05-01.tar.gz");
	make_tar(f, "set/www.tar.gz");
	make_dump(f, "set/db.sql");
	write_bytes(f, "tree/index.php", "x");
	set_mtime(f, "set/www.tar.gz", 1714566659);
	set_mtime(f, "set/db.sql", 1714566659);
	set_mtime(f, "tree", 1714566659);
	add_source(f, "before-hack/site=", "www-2024-05-01.tar.gz");
	add_source(f, "again=", "www-2024-05-01.tar.gz");
	add_source(f, "both=", "set");
	add_source(f, "2024-05-09=", "tree");
	scan(f,
	     "A www-2024-05-01.tar.gz |www 2024-05-01 in again\n"
	     "A www-2024-05-01.tar.gz |www 2024-05-01 in before-hack as "
	     "site\n"
	     "A www.tar.gz |www ~2024-05-01T123059 in both\n"
	     "D db.sql |db ~2024-05-01T123059 in both\n"
	     "F  | ~2024-05-01T123059 in 2024-05-09",
	     "");
}

/* A source that is a snapshot itself. */
static void test_source_is_snapshot(ScanFixture *f, gconstpointer data)
{
	write_bytes(f, "2024-05-01/index.php", "x");
	make_dump(f, "2024-05-02/sql/db.sql");
	make_dump(f, "2024-05-03/db-2024-04-01.sql");
	make_dump(f, "2024-05-03/db-2024-04-02.sql");
	write_bytes(f, "daily.3/localhost/x", "x");
	set_mtime(f, "daily.3", 1714566659);
	add_source(f, "", "2024-05-01");
	add_source(f, "", "2024-05-02");
	add_source(f, "", "2024-05-03");
	add_source(f, "", "daily.3");
	scan(f,
	     "D db-2024-04-01.sql |db 2024-04-01\n"
	     "D db-2024-04-02.sql |db 2024-04-02\n"
	     "D sql/db.sql sql|db 2024-05-02\n"
	     "F  | 2024-05-01\n"
	     "F  | ~2024-05-01T123059",
	     "");
}

static void expect_refused(ScanFixture *f, const char *source, int code,
			   const char *message)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(
	    rond_source_scanner_add_source(f->scanner, source, &error));
	g_assert_error(error, ROND_ERROR, code);
	/* Whatever it says, it names what it is about. */
	if (message)
		g_assert_cmpstr(error->message, ==, message);
	else
		g_assert_true(g_str_has_prefix(error->message, source));
	g_assert_null(strchr(error->message, '\n'));
	g_assert_cmpuint(rond_source_scanner_stores(f->scanner)->len, ==, 0);
}

static void test_bad_sources(ScanFixture *f, gconstpointer data)
{
	static const char *const names[] = {
	    "=/tmp",	 ".x=/tmp",   "latest=/tmp",	   "J-3=/tmp",
	    "S-1=/tmp",	 "D-0=/tmp",  "PROBLEMS.txt=/tmp", "x/=/tmp",
	    "x/.y=/tmp", "x/y/z=/tmp"};
	g_autofree char *text = path_of(f, "notes.txt");
	g_autofree char *missing = path_of(f, "nowhere");
	g_autofree char *message =
	    g_strconcat(missing, ": no such file or folder", NULL);
	g_autofree char *given = g_strconcat("x=", missing, NULL);
	g_autofree char *why =
	    g_strconcat(text, ": not an archive and not an SQL dump", NULL);
	g_autofree char *equals = path_of(f, "a=b");
	g_autofree char *equals_message =
	    g_strconcat(equals, ": no such file or folder", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		expect_refused(f, names[i], EINVAL, NULL);
	expect_refused(f, missing, ENOENT, message);
	expect_refused(f, given, ENOENT, message);
	expect_refused(f, equals, ENOENT, equals_message);
	write_bytes(f, "notes.txt", "hello");
	expect_refused(f, text, EINVAL, why);
}

/* A path wins over SNAPSHOT=PATH. */
static void test_equals_in_path(ScanFixture *f, gconstpointer data)
{
	g_autofree char *before = g_get_current_dir();
	g_autoptr(GError) error = NULL;

	make_dump(f, "a=b/db-2024-05-01.sql");
	g_assert_cmpint(chdir(f->dir), ==, 0);
	rond_source_scanner_add_source(f->scanner, "a=b", &error);
	g_assert_cmpint(chdir(before), ==, 0);
	g_assert_no_error(error);
	scan(f, "D db-2024-05-01.sql |db 2024-05-01", NULL);
}

/* Root may read everything: it looks as somebody else. */
static void test_unreadable(ScanFixture *f, gconstpointer data)
{
	g_autofree char *file = path_of(f, "db-2024-05-01.sql");
	g_autofree char *folder = path_of(f, "closed");
	g_autofree char *dated = path_of(f, "2024-05-02");
	gboolean is_root = geteuid() == 0;

	make_dump(f, "db-2024-05-01.sql");
	g_assert_cmpint(mkdir(folder, 0), ==, 0);
	g_assert_cmpint(mkdir(dated, 0), ==, 0);
	g_assert_cmpint(chmod(file, 0), ==, 0);
	g_assert_cmpint(chmod(f->dir, 0755), ==, 0);
	add_source(f, "", "");
	if (is_root)
		g_assert_cmpint(seteuid(65534), ==, 0);
	scan(f, "",
	     "/2024-05-02: Permission denied: this folder can't be searched\n"
	     "/closed: Permission denied: this folder can't be searched\n"
	     "/db-2024-05-01.sql: Permission denied: mount as a user who may "
	     "read it");
	if (is_root)
		g_assert_cmpint(seteuid(0), ==, 0);
	g_assert_cmpint(chmod(folder, 0755), ==, 0);
	g_assert_cmpint(chmod(dated, 0755), ==, 0);
}

#define ADD(path, func)                                                 \
	g_test_add("/scan/" path, ScanFixture, NULL, scan_set_up, func, \
		   scan_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("plain", test_plain);
	ADD("side-files", test_side_files);
	ADD("depth", test_depth);
	ADD("snapshot-folders", test_snapshot_folders);
	ADD("containers", test_containers);
	ADD("no-container", test_no_container);
	ADD("links", test_links);
	ADD("many-misses", test_many_misses);
	ADD("many-missed-backups", test_many_missed_backups);
	ADD("patterns", test_patterns);
	ADD("single", test_single);
	ADD("given", test_given);
	ADD("source-is-snapshot", test_source_is_snapshot);
	ADD("bad-sources", test_bad_sources);
	ADD("equals-in-path", test_equals_in_path);
	ADD("unreadable", test_unreadable);
	return g_test_run();
}
