/* SPDX-License-Identifier: BSD-2-Clause */
/* Hard links, the lists of incremental archives, and content that comes while
 * walking. */
#include "tests/unit/index-kit.h"

#include <string.h>
#include <sys/stat.h>

static void add_file(RondIndexBuilder *builder, const char *path, guint64 at)
{
	const RondExtent extent = {0, at, 10};

	index_kit_add(builder, &(RondEntry){.path = path,
					    .mode = S_IFREG | 0644,
					    .size = 10,
					    .extents = &extent,
					    .n_extents = 1});
}

static void add_link(RondIndexBuilder *builder, const char *path,
		     const char *target)
{
	index_kit_add(builder, &(RondEntry){.path = path,
					    .mode = S_IFREG | 0644,
					    .hardlink = target});
}

/* "name" a file whose n-th entry lies at 100 n, "name=target" a hard link,
 * "name>target" a symbolic one, "name/" a folder. */
typedef struct {
	const char *items[6];
	const char *tree;
} Case;

static const Case cases[] = {
    {{"a", "b=a"}, "a 100+10 x2\nb 100+10 x2\n"},
    {{"b=a", "a"}, "a 200+10 x2\nb 200+10 x2\n"},
    {{"a", "b=a", "c=b", "d=a"},
     "a 100+10 x4\nb 100+10 x4\nc 100+10 x4\nd 100+10 x4\n"},
    {{"c=b", "b=a", "a"}, "a 300+10 x3\nb 300+10 x3\nc 300+10 x3\n"},
    {{"b=a", "c=b", "a"}, "a 300+10 x3\nb 300+10 x3\nc 300+10 x3\n"},
    {{"d/a", "e/b=d/a"}, "d/\nd/a 100+10 x2\ne/\ne/b 100+10 x2\n"},
    {{"./d/a", "b=/d//a"}, "b 100+10 x2\nd/\nd/a 100+10 x2\n"},
    {{"a", "b=x/../a"}, "a 100+10 x2\nb 100+10 x2\n"},
    {{"a", "b=../a"}, "a 100+10 x2\nb 100+10 x2\n"},
    /* A name that is replaced leaves its inode to the others. */
    {{"a", "b=a", "a"}, "a 300+10\nb 100+10\n"},
    {{"a", "b=a", "c=a", "a"}, "a 400+10\nb 100+10 x2\nc 100+10 x2\n"},
    {{"a", "b=a", "a/"}, "a/\nb 100+10\n"},
    {{"d/a", "b=d/a", "d"}, "b 100+10\nd 300+10\n"},
    {{"a", "b", "b=a"}, "a 100+10 x2\nb 100+10 x2\n"},
    {{"a", "b=a", "b"}, "a 100+10\nb 300+10\n"},
    {{"b=a", "b", "a"}, "a 300+10\nb 200+10\n"},
    {{"b/x", "a", "b=a"}, "a 200+10 x2\nb 200+10 x2\n"},
    {{"b=a", "b=c", "a", "c"}, "a 300+10\nb 400+10 x2\nc 400+10 x2\n"},
    /* To itself: it stays what it is. */
    {{"a", "a=a"}, "a 100+10\n"},
    {{"a", "b=a", "a=b"}, "a 100+10 x2\nb 100+10 x2\n"},
    /* What leads nowhere is told, not shown. */
    {{"b=a"}, ""},
    {{"a=a"}, ""},
    {{"a=b", "b=a"}, ""},
    {{"a=b", "b=c", "c=a", "x"}, "x 400+10\n"},
    {{"d/", "b=d"}, "d/\n"},
    {{"b=d", "d/x"}, "d/\nd/x 200+10\n"},
    {{"d/f", "b=."}, "d/\nd/f 100+10\n"},
    {{"a", "/=a"}, "a 100+10\n"},
    {{"b=a", "b/c"}, "b/\nb/c 200+10\n"},
    {{"t", "t/x=t"}, "t/\n"},
    /* To a symbolic link: not to what that leads to. */
    {{"a", "s>a", "b=s"}, "a 100+10\nb -> a\ns -> a\n"},
    {{"b=s", "s>x"}, "b -> x\ns -> x\n"},
};

