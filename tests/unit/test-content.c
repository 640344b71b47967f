/* SPDX-License-Identifier: BSD-2-Clause */
/* Every byte of real archives and dumps, at any place, as it went in. */
#include "backends/error.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <string.h>

static GBytes *noise(gsize size)
{
	guint32 *words = g_malloc(size + 4);

	for (gsize i = 0; i <= size / 4; i++)
		words[i] = (guint32)g_test_rand_int();
	return g_bytes_new_take(words, size);
}

/* Text that packs as code does. */
static GBytes *text(gsize size)
{
	GString *out = g_string_sized_new(size + 80);

	while (out->len < size)
		g_string_append_printf(
		    out, "INSERT INTO `t` VALUES (%d,'%x');\n",
		    g_test_rand_int_range(0, 100000), (guint)g_test_rand_int());
	g_string_truncate(out, size);
	return g_string_free_to_bytes(out);
}

static void put(const Scratch *scratch, const char *name, GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);

	scratch_write(scratch, name, data, size);
	g_bytes_unref(bytes);
}

static const char *const files[] = {"empty",	 "small",    "d/text",
				    "d/e/noise", "d/sparse", NULL};

static Scratch *make_tree(void)
{
	Scratch *scratch = scratch_new();

	scratch_run(scratch, "mkdir -p tree/d/e");
	put(scratch, "tree/empty", g_bytes_new(NULL, 0));
	put(scratch, "tree/small", text(77));
	put(scratch, "tree/d/text", text(1500000));
	put(scratch, "tree/d/e/noise", noise(600001));
	scratch_run(scratch, "truncate -s 300000 tree/d/sparse && "
			     "printf data | dd of=tree/d/sparse bs=1 "
			     "seek=150000 conv=notrunc 2>/dev/null");
	return scratch;
}

static RondStream *open_content(const Built *built, const char *path)
{
	g_autoptr(GError) error = NULL;
	RondStream *stream = rond_content_open(
	    built->content, index_kit_find(built->index, path), &error);

	g_assert_no_error(error);
	return stream;
}

static void check_file(const Built *built, const char *path, GBytes *expected,
		       guint reads)
{
	g_autoptr(RondStream) stream = open_content(built, path);

	built_expect(built, path, expected);
	check_random_reads(stream, expected, reads);
}

typedef struct {
	const char *name;
	const char *command;
	RondDataPlace place;
	gboolean no_copy;
} Case;

static void test_archive(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch, one->command);
	g_autoptr(RondStream) source = scratch_stream(scratch, one->name);
	const BuiltHow how = {
	    .source = source, .name = one->name, .no_copy = one->no_copy};
	g_autoptr(Built) built = built_with(&how);

	g_assert_no_error(built->error);
	g_assert_cmpuint(rond_index_meta(built->index)->place, ==, one->place);
	g_assert_cmpuint(built->copies, <=, 1);
	g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
	for (const char *const *path = files; *path; path++) {
		g_autofree char *original = g_strconcat("tree/", *path, NULL);
		g_autoptr(GBytes) bytes = scratch_read(scratch, original);

		check_file(built, *path, bytes, 200);
	}
	g_assert_cmpuint(rond_index_meta(built->index)->content_bytes, ==,
			 77 + 1500000 + 600001 + 300000);
}

#define TAR "tar -C tree -cf - . | "
static const Case archives[] = {
    {"a.tar", TAR "cat > a.tar", ROND_DATA_PLAIN, FALSE},
    {"sparse.tar", "tar -C tree -Scf sparse.tar .", ROND_DATA_PLAIN, FALSE},
    {"pax.tar.gz", "tar -C tree -Sczf pax.tar.gz -H pax .", ROND_DATA_PACKED,
     FALSE},
    {"a.tar.gz", TAR "gzip > a.tar.gz", ROND_DATA_PACKED, FALSE},
    {"fast.tgz", TAR "gzip -1 > fast.tgz", ROND_DATA_PACKED, FALSE},
    {"many.tar.gz", TAR "split -b 100000 --filter='gzip -c' - > many.tar.gz",
     ROND_DATA_PACKED, FALSE},
    {"a.tar.xz", TAR "xz -1 > a.tar.xz", ROND_DATA_COPY, FALSE},
    {"slow.tar.xz", TAR "xz -1 > slow.tar.xz", ROND_DATA_PACKED, TRUE},
    {"a.tar.zst", TAR "zstd -1 -q > a.tar.zst", ROND_DATA_COPY, FALSE},
    {"slow.tar.zst", TAR "zstd -1 -q > slow.tar.zst", ROND_DATA_PACKED, TRUE},
    {"a.tar.bz2", TAR "bzip2 -1 > a.tar.bz2", ROND_DATA_PACKED, FALSE},
    {"a.tar.lz4", "bsdtar -C tree --lz4 -cf a.tar.lz4 .", ROND_DATA_PACKED,
     FALSE},
    {"blocks.tar.xz", TAR "xz -1 --block-size=200000 > blocks.tar.xz",
     ROND_DATA_PACKED, FALSE},
    {"frames.tar.zst",
     TAR "split -b 300000 --filter='zstd -q' - > frames.tar.zst",
     ROND_DATA_PACKED, FALSE},
    {"linked.tar.lz4", TAR "lz4 -q -B4 -BD > linked.tar.lz4", ROND_DATA_COPY,
     FALSE},
    {"a.zip", "cd tree && zip -qr ../a.zip .", ROND_DATA_PLAIN, FALSE},
    {"stored.zip", "cd tree && zip -q0r ../stored.zip .", ROND_DATA_PLAIN,
     FALSE},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z . >/dev/null", ROND_DATA_COPY,
     FALSE},
    {"a.cpio", "cd tree && find . | cpio --quiet -o -H newc > ../a.cpio",
     ROND_DATA_COPY, FALSE},
};

