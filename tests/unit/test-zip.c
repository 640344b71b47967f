/* SPDX-License-Identifier: BSD-2-Clause */
/* Zips as real tools make them. */
#include "backends/archive/zip.h"

#include "backends/error.h"
#include "fault-stream.h"
#include "scratch.h"
#include "walked.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define HEAD 65536

static const RondArchiveFormat *probe(RondStream *zip)
{
	g_autofree guint8 *head = g_malloc(HEAD);
	gssize n = rond_stream_pread(zip, head, HEAD, 0, NULL);

	g_assert_cmpint(n, >=, 0);
	return rond_archive_probe(zip, head, (gsize)n, FALSE);
}

/* The content of a member, from where its extent says it is. */
static GBytes *content(RondStream *zip, const WalkedEntry *member)
{
	gsize size = member->entry.size, packed = member->extent.length;
	g_autofree guint8 *in = g_malloc(packed + 1);
	guint8 *out = g_malloc(size + 1);
	g_autoptr(GError) error = NULL;
	guint64 at;

	rond_zip_data_offset(zip, member->extent.at, &at, &error);
	g_assert_no_error(error);
	rond_stream_pread_full(zip, in, packed, at, &error);
	g_assert_no_error(error);
	if (member->entry.method == ROND_ZIP_STORED) {
		g_assert_cmpuint(packed, ==, size);
		memcpy(out, in, size);
	} else {
		z_stream z = {.next_in = in,
			      .avail_in = (uInt)packed,
			      .next_out = out,
			      .avail_out = (uInt)size + 1};

		g_assert_cmpint(inflateInit2(&z, -15), ==, Z_OK);
		g_assert_cmpint(inflate(&z, Z_FINISH), ==, Z_STREAM_END);
		inflateEnd(&z);
		g_assert_cmpuint(z.total_out, ==, size);
	}
	g_assert_true(member->entry.has_crc32);
	g_assert_cmphex(crc32(0, out, (uInt)size), ==, member->entry.crc32);
	return g_bytes_new_take(out, size);
}

static void compare_attributes(const WalkedEntry *member, const struct stat *st)
{
	g_assert_cmphex(member->entry.mode, ==, st->st_mode);
	g_assert_cmpint(member->entry.mtime, ==, st->st_mtime);
	g_assert_cmpuint(member->entry.uid, ==, st->st_uid);
	g_assert_cmpuint(member->entry.gid, ==, st->st_gid);
}

/* Whether @member is what lies in the folder at @path. */
static void compare(const Scratch *dir, RondStream *zip, const Walked *walked,
		    const char *path)
{
	g_autofree char *full = g_build_filename(dir->path, path, NULL);
	const WalkedEntry *member = walked_find(walked, path);
	struct stat st;

	g_assert_nonnull(member);
	g_assert_cmpint(lstat(full, &st), ==, 0);
	compare_attributes(member, &st);
	if (S_ISREG(st.st_mode)) {
		g_autoptr(GBytes) want = scratch_read(dir, path);
		g_autoptr(GBytes) have = content(zip, member);

		g_assert_true(g_bytes_equal(want, have));
	} else if (S_ISLNK(st.st_mode)) {
		g_autofree char *target = g_file_read_link(full, NULL);

		g_assert_cmpstr(member->entry.symlink, ==, target);
	}
}

static const char make_site[] =
    "mkdir -p site/upload site/empty; cd site;"
    "seq 1 20000 > big.txt; printf x > one; : > none;"
    "printf '<?php echo 1;' > index.php; chmod 640 index.php;"
    "head -c 5000 /dev/urandom > upload/photo.jpg;"
    "ln -s ../index.php upload/link; chmod 711 upload; chmod 4755 one;"
    "long=$(printf 'd%.0s' $(seq 1 200)); ln -s /$long/$long/$long far;"
    "printf v > 'caf\351'; printf w > 'b\\s'; printf s > ' -x\ty';"
    "touch -d '2021-03-04 05:06:07' one upload";

static void check_site(const Scratch *dir, RondStream *zip, gboolean with_links)
{
	static const char *const paths[] = {
	    "site/",	      "site/empty/",
	    "site/upload/",   "site/big.txt",
	    "site/one",	      "site/none",
	    "site/index.php", "site/upload/photo.jpg",
	    "site/caf\xe9",   "site/b\\s",
	    "site/ -x\ty",
	};
	static const char *const links[] = {"site/upload/link", "site/far"};
	gsize n_links = with_links ? G_N_ELEMENTS(links) : 0;
	g_autoptr(Walked) walked = NULL;

	g_assert_true(probe(zip) == &rond_zip_format);
	walked = walked_new(&rond_zip_format, zip, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	g_assert_cmpuint(walked->entries->len, ==,
			 G_N_ELEMENTS(paths) + n_links);
	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
		compare(dir, zip, walked, paths[i]);
	for (gsize i = 0; i < n_links; i++)
		compare(dir, zip, walked, links[i]);
}

/* Made by @command from the folder "site" as x.zip. */
static void check_command(const char *command)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, command);
	zip = scratch_stream(dir, "x.zip");
	check_site(dir, zip, TRUE);
}

