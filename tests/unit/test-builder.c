/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths, folders, attributes and content; links are in test-builder-links.c. */
#include "backends/error.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A file of ten bytes that lie at @at. */
static void add_file(RondIndexBuilder *builder, const char *path, guint64 at)
{
	const RondExtent extent = {0, at, 10};

	index_kit_add(builder, &(RondEntry){.path = path,
					    .mode = S_IFREG | 0644,
					    .size = 10,
					    .mtime = (gint64)at,
					    .extents = &extent,
					    .n_extents = 1});
}

static void add_dir(RondIndexBuilder *builder, const char *path)
{
	index_kit_add(
	    builder,
	    &(RondEntry){.path = path, .mode = S_IFDIR | 0750, .mtime = 7});
}

/* @paths: files, or folders where they end in a slash; the n-th file's bytes
 * lie at 100 n. */
typedef struct {
	const char *paths[6];
	const char *tree;
} Case;

static const Case cases[] = {
    {{NULL}, ""},
    {{"a"}, "a 100+10\n"},
    {{"a", "a"}, "a 200+10\n"},
    {{"b", "a", "c", "b"}, "a 200+10\nb 400+10\nc 300+10\n"},
    /* Every way to write a path. */
    {{"./x"}, "x 100+10\n"},
    {{"/x"}, "x 100+10\n"},
    {{"../../x"}, "x 100+10\n"},
    {{"/../x"}, "x 100+10\n"},
    {{"a//b"}, "a/\na/b 100+10\n"},
    {{"a/./b"}, "a/\na/b 100+10\n"},
    {{"x/../y"}, "y 100+10\n"},
    {{"x/../../y"}, "y 100+10\n"},
    {{"a/b/../c"}, "a/\na/c 100+10\n"},
    {{"a/b", "a/../a/b"}, "a/\na/b 200+10\n"},
    {{"///a///b//"}, "a/\na/b/\n"},
    {{"..."}, "... 100+10\n"},
    {{"..a/.b"}, "..a/\n..a/.b 100+10\n"},
    {{"a/a/f"}, "a/\na/a/\na/a/f 100+10\n"},
    {{"a/a/a"}, "a/\na/a/\na/a/a 100+10\n"},
    {{"\xff\xfe/caf\xe9"}, "\xff\xfe/\n\xff\xfe/caf\xe9 100+10\n"},
    {{"a\nb"}, "a\nb 100+10\n"},
    /* The later entry wins, whatever it is. */
    {{"a", "a/"}, "a/\n"},
    {{"a/", "a"}, "a 200+10\n"},
    {{"a/b/c", "a"}, "a 200+10\n"},
    {{"a/b/c", "a", "a/"}, "a/\n"},
    {{"a/b/c", "a", "a/d"}, "a/\na/d 300+10\n"},
    {{"a", "a/b"}, "a/\na/b 200+10\n"},
    {{"a/b", "a/b/c"}, "a/\na/b/\na/b/c 200+10\n"},
    {{"a/b", "a/"}, "a/\na/b 100+10\n"},
    /* In the folder of the one before, or not in it any more. */
    {{"a/b/c", "a/b", "a/b/d"}, "a/\na/b/\na/b/d 300+10\n"},
    {{"a/b/c", "a", "a/b/d", "a/b/e"},
     "a/\na/b/\na/b/d 300+10\na/b/e 400+10\n"},
    {{"a/b/c", "a/b/../d", "a/b/e"},
     "a/\na/b/\na/b/c 100+10\na/b/e 300+10\na/d 200+10\n"},
    {{"a/b/c", "a/b/..", "a/b/d"}, "a/\na/b/\na/b/d 300+10\n"},
    {{"a/b/x/..", "a/b/c"}, "a/\na/b/\na/b/c 200+10\n"},
    {{"a/b/", "a/b/c", "b/c"}, "a/\na/b/\na/b/c 200+10\nb/\nb/c 300+10\n"},
    /* The root itself. */
    {{"./", "a"}, "a 200+10\n"},
    {{"a", "./"}, "a 100+10\n"},
    {{"a", "../"}, "a 100+10\n"},
    {{"./", "/"}, ""},
    /* Files that have no name are told, not shown. */
    {{".", "..", "/", "a"}, "a 400+10\n"},
    {{""}, ""},
    {{"a/.."}, ""},
};

