/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats that libarchive reads, as real tools make them. */
#include "backends/archive/libarchive.h"
#include "backends/archive/zip.h"

#include "backends/error.h"
#include "scratch.h"
#include "walked.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define HEAD 65536

static const RondArchiveFormat *probe(RondStream *stream, gboolean all)
{
	g_autofree guint8 *head = g_malloc(HEAD);
	gssize n = rond_stream_pread(stream, head, HEAD, 0, NULL);

	g_assert_cmpint(n, >=, 0);
	return rond_archive_probe(stream, head, (gsize)n, all);
}

static const char make_site[] =
    "mkdir -p site/upload site/empty; cd site;"
    "seq 1 200000 > big.txt; printf x > one; : > none;"
    "printf '<?php echo 1;' > index.php; chmod 640 index.php;"
    "head -c 300000 /dev/urandom > upload/photo.jpg;"
    "ln -s ../index.php upload/link; chmod 711 upload;"
    "printf v > 'caf\303\251'; touch -d '2021-03-04 05:06:07' one upload";

static const char *const PATHS[] = {
    "site/",
    "site/empty/",
    "site/upload/",
    "site/big.txt",
    "site/one",
    "site/none",
    "site/index.php",
    "site/upload/link",
    "site/upload/photo.jpg",
    "site/caf\xc3\xa9",
};

/* The entry of a path; folders come with and without their slash. */
static const WalkedEntry *find(const Walked *walked, const char *path)
{
	g_autofree char *bare = g_strdup(path);
	const WalkedEntry *found = walked_find(walked, path);

	if (!found && g_str_has_suffix(bare, "/")) {
		bare[strlen(bare) - 1] = '\0';
		found = walked_find(walked, bare);
	}
	return found;
}

static void compare_content(const Scratch *dir, const WalkedEntry *entry,
			    const char *path)
{
	g_autoptr(GBytes) want = scratch_read(dir, path);
	gsize len;
	const void *data = g_bytes_get_data(want, &len);

	g_assert_cmpuint(entry->entry.size, ==, len);
	g_assert_cmpmem(entry->content->data, entry->content->len, data, len);
}

static void compare(const Scratch *dir, const Walked *walked, const char *path,
		    mode_t ignored)
{
	g_autofree char *full = g_build_filename(dir->path, path, NULL);
	const WalkedEntry *entry = find(walked, path);
	struct stat st;

	if (!entry)
		g_error("%s is missing", path);
	g_assert_cmpint(lstat(full, &st), ==, 0);
	g_assert_cmphex(entry->entry.mode & S_IFMT, ==, st.st_mode & S_IFMT);
	g_assert_cmpuint(entry->entry.n_extents, ==, 0);
	if (S_ISREG(st.st_mode))
		compare_content(dir, entry, path);
	if (S_ISLNK(st.st_mode)) {
		g_autofree char *target = g_file_read_link(full, NULL);

		g_assert_cmpstr(entry->entry.symlink, ==, target);
	} else {
		/* bsdtar writes an iso9660 with "useful" ones. */
		g_assert_cmphex(entry->entry.mode | ignored, ==,
				st.st_mode | ignored);
		g_assert_cmpint(entry->entry.mtime, ==, st.st_mtime);
	}
}

/* Made by @command from the folder "site" as file x, of @format. */
static void check(const char *format, const char *command)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;
	const RondArchiveFormat *probed;
	mode_t ignored;

	scratch_run(dir, make_site);
	scratch_run(dir, command);
	stream = scratch_stream(dir, "x");
	probed = probe(stream, TRUE);
	g_assert_nonnull(probed);
	g_assert_cmpstr(probed->name, ==, format);
	g_assert_true(probed->copies);
	g_assert_true(probe(stream, FALSE) ==
		      (probed->untrusted ? NULL : probed));
	walked = walked_new(probed, stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	ignored = g_str_equal(format, "iso9660") ? 07777 : 0;
	for (gsize i = 0; i < G_N_ELEMENTS(PATHS); i++)
		compare(dir, walked, PATHS[i], ignored);
}

static void test_7z(void)
{
	check("7z", "7z a -snl x.7z site; mv x.7z x");
}

