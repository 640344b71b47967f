/* SPDX-License-Identifier: BSD-2-Clause */
/* What the settings make of the tree: links, strip, owners, special files. */
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(shelf, "mkdir -p ../t/site/a/b && cd ../t/site && "
			 "echo f > f && ln -s ../../f a/b/up && "
			 "ln -s ../../../f a/b/out && ln -s /a/b a/b/abs && "
			 "ln -s ../f a/once && ln a/b/out hard && mkfifo p && "
			 "chmod 4755 f && cd .. && "
			 "tar -cf ../shelf/site-2024-05-09.tar site");
	return shelf;
}

static int link_error(const Shelf *shelf, const char *path)
{
	RondJob *wait = NULL;
	char *target = NULL;
	RondAttr attr;

	g_assert_cmpint(shelf_stat(shelf, path, &attr), ==, 0);
	int err = rond_tree_readlink(shelf->tree, attr.node, &target, &wait);

	g_free(target);
	return err;
}

static void expect_link(const Shelf *shelf, const char *path,
			const char *expected)
{
	g_autofree char *target = shelf_readlink(shelf, path);

	g_assert_cmpstr(target, ==, expected);
}

#define WWW "2024-05-09/www/"

/* The one folder that all is in is left out: depth counts from there. */
static void test_contain(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf->config->symlinks = ROND_SYMLINKS_CONTAIN;
	shelf_open(shelf);
	expect_link(shelf, WWW "a/b/up", "../../f");
	expect_link(shelf, WWW "a/once", "../f");
	g_assert_cmpint(link_error(shelf, WWW "a/b/out"), ==, EPERM);
	g_assert_cmpint(link_error(shelf, WWW "a/b/abs"), ==, EPERM);
	g_assert_cmpint(link_error(shelf, WWW "hard"), ==, EPERM);
	g_assert_cmpint(link_error(shelf, WWW "f"), ==, EINVAL);
	g_assert_cmpint(link_error(shelf, WWW "a"), ==, EINVAL);
	g_assert_cmpint(link_error(shelf, "2024-05-09"), !=, 0);
}

static void test_relative(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf->config->symlinks = ROND_SYMLINKS_RELATIVE;
	shelf_open(shelf);
	expect_link(shelf, WWW "a/b/up", "../../f");
	expect_link(shelf, WWW "a/b/abs", "../../a/b");
	expect_link(shelf, WWW "a/b/out", "../../../f");
}

/* A link with two names lies in two folders: what is inside seen from the one
 * may lead out seen from the other. */
static void test_contain_names(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	shelf_run(shelf, "mkdir -p ../t/z/z && cd ../t && ln -s ../../f z/z/l "
			 "&& ln z/z/l l && echo > f && "
			 "tar -cf ../shelf/www-2024-05-09.tar z/z/l l f z");
	shelf->config->symlinks = ROND_SYMLINKS_CONTAIN;
	shelf_open(shelf);
	g_assert_cmpint(link_error(shelf, WWW "l"), ==, EPERM);
}

static void test_contain_folder(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	shelf_run(shelf, "mkdir -p 2024-05-09/d && cd 2024-05-09 && ln -s "
			 "../x d/in && ln -s ../../x d/out && ln -s /etc abs");
	shelf->config->symlinks = ROND_SYMLINKS_CONTAIN;
	shelf_open(shelf);
	expect_link(shelf, WWW "d/in", "../x");
	g_assert_cmpint(link_error(shelf, WWW "d/out"), ==, EPERM);
	g_assert_cmpint(link_error(shelf, WWW "abs"), ==, EPERM);
}

static void test_special(void)
{
	for (int keep = 0; keep < 2; keep++) {
		g_autoptr(Shelf) shelf = new_shelf();
		RondAttr attr;

		shelf->config->keep_special = keep;
		shelf_open(shelf);
		g_autofree char *names = shelf_list(shelf, WWW);

		g_assert_cmpstr(names, ==, keep ? "a f hard p" : "a f hard");
		g_assert_cmpint(shelf_stat(shelf, WWW "p", &attr), ==,
				keep ? 0 : ENOENT);
		g_assert_cmpint(shelf_stat(shelf, WWW "f", &attr), ==, 0);
		g_assert_cmpuint(attr.st.st_mode & 07777, ==,
				 keep ? 04755 : 0755);
		if (keep)
			g_assert_cmpint(shelf_read_error(shelf, WWW "p"), ==,
					EIO);
	}
}

