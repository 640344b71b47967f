/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes, changes and goes between two scans. */
#include "tests/unit/scan-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Skips where the file system has no leases: then it takes 2 s to know. */
static void test_being_written(ScanFixture *f, gconstpointer data)
{
	g_autofree char *path = path_of(f, "db-2024-05-01.sql");
	int fd;

	make_dump(f, "a-2024-05-01.sql");
	make_dump(f, "db-2024-05-01.sql");
	add_source(f, "", "");
	if (scan(f,
		 "D a-2024-05-01.sql |a 2024-05-01\n"
		 "D db-2024-05-01.sql |db 2024-05-01",
		 "") > 0) {
		g_test_skip("no leases on this file system");
		return;
	}
	fd = open(path, O_WRONLY | O_APPEND);
	g_assert_cmpint(write(fd, "\n", 1), ==, 1);
	g_assert_cmpuint(scan(f, "D a-2024-05-01.sql |a 2024-05-01", ""), ==,
			 1);
	g_assert_cmpuint(scan(f, "D a-2024-05-01.sql |a 2024-05-01", ""), ==,
			 1);
	close(fd);
	g_assert_cmpuint(scan(f,
			      "D a-2024-05-01.sql |a 2024-05-01\n"
			      "D db-2024-05-01.sql |db 2024-05-01",
			      ""),
			 ==, 0);
}

/* Who may not ask for a lease waits until the file has been the same for two
 * seconds. */
static void test_no_lease(ScanFixture *f, gconstpointer data)
{
	make_dump(f, "a-2024-05-01.sql");
	g_assert_cmpint(chmod(f->dir, 0755), ==, 0);
	add_source(f, "", "");
	if (geteuid() != 0) {
		g_test_skip("only root can be somebody else");
		return;
	}
	g_assert_cmpint(seteuid(65534), ==, 0);
	g_assert_cmpuint(scan(f, "", ""), ==, 1);
	g_usleep(2100 * 1000);
	g_assert_cmpuint(scan(f, "D a-2024-05-01.sql |a 2024-05-01", ""), ==,
			 0);
	g_assert_cmpint(seteuid(0), ==, 0);
}

/* A folder that appears later is not judged while it is being filled. */
static void test_new_folder(ScanFixture *f, gconstpointer data)
{
	add_source(f, "", "");
	scan(f, "", "");
	make_dump(f, "2024-05-01/db.sql");
	g_assert_cmpuint(scan(f, "", ""), ==, 1);
	g_usleep(2100 * 1000);
	g_assert_cmpuint(scan(f, "D 2024-05-01/db.sql |db 2024-05-01", ""), ==,
			 0);
	/* what comes into it later makes it no new folder */
	make_tar(f, "2024-05-01/www.tar.gz");
	g_assert_cmpuint(scan(f,
			      "A 2024-05-01/www.tar.gz |www 2024-05-01\n"
			      "D 2024-05-01/db.sql |db 2024-05-01",
			      ""),
			 ==, 0);
}

/* rsnapshot renames its folders: none of them is missing meanwhile. */
static void test_rotation(ScanFixture *f, gconstpointer data)
{
	g_autofree char *zero = path_of(f, "daily.0");
	g_autofree char *one = path_of(f, "daily.1");
	g_autofree char *two = path_of(f, "daily.2");

	write_bytes(f, "daily.0/x", "x");
	write_bytes(f, "daily.1/x", "x");
	set_mtime(f, "daily.0", 1714566659);
	set_mtime(f, "daily.1", 1714480259);
	add_source(f, "", "");
	scan(f,
	     "F daily.0 | ~2024-05-01T123059\n"
	     "F daily.1 | ~2024-04-30T123059",
	     "");
	g_assert_cmpint(rename(one, two), ==, 0);
	g_assert_cmpint(rename(zero, one), ==, 0);
	write_bytes(f, "daily.0/x", "x");
	g_assert_cmpuint(scan(f,
			      "F daily.1 | ~2024-05-01T123059\n"
			      "F daily.2 | ~2024-04-30T123059",
			      ""),
			 ==, 1);
}

static void test_coming_and_going(ScanFixture *f, gconstpointer data)
{
	g_autofree char *gone = path_of(f, "db-2024-05-01.sql");

	make_dump(f, "db-2024-05-01.sql");
	add_source(f, "", "");
	scan(f, "D db-2024-05-01.sql |db 2024-05-01", "");
	make_dump(f, "db-2024-05-02.sql");
	scan(f,
	     "D db-2024-05-01.sql |db 2024-05-01\n"
	     "D db-2024-05-02.sql |db 2024-05-02",
	     "");
	/* in place, and no longer what it was */
	write_bytes(f, "db-2024-05-02.sql", "hello, this is no dump");
	scan(f, "D db-2024-05-01.sql |db 2024-05-01",
	     "/db-2024-05-02.sql: not an archive and not an SQL dump");
	g_assert_cmpint(unlink(gone), ==, 0);
	scan(f, "", NULL);
}

#define ADD(path, func)                                                 \
	g_test_add("/scan/" path, ScanFixture, NULL, scan_set_up, func, \
		   scan_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("being-written", test_being_written);
	ADD("no-lease", test_no_lease);
	ADD("new-folder", test_new_folder);
	ADD("rotation", test_rotation);
	ADD("coming-and-going", test_coming_and_going);
	return g_test_run();
}
