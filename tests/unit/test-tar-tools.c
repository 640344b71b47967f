/* SPDX-License-Identifier: BSD-2-Clause */
/* Archives of GNU tar and bsdtar: what the walker finds in them is what
 * libarchive finds, and what tar -x makes of them. */
#include "tests/unit/tar-tools.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* @seconds and @nsec of the modification. */
static void set_mtime(const ToolsFixture *self, const char *name,
		      gint64 seconds, long nsec)
{
	g_autofree char *path = g_build_filename(self->tree, name, NULL);
	const struct timespec times[2] = {{seconds, nsec}, {seconds, nsec}};

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW),
			==, 0);
}

/* What every format can hold. */
static void make_simple_tree(const ToolsFixture *self)
{
	static const gsize sizes[] = {0, 1, 511, 512, 513, 10240, 300000};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *name =
		    g_strdup_printf("size/%" G_GSIZE_FORMAT, sizes[i]);

		tools_file(self, name, sizes[i]);
	}
	tools_file(self, "a/a/f", 10);
	tools_file(self, "raw \xff\xfe", 20);
	tools_file(self, "two\nlines", 20);
	tools_file(self, "set", 1);
	tools_run(self,
		  "cd tree && mkdir empty && ln -s a/a/f soft && "
		  "ln size/513 hard && ln size/1 size/other && mkfifo fifo && "
		  "chmod 4751 set && chmod 0600 a/a/f && chmod 1777 empty && "
		  "touch -d 2001-02-03 set empty");
}

/* A path of @len bytes, components of 80. */
static void make_long_path(const ToolsFixture *self, gsize len)
{
	g_autofree char *name = g_strnfill(len, 'n');

	for (gsize i = 80; i < len - 1; i += 81)
		name[i] = '/';
	tools_file(self, name, len);
}

static void make_long_names(const ToolsFixture *self)
{
	static const gsize lengths[] = {98,  99,  100, 101, 154, 155,
					156, 180, 255, 256, 257, 600};
	g_autofree char *longest = g_strnfill(255, 'l');
	g_autofree char *target = g_strnfill(300, 't');
	g_autofree char *link = g_build_filename(self->tree, "link", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
		make_long_path(self, lengths[i]);
	tools_file(self, longest, 5);
	g_assert_cmpint(symlink(target, link), ==, 0);
	tools_run(self, "cd tree && ln l*l hard-to-long");
}

/* @count pieces of data with holes between, @tail bytes of hole behind. */
static void make_sparse(const ToolsFixture *self, const char *name, guint count,
			gsize tail)
{
	g_autofree char *path = g_build_filename(self->tree, name, NULL);
	FILE *file = fopen(path, "wb");

	g_assert_nonnull(file);
	for (guint i = 0; i < count; i++) {
		fseek(file, (long)(i * 65536 + 32768), SEEK_SET);
		fprintf(file, "piece %u of %s", i, name);
	}
	fflush(file);
	g_assert_cmpint(ftruncate(fileno(file), (off_t)(count * 65536 + tail)),
			==, 0);
	fclose(file);
}

static void make_sparse_files(const ToolsFixture *self)
{
	make_sparse(self, "all-hole", 0, 1000000);
	make_sparse(self, "sparse-1", 1, 0);
	make_sparse(self, "sparse-3", 3, 77);
	make_sparse(self, "sparse-5", 5, 0);
	make_sparse(self, "sparse-60", 60, 100000);
	tools_file(self, "after", 5);
}

static void test_simple(ToolsFixture *self, gconstpointer data)
{
	static const char *const commands[] = {
	    "tar --format=v7 --exclude=fifo -cf ../a.tar *",
	    "tar --format=oldgnu -cf ../a.tar *",
	    "tar --format=gnu -cf ../a.tar *",
	    "tar --format=ustar -cf ../a.tar ./*",
	    "tar --format=posix -cf ../a.tar .",
	    "tar --format=posix -b 1 -V label -cf ../a.tar *",
	    "bsdtar --format=v7tar --exclude=fifo -cf ../a.tar *",
	    "bsdtar --format=ustar -cf ../a.tar *",
	    "bsdtar --format=gnutar -cf ../a.tar *",
	    "bsdtar --format=pax -cf ../a.tar *",
	    "bsdtar --format=paxr -cf ../a.tar *",
	    "find . -print0 | cpio -0 -o -H ustar > ../a.tar",
	    "find . -print0 | cpio -0 -o -H tar > ../a.tar",
	};

	make_simple_tree(self);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(KitSeen) seen = tools_check(self, commands[i]);

		g_assert_cmpuint(seen->entries->len, >=, 17);
	}
}

