/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random ranges, read through every codec and format by the way that a mount
 * takes, are what the real tool unpacks there.
 *
 * All is drawn from GTest's seed, which is printed: --seed=R02S… again gives
 * the same data, and, but for how threads meet, the same reads.
 */
#include "tests/unit/index-kit.h"
#include "tests/unit/property-tree.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK (256 << 10) /* about: where ranges like to begin and end */
#define THREADS 3

/* What is packed is in tree/, or is the dump db.sql; all that is in out/
 * afterwards is looked for in the archive. */
typedef struct {
	const char *name, *pack, *unpack;
	guint reads;	  /* in all */
	gboolean no_copy; /* entered as it is, however slow */
} Format;

typedef struct {
	const Format *format;
	const Scratch *scratch; /* with tree/ and db.sql */
} Case;

#define TAR "tar -C ../tree -cf - . | "
#define SPLIT "split -b 700000 --filter="
#define UNTAR "tar -C out -xf "
/* A table of the frames behind them: zstd_seekable_compression_format.md. */
#define SEEK_TABLE                                                             \
	"perl -e 'for (@ARGV) { $t .= pack \"VV\", -s, length `zstd -dqc $_` " \
	"}"                                                                    \
	" print pack(\"VV\", 0x184D2A5E, 9 + length $t), $t,"                  \
	" pack(\"VCV\", scalar @ARGV, 0, 0x8F92EAB1)' "

static const Format formats[] = {
    {"a.tar", TAR "cat > a.tar", UNTAR "a.tar", 400, FALSE},
    {"v7.tar", "tar --format=v7 -C ../tree -cf v7.tar .", UNTAR "v7.tar", 100,
     FALSE},
    {"sparse.tar", "tar -C ../tree -Scf sparse.tar .", UNTAR "sparse.tar", 400,
     FALSE},
    {"pax.tar.gz", "tar -C ../tree --format=pax -Sczf pax.tar.gz .",
     UNTAR "pax.tar.gz", 200, FALSE},
    {"pax00.tar.gz",
     "tar -C ../tree --format=pax --sparse-version=0.0 -Sczf pax00.tar.gz .",
     UNTAR "pax00.tar.gz", 200, FALSE},
    {"gzip.tar.gz", TAR "gzip > gzip.tar.gz", UNTAR "gzip.tar.gz", 300, FALSE},
    {"gzip-1.tar.gz", TAR "gzip -1 > gzip-1.tar.gz", UNTAR "gzip-1.tar.gz", 300,
     FALSE},
    {"gzip-9.tar.gz", TAR "gzip -9 > gzip-9.tar.gz", UNTAR "gzip-9.tar.gz", 300,
     FALSE},
    {"igzip.tar.gz", TAR "igzip -0c > igzip.tar.gz", UNTAR "igzip.tar.gz", 200,
     FALSE},
    {"pigz.tar.gz", TAR "pigz -p2 > pigz.tar.gz", UNTAR "pigz.tar.gz", 200,
     FALSE},
    {"pigz-0.tar.gz", TAR "pigz -0 > pigz-0.tar.gz", UNTAR "pigz-0.tar.gz", 200,
     FALSE},
    {"members.tar.gz", TAR SPLIT "'gzip -c' - > members.tar.gz",
     UNTAR "members.tar.gz", 200, FALSE},
    {"bgzf.tar.gz", TAR "bgzip -c > bgzf.tar.gz", UNTAR "bgzf.tar.gz", 300,
     FALSE},
    {"one.tar.zst", TAR "zstd -q1 > one.tar.zst", UNTAR "one.tar.zst", 200,
     FALSE},
    {"slow.tar.zst", TAR "zstd -q1 > slow.tar.zst", UNTAR "slow.tar.zst", 30,
     TRUE},
    {"frames.tar.zst", TAR SPLIT "'zstd -q' - > frames.tar.zst",
     UNTAR "frames.tar.zst", 200, FALSE},
    {"pzstd.tar.zst", TAR "pzstd -qcp2 > pzstd.tar.zst", UNTAR "pzstd.tar.zst",
     200, FALSE},
    {"seekable.tar.zst",
     TAR SPLIT "'zstd -q > $FILE' - part. && (cat part.*; " SEEK_TABLE
	       "part.*) > seekable.tar.zst && rm part.*",
     UNTAR "seekable.tar.zst", 200, FALSE},
    {"one.tar.xz", TAR "xz -0 > one.tar.xz", UNTAR "one.tar.xz", 200, FALSE},
    {"slow.tar.xz", TAR "xz -0 > slow.tar.xz", UNTAR "slow.tar.xz", 10, TRUE},
    {"blocks.tar.xz", TAR "xz -0T2 --block-size=600KiB > blocks.tar.xz",
     UNTAR "blocks.tar.xz", 100, FALSE},
    {"streams.tar.xz", TAR SPLIT "'xz -0 -C sha256' - > streams.tar.xz",
     UNTAR "streams.tar.xz", 100, FALSE},
    {"a.tar.bz2", TAR "bzip2 -2 > a.tar.bz2", UNTAR "a.tar.bz2", 100, FALSE},
    {"pbzip2.tar.bz2", TAR "pbzip2 -c2p2 > pbzip2.tar.bz2",
     UNTAR "pbzip2.tar.bz2", 100, FALSE},
    {"own.tar.lz4", TAR "lz4 -q -B5 -BX > own.tar.lz4",
     UNTAR "own.tar.lz4 -I lz4", 300, FALSE},
    {"linked.tar.lz4", TAR "lz4 -q -B4 -BD > linked.tar.lz4",
     UNTAR "linked.tar.lz4 -I lz4", 200, FALSE},
    {"slow.tar.lz4", TAR "lz4 -q -B4 -BD > slow.tar.lz4",
     UNTAR "slow.tar.lz4 -I lz4", 50, TRUE},
    {"legacy.tar.lz4", TAR "lz4 -q -l > legacy.tar.lz4",
     UNTAR "legacy.tar.lz4 -I lz4", 100, FALSE},
    {"a.zip", "cd ../tree && zip -qr $OLDPWD/a.zip .", "unzip -q a.zip -d out",
     400, FALSE},
    {"stored.zip", "cd ../tree && zip -q0r $OLDPWD/stored.zip .",
     "unzip -q stored.zip -d out", 400, FALSE},
    {"zip64.zip", "cd ../tree && zip -qr -fz $OLDPWD/zip64.zip .",
     "unzip -q zip64.zip -d out", 100, FALSE},
    {"solid.7z", "cd ../tree && 7z a -bd -mx1 $OLDPWD/solid.7z .",
     "7z x -bd -oout solid.7z", 200, FALSE},
    {"a.cpio", "cd ../tree && find . | cpio --quiet -oH newc > $OLDPWD/a.cpio",
     "cd out && cpio --quiet -id < ../a.cpio", 200, FALSE},
    {"a.cpio.gz",
     "cd ../tree && find . | cpio --quiet -oH odc | gzip > $OLDPWD/a.cpio.gz",
     "cd out && zcat ../a.cpio.gz | cpio --quiet -id", 200, FALSE},
    {"db.sql", "cp ../db.sql .", "cp db.sql out/dump.sql", 200, FALSE},
    {"db.sql.gz", "gzip < ../db.sql > db.sql.gz",
     "zcat db.sql.gz > "
     "out/dump.sql",
     200, FALSE},
    {"db.sql.bz2", "bzip2 -1 < ../db.sql > db.sql.bz2",
     "bzcat db.sql.bz2 > "
     "out/dump.sql",
     100, FALSE},
    {"db.sql.xz", "xz -0 < ../db.sql > db.sql.xz",
     "xzcat db.sql.xz > "
     "out/dump.sql",
     100, FALSE},
    {"db.sql.zst", "zstd -q1 < ../db.sql > db.sql.zst",
     "zstd -dqc db.sql.zst "
     "> out/dump.sql",
     100, FALSE},
    {"db.sql.lz4", "lz4 -q < ../db.sql > db.sql.lz4",
     "lz4 -dqc db.sql.lz4 > "
     "out/dump.sql",
     100, FALSE},
    {"db.zip", "cd .. && zip -q $OLDPWD/db.zip db.sql",
     "unzip -p db.zip > "
     "out/dump.sql",
     100, FALSE},
};