static void test_paths(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

		for (guint j = 0; cases[i].paths[j]; j++) {
			const char *path = cases[i].paths[j];

			if (g_str_has_suffix(path, "/") && path[1])
				add_dir(builder, path);
			else
				add_file(builder, path, 100 * (j + 1));
		}
		index_kit_expect_tree(builder, cases[i].tree);
	}
}

static void test_nameless(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	add_file(builder, "..", 1);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_true(index_kit_tells(index, "without a name"));
	g_assert_cmpuint(index_kit_bad(index), ==, 0);
}

static void test_long_names(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autofree char *fits = g_strnfill(255, 'a');
	g_autofree char *above = g_strnfill(256, 'b');
	g_autofree char *below = g_strconcat(above, "/c", NULL);
	g_autofree char *path = g_strconcat(fits, "/", fits, NULL);

	add_file(builder, path, 1);
	add_file(builder, above, 2);
	add_file(builder, below, 3);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_n_entries(index), ==, 3);
	g_assert_cmpuint(index_kit_find(index, path), ==, 2);
	g_assert_true(index_kit_tells(index, "over 255"));
	g_assert_cmpuint(rond_index_n_findings(index), ==, 2);
}

/* A line for each of a million names would bury all else. */
static void test_findings_bounded(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autofree char *name = g_strnfill(300, 'b');

	for (guint i = 0; i < 50000; i++)
		add_file(builder, name, i);
	rond_index_builder_add_finding(
	    builder, &(RondFinding){ROND_FINDING_LOST, 5, 0, "the end"});
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_n_findings(index), <, 10000);
	g_assert_true(index_kit_tells(index, "the end"));
	g_assert_true(index_kit_tells(index, "not listed"));
}

static void test_findings_one_line(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autofree char *tail = g_strnfill(300, 'b');
	g_autofree char *name = g_strconcat("a\nb\xff\x1b[31m", tail, NULL);
	RondFinding finding;

	add_file(builder, name, 0);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_true(rond_index_finding(index, 0, &finding));
	g_assert_true(g_utf8_validate(finding.message, -1, NULL));
	for (const char *at = finding.message; *at; at++)
		g_assert_cmpuint((guint8)*at, >=, 0x20);
}

static const RondIndexEntry *entry_at(const RondIndex *index, const char *path)
{
	const RondIndexEntry *entry =
	    rond_index_entry(index, index_kit_find(index, path));

	g_assert_nonnull(entry);
	return entry;
}

/* 0755, and the time and owner of the newest child, the children of children
 * included. */
static void test_made_up(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	index_kit_add(builder, &(RondEntry){.path = "a/b/old",
					    .mode = S_IFREG,
					    .uid = 1,
					    .gid = 2,
					    .mtime = 100,
					    .mtime_nsec = 5});
	index_kit_add(builder, &(RondEntry){.path = "a/b/new",
					    .mode = S_IFREG,
					    .uid = 3,
					    .gid = 4,
					    .mtime = 100,
					    .mtime_nsec = 6});
	index_kit_add(
	    builder,
	    &(RondEntry){.path = "a/c", .mode = S_IFDIR | 0700, .mtime = -50});
	g_autoptr(RondIndex) index = index_kit_write(builder);

	for (const char *const *path = (const char *[]){"", "a", "a/b", NULL};
	     *path; path++) {
		const RondIndexEntry *entry = entry_at(index, *path);

		g_assert_cmpuint(entry->mode, ==, S_IFDIR | 0755);
		g_assert_cmpuint(entry->flags, ==, ROND_ENTRY_MADE_UP);
		g_assert_cmpint(entry->mtime, ==, 100);
		g_assert_cmpuint(entry->mtime_nsec, ==, 6);
		g_assert_cmpuint(rond_index_owner(index, entry)->uid, ==, 3);
		g_assert_cmpuint(rond_index_owner(index, entry)->gid, ==, 4);
	}
	g_assert_cmpint(entry_at(index, "a/c")->mtime, ==, -50);
	g_assert_cmpuint(entry_at(index, "a/c")->mode, ==, S_IFDIR | 0700);
	g_assert_cmpuint(entry_at(index, "a")->links, ==, 4);
	g_assert_cmpuint(entry_at(index, "")->links, ==, 3);
}