static void test_names(ToolsFixture *self, gconstpointer data)
{
	static const char *const commands[] = {
	    "tar --format=oldgnu -cf ../a.tar *",
	    "tar --format=gnu -cf ../a.tar *",
	    "tar --format=posix -cf ../a.tar *",
	    "bsdtar --format=gnutar -cf ../a.tar *",
	    "bsdtar --format=pax -cf ../a.tar *",
	};

	make_long_names(self);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(KitSeen) seen = tools_check(self, commands[i]);

		g_assert_cmpuint(seen->entries->len, >, 15);
	}
}

/* The longest names that ustar can hold, in two fields. */
static void test_ustar_names(ToolsFixture *self, gconstpointer data)
{
	static const gsize lengths[] = {99, 100, 101, 154, 155, 156, 180};
	g_autofree char *name = g_strnfill(256, 'u');

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
		make_long_path(self, lengths[i]);
	name[77] = '/';
	name[155] = '/';
	tools_file(self, name, 7);
	kit_seen_free(tools_check(self, "tar --format=ustar -cf ../a.tar *"));
	kit_seen_free(
	    tools_check(self, "bsdtar --format=ustar -cf ../a.tar *"));
}

static void test_sparse(ToolsFixture *self, gconstpointer data)
{
	static const char *const commands[] = {
	    "tar -S --format=oldgnu -cf ../a.tar *",
	    "tar -S --format=gnu -cf ../a.tar *",
	    "tar -S --format=posix --sparse-version=0.0 -cf ../a.tar *",
	    "tar -S --format=posix --sparse-version=0.1 -cf ../a.tar *",
	    "tar -S --format=posix --sparse-version=1.0 -cf ../a.tar *",
	    "bsdtar --format=pax -cf ../a.tar *",
	};

	make_sparse_files(self);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(KitSeen) seen = tools_check(self, commands[i]);
		gsize stored = 0;

		for (guint j = 0; j < seen->entries->len; j++) {
			const RondEntry *entry = kit_seen_entry(seen, j);

			for (gsize k = 0; k < entry->n_extents; k++)
				stored += entry->extents[k].length;
		}
		/* Five megabytes, of which little is data. */
		g_assert_cmpuint(stored, <, 1000000);
	}
}

static void test_times(ToolsFixture *self, gconstpointer data)
{
	tools_file(self, "nano", 1);
	tools_file(self, "old", 1);
	tools_file(self, "older", 1);
	tools_file(self, "far", 1);
	set_mtime(self, "nano", 1714521600, 123456789);
	set_mtime(self, "old", -86400, 0);
	set_mtime(self, "far", 1LL << 33, 0);
	kit_seen_free(tools_check(self, "tar --format=gnu -cf ../a.tar *"));
	kit_seen_free(tools_check(self, "tar --format=posix -cf ../a.tar *"));
}

/* libarchive reads "-1.5" as -0.5: here only what tar -x makes counts. */
static void test_negative_fraction(ToolsFixture *self, gconstpointer data)
{
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = NULL;

	tools_file(self, "old", 1);
	set_mtime(self, "old", -2, 500000000);
	tools_run(self, "cd tree && tar --format=posix -cf ../a.tar old");
	tools_run(self, "mkdir out && tar -C out -xpf a.tar");
	tar = tools_load(self, "a.tar");
	seen = kit_walk_clean(tar);
	g_assert_cmpint(kit_seen_entry(seen, 0)->mtime, ==, -2);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->mtime_nsec, ==, 500000000);
	tools_compare_extracted(self, tar, seen);
}