/* One file, both ways. */
typedef struct {
	RondStream *stream;
	GBytes *expected;
	char *path;
} File;

static void file_free(gpointer data)
{
	File *self = data;

	rond_stream_unref(self->stream);
	g_bytes_unref(self->expected);
	g_free(self->path);
	g_free(self);
}

/* A place that is as often near the border of a block as anywhere. */
static gsize draw_place(GRand *rand, gsize size)
{
	gsize at = (gsize)g_rand_double_range(rand, 0, (double)size + 2);

	switch (g_rand_int_range(rand, 0, 4)) {
	case 0:
		at -= at % BLOCK;
		return at - MIN(at, (gsize)g_rand_int_range(rand, 0, 5000));
	case 1:
		return size - MIN(size, (gsize)g_rand_int_range(rand, 0, 9000));
	default:
		return at;
	}
}

static gsize draw_length(GRand *rand)
{
	static const gint limits[] = {1, 100, 4096, 131072, 3 * BLOCK};

	return (gsize)g_rand_int_range(
	    rand, 0,
	    limits[g_rand_int_range(rand, 0, G_N_ELEMENTS(limits))] + 1);
}

static void check_range(const File *file, guint8 *buf, gsize at, gsize len)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(file->expected, &size);
	gsize there = at < size ? MIN(len, size - at) : 0;
	g_autoptr(GError) error = NULL;
	gssize got = rond_stream_pread(file->stream, buf, len, at, &error);

	if (error)
		g_error("%s: %zu bytes at %zu: %s", file->path, len, at,
			error->message);
	if ((gsize)got != there ||
	    (there && memcmp(buf, data + at, there) != 0))
		g_error("%s: wrong bytes: %zd of %zu at %zu", file->path, got,
			len, at);
}

