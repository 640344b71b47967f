/* SPDX-License-Identifier: BSD-2-Clause */
/* What may be wrong has no hash: a hash in an index is of what was backed up.
 */
#include "backends/error.h"
#include "tests/unit/four-files.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	const char *name, *command;
	gboolean thorough;
} Case;

static const Case cases[] = {
    {"a.tar.gz", "tar -C tree -czf a.tar.gz a b c d", FALSE},
    {"a.tar.bz2", "tar -C tree -cjf a.tar.bz2 a b c d", FALSE},
    {"a.tar.xz", "tar -C tree -cJf a.tar.xz a b c d", FALSE},
    {"a.tar.zst", "tar -C tree -I 'zstd --check' -cf a.tar.zst a b c d", FALSE},
    {"a.zip", "cd tree && zip -qX ../a.zip a b c d", TRUE},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z a b c d > /dev/null", FALSE},
    {"a.cpio.gz", "cd tree && ls | cpio --quiet -oH newc | gzip > ../a.cpio.gz",
     FALSE},
};

static Scratch *make_tree(const Case *one)
{
	Scratch *scratch = four_files_new();

	scratch_run(scratch, one->command);
	return scratch;
}

static char *hex_of(GBytes *bytes)
{
	return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
}

/* Whether @path has a hash; if so it is that of @original. */
static gboolean check_hash(const RondIndex *index, const char *path,
			   GBytes *original)
{
	guint32 number = index_kit_find(index, path);
	const guint8 *hash =
	    number == ROND_INDEX_NONE ? NULL : rond_index_sha256(index, number);
	g_autofree char *expected = hex_of(original);
	g_autoptr(GString) got = g_string_new(NULL);

	if (!hash)
		return FALSE;
	for (gsize i = 0; i < ROND_SHA256_LEN; i++)
		g_string_append_printf(got, "%02x", hash[i]);
	g_assert_cmpstr(got->str, ==, expected);
	return TRUE;
}

/* Builds what is at @data; returns how many hashes there are. */
static guint check_built(const Scratch *scratch, const Case *one,
			 const void *data, gsize len)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, len);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_auto(RondDetected) detected = {0};
	const BuiltHow how = {
	    .source = source, .name = one->name, .thorough = one->thorough};
	guint hashed = 0;

	rond_detect(source, one->name, FALSE, &detected, NULL);
	if (detected.kind == ROND_KIND_NONE)
		return 0;
	g_autoptr(Built) built = built_with(&how);

	if (!built->ok)
		return 0;
	for (const char *const *path = four_files; *path; path++) {
		g_autofree char *name = g_strconcat("tree/", *path, NULL);
		g_autoptr(GBytes) original = scratch_read(scratch, name);

		hashed += check_hash(built->index, *path, original);
	}
	return hashed;
}

static void test_flipped(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = make_tree(one);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
	gsize size;
	const guint8 *whole = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(whole, size);
	guint all = check_built(scratch, one, whole, size), fewer = 0;

	g_assert_cmpuint(all, ==, 4);
	for (guint i = 0; i < 40; i++) {
		gsize at = (gsize)g_test_rand_int_range(0, (gint)size);

		copy[at] ^= (guint8)(1 << g_test_rand_int_range(0, 8));
		fewer += check_built(scratch, one, copy, size) < all;
		copy[at] = whole[at];
	}
	g_assert_cmpuint(fewer, >, 30);
}

static void test_truncated(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = make_tree(one);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
	gsize size;
	const guint8 *whole = g_bytes_get_data(bytes, &size);

	for (gsize len = 1; len < size; len += 1 + size / 40)
		check_built(scratch, one, whole, len);
}

/* A gzip whose CRC-32 is wrong holds nothing that is known to be right. */
static void test_gzip_crc(void)
{
	g_autoptr(Scratch) scratch = make_tree(&cases[0]);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *one = &cases[i];
		gsize size;

		if (!g_str_has_suffix(one->name, ".gz"))
			continue;
		if (i)
			scratch_run(scratch, one->command);
		g_autoptr(GBytes) bytes = scratch_read(scratch, one->name);
		const guint8 *whole = g_bytes_get_data(bytes, &size);
		g_autofree guint8 *copy = g_memdup2(whole, size);

		copy[size - 8] ^= 1;
		g_assert_cmpuint(check_built(scratch, one, copy, size), ==, 0);
	}
}

