/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree over real backups: names, attributes, listing, reading, waiting. */
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

/* Two days of a site, a dump, a folder, an encrypted zip. */
static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(shelf,
		  "mkdir -p ../site/d/e && cd ../site && echo one > f && "
		  "chmod 640 f && touch -d '2024-04-01 10:00:00.5 UTC' f && "
		  "echo two > d/e/g && ln f d/hard && ln -s d/e/g link && "
		  "tar -czf ../shelf/www-2024-05-08.tar.gz . && echo new > "
		  "new && tar -cf ../shelf/www-2024-05-09.tar .");
	shelf_run(shelf,
		  "printf -- '-- MySQL dump 10.19\\nSELECT 1;\\n' | gzip > "
		  "db-2024-05-09.sql.gz && chmod 600 db-2024-05-09.sql.gz && "
		  "mkdir -p old/2024-05-07/sub && echo plain > "
		  "old/2024-05-07/sub/p && "
		  "ln -s sub/p old/2024-05-07/l");
	return shelf;
}

static Shelf *open_shelf(void)
{
	Shelf *shelf = new_shelf();

	shelf_open(shelf);
	return shelf;
}

static void test_listing(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	g_autofree char *root = shelf_list(shelf, "");
	g_autofree char *day = shelf_list(shelf, "2024-05-09");
	g_autofree char *www = shelf_list(shelf, "2024-05-09/www");
	g_autofree char *below = shelf_list(shelf, "2024-05-08/www/d");
	g_autofree char *plain = shelf_list(shelf, "2024-05-07/old/sub");

	g_assert_cmpstr(root, ==,
			"2024-05-07 2024-05-08 2024-05-09 J-1 J-2 J-3 latest");
	g_assert_cmpstr(day, ==, "db db.sql www");
	g_assert_cmpstr(www, ==, "d f link new");
	g_assert_cmpstr(below, ==, "e hard");
	g_assert_cmpstr(plain, ==, "p");
}

static void test_reading(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	g_autofree char *f = shelf_read(shelf, "2024-05-08/www/f");
	g_autofree char *g = shelf_read(shelf, "2024-05-09/www/d/e/g");
	g_autofree char *db = shelf_read(shelf, "2024-05-09/db.sql");
	g_autofree char *p = shelf_read(shelf, "2024-05-07/old/sub/p");
	g_autofree char *link = shelf_readlink(shelf, "2024-05-09/www/link");
	g_autofree char *alias = shelf_readlink(shelf, "J-1");
	g_autofree char *latest = shelf_readlink(shelf, "latest");
	g_autofree char *plain = shelf_readlink(shelf, "2024-05-07/old/l");

	g_assert_cmpstr(f, ==, "one\n");
	g_assert_cmpstr(g, ==, "two\n");
	g_assert_cmpstr(db, ==, "-- MySQL dump 10.19\nSELECT 1;\n");
	g_assert_cmpstr(p, ==, "plain\n");
	g_assert_cmpstr(link, ==, "d/e/g");
	g_assert_cmpstr(alias, ==, "2024-05-09");
	g_assert_cmpstr(latest, ==, "2024-05-09");
	g_assert_cmpstr(plain, ==, "sub/p");
}

