/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/mountinfo.h"
#include "tools/mountpoint.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A temporary folder with
 *	backups/deep/   backups/a.tar   mnt/inner/   other/   link -> backups
 *	file            backups/out -> ../mnt        lib -> backups/deep */
typedef struct {
	char *top;
} Fixture;

static char *under(Fixture *f, const char *name)
{
	return g_build_filename(f->top, name, NULL);
}

static void make_dir(Fixture *f, const char *name)
{
	g_autofree char *path = under(f, name);

	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

static void make_link(Fixture *f, const char *target, const char *name)
{
	g_autofree char *path = under(f, name);

	g_assert_cmpint(symlink(target, path), ==, 0);
}

static void make_file(Fixture *f, const char *name)
{
	g_autofree char *path = under(f, name);

	g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static void set_up(Fixture *f, gconstpointer data)
{
	f->top = g_dir_make_tmp("rondfs-mountpoint-XXXXXX", NULL);
	g_assert_nonnull(f->top);
	make_dir(f, "backups/deep");
	make_dir(f, "mnt/inner");
	make_dir(f, "other");
	make_file(f, "backups/a.tar");
	make_file(f, "file");
	make_link(f, "backups", "link");
	make_link(f, "../mnt", "backups/out");
	make_link(f, "backups/deep", "lib");
}

static void tear_down(Fixture *f, gconstpointer data)
{
	const char *argv[] = {"rm", "-rf", f->top, NULL};

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
				   G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
				   NULL, NULL));
	g_free(f->top);
}

/* The message, new, or NULL when it may be mounted. */
static char *judge(Fixture *f, const char *mountpoint, const char *source)
{
	g_autofree char *path = under(f, mountpoint);
	g_autofree char *from = under(f, source);
	char *sources[] = {from, NULL};
	g_auto(RondMountpoint) result = {NULL};
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;
	gboolean ok =
	    rond_mountpoint_check(path, sources, TRUE, &result, &note, &error);

	g_assert_null(note);
	if (!ok) {
		g_assert_null(strchr(error->message, '\n'));
		g_assert_nonnull(strstr(error->message, path));
		return g_strdup(error->message);
	}
	g_assert_no_error(error);
	g_assert_nonnull(result.path);
	g_assert_cmpint(result.path[0], ==, '/');
	return NULL;
}

static const struct {
	const char *mountpoint, *source, *expected; /* NULL: fine */
} rows[] = {
    {"mnt", "backups", NULL},
    {"mnt/", "backups/", NULL},
    {"other", "backups/a.tar", NULL},
    {"mnt", "nosuch", NULL}, /* the library says so */
    {"mnt", "mnt2=x", NULL},
    {"backups", "backups", "is the source itself"},
    {"link", "backups", "is the source itself"},
    {"backups", "link", "is the source itself"},
    {"backups/deep", "backups", "lies inside the source"},
    {"lib", "backups", "lies inside the source"},
    {"backups/deep", "link", "lies inside the source"},
    {"link/deep", "backups", "lies inside the source"},
    {"backups/out", "backups", NULL}, /* a link that leads out */
    {"backups/out/inner", "backups", NULL},
    {"backups/deep", "backups/a.tar", NULL},
    {"backups", "backups/a.tar", "would be hidden"},
    {"link", "backups/a.tar", "would be hidden"},
    {"backups", "lib", "would be hidden"},
    {".", "backups", "would be hidden"},
    {"mnt", "backups/out/inner", "would be hidden"},
    {"nosuch", "backups", "no such folder; make it with: mkdir"},
    {"file", "backups", "is no folder"},
    {"file/x", "backups", "Not a directory"},
};

static void test_places(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *message =
		    judge(f, rows[i].mountpoint, rows[i].source);
		const char *expected = rows[i].expected;

		if (expected ? !message || !strstr(message, expected)
			     : message != NULL)
			g_error("%s on %s: '%s', not '%s'", rows[i].source,
				rows[i].mountpoint, message, expected);
	}
}

/* SNAPSHOT=PATH is looked at by its path, unless there is such a file. */
static void test_given_names(Fixture *f, gconstpointer data)
{
	g_autofree char *inside = under(f, "backups/deep");
	g_autofree char *path = under(f, "backups");
	g_autofree char *named = g_strdup_printf("before/www=%s", path);
	g_autofree char *odd = under(f, "odd=name");
	char *sources[] = {named, NULL};
	g_auto(RondMountpoint) result = {NULL};
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;

	make_dir(f, "odd=name");
	g_assert_cmpstr(rond_mountpoint_source(named), ==, path);
	g_assert_cmpstr(rond_mountpoint_source(odd), ==, odd);
	g_assert_cmpstr(rond_mountpoint_source("plain"), ==, "plain");
	g_assert_cmpstr(rond_mountpoint_source("/a=b"), ==, "/a=b");
	g_assert_cmpstr(rond_mountpoint_source("../a=b"), ==, "../a=b");
	g_assert_cmpstr(rond_mountpoint_source("a=b=c"), ==, "b=c");
	g_assert_false(rond_mountpoint_check(inside, sources, TRUE, &result,
					     &note, &error));
	g_assert_nonnull(strstr(error->message, "lies inside"));
}