static void add_item(RondIndexBuilder *builder, const char *item, guint64 at)
{
	gsize len = strcspn(item, "=>");
	g_autofree char *path = g_strndup(item, len);

	if (item[len] == '=')
		add_link(builder, path, item + len + 1);
	else if (item[len] == '>')
		index_kit_add(builder, &(RondEntry){.path = path,
						    .mode = S_IFLNK | 0777,
						    .symlink = item + len + 1});
	else if (g_str_has_suffix(path, "/"))
		index_kit_add(builder, &(RondEntry){.path = path,
						    .mode = S_IFDIR | 0755});
	else
		add_file(builder, path, at);
}

static void test_links(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

		for (guint j = 0; cases[i].items[j]; j++)
			add_item(builder, cases[i].items[j], 100 * (j + 1));
		index_kit_expect_tree(builder, cases[i].tree);
	}
}

static void test_told(void)
{
	const char *const lost[] = {"b=a", "a=a", "a=b",
				    "d=.", "/=a", "b=\xff\n"};

	for (gsize i = 0; i < G_N_ELEMENTS(lost); i++) {
		g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

		add_item(builder, lost[i], 0);
		g_autoptr(RondIndex) index = index_kit_write(builder);

		g_assert_cmpuint(rond_index_n_findings(index), ==, 1);
		g_assert_cmpuint(index_kit_bad(index), ==, 0);
		g_assert_true(index_kit_tells(index, "can't be shown"));
	}
}

/* Each a link to the next, in either order, the file at the end. */
static void test_chains(void)
{
	for (int way = 0; way < 2; way++) {
		g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

		for (guint i = 0; i < 1000; i++) {
			guint number = way ? 999 - i : i;
			g_autofree char *path = g_strdup_printf("%u", number);
			g_autofree char *target =
			    g_strdup_printf("%u", number + 1);

			add_link(builder, path, target);
		}
		add_file(builder, "1000", 5);
		g_autoptr(RondIndex) index = index_kit_write(builder);
		guint32 file = index_kit_find(index, "1000");
		guint32 first = rond_index_inode(index, file);

		g_assert_cmpuint(rond_index_n_entries(index), ==, 1002);
		g_assert_cmpuint(rond_index_entry(index, first)->links, ==,
				 1001);
		g_assert_cmpuint(rond_index_n_findings(index), ==, 0);
	}
}

/* All names of a file say the same, whichever is asked. */
static void test_one_inode(void)
{
	const RondXattr xattr = {"user.a", "b", 1};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	const RondExtent extent = {0, 77, 4};
	RondXattr got;

	index_kit_add(builder, &(RondEntry){.path = "z",
					    .mode = S_IFREG | 0600,
					    .uid = 5,
					    .size = 4,
					    .mtime = 9,
					    .extents = &extent,
					    .n_extents = 1,
					    .xattrs = &xattr,
					    .n_xattrs = 1});
	add_link(builder, "a", "z");
	g_autoptr(RondIndex) index = index_kit_write(builder);
	guint32 a = index_kit_find(index, "a"), z = index_kit_find(index, "z");

	g_assert_cmpuint(rond_index_inode(index, a), ==,
			 rond_index_inode(index, z));
	g_assert_cmpuint(rond_index_inode_number(index, a), ==,
			 rond_index_inode_number(index, z));
	for (guint32 i = 1; i <= 2; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);

		g_assert_cmpuint(rond_index_owner(index, entry)->uid, ==, 5);
		g_assert_cmpuint(entry->size, ==, 4);
		g_assert_cmpint(entry->mtime, ==, 9);
		g_assert_true(rond_index_xattr(index, entry, 0, &got));
		g_array_set_size(extents, 0);
		g_assert_true(rond_index_extents(index, entry, extents));
		g_assert_cmpuint(g_array_index(extents, RondExtent, 0).at, ==,
				 77);
		g_assert_cmpuint(rond_index_stored_bytes(index, entry), ==, 4);
	}
	g_assert_cmpuint(rond_index_meta(index)->content_bytes, ==, 4);
}

