/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tar-tools.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

char *tools_try(const ToolsFixture *self, int *status, const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_spawn_sync(self->dir, (char **)argv, NULL,
		     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
		     NULL, &output, NULL, status, &error);
	g_assert_no_error(error);
	return output;
}

void tools_run(const ToolsFixture *self, const char *script)
{
	g_autofree char *output = NULL;
	int status;

	g_test_message("%s", script);
	output = tools_try(self, &status, script);
	g_assert_cmpint(status, ==, 0);
}

void tools_set_up(ToolsFixture *self, gconstpointer data)
{
	self->dir = g_dir_make_tmp("test-tar-XXXXXX", NULL);
	g_assert_nonnull(self->dir);
	self->tree = g_build_filename(self->dir, "tree", NULL);
	g_assert_cmpint(g_mkdir(self->tree, 0755), ==, 0);
}

void tools_tear_down(ToolsFixture *self, gconstpointer data)
{
	int status;

	g_free(tools_try(self, &status, "chmod -R u+w . && rm -rf \"$PWD\""));
	g_free(self->tree);
	g_free(self->dir);
}

void tools_file(const ToolsFixture *self, const char *name, gsize size)
{
	g_autofree char *path = g_build_filename(self->tree, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);
	g_autofree char *data = g_malloc(size + 1);

	for (gsize i = 0; i < size; i++)
		data[i] = (char)g_test_rand_int();
	g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
	g_assert_true(g_file_set_contents_full(
	    path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

GByteArray *tools_load(const ToolsFixture *self, const char *name)
{
	g_autofree char *path = g_build_filename(self->dir, name, NULL);
	char *data;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	return g_byte_array_new_take((guint8 *)data, len);
}

/* The content as libarchive gives it. */
static GBytes *read_content(struct archive *archive, gsize size)
{
	guint8 *content = g_malloc0(size + 1);
	const void *block;
	size_t len;
	la_int64_t offset;

	while (archive_read_data_block(archive, &block, &len, &offset) ==
	       ARCHIVE_OK) {
		g_assert_cmpuint((gsize)offset + len, <=, size);
		memcpy(content + offset, block, len);
	}
	return g_bytes_new_take(content, size);
}

static void compare_xattrs(const RondEntry *ours, struct archive_entry *theirs)
{
	const char *name;
	const void *value;
	size_t len;

	archive_entry_xattr_reset(theirs);
	while (archive_entry_xattr_next(theirs, &name, &value, &len) ==
	       ARCHIVE_OK) {
		gboolean found = FALSE;

		for (gsize i = 0; i < ours->n_xattrs; i++) {
			if (strcmp(ours->xattrs[i].name, name) != 0)
				continue;
			g_assert_cmpmem(ours->xattrs[i].value,
					ours->xattrs[i].len, value, len);
			found = TRUE;
		}
		g_assert_true(found || g_str_has_prefix(name, "security."));
	}
}

static void compare_attributes(const RondEntry *ours,
			       struct archive_entry *theirs)
{
	const gboolean device = S_ISCHR(ours->mode) || S_ISBLK(ours->mode);

	g_assert_cmpstr(ours->path, ==, archive_entry_pathname(theirs));
	g_assert_cmpstr(ours->hardlink, ==, archive_entry_hardlink(theirs));
	if (!ours->hardlink)
		g_assert_cmpuint(ours->mode, ==, archive_entry_mode(theirs));
	g_assert_cmpuint(ours->mode & 07777, ==, archive_entry_perm(theirs));
	g_assert_cmpstr(ours->symlink, ==, archive_entry_symlink(theirs));
	g_assert_cmpint(ours->uid, ==, archive_entry_uid(theirs));
	g_assert_cmpint(ours->gid, ==, archive_entry_gid(theirs));
	g_assert_cmpint(ours->mtime, ==, archive_entry_mtime(theirs));
	g_assert_cmpint(ours->mtime_nsec, ==, archive_entry_mtime_nsec(theirs));
	if (S_ISREG(ours->mode))
		g_assert_cmpint(ours->size, ==, archive_entry_size(theirs));
	if (device)
		g_assert_cmpuint(makedev(ours->rdev_major, ours->rdev_minor),
				 ==, archive_entry_rdev(theirs));
	compare_xattrs(ours, theirs);
}

void tools_compare_libarchive(const GByteArray *tar, const KitSeen *seen)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *theirs;
	guint i = 0;

	archive_read_support_format_tar(archive);
	g_assert_cmpint(archive_read_open_memory(archive, tar->data, tar->len),
			==, ARCHIVE_OK);
	for (;; i++) {
		const int result = archive_read_next_header(archive, &theirs);
		const RondEntry *ours;
		g_autoptr(GBytes) content = NULL;
		g_autoptr(GBytes) wanted = NULL;

		if (result == ARCHIVE_EOF)
			break;
		/* It warns of names that are no UTF-8. */
		g_assert_true(result == ARCHIVE_OK || result == ARCHIVE_WARN);
		ours = kit_seen_entry(seen, i);
		compare_attributes(ours, theirs);
		content = kit_content(ours, tar->data, tar->len);
		g_assert_nonnull(content);
		if (!S_ISREG(ours->mode))
			continue;
		wanted = read_content(archive, ours->size);
		g_assert_true(g_bytes_equal(content, wanted));
	}
	g_assert_cmpuint(i, ==, seen->entries->len);
	archive_read_free(archive);
}

static void compare_file(const GByteArray *tar, const RondEntry *entry,
			 const char *path)
{
	g_autoptr(GBytes) content = kit_content(entry, tar->data, tar->len);
	g_autofree char *wanted = NULL;
	gsize len;

	g_assert_nonnull(content);
	g_assert_true(g_file_get_contents(path, &wanted, &len, NULL));
	g_assert_cmpmem(g_bytes_get_data(content, NULL),
			g_bytes_get_size(content), wanted, len);
}

/* With what `tar -x` made of the archive in out/. */
void tools_compare_extracted(const ToolsFixture *self, const GByteArray *tar,
			     const KitSeen *seen)
{
	for (guint i = 0; i < seen->entries->len; i++) {
		const RondEntry *entry = kit_seen_entry(seen, i);
		g_autofree char *path =
		    g_build_filename(self->dir, "out", entry->path, NULL);
		struct stat st;

		g_assert_cmpint(lstat(path, &st), ==, 0);
		if (entry->hardlink) {
			g_assert_cmpuint(st.st_nlink, >, 1);
			continue;
		}
		g_assert_cmpuint(st.st_mode & S_IFMT, ==, entry->mode & S_IFMT);
		g_assert_cmpuint(st.st_mode & 07777, ==,
				 S_ISLNK(entry->mode) ? 0777
						      : entry->mode & 07777);
		/* tar loses folders' times when it comes back to them later. */
		if (S_ISDIR(entry->mode))
			continue;
		g_assert_cmpint(st.st_mtim.tv_sec, ==, entry->mtime);
		g_assert_cmpint(st.st_mtim.tv_nsec, ==, entry->mtime_nsec);
		if (S_ISLNK(entry->mode)) {
			g_autofree char *target = g_file_read_link(path, NULL);

			g_assert_cmpstr(entry->symlink, ==, target);
			continue;
		}
		if (S_ISREG(entry->mode))
			compare_file(tar, entry, path);
	}
}

/* Archive tree/ with @command into a.tar, and compare. */
KitSeen *tools_check(const ToolsFixture *self, const char *command)
{
	g_autofree char *script = g_strdup_printf("cd tree && %s", command);
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = NULL;

	tools_run(self, script);
	tools_run(self, "rm -rf out && mkdir out && tar -C out -xpf a.tar");
	tar = tools_load(self, "a.tar");
	g_assert_true(rond_tar_format.probe(NULL, tar->data, 512));
	seen = kit_walk_clean(tar);
	tools_compare_libarchive(tar, seen);
	tools_compare_extracted(self, tar, seen);
	return g_steal_pointer(&seen);
}