static void test_7z_solid(void)
{
	/* libarchive 3.6.2 sometimes takes PPMd of random bytes, which 7z
	 * reads well, for truncated: so text in place of the photo. */
	check("7z", "seq 1 50000 > site/upload/photo.jpg;"
		    "7z a -snl -ms=on -m0=PPMd x.7z site; mv x.7z x");
}

static void test_7z_bsdtar(void)
{
	check("7z", "bsdtar -cf x --format=7zip site");
}

static void test_cpio(void)
{
	check("cpio", "find site | cpio -o -H newc > x");
	check("cpio", "find site | cpio -o -H crc > x");
	check("cpio", "find site | cpio -o -H odc > x");
	check("cpio", "find site | cpio -o -H bin > x");
	check("cpio", "bsdtar -cf x --format=newc site");
	check("cpio", "bsdtar -cf x --format=cpio site");
}

static void test_iso(void)
{
	check("iso9660", "bsdtar -cf x --format=iso9660 site");
}

static void test_xar(void)
{
	check("xar", "bsdtar -cf x --format=xar site");
}

static const char python_zip[] =
    "python3 -c \"import os, sys, zipfile\n"
    "z = zipfile.ZipFile('x', 'w', getattr(zipfile, 'ZIP_' + '%s'))\n"
    "for top, dirs, files in os.walk('site'):\n"
    "  z.write(top)\n"
    "  for f in files: z.write(os.path.join(top, f))\n"
    "z.close()\"";

static void check_zip(const char *method)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autofree char *command = g_strdup_printf(python_zip, method);
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, "rm site/upload/link"); /* zipfile follows links */
	scratch_run(dir, command);
	stream = scratch_stream(dir, "x");
	g_assert_true(probe(stream, FALSE) == &rond_zip_copied_format);
	walked = walked_new(&rond_zip_copied_format, stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	compare_content(dir, walked_find(walked, "site/big.txt"),
			"site/big.txt");
	compare_content(dir, walked_find(walked, "site/caf\xc3\xa9"),
			"site/caf\xc3\xa9");
	g_assert_cmphex(walked_find(walked, "site/index.php")->entry.mode, ==,
			S_IFREG | 0640);
}

static void test_zip_copied(void)
{
	check_zip("BZIP2");
	check_zip("LZMA");
}

static void test_ar(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "seq 1 9999 > a; echo > b; ar cr x a b ||"
			 "bsdtar -cf x --format=ar a b");
	stream = scratch_stream(dir, "x");
	g_assert_null(probe(stream, FALSE));
	walked = walked_new(probe(stream, TRUE), stream, NULL);
	g_assert_no_error(walked->error);
	compare_content(dir, walked_find(walked, "a"), "a");
}

/* Of a name's links in the new format only the last has the content. */
static void test_cpio_links(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;
	const WalkedEntry *first;

	scratch_run(dir, "echo content > a; ln a b; ln a c; mkfifo p;"
			 "printf 'a\\nb\\nc\\np\\n' | cpio -o -H newc > x");
	stream = scratch_stream(dir, "x");
	walked = walked_new(probe(stream, FALSE), stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	first = walked->entries->pdata[0];
	g_assert_cmpuint(walked->entries->len, ==, 4);
	for (guint i = 0; i < 3; i++) {
		const WalkedEntry *link = walked->entries->pdata[i];

		g_assert_cmpstr(link->entry.hardlink, ==,
				i == 0 ? NULL : first->entry.path);
		if (i < 2)
			g_assert_cmpuint(link->content->len, ==, 0);
		else
			compare_content(dir, link, "a");
	}
	g_assert_true(S_ISFIFO(walked_find(walked, "p")->entry.mode));
}

/* Raw bytes, though the process has no locale at all here. */
static void test_cpio_raw_names(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "printf x > 'caf\351'; ln -s 't\377' l;"
			 "find . | cpio -o -H newc > ../x; mv ../x .");
	stream = scratch_stream(dir, "x");
	walked = walked_new(probe(stream, FALSE), stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_nonnull(walked_find(walked, "caf\xe9"));
	g_assert_cmpstr(walked_find(walked, "l")->entry.symlink, ==, "t\xff");
}

static void test_7z_encrypted(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) data = NULL, all = NULL;
	g_autoptr(Walked) listed = NULL, hidden = NULL;

	scratch_run(dir, "echo x > a; echo y > b; 7z a -psecret x.7z a b;"
			 "7z a -psecret -mhe=on y.7z a b");
	data = scratch_stream(dir, "x.7z");
	listed = walked_new(probe(data, FALSE), data, NULL);
	g_assert_no_error(listed->error);
	g_assert_cmpint(walked_find(listed, "a")->entry.method, ==,
			ROND_UNREADABLE);
	g_assert_cmpuint(listed->findings->len, ==, 1);
	g_assert_true(walked_tells(listed, "and 1 more: encrypted"));
	all = scratch_stream(dir, "y.7z");
	hidden = walked_new(probe(all, FALSE), all, NULL);
	g_assert_error(hidden->error, ROND_ERROR, EACCES);
	g_assert_nonnull(strstr(hidden->error->message, "7z x -p"));
}

