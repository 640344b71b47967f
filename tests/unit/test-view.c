/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/view.h"
#include "tests/unit/index-kit.h"

#include <string.h>

#define DAY 1714521600 /* 2024-05-01 */

static RondPart *new_part(RondBackupKind kind, mode_t mode)
{
	RondBackup *backup = g_new0(RondBackup, 1);

	g_atomic_ref_count_init(&backup->refs);
	backup->kind = kind;
	backup->item = g_new0(RondStoreItem, 1);
	backup->item->path = g_strdup("site.tar");
	backup->item->mode = S_IFREG | mode;
	backup->item->uid = 100;
	backup->item->gid = 200;
	backup->item->mtime_ns = (DAY + 7200) * G_GINT64_CONSTANT(1000000000);
	backup->source = g_strdup("/backups/site.tar");
	backup->folder = g_strdup("");
	backup->stem = g_strdup("site");
	backup->time = DAY;
	RondPart *part = rond_part_new(1, backup, "2024-05-01", "www");

	rond_backup_unref(backup);
	return part;
}

/* An index of @paths; folders end in a slash, the rest are files of 5000 bytes
 * with their setuid bit. */
static RondIndex *new_index(const char *const *paths)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	const RondExtent extent = {0, 0, 5000};

	for (; *paths; paths++) {
		gboolean dir = g_str_has_suffix(*paths, "/");
		const RondEntry entry = {
		    .path = *paths,
		    .mode = dir ? S_IFDIR | 0755 : S_IFREG | 04755,
		    .uid = 1,
		    .gid = 2,
		    .size = dir ? 0 : 5000,
		    .mtime = 77,
		    .mtime_nsec = 88,
		    .extents = &extent,
		    .n_extents = !dir,
		};

		rond_index_builder_add(builder, &entry, NULL);
	}
	return index_kit_write(builder);
}

typedef struct {
	const char *paths[4];
	guint strip;
	const char *root; /* path of what is shown as the root */
} RootCase;

static void test_root(void)
{
	static const RootCase cases[] = {
	    {{"a", "b"}, ROND_NO_STRIP, ""},
	    {{"other/a"}, ROND_NO_STRIP, ""},
	    {{"www/a"}, ROND_NO_STRIP, "www"},
	    {{"site/a"}, ROND_NO_STRIP, "site"},
	    {{"./site/"}, ROND_NO_STRIP, "site"},
	    {{"site/site/a"}, ROND_NO_STRIP, "site"},
	    {{"site"}, ROND_NO_STRIP, ""},
	    {{"site/a", "b"}, ROND_NO_STRIP, ""},
	    {{"sitex/a"}, ROND_NO_STRIP, ""},
	    {{"sit/a"}, ROND_NO_STRIP, ""},
	    {{"site/a"}, 0, ""},
	    {{"other/a"}, 1, "other"},
	    {{"a/b/c/f"}, 2, "a/b"},
	    {{"a/b/c/f"}, 3, "a/b/c"},
	    /* Too many: then none. */
	    {{"a/b/c/f"}, 4, ""},
	    {{"a/b/f", "a/c/f"}, 2, ""},
	    {{"a/b/f", "a/c/f"}, 1, "a"},
	    {{NULL}, 5, ""},
	    {{NULL}, ROND_NO_STRIP, ""},
	};
	g_autoptr(RondPart) part = new_part(ROND_BACKUP_ARCHIVE, 0644);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondIndex) index = new_index(cases[i].paths);
		const RondConfig config = {.strip = cases[i].strip};

		g_assert_cmpuint(rond_view_root(&config, part, index), ==,
				 index_kit_find(index, cases[i].root));
	}
}