/* One reader: ranges of any file, some of them one after the other. */
typedef struct {
	const GPtrArray *files;
	guint32 seed;
	guint reads;
} Reader;

static gpointer read_some(gpointer data)
{
	const Reader *self = data;
	g_autoptr(GRand) rand = g_rand_new_with_seed(self->seed);
	g_autofree guint8 *buf = g_malloc(3 * BLOCK);
	const File *file = NULL;
	gsize at = 0;

	for (guint i = 0; i < self->reads; i++) {
		gsize len = draw_length(rand);

		if (!file || g_rand_boolean(rand)) {
			file = self->files->pdata[g_rand_int_range(
			    rand, 0, (gint32)self->files->len)];
			at = draw_place(rand, g_bytes_get_size(file->expected));
		}
		check_range(file, buf, at, len);
		at += len;
	}
	return NULL;
}

static void read_all(const GPtrArray *files, guint reads)
{
	gboolean alone = g_test_rand_bit();
	GThread *threads[THREADS];
	Reader readers[THREADS];

	for (guint i = 0; i < THREADS; i++)
		readers[i] = (Reader){files, (guint32)g_test_rand_int(),
				      reads / THREADS};
	if (alone) {
		readers[0].reads = reads;
		read_some(&readers[0]);
		return;
	}
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("reader", read_some, &readers[i]);
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

/* All regular files below out/, and what the archive has at their place. */
static GPtrArray *open_files(const Built *built, RondContent *content,
			     const char *out)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
	g_auto(GStrv) paths = property_tree_files(out);

	for (char **path = paths; *path; path++) {
		g_autofree char *full = g_build_filename(out, *path, NULL);
		guint32 number = index_kit_find(built->index, *path);
		g_autoptr(GError) error = NULL;
		File *file = g_new0(File, 1);
		char *data;
		gsize len;

		g_assert_true(g_file_get_contents(full, &data, &len, NULL));
		g_assert_cmpuint(number, !=, ROND_INDEX_NONE);
		file->path = g_strdup(*path);
		file->expected = g_bytes_new_take(data, len);
		file->stream = rond_content_open(content, number, &error);
		g_assert_no_error(error);
		g_ptr_array_add(files, file);
	}
	g_assert_cmpuint(files->len, >, 0);
	return files;
}

/* Read what was indexed, with a cache that it fits in, or doesn't. */
static void check_built(const Built *built, RondStream *source,
			RondStream *copy, const Format *format, const char *out)
{
	gsize limit = (gsize)1 << g_test_rand_int_range(16, 25);
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(limit);
	g_autoptr(RondContent) content =
	    rond_content_new(source, built->index, copy, cache);
	g_autoptr(GPtrArray) files = open_files(built, content, out);

	g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
	read_all(files, format->reads);
}

static RondStream *open_file(const Scratch *scratch, const char *name)
{
	g_autofree char *path = g_build_filename(scratch->path, name, NULL);
	g_autoptr(GError) error = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	RondStream *stream = rond_file_stream_new(fd, &error);

	g_assert_no_error(error);
	return stream;
}

static void test_format(gconstpointer data)
{
	const Case *one = data;
	const Format *format = one->format;
	g_autoptr(Scratch) scratch = scratch_below(one->scratch);
	g_autofree char *out = g_build_filename(scratch->path, "out", NULL);
	int copy_fd = memfd_create("rond-copy", MFD_CLOEXEC);
	g_autoptr(RondStream) copy = NULL;

	scratch_run(scratch, format->pack);
	scratch_run(scratch, "mkdir out");
	scratch_run(scratch, format->unpack);
	g_autoptr(RondStream) source = open_file(scratch, format->name);
	const BuiltHow how = {.source = source,
			      .name = format->name,
			      .no_copy = format->no_copy,
			      .copy_fd = format->no_copy ? 0 : dup(copy_fd)};
	g_autoptr(Built) built = built_with(&how);

	g_assert_no_error(built->error);
	if (rond_index_meta(built->index)->place == ROND_DATA_COPY)
		copy = rond_file_stream_new(dup(copy_fd), NULL);
	close(copy_fd);
	check_built(built, source, copy, format, out);
}

int main(int argc, char **argv)
{
	Case cases[G_N_ELEMENTS(formats)];
	g_autoptr(Scratch) scratch = NULL;

	g_test_init(&argc, &argv, NULL);
	scratch = scratch_new();
	property_tree_make(scratch);
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *path =
		    g_strconcat("/property/", formats[i].name, NULL);

		cases[i] = (Case){&formats[i], scratch};
		g_test_add_data_func(path, &cases[i], test_format);
	}
	return g_test_run();
}