static void test_large_owner(ToolsFixture *self, gconstpointer data)
{
	tools_file(self, "file", 1);
	kit_seen_free(tools_check(self, "tar --format=gnu --owner=x:4000000000 "
					"--group=y:3000000 -cf ../a.tar *"));
	kit_seen_free(tools_check(self,
				  "tar --format=posix --owner=x:4000000000 "
				  "--group=y:3000000 -cf ../a.tar *"));
}

static void test_xattrs(ToolsFixture *self, gconstpointer data)
{
	g_autofree char *path = g_build_filename(self->tree, "file", NULL);
	static const char binary[] = "\0\xff\nx=y";
	static const char *const commands[] = {
	    "tar --format=posix --xattrs -cf ../a.tar *",
	    "bsdtar --format=pax --xattrs -cf ../a.tar *",
	};

	tools_file(self, "file", 1);
	if (setxattr(path, "user.bin", binary, sizeof(binary), 0) < 0) {
		g_test_skip("the file system has no extended attributes");
		return;
	}
	setxattr(path, "user.odd %=name", "1", 1, 0);
	setxattr(path, "user.caf\xc3\xa9", "2", 1, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(GByteArray) tar = NULL;
		g_autoptr(KitSeen) seen = NULL;
		const RondEntry *entry;
		g_autofree char *script =
		    g_strdup_printf("cd tree && %s", commands[i]);

		tools_run(self, script);
		tar = tools_load(self, "a.tar");
		seen = kit_walk_clean(tar);
		entry = kit_seen_entry(seen, 0);
		g_assert_cmpuint(entry->n_xattrs, ==, 3);
		for (gsize j = 0; j < 3; j++) {
			char value[100];
			const gssize len = getxattr(path, entry->xattrs[j].name,
						    value, sizeof(value));

			g_assert_cmpint(len, >=, 0);
			g_assert_cmpmem(entry->xattrs[j].value,
					entry->xattrs[j].len, value, len);
		}
	}
}

static void check_acl(const RondEntry *entry, const char *path,
		      const char *name)
{
	char value[1000];
	const gssize len = getxattr(path, name, value, sizeof(value));

	for (gsize i = 0; i < entry->n_xattrs; i++) {
		if (strcmp(entry->xattrs[i].name, name) != 0)
			continue;
		g_assert_cmpmem(entry->xattrs[i].value, entry->xattrs[i].len,
				value, len);
		return;
	}
	g_assert_not_reached();
}

static void test_acls(ToolsFixture *self, gconstpointer data)
{
	g_autofree char *path = g_build_filename(self->tree, "dir", NULL);
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = NULL;
	g_autofree char *output = NULL;
	int status;

	output = tools_try(self, &status,
			   "mkdir tree/dir && setfacl -m u:4321:rw,g:7777:r "
			   "tree/dir && setfacl -d -m u:54321:rwx tree/dir");
	if (status != 0) {
		g_test_skip("the file system has no ACLs");
		return;
	}
	tools_run(self,
		  "cd tree && tar --format=posix --acls -cf ../a.tar dir");
	tar = tools_load(self, "a.tar");
	seen = kit_walk_clean(tar);
	/* Numbers without names: nobody here is called so. */
	check_acl(kit_seen_entry(seen, 0), path, "system.posix_acl_access");
	check_acl(kit_seen_entry(seen, 0), path, "system.posix_acl_default");
}

/* Level 0, then a file less and one more: the folder's list says so. */
static void check_incremental(const ToolsFixture *self, const char *format)
{
	g_autofree char *script = g_strdup_printf(
	    "rm -rf tree/* snar && mkdir tree/d && touch tree/d/gone && "
	    "touch tree/d/kept && tar -g snar --format=%s -C tree -cf 0.tar d "
	    "&& rm tree/d/gone && touch tree/d/new && "
	    "tar -g snar --format=%s -C tree -cf a.tar d",
	    format, format);
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = NULL;
	const RondEntry *dir;
	gboolean kept = FALSE, new = FALSE;

	tools_run(self, script);
	tar = tools_load(self, "a.tar");
	seen = kit_walk_clean(tar);
	tools_compare_libarchive(tar, seen);
	dir = kit_seen_entry(seen, 0);
	g_assert_cmpstr(dir->path, ==, "d/");
	g_assert_nonnull(dir->dumpdir);
	for (const char *name = dir->dumpdir; *name; name += strlen(name) + 1) {
		kept |=
		    strcmp(name, "Nkept") == 0 || strcmp(name, "Ykept") == 0;
		new |= strcmp(name, "Ynew") == 0;
		g_assert_cmpstr(name + 1, !=, "gone");
	}
	g_assert_true(kept && new);
}

