/* SPDX-License-Identifier: BSD-2-Clause */
/* A dump's folder in the tree: names, numbers, dates, modes, what is shared. */
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

#define DAY (24 * 60 * 60)
#define MAY_7 1715040000

/* @values: a row of each table. */
static char *make_dump(const char *host, const char *values[2])
{
	return g_strdup_printf(
	    "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n"
	    "-- Host: %s    Database: shop\n"
	    "/*!40101 SET NAMES utf8mb4 */;\n"
	    "CREATE TABLE `a` (\n  `id` int(11),\n  `t` text\n);\n"
	    "INSERT INTO `a` VALUES\n(1,'%s'),\n(2,'two');\n"
	    "CREATE TABLE `b` (\n  `id` int(11),\n  `t` text\n);\n"
	    "INSERT INTO `b` VALUES\n(1,'%s');\n"
	    "-- Dump completed on 2024-05-01 12:00:00\n",
	    host, values[0], values[1]);
}

static void put(const Shelf *shelf, const char *name, const char *a,
		const char *b)
{
	g_autofree char *text = make_dump(name, (const char *[]){a, b});
	g_autofree char *path = g_strconcat("shelf/", name, NULL);

	scratch_write(shelf->scratch, path, text, strlen(text));
}

/* Three days; on the last one table b is another. */
static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	put(shelf, "db-2024-05-07.sql", "one", "same");
	put(shelf, "db-2024-05-08.sql", "one", "same");
	put(shelf, "db-2024-05-09.sql", "one", "new");
	shelf_run(shelf, "gzip db-2024-05-08.sql && chmod 600 db-* && touch -d "
			 "'2024-05-09 03:04:05 UTC' db-2024-05-09.sql");
	return shelf;
}

static Shelf *open_shelf(void)
{
	Shelf *shelf = new_shelf();

	shelf_open(shelf);
	return shelf;
}

static RondAttr attr_of(const Shelf *shelf, const char *path)
{
	RondAttr attr;

	g_assert_cmpint(shelf_stat(shelf, path, &attr), ==, 0);
	return attr;
}

static void test_listing(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	g_autofree char *day = shelf_list(shelf, "2024-05-08");
	g_autofree char *db = shelf_list(shelf, "2024-05-08/db");

	g_assert_cmpstr(day, ==, "db db.sql");
	g_assert_cmpstr(db, ==, "a.sql a.tsv b.sql b.tsv schema.sql");
	g_assert_cmpuint(attr_of(shelf, "2024-05-08").st.st_nlink, ==, 3);
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/db").st.st_nlink, ==, 2);
}

static void test_reading(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	g_autofree char *tsv = shelf_read(shelf, "2024-05-08/db/a.tsv");
	g_autofree char *csv = shelf_read(shelf, "2024-05-09/db/b.csv");
	g_autofree char *json = shelf_read(shelf, "2024-05-09/db/b.jsonl");
	g_autofree char *sql = shelf_read(shelf, "2024-05-08/db/b.sql");
	g_autofree char *all = shelf_read(shelf, "2024-05-08/db/.tables.tsv");
	RondAttr attr;

	g_assert_cmpstr(tsv, ==, "id\tt\n1\tone\n2\ttwo\n");
	g_assert_cmpstr(csv, ==, "\"id\",\"t\"\n1,\"new\"\n");
	g_assert_cmpstr(json, ==, "{\"id\":1,\"t\":\"new\"}\n");
	g_assert_nonnull(strstr(sql, "(1,'same');\n"));
	g_assert_null(strstr(sql, "two"));
	g_assert_true(g_str_has_prefix(all, "table\trows\t"));
	g_assert_cmpint(shelf_stat(shelf, "2024-05-08/db/c.tsv", &attr), ==,
			ENOENT);
	g_assert_cmpint(shelf_stat(shelf, "2024-05-08/db/a.tsv/x", &attr), ==,
			ENOTDIR);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-08/db"), ==, EISDIR);
	g_assert_cmpint(attr_of(shelf, "2024-05-08/db/a.tsv").st.st_size, ==,
			strlen(tsv));
}

/* The number that folder @path lists for @name. */
static guint64 listed_ino(const Shelf *shelf, const char *path,
			  const char *name)
{
	guint64 node = attr_of(shelf, path).node, ino = 0, at = 0;
	RondJob *wait = NULL;
	RondDir *dir = NULL;
	RondDirItem item;

	g_assert_cmpint(rond_tree_opendir(shelf->tree, node, &dir, &wait), ==,
			0);
	for (; dir->read(dir, at, &item); at = item.next)
		if (!strcmp(item.name, name))
			ino = item.attr.st.st_ino;
	dir->free(dir);
	g_assert_cmpuint(ino, !=, 0);
	return ino;
}