static void test_attributes(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondAttr f, hard, attr;

	g_assert_cmpint(shelf_stat(shelf, "2024-05-08/www/f", &f), ==, 0);
	g_assert_cmpuint(f.st.st_mode, ==, S_IFREG | 0640);
	g_assert_cmpint(f.st.st_size, ==, 4);
	g_assert_cmpuint(f.st.st_nlink, ==, 2);
	g_assert_cmpint(f.st.st_mtim.tv_sec, ==, 1711965600);
	g_assert_cmpint(f.entry_life, ==, ROND_LIFE_FOREVER);
	g_assert_cmpint(f.attr_life, ==, ROND_LIFE_FOREVER);
	g_assert_cmpint(shelf_stat(shelf, "2024-05-08/www/d/hard", &hard), ==,
			0);
	g_assert_cmpuint(hard.node, ==, f.node);
	g_assert_cmpuint(hard.st.st_ino, ==, f.st.st_ino);
	/* Another snapshot's is another file. */
	g_assert_cmpint(shelf_stat(shelf, "2024-05-09/www/f", &hard), ==, 0);
	g_assert_cmpuint(hard.st.st_ino, !=, f.st.st_ino);
	/* A dump is as open as its backup, the folder above it as the most
	 * open one in it. */
	g_assert_cmpint(shelf_stat(shelf, "2024-05-09/db.sql", &attr), ==, 0);
	g_assert_cmpuint(attr.st.st_mode, ==, S_IFREG | 0600);
	g_assert_cmpint(attr.st.st_size, ==, 30);
	g_assert_cmpint(attr.entry_life, ==, ROND_LIFE_SHORT);
	g_assert_cmpint(shelf_stat(shelf, "2024-05-09", &attr), ==, 0);
	g_assert_true(S_ISDIR(attr.st.st_mode));
	g_assert_cmpuint(attr.st.st_nlink, ==, 4);
	g_assert_cmpint(shelf_stat(shelf, "J-2", &attr), ==, 0);
	g_assert_cmpuint(attr.st.st_mode, ==, S_IFLNK | 0777);
	g_assert_cmpint(attr.st.st_size, ==, strlen("2024-05-08"));
	g_assert_cmpint(shelf_stat(shelf, "2024-05-07/old/sub/p", &attr), ==,
			0);
	g_assert_cmpint(attr.attr_life, ==, ROND_LIFE_SHORT);
}

static void test_missing(void)
{
	static const struct {
		const char *path;
		int err;
		RondLife life;
	} cases[] = {
	    {"2024-05-01", ENOENT, ROND_LIFE_SHORT},
	    {"J-0", ENOENT, ROND_LIFE_SHORT},
	    {"nothing", ENOENT, ROND_LIFE_SHORT},
	    {"2024-05-09/www.sql", ENOENT, ROND_LIFE_SHORT},
	    {"2024-05-09/db/none", ENOENT, ROND_LIFE_FOREVER},
	    {"2024-05-09/ww", ENOENT, ROND_LIFE_SHORT},
	    {"2024-05-08/db.sql", ENOENT, ROND_LIFE_SHORT},
	    {"2024-05-09/www/none", ENOENT, ROND_LIFE_FOREVER},
	    {"2024-05-09/www/f/x", ENOTDIR, ROND_LIFE_FOREVER},
	    {"2024-05-09/db.sql/x", ENOTDIR, ROND_LIFE_FOREVER},
	    {".status/x", ENOTDIR, ROND_LIFE_SHORT},
	    {"2024-05-07/old/none", ENOENT, ROND_LIFE_SHORT},
	    {"2024-05-07/old/l/x", -2, ROND_LIFE_SHORT},
	};
	g_autoptr(Shelf) shelf = open_shelf();
	g_autofree char *name = g_strnfill(256, 'n');
	RondAttr attr;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		int err = shelf_stat(shelf, cases[i].path, &attr);

		if (cases[i].err > 0)
			g_assert_cmpint(err, ==, cases[i].err);
		g_assert_cmpint(err, !=, 0);
		g_assert_cmpint(attr.entry_life, ==, cases[i].life);
	}
	g_assert_cmpint(shelf_stat(shelf, name, &attr), ==, ENAMETOOLONG);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-09"), ==, EISDIR);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-09/www"), ==, EISDIR);
	g_assert_cmpint(shelf_read_error(shelf, ""), ==, EISDIR);
}