static void test_info_zip(void)
{
	check_command("zip -qry x.zip site");
}

static void test_stored(void)
{
	check_command("zip -qry0 x.zip site");
}

static void test_forced_zip64(void)
{
	check_command("zip -qry -fz x.zip site");
}

static void test_piped(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;

	/* zip without Debian's later patches can't write links to a pipe. */
	scratch_run(dir, make_site);
	scratch_run(dir, "find site -type l -delete; zip -qr - site | "
			 "cat > x.zip");
	zip = scratch_stream(dir, "x.zip");
	check_site(dir, zip, FALSE);
}

static void test_self_extractor(void)
{
	check_command("zip -qry y.zip site;"
		      "(printf '#!/bin/sh\\nexit 1\\n'; cat y.zip) > x.zip");
}

static void test_self_extractor_adjusted(void)
{
	check_command("zip -qry y.zip site;"
		      "(printf 'MZ...'; cat y.zip) > x.zip; zip -qA x.zip");
}

static void test_self_extractor_zip64(void)
{
	check_command("zip -qry -fz y.zip site;"
		      "(printf '\\177ELF'; cat y.zip) > x.zip");
}

static void test_comment(void)
{
	check_command("zip -qry x.zip site;"
		      "(head -c 30000 /dev/zero | tr '\\0' c;"
		      " printf 'PK\\005\\006\\0\\0\\0\\0';"
		      " head -c 30000 /dev/zero | tr '\\0' c) | zip -qz x.zip");
}

/* p7zip writes Unix modes, but no owners. */
static void test_7zip(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(Walked) walked = NULL;
	g_autoptr(GBytes) have = NULL, want = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, "7z a -tzip x.zip site/big.txt site/index.php");
	zip = scratch_stream(dir, "x.zip");
	walked = walked_new(probe(zip), zip, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	have = content(zip, walked_find(walked, "site/big.txt"));
	want = scratch_read(dir, "site/big.txt");
	g_assert_true(g_bytes_equal(have, want));
	g_assert_cmphex(walked_find(walked, "site/index.php")->entry.mode, ==,
			S_IFREG | 0640);
}

static void test_many(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "python3 -c \"import zipfile\n"
			 "z = zipfile.ZipFile('x.zip', 'w')\n"
			 "for i in range(70000): z.writestr('f%05d' % i, 'x')\n"
			 "z.close()\"");
	zip = scratch_stream(dir, "x.zip");
	walked = walked_new(probe(zip), zip, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->entries->len, ==, 70000);
	g_assert_cmpuint(walked->findings->len, ==, 0);
	g_assert_nonnull(walked_find(walked, "f69999"));
}

/* What the two ways of encrypting make of it. */
static void check_encrypted(const char *command)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, command);
	zip = scratch_stream(dir, "x.zip");
	g_assert_true(probe(zip) == &rond_zip_format);
	walked = walked_new(&rond_zip_format, zip, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->findings->len, ==, 1);
	g_assert_true(walked_tells(walked, "encrypted; extract with `7z x -p"));
	g_assert_cmpint(walked_find(walked, "site/big.txt")->entry.method, ==,
			ROND_UNREADABLE);
	g_assert_false(walked_find(walked, "site/big.txt")->entry.has_crc32);
	/* A link's target is encrypted too. */
	g_assert_true(
	    S_ISREG(walked_find(walked, "site/upload/link")->entry.mode));
}

static void test_encrypted(void)
{
	check_encrypted("zip -qry -P secret x.zip site");
}

static void test_encrypted_aes(void)
{
	check_encrypted("7z a -tzip -psecret -mem=AES256 -snl x.zip site");
}

static void test_deflate64(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, "7z a -tzip -mm=Deflate64 x.zip site");
	zip = scratch_stream(dir, "x.zip");
	g_assert_true(probe(zip) == &rond_zip_format);
	walked = walked_new(&rond_zip_format, zip, NULL);
	g_assert_no_error(walked->error);
	g_assert_true(walked_tells(walked, "extract with `7z x FILE`"));
	g_assert_cmpint(walked_find(walked, "site/big.txt")->entry.method, ==,
			ROND_UNREADABLE);
	g_assert_cmpint(walked_find(walked, "site/one")->entry.method, ==,
			ROND_ZIP_STORED);
}

static void test_split(void)
{
	static const char *const parts[] = {"x.zip", "x.z01"};
	g_autoptr(Scratch) dir = scratch_new();

	scratch_run(dir, "head -c 200000 /dev/urandom > r;"
			 "zip -q -s 64k x.zip r");
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(RondStream) zip = scratch_stream(dir, parts[i]);
		g_autoptr(Walked) walked =
		    walked_new(&rond_zip_format, zip, NULL);

		g_assert_error(walked->error, ROND_ERROR, EINVAL);
		g_assert_nonnull(strstr(walked->error->message, "zip -s 0"));
	}
}