/* Before the epoch too; and an empty archive has a time that can be shown. */
static void test_made_up_times(void)
{
	g_autoptr(RondIndexBuilder) old = rond_index_builder_new();
	g_autoptr(RondIndexBuilder) empty = rond_index_builder_new();

	index_kit_add(
	    old,
	    &(RondEntry){.path = "a/f", .mode = S_IFREG, .mtime = -1000000});
	g_autoptr(RondIndex) index = index_kit_write(old);
	g_autoptr(RondIndex) nothing = index_kit_write(empty);

	g_assert_cmpint(entry_at(index, "a")->mtime, ==, -1000000);
	g_assert_cmpint(entry_at(nothing, "")->mtime, ==, 0);
	g_assert_cmpuint(rond_index_n_entries(nothing), ==, 1);
	g_assert_cmpuint(entry_at(nothing, "")->links, ==, 2);
}

/* A folder that comes after what is in it keeps that, and is as it says. */
static void test_folder_late(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	add_file(builder, "a/f", 99);
	add_dir(builder, "a");
	index_kit_add(builder, &(RondEntry){.path = ".",
					    .mode = S_IFDIR | 01777,
					    .uid = 9,
					    .mtime = 3});
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(entry_at(index, "a")->mode, ==, S_IFDIR | 0750);
	g_assert_cmpint(entry_at(index, "a")->mtime, ==, 7);
	g_assert_cmpuint(entry_at(index, "a")->flags, ==, 0);
	g_assert_cmpuint(entry_at(index, "")->mode, ==, S_IFDIR | 01777);
	g_assert_cmpuint(rond_index_owner(index, entry_at(index, ""))->uid, ==,
			 9);
	g_assert_cmpint(entry_at(index, "")->mtime, ==, 3);
	index_kit_find(index, "a/f");
}

static void test_deep(void)
{
	const guint levels = 10000;
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(GString) path = g_string_new(NULL);

	for (guint i = 0; i < levels; i++)
		g_string_append(path, "d/");
	g_string_append_c(path, 'f');
	add_file(builder, path->str, 1);
	add_file(builder, path->str, 2);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_n_entries(index), ==, levels + 2);
	g_assert_cmpuint(index_kit_find(index, path->str), ==, levels + 1);
	/* And all of it gives way. */
	add_file(builder, "d", 3);
	index_kit_expect_tree(builder, "d 3+10\n");
}

static void test_wide(void)
{
	const guint n = 100000;
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	char name[16];

	/* In an order that is neither rising nor falling. */
	for (guint64 i = 0; i < n; i++) {
		g_snprintf(name, sizeof name, "%05u", (guint)(i * 7919 % n));
		add_file(builder, name, i);
	}
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_n_entries(index), ==, n + 1);
	for (guint i = 0; i < n; i += 997) {
		g_snprintf(name, sizeof name, "%05u", i);
		g_assert_cmpuint(index_kit_find(index, name), ==, i + 1);
	}
	for (guint64 i = 0; i < n; i += 991)
		g_assert_cmpuint(
		    rond_index_nth_child(index, ROND_INDEX_ROOT, (guint32)i),
		    ==, i * 7919 % n + 1);
}

static void add_extents(RondIndexBuilder *builder, const char *path,
			guint64 size, const RondExtent *extents, gsize n)
{
	index_kit_add(builder, &(RondEntry){.path = path,
					    .mode = S_IFREG | 0644,
					    .size = size,
					    .extents = extents,
					    .n_extents = n});
}