#define DUMP_HEAD                                        \
	"-- MySQL dump 10.19  Distrib 10.11.6-MariaDB\n" \
	"CREATE TABLE `t` (`a` int, `b` text);\n"

static void test_dump(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(GBytes) body = text(1300000);
	g_autofree char *dump = g_strconcat(
	    DUMP_HEAD, (const char *)g_bytes_get_data(body, NULL), NULL);

	scratch_write(scratch, "db.sql", dump, sizeof DUMP_HEAD - 1 + 1300000);
	scratch_run(scratch, one->command);
	g_autoptr(GBytes) bytes = scratch_read(scratch, "db.sql");
	g_autoptr(RondStream) source = scratch_stream(scratch, one->name);
	const BuiltHow how = {
	    .source = source, .name = one->name, .no_copy = one->no_copy};
	g_autoptr(Built) built = built_with(&how);

	g_assert_no_error(built->error);
	g_assert_cmpuint(index_kit_find(built->index, "dump.sql"), ==,
			 ROND_DUMP_FILE_ENTRY);
	g_assert_cmpuint(index_kit_find(built->index, "tables"), ==,
			 ROND_DUMP_FOLDER_ENTRY);
	g_assert_cmpuint(rond_index_meta(built->index)->place, ==, one->place);
	check_file(built, "dump.sql", bytes, 300);
}

static const Case dumps[] = {
    {"db.sql", "true", ROND_DATA_PACKED, FALSE},
    {"db.sql.gz", "gzip -k db.sql", ROND_DATA_PACKED, FALSE},
    {"db.sql.xz", "xz -1k db.sql", ROND_DATA_COPY, FALSE},
    {"db.sql.zst", "zstd -1q db.sql", ROND_DATA_COPY, FALSE},
    {"db.sql.bz2", "bzip2 -1k db.sql", ROND_DATA_PACKED, FALSE},
    {"copyless.sql.bz2", "bzip2 -1c db.sql > copyless.sql.bz2",
     ROND_DATA_PACKED, TRUE},
    {"db.zip", "zip -q db.zip db.sql", ROND_DATA_PLAIN, FALSE},
};

/* A dump of nothing is a file of nothing, not a broken one. */
static void test_empty_dump(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);

	scratch_run(scratch, "bzip2 < /dev/null > db.sql.bz2");
	g_autoptr(RondStream) source = scratch_stream(scratch, "db.sql.bz2");
	g_autoptr(Built) built = built_new(source, "db.sql.bz2");

	built_expect(built, "dump.sql", nothing);
}

/* Members of over 4 MiB: deflated ones by a map, stored ones as they lie. */
static void test_large_members(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(GBytes) code = text(5000000);
	g_autoptr(GBytes) photo = noise(4500000);

	put(scratch, "code", g_bytes_ref(code));
	put(scratch, "photo", g_bytes_ref(photo));
	scratch_run(scratch, "zip -q1 a.zip code photo && "
			     "zip -q0 b.zip code photo");
	for (const char *const *name = (const char *[]){"a.zip", "b.zip", NULL};
	     *name; name++) {
		g_autoptr(RondStream) source = scratch_stream(scratch, *name);
		g_autoptr(Built) built = built_new(source, *name);

		g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
		check_file(built, "code", code, 300);
		check_file(built, "photo", photo, 300);
	}
}