/* The second of several sources is looked at as well. */
static void test_many_sources(Fixture *f, gconstpointer data)
{
	g_autofree char *mnt = under(f, "mnt");
	g_autofree char *fine = under(f, "backups");
	g_autofree char *bad = under(f, "mnt/inner");
	char *sources[] = {fine, bad, NULL};
	g_auto(RondMountpoint) result = {NULL};
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(
	    rond_mountpoint_check(mnt, sources, TRUE, &result, &note, &error));
	g_assert_nonnull(strstr(error->message, bad));
}

/* Relative names and links give the absolute path that a daemon needs. */
static void test_path(Fixture *f, gconstpointer data)
{
	g_autofree char *link = under(f, "lib");
	g_autofree char *real = NULL;
	char *sources[] = {NULL};
	g_auto(RondMountpoint) result = {NULL};
	g_autofree char *note = NULL;
	char *resolved = realpath(link, NULL);

	real = g_strdup(resolved);
	free(resolved);
	g_assert_true(
	    rond_mountpoint_check(link, sources, TRUE, &result, &note, NULL));
	g_assert_cmpstr(result.path, ==, real);
}

/* Nothing was mounted: it is the same device as before. */
static void test_does_not_answer(Fixture *f, gconstpointer data)
{
	g_autofree char *mnt = under(f, "mnt");
	char *sources[] = {NULL};
	g_auto(RondMountpoint) result = {NULL};
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(
	    rond_mountpoint_check(mnt, sources, TRUE, &result, &note, NULL));
	g_assert_false(rond_mountpoint_answers(&result, &error));
	g_assert_nonnull(strstr(error->message, mnt));
	g_free(result.path);
	result.path = g_strdup("/proc");
	g_assert_true(rond_mountpoint_answers(&result, NULL));
}

static const char mountinfo[] =
    "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
    "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime shared:1 master:2 - ext3 /dev/r "
    "rw\n"
    "361 21 0:50 / /mnt/b ro,nosuid shared:9 - fuse.rondfs /srv/b ro\n"
    "37 21 0:51 / /mnt/c ro -\n"
    "broken\n"
    "38 21 0:52 / /mnt/d ro,nodev shared:1";

static void test_mountinfo(void)
{
	static const struct {
		int id;
		const char *root, *type;
	} lines[] = {
	    {21, "/", "ext4"},
	    {36, "/mnt 2", "ext3"},
	    {361, "/mnt/b", "fuse.rondfs"},
	    {37, NULL, NULL},
	    {38, NULL, NULL},
	    {0, NULL, NULL},
	    {3, NULL, NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(RondMountInfo) info = {NULL};
		gboolean found =
		    rond_mount_info_parse(mountinfo, lines[i].id, &info);

		g_assert_cmpint(found, ==, lines[i].root != NULL);
		g_assert_cmpstr(info.root, ==, lines[i].root);
		g_assert_cmpstr(info.type, ==, lines[i].type);
	}
}

static void test_mountinfo_live(void)
{
	g_auto(RondMountInfo) info = {NULL};
	g_auto(RondMountInfo) none = {NULL};
	g_autoptr(GError) error = NULL;

	g_assert_true(rond_mount_info("/proc/self/fd", &info, NULL));
	g_assert_cmpstr(info.type, ==, "proc");
	g_assert_cmpstr(info.root, ==, "/proc");
	g_assert_false(rond_mount_info_is_ours(&info));
	g_assert_false(rond_mount_info("/proc/nosuch", &none, &error));
	g_assert_cmpint(error->code, ==, ENOENT);
}

#define ADD(name, function)                                              \
	g_test_add("/mountpoint/" name, Fixture, NULL, set_up, function, \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("places", test_places);
	ADD("given-names", test_given_names);
	ADD("many-sources", test_many_sources);
	ADD("path", test_path);
	ADD("does-not-answer", test_does_not_answer);
	g_test_add_func("/mountpoint/mountinfo", test_mountinfo);
	g_test_add_func("/mountpoint/mountinfo-live", test_mountinfo_live);
	return g_test_run();
}
