/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/detect.h"

#include "backends/error.h"
#include "backends/index/foreign.h"
#include "fault-stream.h"
#include "scratch.h"

#include <errno.h>
#include <string.h>

/* What is expected of a file; of no backup, a part of why. */
typedef struct {
	const char *name;
	RondKind kind;
	const char *codec, *format, *why;
} Case;

static void check_stream(RondStream *stream, const Case *want, gboolean all)
{
	g_auto(RondDetected) found = {0};
	g_autoptr(GError) error = NULL;

	g_test_message("%s", want->name);
	g_assert_true(rond_detect(stream, want->name, all, &found, &error));
	g_assert_no_error(error);
	g_assert_cmpint(found.kind, ==, want->kind);
	g_assert_cmpstr(found.codec ? found.codec->name : NULL, ==,
			want->codec);
	g_assert_cmpstr(found.format ? found.format->name : NULL, ==,
			want->format);
	if (want->kind == ROND_KIND_NONE) {
		g_assert_nonnull(found.why);
		if (!strstr(found.why, want->why))
			g_error("%s: %s", want->name, found.why);
		g_assert_null(strchr(found.why, '\n'));
	} else {
		g_assert_null(found.why);
	}
}

static void check(const Scratch *dir, const Case *want, gboolean all)
{
	g_autoptr(RondStream) stream = scratch_stream(dir, want->name);

	check_stream(stream, want, all);
}

static void check_bytes(const char *name, const void *data, gsize len,
			const char *why)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, len);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	Case want = {name, ROND_KIND_NONE, NULL, NULL, why};

	check_stream(stream, &want, FALSE);
}

static Scratch *prepare(const char *command)
{
	Scratch *dir = scratch_new();

	scratch_run(dir, "mkdir -p site/upload; seq 1 30000 > site/numbers;"
			 "echo '<?php' > site/index.php;"
			 "(echo '-- MySQL dump 10.13'; echo 'SET NAMES utf8;';"
			 " for i in $(seq 1 5000); do"
			 " echo \"INSERT INTO t VALUES ($i,'a$i');\"; done)"
			 " > db.sql");
	scratch_run(dir, command);
	return dir;
}