static void test_incremental(ToolsFixture *self, gconstpointer data)
{
	check_incremental(self, "gnu");
	check_incremental(self, "posix");
}

static void test_appended(ToolsFixture *self, gconstpointer data)
{
	tools_file(self, "one", 1000);
	tools_file(self, "two", 2000);
	kit_seen_free(tools_check(self, "tar -cf ../a.tar one && "
					"tar -cf ../b.tar two && "
					"tar -Af ../a.tar ../b.tar && "
					"tar -rf ../a.tar one"));
}

/* Two whole archives, one after the other: tar needs to be told (-i). */
static void test_concatenated(ToolsFixture *self, gconstpointer data)
{
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = NULL;

	tools_file(self, "one", 1000);
	tools_file(self, "two", 2000);
	tools_run(self,
		  "cd tree && tar -cf ../a.tar one && tar -cf ../b.tar two && "
		  "cat ../b.tar >> ../a.tar");
	tools_run(self, "mkdir out && tar -C out -ixpf a.tar");
	tar = tools_load(self, "a.tar");
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 2);
	tools_compare_extracted(self, tar, seen);
}

static void test_volumes(ToolsFixture *self, gconstpointer data)
{
	g_autoptr(GByteArray) tar = NULL;
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autofree char *output = NULL;
	int status;

	tools_file(self, "big", 30000);
	tools_file(self, "small", 100);
	output = tools_try(self, &status,
			   "cd tree && printf 'n ../b.tar\\n' | tar "
			   "--format=gnu -cM -L 20 -f ../a.tar big small");
	tar = tools_load(self, "b.tar");
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->damaged, ==, 1);
	g_assert_cmpuint(seen->entries->len, ==, 1);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "small");
}

static void test_devices(ToolsFixture *self, gconstpointer data)
{
	g_autofree char *output = NULL;
	int status;

	output = tools_try(self, &status,
			   "mknod tree/c c 300 5000 && mknod tree/b b 8 1");
	if (status != 0) {
		g_test_skip("only root makes devices");
		return;
	}
	kit_seen_free(tools_check(self, "tar --format=gnu -cf ../a.tar *"));
	kit_seen_free(tools_check(self, "tar --format=posix -cf ../a.tar *"));
	kit_seen_free(tools_check(self, "bsdtar --format=pax -cf ../a.tar *"));
}

static void test_nothing(ToolsFixture *self, gconstpointer data)
{
	g_autoptr(KitSeen) seen =
	    tools_check(self, "tar -cf ../a.tar -T /dev/null");

	g_assert_cmpuint(seen->entries->len, ==, 0);
}

#define ADD(name, func)                                                        \
	g_test_add("/tar-tools/" name, ToolsFixture, NULL, tools_set_up, func, \
		   tools_tear_down)

int main(int argc, char **argv)
{
	/* For libarchive's sake: its names depend on it. */
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	ADD("simple", test_simple);
	ADD("names", test_names);
	ADD("ustar-names", test_ustar_names);
	ADD("sparse", test_sparse);
	ADD("times", test_times);
	ADD("negative-fraction", test_negative_fraction);
	ADD("large-owner", test_large_owner);
	ADD("xattrs", test_xattrs);
	ADD("acls", test_acls);
	ADD("incremental", test_incremental);
	ADD("appended", test_appended);
	ADD("concatenated", test_concatenated);
	ADD("volumes", test_volumes);
	ADD("devices", test_devices);
	ADD("nothing", test_nothing);
	return g_test_run();
}