/* Cut in its last member's data: those before it are there. */
static void check_cut(const char *command)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(Walked) walked = NULL;
	g_autoptr(GBytes) have = NULL, want = NULL;

	scratch_run(dir, "seq 1 9999 > a; seq 1 5000 > b;"
			 "head -c 90000 /dev/urandom > c");
	scratch_run(dir, command);
	scratch_run(dir, "head -c 60000 y.zip > x.zip");
	zip = scratch_stream(dir, "x.zip");
	g_assert_true(probe(zip) == &rond_zip_format);
	walked = walked_new(&rond_zip_format, zip, NULL);
	g_assert_error(walked->error, ROND_ERROR, EIO);
	g_assert_nonnull(strstr(walked->error->message, "first 2 members"));
	g_assert_cmpuint(walked->entries->len, ==, 2);
	have = content(zip, walked_find(walked, "b"));
	want = scratch_read(dir, "b");
	g_assert_true(g_bytes_equal(have, want));
}

static void test_cut(void)
{
	check_cut("zip -q y.zip a b c");
}

static void test_cut_with_descriptors(void)
{
	check_cut("zip -q - a b c | cat > y.zip");
}

static void test_cut_zip64_with_descriptors(void)
{
	check_cut("zip -q -fz - a b c | cat > y.zip");
}

static void check_dump(const char *command, const char *expected)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autofree char *found = NULL;

	scratch_run(dir, "mkdir d; echo 'SELECT 1;' > d/x.sql; echo > y");
	scratch_run(dir, command);
	zip = scratch_stream(dir, "x.zip");
	found = rond_zip_single_dump(zip);
	g_assert_cmpstr(found, ==, expected);
}

static void test_single_dump(void)
{
	check_dump("zip -qr x.zip d", "d/x.sql");
	check_dump("cd d; zip -q ../x.zip x.sql", "x.sql");
	check_dump("zip -qr x.zip d y", NULL);
	check_dump("zip -q x.zip y", NULL);
	check_dump("zip -qr -P secret x.zip d", NULL);
	check_dump("cp d/x.sql d/z.sql; zip -qr x.zip d", NULL);
	check_dump("zip -qr x.zip d; head -c 100 x.zip > y; mv y x.zip", NULL);
}

static void test_failing_reads(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	gboolean failed = TRUE;
	guint n;

	scratch_run(dir, make_site);
	scratch_run(dir, "zip -qry -fz x.zip site");
	zip = scratch_stream(dir, "x.zip");
	for (n = 1; failed; n++) {
		g_autoptr(RondStream) bad = fault_stream_new(zip, n, ENXIO);
		g_autoptr(Walked) walked =
		    walked_new(&rond_zip_format, bad, NULL);

		failed = fault_stream_reads(bad) >= n;
		/* Only a link's target is left out alone, and that is said. */
		if (!walked->ok)
			g_assert_error(walked->error, ROND_ERROR, ENXIO);
		else if (failed)
			g_assert_true(walked_tells(walked, "symbolic link"));
	}
	g_assert_cmpuint(n, >, 5);
}

static void test_stops(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) zip = NULL;
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(Walked) none = NULL, some = NULL;

	scratch_run(dir, make_site);
	scratch_run(dir, "zip -qry x.zip site");
	zip = scratch_stream(dir, "x.zip");
	g_cancellable_cancel(cancelled);
	none = walked_new(&rond_zip_format, zip, cancelled);
	g_assert_error(none->error, ROND_ERROR, ECANCELED);
	some = walked_new_refusing(&rond_zip_format, zip, 3);
	g_assert_error(some->error, ROND_ERROR, ENOSPC);
	g_assert_cmpuint(some->entries->len, ==, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zip/info-zip", test_info_zip);
	g_test_add_func("/zip/stored", test_stored);
	g_test_add_func("/zip/forced-zip64", test_forced_zip64);
	g_test_add_func("/zip/piped", test_piped);
	g_test_add_func("/zip/self-extractor", test_self_extractor);
	g_test_add_func("/zip/self-extractor/adjusted",
			test_self_extractor_adjusted);
	g_test_add_func("/zip/self-extractor/zip64", test_self_extractor_zip64);
	g_test_add_func("/zip/comment", test_comment);
	g_test_add_func("/zip/7zip", test_7zip);
	g_test_add_func("/zip/many", test_many);
	g_test_add_func("/zip/encrypted", test_encrypted);
	g_test_add_func("/zip/encrypted/aes", test_encrypted_aes);
	g_test_add_func("/zip/deflate64", test_deflate64);
	g_test_add_func("/zip/split", test_split);
	g_test_add_func("/zip/cut", test_cut);
	g_test_add_func("/zip/cut/descriptors", test_cut_with_descriptors);
	g_test_add_func("/zip/cut/zip64", test_cut_zip64_with_descriptors);
	g_test_add_func("/zip/single-dump", test_single_dump);
	g_test_add_func("/zip/failing-reads", test_failing_reads);
	g_test_add_func("/zip/stops", test_stops);
	return g_test_run();
}