static void test_trees(void)
{
	static const Case cases[] = {
	    {"www.tar", ROND_KIND_TREE, NULL, "tar"},
	    {"www.tar.gz", ROND_KIND_TREE, "gzip", "tar"},
	    {"www.tgz", ROND_KIND_TREE, "gzip", "tar"},
	    {"www.tar.bz2", ROND_KIND_TREE, "bzip2", "tar"},
	    {"www.tbz2", ROND_KIND_TREE, "bzip2", "tar"},
	    {"www.tar.xz", ROND_KIND_TREE, "xz", "tar"},
	    {"www.tar.zst", ROND_KIND_TREE, "zstd", "tar"},
	    {"www.tar.lz4", ROND_KIND_TREE, "lz4", "tar"},
	    {"www.zip", ROND_KIND_TREE, NULL, "zip"},
	    {"www.7z", ROND_KIND_TREE, NULL, "7z"},
	    {"www.cpio", ROND_KIND_TREE, NULL, "cpio"},
	    {"www.cpio.gz", ROND_KIND_TREE, "gzip", "cpio"},
	    {"empty.tar", ROND_KIND_TREE, NULL, "tar"},
	    {"empty.tar.gz", ROND_KIND_TREE, "gzip", "tar"},
	    {"secret.zip", ROND_KIND_TREE, NULL, "zip"},
	    /* Content first: the name says nothing, or something else. */
	    {"backup", ROND_KIND_TREE, "gzip", "tar"},
	    {"wrong.sql.zip", ROND_KIND_TREE, "gzip", "tar"},
	    {"odd.bz2", ROND_KIND_TREE, "bzip2", "tar"},
	    {"old.tar", ROND_KIND_TREE, NULL, "tar"},
	};
	g_autoptr(Scratch) dir = prepare(
	    "tar cf www.tar site; gzip -k www.tar; cp www.tar.gz www.tgz;"
	    "bzip2 -k www.tar; cp www.tar.bz2 www.tbz2; xz -k www.tar;"
	    "zstd -q www.tar; lz4 -q www.tar www.tar.lz4;"
	    "zip -qr www.zip site; 7z a www.7z site;"
	    "find site | cpio -o -H newc > www.cpio; gzip -k www.cpio;"
	    "tar cf empty.tar -T /dev/null; gzip -k empty.tar;"
	    "zip -qr -P x secret.zip site; cp www.tgz backup;"
	    "cp www.tgz wrong.sql.zip; cp www.tbz2 odd.bz2;"
	    "tar cf old.tar --format=v7 site");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

static void test_dumps(void)
{
	static const Case cases[] = {
	    {"db.sql", ROND_KIND_DUMP, NULL, NULL},
	    {"db.sql.gz", ROND_KIND_DUMP, "gzip", NULL},
	    {"db.sql.bz2", ROND_KIND_DUMP, "bzip2", NULL},
	    {"db.sql.xz", ROND_KIND_DUMP, "xz", NULL},
	    {"db.sql.zst", ROND_KIND_DUMP, "zstd", NULL},
	    {"db.sql.lz4", ROND_KIND_DUMP, "lz4", NULL},
	    {"db.zip", ROND_KIND_DUMP, NULL, "zip"},
	    {"db.txt", ROND_KIND_DUMP, NULL, NULL},
	    {"noname", ROND_KIND_DUMP, "gzip", NULL},
	    {"odd.bz2", ROND_KIND_DUMP, "bzip2", NULL},
	};
	g_autoptr(Scratch) dir =
	    prepare("gzip -k db.sql; bzip2 -k db.sql; xz -k db.sql;"
		    "zstd -q db.sql; lz4 -q db.sql db.sql.lz4;"
		    "zip -q db.zip db.sql; cp db.sql db.txt;"
		    "cp db.sql.gz noname; cp db.sql.bz2 odd.bz2");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

#define NONE ROND_KIND_NONE, NULL, NULL

static void test_none(void)
{
	static const Case cases[] = {
	    {"empty.sql", NONE, "empty file: the backup was probably"},
	    {"nothing.sql.gz", NONE, "empty inside"},
	    {"photo.jpg", NONE, "not an archive and not an SQL dump"},
	    {"numbers.txt", NONE, "not an archive and not an SQL dump"},
	    {"numbers.gz", NONE, "neither a tar nor an SQL dump inside"},
	    {"numbers.bz2", NONE, "neither a tar nor an SQL dump inside"},
	    {"twice.gz", NONE, "neither a tar nor an SQL dump inside"},
	    {"x.zip.gz", NONE, "a zip archive that was compressed again"},
	    {"x.7z.xz", NONE, "a 7z archive that was compressed again"},
	    {"zeros", NONE, "not an archive"},
	};
	g_autoptr(Scratch) dir = prepare(
	    ": > empty.sql; gzip -c < /dev/null > nothing.sql.gz;"
	    "head -c 9999 /dev/urandom | sed '1s/^/JFIF/' > photo.jpg;"
	    "cp site/numbers numbers.txt; gzip -c numbers.txt > numbers.gz;"
	    "bzip2 -c numbers.txt > numbers.bz2;"
	    "tar cz site | gzip > twice.gz; zip -qr x.zip site; gzip x.zip;"
	    "7z a x.7z site; xz x.7z; head -c 1000 /dev/zero > zeros");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

/* Listed by name, so that it is said to have failed. */
static void test_damaged(void)
{
	static const Case cases[] = {
	    {"www.tar.gz", ROND_KIND_TREE, "gzip", "tar"},
	    {"www.tgz", ROND_KIND_TREE, "gzip", "tar"},
	    {"db.sql.gz", ROND_KIND_DUMP, "gzip", NULL},
	    {"db.sql.xz", ROND_KIND_DUMP, "xz", NULL},
	    {"www.tar.zst", ROND_KIND_TREE, "zstd", "tar"},
	    {"header.tar", ROND_KIND_TREE, NULL, "tar"},
	    {"header.tar.gz", ROND_KIND_TREE, "gzip", "tar"},
	    {"what.gz", NONE, "damaged at its very start"},
	    {"short.tar", NONE, "not an archive"},
	};
	g_autoptr(Scratch) dir = prepare(
	    "tar cf y.tar site; gzip -c y.tar | head -c 30 > www.tar.gz;"
	    "cp www.tar.gz www.tgz; cp www.tar.gz what.gz;"
	    "gzip -c db.sql | head -c 11 > db.sql.gz;"
	    "xz -c db.sql | head -c 20 > db.sql.xz;"
	    "zstd -c y.tar | head -c 15 > www.tar.zst;"
	    "(printf XX; tail -c +3 y.tar) > header.tar; gzip -k header.tar;"
	    "head -c 300 y.tar > short.tar");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

/* What is there decides, however early it ends. */
static void test_cut(void)
{
	static const Case cases[] = {
	    {"www.tar.gz", ROND_KIND_TREE, "gzip", "tar"},
	    {"db.sql.gz", ROND_KIND_DUMP, "gzip", NULL},
	    {"www.zip", ROND_KIND_TREE, NULL, "zip"},
	};
	g_autoptr(Scratch) dir =
	    prepare("tar cz site | head -c 20000 > www.tar.gz;"
		    "gzip -c db.sql | head -c 9000 > db.sql.gz;"
		    "zip -qr - site | head -c 20000 > www.zip");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

static void test_untrusted(void)
{
	static const Case without[] = {
	    {"x.iso", NONE, "iso9660 archive: mount with --formats=all"},
	    {"x.xar", NONE, "xar archive: mount with --formats=all"},
	    {"x.a.gz", NONE, "ar archive: mount with --formats=all"},
	    {"x.iso.gz", NONE, "iso9660 archive: mount with --formats=all"},
	};
	static const Case with[] = {
	    {"x.iso", ROND_KIND_TREE, NULL, "iso9660"},
	    {"x.xar", ROND_KIND_TREE, NULL, "xar"},
	    {"x.a.gz", ROND_KIND_TREE, "gzip", "ar"},
	    {"x.iso.gz", NONE, "compressed again"},
	};
	g_autoptr(Scratch) dir =
	    prepare("bsdtar -cf x.iso --format=iso9660 site;"
		    "bsdtar -cf x.xar --format=xar site;"
		    "bsdtar -cf x.a --format=ar db.sql; gzip -k x.a x.iso");

	for (gsize i = 0; i < G_N_ELEMENTS(without); i++) {
		check(dir, &without[i], FALSE);
		check(dir, &with[i], TRUE);
	}
}

static void test_foreign(void)
{
	static const guint8 noise[64] = {0x8c, 0x0d, 4, 9, 3, 2, 0x99, 0xfe};

	check_bytes("db.sql.asc", "-----BEGIN PGP MESSAGE-----\n", 28,
		    "gpg -d FILE");
	check_bytes("www.tar.gz.gpg", noise, sizeof(noise), "gpg -d FILE");
	check_bytes("db.sql.gz.enc", "Salted__12345678abcdefgh", 24,
		    "openssl enc -d");
	check_bytes("noname", "Salted__12345678abcdefgh", 24, "openssl enc");
	check_bytes("x.age", "age-encryption.org/v1\n-> X25519", 31, "age -d");
	check_bytes("backup_db.gz.crypt", noise, sizeof(noise), "UpdraftPlus");
	check_bytes("site.WPRESS", noise, sizeof(noise), "All-in-One WP");
	check_bytes("site.jpa", "JPA\x13\0\1\2", 7, "Akeeba");
	check_bytes("x_archive.daf", noise, sizeof(noise), "Duplicator");
	g_assert_nonnull(
	    strstr(rond_foreign_by_head((const guint8 *)"\037\235\220", 3),
		   "gzip -d"));
	g_assert_nonnull(strstr(rond_foreign_by_name("a.tar.lzma"), "xz -d"));
	g_assert_null(rond_foreign_by_name(".gpg"));
	g_assert_null(rond_foreign_by_head((const guint8 *)"Salt", 4));
}

/* A name must not be believed against the content. */
static void test_decrypted(void)
{
	static const Case cases[] = {
	    {"db.sql.gpg", ROND_KIND_DUMP, NULL, NULL},
	    {"site.wpress", ROND_KIND_TREE, NULL, "tar"},
	};
	g_autoptr(Scratch) dir =
	    prepare("cp db.sql db.sql.gpg; tar cf site.wpress site");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(dir, &cases[i], FALSE);
}

static void test_failing_read(void)
{
	g_autoptr(Scratch) dir = prepare("tar czf x.tgz site");
	g_autoptr(RondStream) good = scratch_stream(dir, "x.tgz");
	g_autoptr(RondStream) bad = fault_stream_new(good, 1, ENXIO);
	g_auto(RondDetected) found = {0};
	g_autoptr(GError) error = NULL;

	g_assert_false(rond_detect(bad, "x.tgz", FALSE, &found, &error));
	g_assert_error(error, ROND_ERROR, ENXIO);
	g_assert_cmpint(found.kind, ==, ROND_KIND_NONE);
}

/* Every later read that fails: said, or kind by name; never a crash. */
static void test_failing_reads(void)
{
	static const char *const names[] = {"x.tgz", "x.zip", "db.sql.xz"};
	g_autoptr(Scratch) dir =
	    prepare("tar czf x.tgz site; zip -qr x.zip site; xz -k db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(RondStream) good = scratch_stream(dir, names[i]);
		gboolean failed = TRUE;

		for (guint n = 1; failed; n++) {
			g_autoptr(RondStream) bad =
			    fault_stream_new(good, n, EIO);
			g_auto(RondDetected) found = {0};
			g_autoptr(GError) error = NULL;

			if (!rond_detect(bad, names[i], FALSE, &found, &error))
				g_assert_error(error, ROND_ERROR, EIO);
			else
				g_assert_cmpint(found.kind, !=, ROND_KIND_NONE);
			failed = fault_stream_reads(bad) >= n;
		}
	}
}

static void test_every_length(void)
{
	static const char *const names[] = {"x.tgz", "x.zip", "db.sql.xz",
					    "x.cpio", "x.7z"};
	g_autoptr(Scratch) dir =
	    prepare("echo a > a; tar czf x.tgz a; zip -q x.zip a; 7z a x.7z a;"
		    "echo 'SET NAMES utf8;' > db.sql; xz -f db.sql;"
		    "echo a | cpio -o -H odc > x.cpio");

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GBytes) whole = scratch_read(dir, names[i]);

		for (gsize n = 0; n < g_bytes_get_size(whole); n++) {
			g_autoptr(GBytes) part =
			    g_bytes_new_from_bytes(whole, 0, n);
			g_autoptr(RondStream) stream =
			    rond_memory_stream_new(part);
			g_auto(RondDetected) found = {0};

			g_assert_true(
			    rond_detect(stream, names[i], FALSE, &found, NULL));
			g_assert_true((found.kind == ROND_KIND_NONE) ==
				      (found.why != NULL));
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/detect/trees", test_trees);
	g_test_add_func("/detect/dumps", test_dumps);
	g_test_add_func("/detect/none", test_none);
	g_test_add_func("/detect/damaged", test_damaged);
	g_test_add_func("/detect/cut", test_cut);
	g_test_add_func("/detect/untrusted", test_untrusted);
	g_test_add_func("/detect/foreign", test_foreign);
	g_test_add_func("/detect/decrypted", test_decrypted);
	g_test_add_func("/detect/failing-read", test_failing_read);
	g_test_add_func("/detect/failing-reads", test_failing_reads);
	g_test_add_func("/detect/every-length", test_every_length);
	return g_test_run();
}