static gpointer read_at_random(gpointer data)
{
	gpointer *args = data;

	check_random_reads(args[0], args[1], 100);
	return NULL;
}

static void test_threads(void)
{
	g_autoptr(Scratch) scratch = make_tree();
	GThread *threads[6];

	scratch_run(scratch, TAR "gzip > a.tar.gz");
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.tar.gz");
	g_autoptr(Built) built = built_new(source, "a.tar.gz");
	g_autoptr(GBytes) bytes = scratch_read(scratch, "tree/d/text");
	g_autoptr(RondStream) stream = open_content(built, "d/text");
	gpointer args[] = {stream, bytes};

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", read_at_random, args);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

/* A stream outlives all that it was opened by. */
static void test_outlives(void)
{
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch, "cd tree && zip -qr ../a.zip .");
	g_autoptr(GBytes) bytes = scratch_read(scratch, "tree/d/text");
	g_autoptr(RondStream) stream = NULL;
	{
		g_autoptr(RondStream) source = scratch_stream(scratch, "a.zip");
		g_autoptr(Built) built = built_new(source, "a.zip");

		stream = open_content(built, "d/text");
	}
	check_random_reads(stream, bytes, 20);
}

static void test_hard_links(void)
{
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch, "ln tree/small tree/d/again && "
			     "ln tree/small tree/a && tar -C tree -czf a.tgz . "
			     "&& cd tree && find . | cpio --quiet -o -H newc > "
			     "../a.cpio");
	g_autoptr(GBytes) bytes = scratch_read(scratch, "tree/small");

	for (const char *const *name =
		 (const char *[]){"a.tgz", "a.cpio", NULL};
	     *name; name++) {
		g_autoptr(RondStream) source = scratch_stream(scratch, *name);
		g_autoptr(Built) built = built_new(source, *name);
		guint32 number = index_kit_find(built->index, "a");

		built_expect(built, "small", bytes);
		built_expect(built, "d/again", bytes);
		built_expect(built, "a", bytes);
		g_assert_cmpuint(
		    rond_index_entry(built->index,
				     rond_index_inode(built->index, number))
			->links,
		    ==, 3);
	}
}

/* What is no file, or isn't there, or is encrypted. */
static void test_not_opened(void)
{
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch, "cd tree && zip -q -P secret ../a.zip small && "
			     "zip -q ../a.zip d");
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.zip");
	g_autoptr(Built) built = built_new(source, "a.zip");
	g_autoptr(GError) error = NULL;

	built_expect_error(built, "small", EACCES);
	built_expect_error(built, "d", EIO);
	g_assert_null(
	    rond_content_open(built->content, ROND_INDEX_NONE, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

/* The copy got lost: that is said, and no other bytes are given. */
static void test_no_copy_file(void)
{
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch, TAR "xz -1 > a.tar.xz");
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.tar.xz");
	g_autoptr(Built) built = built_new(source, "a.tar.xz");

	rond_content_unref(built->content);
	built->content =
	    rond_content_new(source, built->index, NULL, built->blocks);
	built_expect_error(built, "small", EIO);
}

/* Another file in the place of the one that was indexed. */
static void test_other_source(void)
{
	g_autoptr(Scratch) scratch = make_tree();

	scratch_run(scratch,
		    TAR "gzip > a.tgz; head -c 1000000 /dev/urandom > "
			"d; cat d >> tree/d/text; " TAR "gzip > b.tgz");
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.tgz");
	g_autoptr(RondStream) other = scratch_stream(scratch, "b.tgz");
	g_autoptr(Built) built = built_new(source, "a.tgz");

	rond_content_unref(built->content);
	built->content =
	    rond_content_new(other, built->index, NULL, built->blocks);
	built_expect_error(built, "d/text", EIO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(archives); i++) {
		g_autofree char *path =
		    g_strconcat("/content/", archives[i].name, NULL);

		g_test_add_data_func(path, &archives[i], test_archive);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *path =
		    g_strconcat("/content/", dumps[i].name, NULL);

		g_test_add_data_func(path, &dumps[i], test_dump);
	}
	g_test_add_func("/content/empty-dump", test_empty_dump);
	g_test_add_func("/content/large-members", test_large_members);
	g_test_add_func("/content/threads", test_threads);
	g_test_add_func("/content/outlives", test_outlives);
	g_test_add_func("/content/hard-links", test_hard_links);
	g_test_add_func("/content/not-opened", test_not_opened);
	g_test_add_func("/content/no-copy-file", test_no_copy_file);
	g_test_add_func("/content/other-source", test_other_source);
	return g_test_run();
}
