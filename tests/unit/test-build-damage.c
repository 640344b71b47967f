/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged backups: what is whole is right, what isn't gives an error, never
 * zeros, never a file that is short or wrong without a word. */
#include "backends/error.h"
#include "tests/unit/four-files.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	const char *name;
	const char *command;
	/* Without its end, or a large part of it, there is nothing. */
	gboolean whole_only;
} Case;

static const Case cases[] = {
    {"a.tar", "tar -C tree -cf a.tar a b c d", FALSE},
    {"a.tar.gz", "tar -C tree -czf a.tar.gz a b c d", FALSE},
    {"a.tar.bz2", "tar -C tree -I 'bzip2 -1' -cf a.tar.bz2 a b c d", FALSE},
    {"a.tar.xz", "tar -C tree -cJf a.tar.xz a b c d", FALSE},
    {"a.tar.zst", "tar -C tree --zstd -cf a.tar.zst a b c d", FALSE},
    {"a.zip", "cd tree && zip -qX ../a.zip a b c d", FALSE},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z a b c d > /dev/null", TRUE},
    {"a.cpio",
     "cd tree && printf 'a\\nb\\nc\\nd\\n' | cpio --quiet -o -H "
     "newc > ../a.cpio",
     FALSE},
    {"db.sql.gz", "gzip -k db.sql", FALSE},
    {"db.sql.xz", "xz -k db.sql", FALSE},
    {"db.sql.zst", "zstd -q db.sql", FALSE},
};

/* A build of damaged bytes, or NULL when nothing of them is served. */
static Built *build_damaged(RondStream *source, const char *name)
{
	g_auto(RondDetected) detected = {0};
	const BuiltHow how = {.source = source, .name = name};

	rond_detect(source, name, FALSE, &detected, NULL);
	if (detected.kind == ROND_KIND_NONE) {
		g_assert_nonnull(detected.why);
		return NULL;
	}
	Built *built = built_with(&how);

	if (built->ok)
		return built;
	g_assert_nonnull(built->error);
	built_free(built);
	return NULL;
}

/* What can be read of @path is the beginning of @original. Returns whether it
 * is whole. */
static gboolean check_start(const Built *built, const char *path,
			    GBytes *original)
{
	gsize size, step = 10007, done = 0;
	const guint8 *data = g_bytes_get_data(original, &size);
	guint32 number = index_kit_find(built->index, path);
	g_autofree guint8 *buf = g_malloc(step);
	g_autoptr(RondStream) stream = NULL;

	if (number == ROND_INDEX_NONE)
		return FALSE;
	stream = rond_content_open(built->content, number, NULL);
	while (stream && done < rond_stream_size(stream)) {
		g_autoptr(GError) error = NULL;
		gssize n = rond_stream_pread(stream, buf, step, done, &error);

		if (n < 0) {
			g_assert_error(error, ROND_ERROR, EIO);
			return FALSE;
		}
		g_assert_cmpint(n, >, 0);
		g_assert_cmpuint(done + (gsize)n, <=, size);
		g_assert_cmpmem(buf, n, data + done, n);
		done += (gsize)n;
	}
	return stream && done == size;
}

/* Returns how many files are whole. */
static guint check_all(const Built *built, const Scratch *scratch,
		       const Case *one)
{
	guint whole = 0;

	if (strstr(one->name, ".sql")) {
		g_autoptr(GBytes) dump = scratch_read(scratch, "db.sql");

		return check_start(built, "dump.sql", dump);
	}
	for (const char *const *path = four_files; *path; path++) {
		g_autofree char *original = g_strconcat("tree/", *path, NULL);
		g_autoptr(GBytes) bytes = scratch_read(scratch, original);

		whole += check_start(built, *path, bytes);
	}
	return whole;
}

/* Cut short at many places: with its end missing a backup says so. */
static void test_truncated(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = four_files_new();
	guint served = 0, all = strstr(one->name, ".sql") ? 1 : 4, before = 0;

	scratch_run(scratch, one->command);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
	gsize size = g_bytes_get_size(bytes);

	for (gsize len = 1; len < size; len += 1 + size / 60) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(bytes, 0, len);
		g_autoptr(RondStream) source = rond_memory_stream_new(part);
		g_autoptr(Built) built = build_damaged(source, one->name);

		if (!built)
			continue;
		guint whole = check_all(built, scratch, one);

		served++;
		g_assert_cmpuint(whole, >=, before);
		before = whole;
		if (whole < all)
			g_assert_cmpuint(index_kit_bad(built->index), >, 0);
		index_kit_touch_all(built->index);
	}
	if (!one->whole_only)
		g_assert_cmpuint(served, >=, 10);
}