static void test_stat(void)
{
	g_autoptr(RondConfig) config = rond_config_new();
	g_autoptr(RondPart) part = new_part(ROND_BACKUP_ARCHIVE, 0644);
	g_autoptr(RondIndex) index =
	    new_index((const char *[]){"d/", "d/e/", "f", NULL});
	struct stat st;

	rond_view_stat(config, part, index, index_kit_find(index, "f"), &st);
	g_assert_cmpuint(st.st_mode, ==, S_IFREG | 0755);
	g_assert_cmpuint(st.st_uid, ==, 1);
	g_assert_cmpuint(st.st_gid, ==, 2);
	g_assert_cmpint(st.st_size, ==, 5000);
	g_assert_cmpint(st.st_blocks, ==, 16);
	g_assert_cmpuint(st.st_nlink, ==, 1);
	g_assert_cmpint(st.st_mtim.tv_sec, ==, 77);
	g_assert_cmpint(st.st_mtim.tv_nsec, ==, 88);
	g_assert_cmpint(st.st_ctim.tv_sec, ==, DAY);
	rond_view_stat(config, part, index, index_kit_find(index, "d"), &st);
	g_assert_cmpuint(st.st_mode, ==, S_IFDIR | 0755);
	g_assert_cmpuint(st.st_nlink, ==, 3);
	g_assert_cmpint(st.st_blocks, >, 0);
	config->keep_special = TRUE;
	rond_view_stat(config, part, index, index_kit_find(index, "f"), &st);
	g_assert_cmpuint(st.st_mode, ==, S_IFREG | 04755);
}

static void test_adjust(void)
{
	g_autoptr(RondConfig) config = rond_config_new();
	struct stat dir = {.st_mode = S_IFDIR | 0777, .st_uid = 1};
	struct stat file = {.st_mode = S_IFREG | 0666, .st_gid = 2};
	struct stat link = {.st_mode = S_IFLNK | 0777};

	config->umask = 02;
	config->fmask = 0111;
	config->dmask = 0070;
	config->uid = 5;
	config->gid = 0;
	rond_view_adjust(config, &dir);
	rond_view_adjust(config, &file);
	rond_view_adjust(config, &link);
	g_assert_cmpuint(dir.st_mode, ==, S_IFDIR | 0705);
	g_assert_cmpuint(file.st_mode, ==, S_IFREG | 0664);
	g_assert_cmpuint(link.st_mode, ==, S_IFLNK | 0777);
	g_assert_cmpuint(dir.st_uid, ==, 5);
	g_assert_cmpuint(file.st_gid, ==, 0);
}

/* A tree is entered by those only who may read its archive. */
static void test_guard(void)
{
	static const struct {
		mode_t archive, root;
		gboolean guarded;
	} cases[] = {
	    {0600, 0700, TRUE},	 {0640, 0750, TRUE},  {0644, 0755, FALSE},
	    {0400, 0500, TRUE},	 {0660, 0770, TRUE},  {0000, 0000, TRUE},
	    {0604, 0755, FALSE}, {0444, 0755, FALSE},
	};
	g_autoptr(RondConfig) config = rond_config_new();
	g_autoptr(RondIndex) index = new_index((const char *[]){"f", NULL});

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondPart) part =
		    new_part(ROND_BACKUP_ARCHIVE, cases[i].archive);
		struct stat st;

		rond_view_stat(config, part, index, ROND_INDEX_ROOT, &st);
		g_assert_cmpuint(st.st_mode, ==, S_IFDIR | cases[i].root);
		g_assert_cmpuint(st.st_uid, ==, cases[i].guarded ? 100 : 1);
		rond_view_stat(config, part, index, 1, &st);
		g_assert_cmpuint(st.st_uid, ==, 1);
	}
}