static void add_link_with(RondIndexBuilder *builder, const char *target,
			  guint64 size, const RondExtent *extents, gsize n)
{
	index_kit_add(builder, &(RondEntry){.path = "link",
					    .mode = S_IFREG | 0644,
					    .hardlink = target,
					    .size = size,
					    .extents = extents,
					    .n_extents = n});
}

/* pax lets a link carry the content; it is that of all names from then on. */
static void test_link_content(void)
{
	const RondExtent whole = {0, 900, 6};
	const RondExtent holes[] = {{2, 300, 1}, {5, 301, 1}};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(RondIndexBuilder) sparse = rond_index_builder_new();

	add_file(builder, "file", 100);
	add_link_with(builder, "file", 6, holes, 2);
	index_kit_expect_tree(builder, "file 6[2@300+1 5@301+1] x2\n"
				       "link 6[2@300+1 5@301+1] x2\n");
	index_kit_add(sparse, &(RondEntry){.path = "file",
					   .mode = S_IFREG,
					   .size = 6,
					   .extents = holes,
					   .n_extents = 2});
	add_link_with(sparse, "file", 6, &whole, 1);
	index_kit_expect_tree(sparse, "file 900+6 x2\nlink 900+6 x2\n");
}

static void add_list(RondIndexBuilder *builder, const char *path,
		     const char *list, gsize len)
{
	index_kit_add(builder, &(RondEntry){.path = path,
					    .mode = S_IFDIR | 0755,
					    .dumpdir = list,
					    .dumpdir_len = len});
}

/* An incremental archive deletes what it doesn't list: itself, not a file of
 * that name that comes later. */
static void test_dumpdir(void)
{
	const char list[] = "Ykept\0Ndir\0Dsub\0Xgone\0";
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

	add_file(builder, "d/kept", 1);
	add_file(builder, "d/gone", 2);
	add_file(builder, "d/keptx", 3);
	add_file(builder, "d/dir/below", 4);
	add_file(builder, "d/sub/below", 5);
	add_file(builder, "d/old/below", 6);
	add_file(builder, "old", 7);
	add_list(builder, "d", list, sizeof list);
	add_file(builder, "d/old/new", 8);
	index_kit_expect_tree(builder,
			      "d/\nd/dir/\nd/dir/below 4+10\nd/kept 1+10\n"
			      "d/old/\nd/old/new 8+10\n"
			      "d/sub/\nd/sub/below 5+10\nold 7+10\n");
}