/* The last few bytes missing: what they do. */
static void test_truncated_end(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = four_files_new();

	scratch_run(scratch, one->command);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
	gsize size = g_bytes_get_size(bytes);

	for (gsize less = 1; less <= 24; less++) {
		g_autoptr(GBytes) part =
		    g_bytes_new_from_bytes(bytes, 0, size - less);
		g_autoptr(RondStream) source = rond_memory_stream_new(part);
		g_autoptr(Built) built = build_damaged(source, one->name);

		if (!built)
			continue;
		guint whole = check_all(built, scratch, one);

		if (strstr(one->name, ".sql")) {
			g_assert_cmpuint(whole, ==, 0);
			g_assert_cmpuint(index_kit_bad(built->index), >, 0);
		}
	}
}

/* Whether all of @path can be read, and how many of its bytes are wrong. */
static gboolean count_wrong(const Built *built, const char *path,
			    GBytes *original, gsize *wrong)
{
	g_autoptr(GBytes) got = NULL;
	gsize size, got_size;
	const guint8 *data = g_bytes_get_data(original, &size), *is;

	if (index_kit_find(built->index, path) == ROND_INDEX_NONE)
		return FALSE;
	got = built_read(built, path, NULL);
	if (!got)
		return FALSE;
	is = g_bytes_get_data(got, &got_size);
	*wrong += got_size != size;
	for (gsize i = 0; i < MIN(size, got_size); i++)
		*wrong += is[i] != data[i];
	return TRUE;
}

static void check_flipped(const Scratch *scratch, const Case *one,
			  const guint8 *bytes, gsize size)
{
	g_autoptr(GBytes) copy = g_bytes_new_static(bytes, size);
	g_autoptr(RondStream) source = rond_memory_stream_new(copy);
	g_autoptr(Built) built = build_damaged(source, one->name);
	const char *const dump[] = {"dump.sql", NULL};
	gboolean is_dump = strstr(one->name, ".sql") != NULL;
	gsize wrong = 0;
	guint whole = 0;

	if (!built)
		return;
	for (const char *const *path = is_dump ? dump : four_files; *path;
	     path++) {
		g_autofree char *name = is_dump
					    ? g_strdup("db.sql")
					    : g_strconcat("tree/", *path, NULL);
		g_autoptr(GBytes) original = scratch_read(scratch, name);

		whole += count_wrong(built, *path, original, &wrong);
	}
	if (!wrong)
		return;
	/* A tar has no sum over its bytes: nobody could know. */
	if (strcmp(one->name, "a.tar") && strcmp(one->name, "a.cpio"))
		g_assert_cmpuint(index_kit_bad(built->index), >, 0);
	/* A dump that is known to be wrong is never read to its end. */
	if (is_dump)
		g_assert_cmpuint(whole, ==, 0);
}

static void test_flipped(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = four_files_new();

	scratch_run(scratch, one->command);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
	gsize size;
	const guint8 *whole = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(whole, size);

	for (guint i = 0; i < 60; i++) {
		gsize at = (gsize)g_test_rand_int_range(0, (gint)size);

		copy[at] ^= (guint8)(1 << g_test_rand_int_range(0, 8));
		check_flipped(scratch, one, copy, size);
		copy[at] = whole[at];
	}
}

/* A gzip whose CRC-32 is not that of what it holds: all of it is there but the
 * last byte, so that nobody takes it for whole. */