/* Numbers that no look-up has given. */
static void test_stale(void)
{
	static const guint64 numbers[] = {
	    0,		6,	     15,
	    999999,	G_MAXUINT32, G_GUINT64_CONSTANT(99) << 32,
	    G_MAXUINT64};
	g_autoptr(Shelf) shelf = open_shelf();
	RondJob *wait = NULL;
	RondFile *file = NULL;
	RondDir *dir = NULL;
	RondAttr attr;
	char *target = NULL;

	g_assert_cmpint(shelf_stat(shelf, "2024-05-09/www/f", &attr), ==, 0);
	for (gsize i = 0; i <= G_N_ELEMENTS(numbers); i++) {
		guint64 number = i < G_N_ELEMENTS(numbers)
				     ? numbers[i]
				     : attr.node | 0xffffff;
		RondAttr got;

		g_assert_cmpint(
		    rond_tree_getattr(shelf->tree, number, &got, &wait), ==,
		    ESTALE);
		g_assert_cmpint(
		    rond_tree_lookup(shelf->tree, number, "x", &got, &wait), !=,
		    0);
		g_assert_cmpint(
		    rond_tree_opendir(shelf->tree, number, &dir, &wait), !=, 0);
		g_assert_cmpint(
		    rond_tree_readlink(shelf->tree, number, &target, &wait), !=,
		    0);
		rond_tree_forget(shelf->tree, number, 3);
		if (number < 16)
			continue;
		g_assert_cmpint(
		    rond_tree_open(shelf->tree, number, &file, &wait), !=, 0);
	}
	g_assert_null(file);
	g_assert_null(dir);
	g_assert_null(target);
}

/* Root and snapshots never wait; a part that has no index does, and then is
 * found. Another time it isn't waited for. */
static void test_waiting(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondJob *wait = NULL;
	RondAttr root, day, www;

	g_assert_cmpint(rond_tree_lookup(shelf->tree, ROND_NODE_OF_ROOT,
					 "2024-05-08", &day, &wait),
			==, 0);
	g_assert_cmpint(
	    rond_tree_getattr(shelf->tree, ROND_NODE_OF_ROOT, &root, &wait), ==,
	    0);
	g_autofree char *names = shelf_list(shelf, "2024-05-08");

	g_assert_cmpstr(names, ==, "www");
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, day.node, "www", &www, &wait), ==,
	    ROND_WAIT);
	g_assert_nonnull(wait);
	rond_job_sleep(wait, G_MAXINT64);
	g_clear_pointer(&wait, rond_job_unref);
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, day.node, "www", &www, &wait), ==, 0);
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, day.node, "none", &www, &wait), ==,
	    ENOENT);
	g_assert_null(wait);
}

/* A folder that is a snapshot has nothing to be waited for. */
static void test_folder_at_once(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondJob *wait = NULL;
	RondAttr day, old, sub;

	g_assert_cmpint(rond_tree_lookup(shelf->tree, ROND_NODE_OF_ROOT,
					 "2024-05-07", &day, &wait),
			==, 0);
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, day.node, "old", &old, &wait), ==, 0);
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, old.node, "sub", &sub, &wait), ==, 0);
	rond_tree_forget(shelf->tree, sub.node, 1);
	g_assert_cmpint(rond_tree_getattr(shelf->tree, sub.node, &sub, &wait),
			==, ESTALE);
}

/* What an open folder of an index gives at any offset, and that entries say
 * there what a look-up says. */
static void test_readdir(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondAttr attr;
	RondJob *wait = NULL;
	RondDir *dir = NULL;
	RondDirItem item;
	guint64 offset = 0, offsets[16];
	guint n = 0;

	g_assert_cmpint(shelf_stat(shelf, "2024-05-09/www", &attr), ==, 0);
	g_assert_cmpint(rond_tree_opendir(shelf->tree, attr.node, &dir, &wait),
			==, 0);
	g_assert_true(dir->cacheable);
	for (; dir->read(dir, offset, &item); offset = item.next) {
		g_autofree char *path =
		    g_strconcat("2024-05-09/www/", item.name, NULL);
		RondAttr same;

		offsets[n++] = offset;
		if (n <= 2)
			continue;
		g_assert_true(item.known);
		g_assert_cmpint(shelf_stat(shelf, path, &same), ==, 0);
		g_assert_cmpuint(same.node, ==, item.attr.node);
		g_assert_cmpmem(&same.st, sizeof same.st, &item.attr.st,
				sizeof item.attr.st);
	}
	g_assert_cmpuint(n, ==, 6);
	while (n--)
		g_assert_true(dir->read(dir, offsets[n], &item));
	g_assert_cmpstr(item.name, ==, ".");
	g_assert_cmpuint(item.attr.st.st_ino, ==, attr.st.st_ino);
	dir->free(dir);
}