static void test_sparse(void)
{
	const RondExtent two[] = {{0, 512, 10}, {100, 522, 20}};
	const RondExtent late = {90, 1024, 10}, early = {0, 1024, 10};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	add_extents(builder, "empty", 0, NULL, 0);
	add_extents(builder, "hole", 5000, NULL, 0);
	add_extents(builder, "two", 120, two, 2);
	add_extents(builder, "late", 100, &late, 1);
	add_extents(builder, "early", 100, &early, 1);
	index_kit_expect_tree(builder,
			      "early 100[0@1024+10]\nempty 0+0\nhole 5000[]\n"
			      "late 100[90@1024+10]\n"
			      "two 120[0@512+10 100@522+20]\n");
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_stored_bytes(index, entry_at(index, "two")),
			 ==, 30);
	g_assert_cmpuint(
	    rond_index_stored_bytes(index, entry_at(index, "hole")), ==, 0);
	g_assert_cmpuint(
	    rond_index_stored_bytes(index, entry_at(index, "empty")), ==, 0);
	g_assert_cmpuint(rond_index_stored_bytes(index, entry_at(index, "")),
			 ==, 0);
}

static void test_special(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	index_kit_add(builder, &(RondEntry){.path = "null",
					    .mode = S_IFCHR | 0666,
					    .rdev_major = 1,
					    .rdev_minor = 3});
	index_kit_add(builder, &(RondEntry){.path = "disk",
					    .mode = S_IFBLK | 0660,
					    .rdev_major = 4095,
					    .rdev_minor = 1048575});
	index_kit_add(builder,
		      &(RondEntry){.path = "pipe", .mode = S_IFIFO | 0600});
	index_kit_add(builder, &(RondEntry){.path = "link",
					    .mode = S_IFLNK | 0777,
					    .symlink = "../\xff"});
	index_kit_add(builder,
		      &(RondEntry){.path = "odd", .mode = S_IFLNK | 0777});
	index_kit_add(builder, &(RondEntry){.path = "locked",
					    .mode = S_IFREG,
					    .size = 10,
					    .method = ROND_UNREADABLE});
	index_kit_expect_tree(builder,
			      "disk device 4095,1048575\nlink -> ../\xff\n"
			      "locked unreadable\n"
			      "null device 1,3\nodd -> \npipe device 0,0\n");
}

static void test_xattrs(void)
{
	const RondXattr xattrs[] = {{"user.a", "1\0002", 3},
				    {"user.empty", "", 0},
				    {"user.b", "two", 3}};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	RondXattr xattr;

	for (gsize n = 0; n <= G_N_ELEMENTS(xattrs); n++) {
		char name[2] = {(char)('0' + n)};

		index_kit_add(builder, &(RondEntry){.path = name,
						    .mode = S_IFDIR,
						    .xattrs = xattrs,
						    .n_xattrs = n});
	}
	g_autoptr(RondIndex) index = index_kit_write(builder);

	for (gsize n = 0; n <= G_N_ELEMENTS(xattrs); n++) {
		char name[2] = {(char)('0' + n)};
		const RondIndexEntry *entry = entry_at(index, name);

		for (gsize i = 0; i < n; i++) {
			g_assert_true(
			    rond_index_xattr(index, entry, i, &xattr));
			g_assert_cmpstr(xattr.name, ==, xattrs[i].name);
			g_assert_cmpmem(xattr.value, xattr.len, xattrs[i].value,
					xattrs[i].len);
		}
		g_assert_false(rond_index_xattr(index, entry, n, &xattr));
		g_assert_false(
		    rond_index_xattr(index, entry, G_MAXSIZE, &xattr));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/builder/paths", test_paths);
	g_test_add_func("/builder/nameless", test_nameless);
	g_test_add_func("/builder/long-names", test_long_names);
	g_test_add_func("/builder/findings-bounded", test_findings_bounded);
	g_test_add_func("/builder/findings-one-line", test_findings_one_line);
	g_test_add_func("/builder/made-up", test_made_up);
	g_test_add_func("/builder/made-up-times", test_made_up_times);
	g_test_add_func("/builder/folder-late", test_folder_late);
	g_test_add_func("/builder/deep", test_deep);
	g_test_add_func("/builder/wide", test_wide);
	g_test_add_func("/builder/sparse", test_sparse);
	g_test_add_func("/builder/special", test_special);
	g_test_add_func("/builder/xattrs", test_xattrs);
	return g_test_run();
}