/* Only the member that it is about: what lies whole in others is hashed. */
static void test_gzip_member_crc(void)
{
	const Case one = {"a.tar.gz",
			  "tar -C tree -cf t.tar a b c d && head -c 301000 "
			  "t.tar | gzip > a.tar.gz && wc -c < a.tar.gz > len "
			  "&& tail -c +301001 t.tar | gzip >> a.tar.gz",
			  FALSE};
	g_autoptr(Scratch) scratch = make_tree(&one);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one.name);
	g_autoptr(GBytes) len = scratch_read(scratch, "len");
	guint64 first = g_ascii_strtoull(g_bytes_get_data(len, NULL), NULL, 10);
	gsize size;
	const guint8 *whole = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(whole, size);

	copy[first - 8] ^= 1;
	g_assert_cmpuint(check_built(scratch, &one, copy, size), ==, 2);
}

/* In a thorough pass each wrong member of a zip is told by its name. */
static void test_zip_members(void)
{
	const Case one = {"a.zip", "cd tree && zip -qX ../a.zip a b c d", TRUE};
	g_autoptr(Scratch) scratch = make_tree(&one);
	g_autoptr(GBytes) bytes = scratch_read(scratch, one.name);
	gsize size;
	const guint8 *whole = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(whole, size);

	copy[1000] ^= 1;
	g_autoptr(GBytes) bad = g_bytes_new_static(copy, size);
	g_autoptr(RondStream) source = rond_memory_stream_new(bad);
	const BuiltHow how = {
	    .source = source, .name = "a.zip", .thorough = TRUE};
	g_autoptr(Built) built = built_with(&how);

	g_assert_no_error(built->error);
	g_assert_cmpuint(index_kit_bad(built->index), ==, 1);
	g_assert_true(index_kit_tells(built->index, "a: "));
	g_assert_cmpuint(check_built(scratch, &one, copy, size), ==, 3);
	built_expect_error(built, "a", EIO);
}

/* Whoever writes over a plain tar and puts its time back is found out: when it
 * was read through once. */
static void test_plain_rewritten(void)
{
	const struct timespec then[2] = {{1700000000, 5}, {1700000000, 5}};
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(GError) error = NULL;

	scratch_run(scratch, "seq 100000 > a; seq 9 > b; tar -cf t.tar a b");
	g_autofree char *path = g_build_filename(scratch->path, "t.tar", NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	g_assert_cmpint(futimens(fd, then), ==, 0);
	g_autoptr(RondStream) source = rond_file_stream_new(fd, &error);
	const BuiltHow how = {
	    .source = source, .name = "t.tar", .thorough = TRUE};
	g_autoptr(Built) built = built_with(&how);
	g_autoptr(GBytes) b = scratch_read(scratch, "b");

	g_assert_cmpint(pwrite(fd, "X", 1, 2000), ==, 1);
	g_assert_cmpint(futimens(fd, then), ==, 0);
	built_expect_error(built, "a", EIO);
	built_expect(built, "b", b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *flipped =
		    g_strconcat("/hashes/flipped/", cases[i].name, NULL);
		g_autofree char *cut =
		    g_strconcat("/hashes/truncated/", cases[i].name, NULL);

		g_test_add_data_func(flipped, &cases[i], test_flipped);
		g_test_add_data_func(cut, &cases[i], test_truncated);
	}
	g_test_add_func("/hashes/gzip-crc", test_gzip_crc);
	g_test_add_func("/hashes/gzip-member-crc", test_gzip_member_crc);
	g_test_add_func("/hashes/zip-members", test_zip_members);
	g_test_add_func("/hashes/plain-rewritten", test_plain_rewritten);
	return g_test_run();
}