/* A dump is as open as its file, and of its day. */
static void test_dump_stat(void)
{
	g_autoptr(RondConfig) config = rond_config_new();
	g_autoptr(RondIndex) index =
	    new_index((const char *[]){"dump.sql", NULL});
	g_autoptr(RondPart) part = new_part(ROND_BACKUP_DUMP, 04640);
	struct stat st;

	rond_view_stat(config, part, index, 1, &st);
	g_assert_cmpuint(st.st_mode, ==, S_IFREG | 0640);
	g_assert_cmpuint(st.st_uid, ==, 100);
	g_assert_cmpuint(st.st_gid, ==, 200);
	g_assert_cmpint(st.st_mtim.tv_sec, ==, DAY + 7200);
	g_assert_cmpint(st.st_mtim.tv_nsec, ==, 0);
}

static void test_folder_mode(void)
{
	g_assert_cmpuint(rond_view_folder_mode(0644), ==, S_IFDIR | 0755);
	g_assert_cmpuint(rond_view_folder_mode(S_IFREG | 04600), ==,
			 S_IFDIR | 0700);
	g_assert_cmpuint(rond_view_folder_mode(0222), ==, S_IFDIR | 0222);
}

static void test_shows(void)
{
	static const mode_t special[] = {S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK};
	static const mode_t plain[] = {S_IFREG, S_IFDIR, S_IFLNK};
	g_autoptr(RondConfig) config = rond_config_new();

	for (int keep = 0; keep < 2; keep++) {
		config->keep_special = keep;
		for (gsize i = 0; i < G_N_ELEMENTS(special); i++)
			g_assert_true(
			    rond_view_shows(
				config,
				&(RondIndexEntry){.mode = special[i]}) == keep);
		for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
			g_assert_true(rond_view_shows(
			    config, &(RondIndexEntry){.mode = plain[i]}));
	}
}

/* What a link at @depth is shown as; NULL: it is contained. */
static void test_symlinks(void)
{
	static const struct {
		const char *target;
		guint depth;
		const char *contained, *relative;
	} cases[] = {
	    {"a", 0, "a", "a"},
	    {"a/b", 3, "a/b", "a/b"},
	    {"", 0, "", ""},
	    {".", 0, ".", "."},
	    {"..", 0, NULL, ".."},
	    {"..", 1, "..", ".."},
	    {"../..", 1, NULL, "../.."},
	    {"../..", 2, "../..", "../.."},
	    {"./../a", 1, "./../a", "./../a"},
	    {".//..//a", 0, NULL, ".//..//a"},
	    {"../a/../b", 1, NULL, "../a/../b"},
	    {"a/..", 0, NULL, "a/.."},
	    {"...", 0, "...", "..."},
	    {"..a", 0, "..a", "..a"},
	    {"/", 0, NULL, "."},
	    {"/", 2, NULL, "../../."},
	    {"/etc/passwd", 0, NULL, "etc/passwd"},
	    {"/etc/passwd", 2, NULL, "../../etc/passwd"},
	    {"//etc", 1, NULL, "../etc"},
	};
	g_autoptr(RondConfig) config = rond_config_new();

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *target = cases[i].target;
		guint depth = cases[i].depth;

		config->symlinks = ROND_SYMLINKS_KEEP;
		g_autofree char *kept =
		    rond_view_symlink(config, target, depth);

		g_assert_cmpstr(kept, ==, target);
		config->symlinks = ROND_SYMLINKS_CONTAIN;
		g_autofree char *in = rond_view_symlink(config, target, depth);

		g_assert_cmpstr(in, ==, cases[i].contained);
		config->symlinks = ROND_SYMLINKS_RELATIVE;
		g_autofree char *is = rond_view_symlink(config, target, depth);

		g_assert_cmpstr(is, ==, cases[i].relative);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/view/root", test_root);
	g_test_add_func("/view/stat", test_stat);
	g_test_add_func("/view/adjust", test_adjust);
	g_test_add_func("/view/guard", test_guard);
	g_test_add_func("/view/dump-stat", test_dump_stat);
	g_test_add_func("/view/folder-mode", test_folder_mode);
	g_test_add_func("/view/shows", test_shows);
	g_test_add_func("/view/symlinks", test_symlinks);
	return g_test_run();
}