/* A stream whose size isn't known, and that refuses to go back. */
typedef struct {
	RondStream base;
	RondStream *parent;
	guint64 passed;
} OneWay;

static gssize one_way_pread(RondStream *base, void *buf, gsize len,
			    guint64 offset, GError **error)
{
	OneWay *self = (OneWay *)base;

	g_assert_cmpuint(offset, >=, self->passed);
	self->passed = offset;
	return rond_stream_pread(self->parent, buf, len, offset, error);
}

static void one_way_free(RondStream *base)
{
	rond_stream_unref(((OneWay *)base)->parent);
	g_free(base);
}

static void test_one_way(void)
{
	static const RondStreamOps ops = {.pread = one_way_pread,
					  .free = one_way_free};
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;
	OneWay *one_way = g_new0(OneWay, 1);

	scratch_run(dir, make_site);
	scratch_run(dir, "find site | cpio -o -H newc > x");
	one_way->parent = scratch_stream(dir, "x");
	rond_stream_init(&one_way->base, &ops, ROND_SIZE_UNKNOWN);
	stream = &one_way->base;
	walked = walked_new(rond_archive_by_name("cpio"), stream, NULL);
	g_assert_no_error(walked->error);
	for (gsize i = 0; i < G_N_ELEMENTS(PATHS); i++)
		compare(dir, walked, PATHS[i], 0);
}

static void test_probe(void)
{
	static const struct {
		const char *head, *format;
		gsize len;
	} heads[] = {
	    {"Rar!\x1a\x07\0.......", "rar", 14},
	    {"Rar!\x1a\x07\1\0......", "rar5", 14},
	    {"MSCF\0\0\0\0....", "cab", 12},
	    {"!<arch>\nx", "ar", 9},
	    {"\x19\0-lh5-\0\0\0\0\0\0\0\0\0\0\0\0 \0\0", "lha", 23},
	    {"070701 is a number, and this a text", NULL, 35},
	    {"\xc7\x71 nothing behind the magic number", NULL, 34},
	    {"Rar!", NULL, 4},
	    {"", NULL, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		const guint8 *head = (const guint8 *)heads[i].head;
		const RondArchiveFormat *format =
		    rond_archive_probe(NULL, head, heads[i].len, TRUE);

		g_assert_cmpstr(format ? format->name : NULL, ==,
				heads[i].format);
		g_assert_null(
		    rond_archive_probe(NULL, head, heads[i].len, FALSE));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/libarchive/7z", test_7z);
	g_test_add_func("/libarchive/7z/solid", test_7z_solid);
	g_test_add_func("/libarchive/7z/bsdtar", test_7z_bsdtar);
	g_test_add_func("/libarchive/7z/encrypted", test_7z_encrypted);
	g_test_add_func("/libarchive/cpio", test_cpio);
	g_test_add_func("/libarchive/cpio/links", test_cpio_links);
	g_test_add_func("/libarchive/cpio/raw-names", test_cpio_raw_names);
	g_test_add_func("/libarchive/cpio/one-way", test_one_way);
	g_test_add_func("/libarchive/zip", test_zip_copied);
	g_test_add_func("/libarchive/iso", test_iso);
	g_test_add_func("/libarchive/xar", test_xar);
	g_test_add_func("/libarchive/ar", test_ar);
	g_test_add_func("/libarchive/probe", test_probe);
	return g_test_run();
}