static void test_gzip_crc(void)
{
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "{ echo '-- MySQL dump 10.19'; seq -f '-- %g' "
			     "200000; echo '-- Dump completed'; } > "
			     "db.sql && gzip -k db.sql");
	g_autoptr(GBytes) packed = scratch_read(scratch, "db.sql.gz");
	g_autoptr(GBytes) dump = scratch_read(scratch, "db.sql");
	gsize packed_size, size;
	const guint8 *whole = g_bytes_get_data(packed, &packed_size);
	const guint8 *data = g_bytes_get_data(dump, &size);
	g_autofree guint8 *copy = g_memdup2(whole, packed_size);
	g_autofree guint8 *buf = g_malloc(size);

	copy[packed_size - 8] ^= 1;
	g_autoptr(GBytes) bytes = g_bytes_new_static(copy, packed_size);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(Built) built = built_new(source, "db.sql.gz");
	g_autoptr(RondStream) stream =
	    rond_content_open(built->content, 1, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(index_kit_bad(built->index), ==, 1);
	g_assert_true(index_kit_tells(built->index, "CRC-32"));
	g_assert_cmpuint(rond_stream_size(stream), ==, size);
	g_assert_cmpint(rond_stream_pread(stream, buf, size - 1, 0, &error), ==,
			size - 1);
	g_assert_cmpmem(buf, size - 1, data, size - 1);
	g_assert_cmpint(rond_stream_pread(stream, buf, 1, size - 1, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EIO);
	g_clear_error(&error);
	g_assert_cmpint(rond_stream_pread(stream, buf, size, 0, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EIO);
}

/* The place of the CRC-32 in the directory's record of @name. */
static gsize find_crc(const guint8 *data, gsize size, const char *name)
{
	const gsize record = 46, crc = 16;
	gsize len = strlen(name);

	for (gsize i = 0; i + record + len < size; i++)
		if (!memcmp(data + i, "PK\1\2", 4) &&
		    !memcmp(data + i + record, name, len))
			return i + crc;
	g_assert_not_reached();
}

/* A member whose CRC is wrong can't be read, and the others can: a small one,
 * large ones, deflated and stored. */
static void test_zip_crc(void)
{
	const char *const names[] = {"large", "small", "stored", "video"};
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "seq 800000 > large; seq 1000 > small; head -c "
			     "5000 /dev/urandom > stored; head -c 5000000 "
			     "/dev/urandom > video; zip -qX a.zip large small "
			     "stored video");
	g_autoptr(GBytes) bytes = scratch_read(scratch, "a.zip");
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree guint8 *copy = g_memdup2(data, size);

		copy[find_crc(data, size, names[i])] ^= 0x10;
		g_autoptr(GBytes) bad = g_bytes_new_static(copy, size);
		g_autoptr(RondStream) source = rond_memory_stream_new(bad);
		g_autoptr(Built) built = built_new(source, "a.zip");

		for (guint j = 0; j < G_N_ELEMENTS(names); j++) {
			g_autoptr(GBytes) whole =
			    scratch_read(scratch, names[j]);

			if (i == j)
				built_expect_error(built, names[j], EIO);
			else
				built_expect(built, names[j], whole);
		}
		if (i == 0)
			g_assert_true(index_kit_tells(built->index, "large"));
	}
}

/* A large member that can't be unpacked: told by its name, once, and not as if
 * the whole zip were cut short. */
static void test_zip_broken_member(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	RondFinding finding;

	scratch_run(scratch, "seq 800000 > large; seq 1000 > small; zip -qX "
			     "a.zip large small");
	g_autoptr(GBytes) bytes = scratch_read(scratch, "a.zip");
	g_autoptr(GBytes) small = scratch_read(scratch, "small");
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(data, size);

	memset(copy + 500000, 0xff, 3000);
	g_autoptr(GBytes) bad = g_bytes_new_static(copy, size);
	g_autoptr(RondStream) source = rond_memory_stream_new(bad);
	g_autoptr(Built) built = built_new(source, "a.zip");

	built_expect(built, "small", small);
	built_expect_error(built, "large", EIO);
	g_assert_cmpuint(rond_index_n_findings(built->index), ==, 1);
	g_assert_true(rond_index_finding(built->index, 0, &finding));
	g_assert_cmpuint(finding.kind, ==, ROND_FINDING_DAMAGED);
	g_assert_nonnull(strstr(finding.message, "large"));
}

/* Bytes behind the end of a gzip: served, and said. */
static void test_garbage_behind(void)
{
	g_autoptr(Scratch) scratch = four_files_new();

	scratch_run(scratch, "tar -C tree -czf a.tgz . && echo garbage >> "
			     "a.tgz");
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.tgz");
	g_autoptr(Built) built = built_new(source, "a.tgz");
	g_autoptr(GBytes) d = scratch_read(scratch, "tree/d");

	built_expect(built, "d", d);
	g_assert_cmpuint(rond_index_n_findings(built->index), >, 0);
	g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
}

static void add_cases(const char *what, GTestDataFunc test)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
		    g_strdup_printf("/build-damage/%s/%s", what, cases[i].name);

		g_test_add_data_func(path, &cases[i], test);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_cases("truncated", test_truncated);
	add_cases("truncated-end", test_truncated_end);
	add_cases("flipped", test_flipped);
	g_test_add_func("/build-damage/gzip-crc", test_gzip_crc);
	g_test_add_func("/build-damage/zip-crc", test_zip_crc);
	g_test_add_func("/build-damage/zip-broken-member",
			test_zip_broken_member);
	g_test_add_func("/build-damage/garbage-behind", test_garbage_behind);
	return g_test_run();
}