/* Lists without an end, without anything, and of the root. */
static void test_dumpdir_odd(void)
{
	static const struct {
		const char *list;
		gsize len;
		const char *tree;
	} lists[] = {
	    {"", 0, ""},
	    {"", 1, ""},
	    {"Ya", 2, "a 1+10\n"},
	    {"Ya\0", 3, "a 1+10\n"},
	    {"Ya\0Yb", 5, "a 1+10\nb 2+10\n"},
	    {"Y", 1, ""},
	    {"Y\0Ya\0", 5, "a 1+10\n"},
	    {"Yab\0", 4, ""},
	    {"\0Ya\0", 4, ""},
	    {"Yaxx", 2, "a 1+10\n"},
	    {"Db\0Da\0", 6, "a 1+10\nb 2+10\n"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();

		add_file(builder, "a", 1);
		add_file(builder, "b", 2);
		add_list(builder, ".", lists[i].list, lists[i].len);
		index_kit_expect_tree(builder, lists[i].tree);
	}
}

/* A list of as many names as there are: not each against each. */
static void test_dumpdir_wide(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(GByteArray) list = g_byte_array_new();
	char item[32];

	for (guint i = 0; i < 100000; i++) {
		int len = g_snprintf(item, sizeof item, "Yd/%05u", i) + 1;

		add_file(builder, item + 1, i);
		if (i % 2) {
			item[2] = 'Y';
			g_byte_array_append(list, (guint8 *)item + 2,
					    (guint)len - 2);
		}
	}
	add_list(builder, "d", (char *)list->data, list->len);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_cmpuint(rond_index_n_entries(index), ==, 2 + 50000);
	g_assert_cmpuint(index_kit_find(index, "d/00000"), ==, ROND_INDEX_NONE);
	g_assert_cmpuint(index_kit_find(index, "d/00001"), ==, 2);
	g_assert_cmpuint(index_kit_find(index, "d/99999"), ==, 50001);
}

/* Content that comes while walking: @came of the @size announced bytes. */
static void add_copied(RondIndexBuilder *builder, const char *path,
		       guint64 size, guint64 at, guint64 came)
{
	index_kit_add(
	    builder,
	    &(RondEntry){.path = path, .mode = S_IFREG | 0644, .size = size});
	for (; came; came -= MIN(came, 4), at += 4)
		rond_index_builder_extend(builder, at, MIN(came, 4));
}

/* What didn't come is nowhere: far behind the end of all streams. */
static void test_copied(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	const guint64 nowhere = G_MAXUINT64 / 4;
	g_autofree char *tree = g_strdup_printf(
	    "empty 0+0\nmore 40+9\n"
	    "none %" G_GUINT64_FORMAT "+10\n"
	    "part 10[0@30+6 6@%" G_GUINT64_FORMAT "+4]\nwhole 20+10\n",
	    nowhere, nowhere);

	rond_index_builder_set_copied(builder);
	add_copied(builder, "whole", 10, 20, 10);
	add_copied(builder, "part", 10, 30, 6);
	add_copied(builder, "none", 10, 0, 0);
	add_copied(builder, "more", 5, 40, 9);
	add_copied(builder, "empty", 0, 0, 0);
	index_kit_expect_tree(builder, tree);
}

/* cpio gives the content with the last link, others with each. */
static void test_copied_links(void)
{
	g_autoptr(RondIndexBuilder) last = rond_index_builder_new();
	g_autoptr(RondIndexBuilder) each = rond_index_builder_new();
	g_autoptr(RondIndexBuilder) first = rond_index_builder_new();
	const char *const tree = "file 80+6 x2\nlink 80+6 x2\n";

	rond_index_builder_set_copied(last);
	add_copied(last, "file", 0, 0, 0);
	add_link_with(last, "file", 6, NULL, 0);
	rond_index_builder_extend(last, 80, 6);
	index_kit_expect_tree(last, tree);
	rond_index_builder_set_copied(each);
	add_copied(each, "file", 6, 20, 6);
	add_link_with(each, "file", 6, NULL, 0);
	rond_index_builder_extend(each, 80, 6);
	index_kit_expect_tree(each, tree);
	/* A link that only repeats the size. */
	rond_index_builder_set_copied(first);
	add_copied(first, "file", 6, 80, 6);
	add_link_with(first, "file", 6, NULL, 0);
	index_kit_expect_tree(first, tree);
}

/* Content of what can't be shown is nobody's. */
static void test_copied_unshown(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autofree char *name = g_strnfill(256, 'n');

	rond_index_builder_set_copied(builder);
	add_copied(builder, "a", 4, 10, 4);
	add_copied(builder, name, 4, 20, 4);
	add_copied(builder, "..", 4, 30, 4);
	add_link_with(builder, "missing", 4, NULL, 0);
	rond_index_builder_extend(builder, 40, 4);
	add_copied(builder, "z", 4, 50, 4);
	index_kit_expect_tree(builder, "a 10+4\nz 50+4\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/builder/links", test_links);
	g_test_add_func("/builder/links-told", test_told);
	g_test_add_func("/builder/links-chains", test_chains);
	g_test_add_func("/builder/links-one-inode", test_one_inode);
	g_test_add_func("/builder/links-content", test_link_content);
	g_test_add_func("/builder/dumpdir", test_dumpdir);
	g_test_add_func("/builder/dumpdir-odd", test_dumpdir_odd);
	g_test_add_func("/builder/dumpdir-wide", test_dumpdir_wide);
	g_test_add_func("/builder/copied", test_copied);
	g_test_add_func("/builder/copied-links", test_copied_links);
	g_test_add_func("/builder/copied-unshown", test_copied_unshown);
	return g_test_run();
}