/* An open file and an open folder outlive the backup's deletion. */
static void test_deleted(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondAttr attr;
	RondJob *wait = NULL;
	RondFile *file = NULL;
	char buf[8];

	g_assert_cmpint(shelf_stat(shelf, "2024-05-09/www/f", &attr), ==, 0);
	g_assert_cmpint(rond_tree_open(shelf->tree, attr.node, &file, &wait),
			==, 0);
	shelf_run(shelf, "rm www-2024-05-09.tar db-2024-05-09.sql.gz");
	g_assert_true(rond_library_rescan(shelf->library, NULL));
	g_assert_cmpint(shelf_stat(shelf, "2024-05-09", &attr), ==, ENOENT);
	g_assert_cmpint(rond_file_pread(file, buf, sizeof buf, 0, NULL), ==, 4);
	g_assert_cmpmem(buf, 4, "one\n", 4);
	rond_file_unref(file);
	g_autofree char *latest = shelf_readlink(shelf, "latest");

	g_assert_cmpstr(latest, ==, "2024-05-08");
}

static void test_xattrs(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	g_autoptr(GBytes) source = NULL, state = NULL, names = NULL;
	RondJob *wait = NULL;
	GBytes *none = NULL;
	RondAttr attr;

	g_assert_cmpint(shelf_stat(shelf, "2024-05-08/www/f", &attr), ==, 0);
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.source", &source,
					   &wait),
			==, 0);
	g_autofree char *text =
	    g_strndup(g_bytes_get_data(source, NULL), g_bytes_get_size(source));

	g_assert_true(g_str_has_suffix(text, "/www-2024-05-08.tar.gz"));
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.state", &state, &wait),
			==, 0);
	g_assert_cmpmem(g_bytes_get_data(state, NULL), g_bytes_get_size(state),
			"ready", 5);
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node, "user.none",
					   &none, &wait),
			==, ENODATA);
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, ROND_NODE_OF_ROOT,
					   "user.rondfs.state", &none, &wait),
			==, ENODATA);
	g_assert_cmpint(
	    rond_tree_listxattr(shelf->tree, attr.node, &names, &wait), ==, 0);
	g_assert_cmpuint(g_bytes_get_size(names), ==,
			 sizeof "user.rondfs.source" +
			     sizeof "user.rondfs.state" +
			     sizeof "user.rondfs.sha256");
}

static void test_totals(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	guint64 bytes, files, more;

	rond_tree_totals(shelf->tree, &bytes, &files);
	g_assert_cmpuint(bytes, >, 10240);
	g_assert_cmpuint(files, ==, 3 + 4);
	g_free(shelf_read(shelf, "2024-05-08/www/f"));
	rond_tree_totals(shelf->tree, &bytes, &more);
	g_assert_cmpuint(more, ==, files + 6);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/listing", test_listing);
	g_test_add_func("/tree/reading", test_reading);
	g_test_add_func("/tree/attributes", test_attributes);
	g_test_add_func("/tree/missing", test_missing);
	g_test_add_func("/tree/stale", test_stale);
	g_test_add_func("/tree/waiting", test_waiting);
	g_test_add_func("/tree/folder-at-once", test_folder_at_once);
	g_test_add_func("/tree/readdir", test_readdir);
	g_test_add_func("/tree/deleted", test_deleted);
	g_test_add_func("/tree/xattrs", test_xattrs);
	g_test_add_func("/tree/totals", test_totals);
	return g_test_run();
}