static void test_strip(void)
{
	g_autoptr(Shelf) whole = new_shelf();
	g_autoptr(Shelf) two = new_shelf();

	whole->config->strip = 0;
	shelf_open(whole);
	g_autofree char *all = shelf_list(whole, WWW);
	g_autofree char *below = shelf_list(whole, WWW "site");

	g_assert_cmpstr(all, ==, "site");
	g_assert_cmpstr(below, ==, "a f hard");
	/* There are no two folders around all. */
	two->config->strip = 2;
	shelf_open(two);
	g_autofree char *none = shelf_list(two, WWW);

	g_assert_cmpstr(none, ==, "site");
}

static void test_owners(void)
{
	static const char *const paths[] = {"",	     "2024-05-09", WWW, WWW "a",
					    WWW "f", ".status",	   NULL};
	g_autoptr(Shelf) shelf = new_shelf();
	RondAttr attr;

	shelf->config->uid = 4242;
	shelf->config->gid = 2424;
	shelf->config->umask = 07;
	shelf_open(shelf);
	for (const char *const *path = paths; *path; path++) {
		g_assert_cmpint(shelf_stat(shelf, *path, &attr), ==, 0);
		g_assert_cmpuint(attr.st.st_uid, ==, 4242);
		g_assert_cmpuint(attr.st.st_gid, ==, 2424);
		g_assert_cmpuint(attr.st.st_mode & 07, ==, 0);
	}
}

/* A secret backup stays one, whatever it holds. */
static void test_guard(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	RondAttr attr;

	shelf_run(shelf, "chmod 600 site-2024-05-09.tar");
	shelf_open(shelf);
	g_assert_cmpint(shelf_stat(shelf, "2024-05-09", &attr), ==, 0);
	g_assert_cmpuint(attr.st.st_mode, ==, S_IFDIR | 0700);
	g_assert_cmpint(shelf_stat(shelf, WWW, &attr), ==, 0);
	g_assert_cmpuint(attr.st.st_mode, ==, S_IFDIR | 0700);
	g_assert_cmpint(shelf_stat(shelf, WWW "a", &attr), ==, 0);
	g_assert_cmpuint(attr.st.st_mode & 0700, ==, 0700);
}

/* That a file can't be opened because it is encrypted is no damage. */
static void test_encrypted(void)
{
	g_autoptr(Shelf) shelf = shelf_new();
	g_auto(RondPartInfo) info = {0};

	shelf_run(shelf, "echo a > ../a && echo b > ../b && zip -qj -P x "
			 "www-2024-05-09.zip ../a && zip -qj "
			 "www-2024-05-09.zip ../b");
	shelf_open(shelf);
	g_autofree char *b = shelf_read(shelf, WWW "b");

	g_assert_cmpstr(b, ==, "b\n");
	g_assert_cmpint(shelf_read_error(shelf, WWW "a"), ==, EACCES);
	g_autoptr(RondPart) part = shelf_part(shelf, "2024-05-09", "www");

	rond_part_info(part, &info);
	g_assert_cmpstr(rond_part_state_name(info.state), ==, "ready");
}

/* The kernel keeps what a link says: one that leads elsewhere is another node,
 * and the first is no more. */
static void test_alias(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	RondJob *wait = NULL;
	RondAttr before, after, gone;

	shelf_open(shelf);
	g_assert_cmpint(shelf_stat(shelf, "latest", &before), ==, 0);
	expect_link(shelf, "latest", "2024-05-09");
	shelf_run(shelf, "cp -p site-2024-05-09.tar site-2024-05-10.tar");
	g_usleep(2100 * 1000); /* until it has settled */
	g_assert_true(rond_library_rescan(shelf->library, NULL));
	g_assert_cmpint(shelf_stat(shelf, "latest", &after), ==, 0);
	expect_link(shelf, "latest", "2024-05-10");
	g_assert_cmpuint(after.node, !=, before.node);
	g_assert_cmpint(
	    rond_tree_getattr(shelf->tree, before.node, &gone, &wait), ==,
	    ESTALE);
	g_assert_cmpint(shelf_stat(shelf, "J-9/2024-05-10", &gone), ==, ENOENT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree-links/contain", test_contain);
	g_test_add_func("/tree-links/relative", test_relative);
	g_test_add_func("/tree-links/contain-names", test_contain_names);
	g_test_add_func("/tree-links/contain-folder", test_contain_folder);
	g_test_add_func("/tree-links/special", test_special);
	g_test_add_func("/tree-links/strip", test_strip);
	g_test_add_func("/tree-links/owners", test_owners);
	g_test_add_func("/tree-links/guard", test_guard);
	g_test_add_func("/tree-links/encrypted", test_encrypted);
	g_test_add_func("/tree-links/alias", test_alias);
	return g_test_run();
}