/* A listing says the same as a look at each; ".." leads up. */
static void test_numbers(void)
{
	static const struct {
		const char *folder, *name, *path;
	} cases[] = {
	    {"2024-05-08", "db", "2024-05-08/db"},
	    {"2024-05-08", "db.sql", "2024-05-08/db.sql"},
	    {"2024-05-08/db", ".", "2024-05-08/db"},
	    {"2024-05-08/db", "a.sql", "2024-05-08/db/a.sql"},
	    {"2024-05-08/db", "b.tsv", "2024-05-08/db/b.tsv"},
	};
	g_autoptr(Shelf) shelf = open_shelf();
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		guint64 ino = attr_of(shelf, cases[i].path).st.st_ino;

		g_assert_cmpuint(
		    listed_ino(shelf, cases[i].folder, cases[i].name), ==, ino);
		g_hash_table_add(seen, GSIZE_TO_POINTER(ino));
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, G_N_ELEMENTS(cases) - 1);
	g_assert_cmpuint(listed_ino(shelf, "2024-05-08/db", ".."), ==,
			 attr_of(shelf, "2024-05-08").node);
}

/* Of two databases each has a folder, in which ".." is the dump's. */
static void test_databases(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	shelf_run(shelf,
		  "for d in x y; do echo '-- MySQL dump 10.13'; "
		  "printf 'CREATE DATABASE `%s`;\\nUSE `%s`;\\nCREATE TABLE t "
		  "(a int);\\nINSERT INTO t VALUES (1);\\n' $d $d; done > "
		  "db-2024-05-09.sql");
	shelf_open(shelf);
	g_autofree char *db = shelf_list(shelf, "2024-05-09/db");
	g_autofree char *x = shelf_list(shelf, "2024-05-09/db/x");

	g_assert_cmpstr(db, ==, "x y");
	g_assert_nonnull(strstr(x, "t.tsv"));
	g_assert_cmpuint(attr_of(shelf, "2024-05-09/db").st.st_nlink, ==, 4);
	g_assert_cmpuint(listed_ino(shelf, "2024-05-09/db/x", ".."), ==,
			 attr_of(shelf, "2024-05-09/db").st.st_ino);
}

/* A table is of the day that it became what it is, the dump of its own. */
static void test_dates(void)
{
	g_autoptr(Shelf) shelf = open_shelf();

	for (guint i = 0; i < 3; i++) {
		const gint64 day = MAY_7 + i * DAY;
		g_autofree char *dir = g_strdup_printf("2024-05-0%u/db", 7 + i);
		g_autofree char *dump = g_strconcat(dir, ".sql", NULL);
		g_autofree char *a = g_strconcat(dir, "/a.tsv", NULL);
		g_autofree char *b = g_strconcat(dir, "/b.sql", NULL);
		RondAttr one = attr_of(shelf, a), two = attr_of(shelf, b);
		gint64 own = attr_of(shelf, dump).st.st_mtim.tv_sec;

		g_assert_cmpint(one.st.st_mtim.tv_sec, ==, MAY_7);
		g_assert_cmpint(one.st.st_mtim.tv_nsec, ==, 0);
		g_assert_cmpint(one.st.st_ctim.tv_sec, ==, MAY_7);
		g_assert_cmpint(one.st.st_atim.tv_sec, ==, MAY_7);
		g_assert_cmpint(two.st.st_mtim.tv_sec, ==,
				i == 2 ? day : MAY_7);
		g_assert_cmpint(own, ==,
				i == 2 ? day + 3 * 3600 + 4 * 60 + 5 : day);
		g_assert_cmpint(attr_of(shelf, dir).st.st_mtim.tv_sec, ==, own);
	}
}

/* Equal tables are one file, in whatever the dumps are packed, and are so when
 * they are mounted again. */
static void test_shared(void)
{
	static const char *const names[] = {"a.sql", "a.tsv",	   "a.csv",
					    "b.sql", "a.load.sql", "schema.sql",
					    "b.tsv"};
	g_autoptr(Shelf) shelf = open_shelf();

	for (guint i = 0; i < 2 * G_N_ELEMENTS(names); i++) {
		const char *name = names[i / 2];
		gboolean same = *name != 'b';
		g_autofree char *one =
		    g_strconcat("2024-05-07/db/", name, NULL);
		g_autofree char *two =
		    g_strconcat("2024-05-08/db/", name, NULL);
		g_autofree char *three =
		    g_strconcat("2024-05-09/db/", name, NULL);
		RondAttr attrs[] = {attr_of(shelf, one), attr_of(shelf, two),
				    attr_of(shelf, three)};

		g_assert_cmpuint(attrs[0].node, ==, attrs[1].node);
		g_assert_cmpuint(attrs[0].st.st_ino, ==, attrs[1].st.st_ino);
		g_assert_true((attrs[1].node == attrs[2].node) == same);
		g_assert_true((attrs[1].st.st_ino == attrs[2].st.st_ino) ==
			      same);
		if (i == G_N_ELEMENTS(names))
			shelf_reopen(shelf);
	}
}

/* What is in a dump is as open as it is; and no file is in two that are not
 * equally open. */
static void test_modes(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_run(shelf, "chmod 644 db-2024-05-08.sql.gz");
	shelf_open(shelf);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db").st.st_mode, ==,
			 S_IFDIR | 0700);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db.sql").st.st_mode, ==,
			 S_IFREG | 0600);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db/a.sql").st.st_mode, ==,
			 S_IFREG | 0600);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db/a.csv").st.st_mode, ==,
			 S_IFREG | 0600);
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/db").st.st_mode, ==,
			 S_IFDIR | 0755);
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/db/a.sql").st.st_mode, ==,
			 S_IFREG | 0644);
	g_assert_cmpuint(attr_of(shelf, "2024-05-09/db/a.sql").st.st_mode, ==,
			 S_IFREG | 0600);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db/a.sql").node, !=,
			 attr_of(shelf, "2024-05-08/db/a.sql").node);
	g_assert_cmpuint(attr_of(shelf, "2024-05-07/db/a.sql").node, ==,
			 attr_of(shelf, "2024-05-09/db/a.sql").node);
}

/* Damaged: each its own. */
static void test_damaged(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	put(shelf, "db-2024-05-08.sql", "one", "same");
	shelf_run(shelf, "head -c $(grep -abo same db-2024-05-08.sql | "
			 "cut -d: -f1) db-2024-05-08.sql > db-2024-05-09.sql "
			 "&& cp db-2024-05-09.sql db-2024-05-08.sql");
	shelf_open(shelf);
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/db/a.sql").node, ==,
			 attr_of(shelf, "2024-05-09/db/a.sql").node);
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/db/b.sql").node, !=,
			 attr_of(shelf, "2024-05-09/db/b.sql").node);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-08/db/b.sql"), ==,
			EIO);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-08/db/a.sql"), ==, 0);
}

/* Of a site's archive the folder is there for who asks for it; whether another
 * dump is before it makes no difference. */
static void test_member(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	put(shelf, "x.sql", "one", "two");
	shelf_run(shelf,
		  "mkdir -p ../t/sql && touch -d @1700000000 x.sql && "
		  "cp -p x.sql ../t/sql/n.sql && rm x.sql && cd ../t && "
		  "tar -czf ../shelf/www-2024-05-08.tar.gz sql && "
		  "cp -p sql/n.sql sql/a.sql && "
		  "tar -czf ../shelf/www-2024-05-09.tar.gz --sort=name sql");
	shelf_open(shelf);
	g_autofree char *sql = shelf_list(shelf, "2024-05-09/www/sql");
	g_autofree char *n = shelf_list(shelf, "2024-05-09/www/sql/n");
	g_autofree char *tsv = shelf_read(shelf, "2024-05-09/www/sql/n/b.tsv");

	g_assert_cmpstr(sql, ==, "a.sql n.sql");
	g_assert_cmpstr(n, ==, "a.sql a.tsv b.sql b.tsv schema.sql");
	g_assert_cmpstr(tsv, ==, "id\tt\n1\ttwo\n");
	g_assert_cmpuint(attr_of(shelf, "2024-05-08/www/sql/n/b.tsv").node, ==,
			 attr_of(shelf, "2024-05-09/www/sql/n/b.tsv").node);
	g_assert_cmpuint(listed_ino(shelf, "2024-05-09/www/sql/n", ".."), ==,
			 attr_of(shelf, "2024-05-09/www/sql").st.st_ino);
	g_assert_cmpint(
	    attr_of(shelf, "2024-05-09/www/sql/n/b.tsv").st.st_mtim.tv_sec, ==,
	    MAY_7 + DAY);
	g_assert_cmpint(
	    attr_of(shelf, "2024-05-09/www/sql/n").st.st_mtim.tv_sec, ==,
	    1700000000);
}

/* No SHA-256 of their content: it was never read. Their rows were counted. */
static void test_xattrs(void)
{
	g_autoptr(Shelf) shelf = open_shelf();
	RondAttr attr = attr_of(shelf, "2024-05-09/db/a.tsv");
	g_autoptr(GBytes) value = NULL;
	RondJob *wait = NULL;

	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.sha256", &value, &wait),
			==, ENODATA);
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.first-seen", &value,
					   &wait),
			==, 0);
	g_clear_pointer(&value, g_bytes_unref);
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.rows", &value, &wait),
			==, 0);
	g_assert_cmpmem(g_bytes_get_data(value, NULL), g_bytes_get_size(value),
			"2", 1);
	attr = attr_of(shelf, "2024-05-09/db/schema.sql");
	g_assert_cmpint(rond_tree_getxattr(shelf->tree, attr.node,
					   "user.rondfs.rows", &value, &wait),
			==, ENODATA);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree-tables/listing", test_listing);
	g_test_add_func("/tree-tables/reading", test_reading);
	g_test_add_func("/tree-tables/numbers", test_numbers);
	g_test_add_func("/tree-tables/databases", test_databases);
	g_test_add_func("/tree-tables/dates", test_dates);
	g_test_add_func("/tree-tables/shared", test_shared);
	g_test_add_func("/tree-tables/modes", test_modes);
	g_test_add_func("/tree-tables/damaged", test_damaged);
	g_test_add_func("/tree-tables/member", test_member);
	g_test_add_func("/tree-tables/xattrs", test_xattrs);
	return g_test_run();
}
