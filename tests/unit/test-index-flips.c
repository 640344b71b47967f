/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any byte of a real index is changed, its end is cut off or has more behind
 * it: then it is not opened, or what it says is right, or it says nothing and
 * that it is broken.
 */
#include "backends/error.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/property-tree.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A backup, its index as it should be, and what is in it. */
typedef struct {
	Scratch *scratch;
	RondStream *source;
	GBytes *index;
	GHashTable *files; /* GBytes by path */
} Truth;

static GBytes *read_fd(int fd)
{
	struct stat st;

	g_assert_no_errno(fstat(fd, &st));
	guint8 *data = g_malloc((gsize)st.st_size);

	g_assert_cmpint(pread(fd, data, (gsize)st.st_size, 0), ==, st.st_size);
	return g_bytes_new_take(data, (gsize)st.st_size);
}

static GBytes *build(RondStream *source)
{
	g_auto(RondDetected) detected = {0};
	g_autoptr(GError) error = NULL;
	int fd = memfd_create("rond-index", MFD_CLOEXEC);
	const RondBuild config = {.source = source, .detected = &detected};

	rond_detect(source, "a.tar.gz", FALSE, &detected, &error);
	g_assert_no_error(error);
	rond_index_build(&config, fd, &error);
	g_assert_no_error(error);
	GBytes *bytes = read_fd(fd);

	close(fd);
	return bytes;
}

static void free_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

static void truth_free(Truth *self)
{
	scratch_free(self->scratch);
	rond_stream_unref(self->source);
	g_bytes_unref(self->index);
	g_hash_table_unref(self->files);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Truth, truth_free)

/* Of tree/, which @make fills. */
static Truth *truth_new(const char *make)
{
	Truth *self = g_new0(Truth, 1);
	g_autofree char *tree = NULL;
	g_auto(GStrv) paths = NULL;

	self->scratch = scratch_new();
	scratch_run(self->scratch, make);
	scratch_run(self->scratch, "tar -C tree --format=pax -Sczf a.tar.gz .");
	self->source = scratch_stream(self->scratch, "a.tar.gz");
	self->index = build(self->source);
	self->files =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_bytes);
	tree = g_build_filename(self->scratch->path, "tree", NULL);
	paths = property_tree_files(tree);
	for (char **path = paths; *path; path++) {
		g_autofree char *name = g_build_filename("tree", *path, NULL);

		g_hash_table_insert(self->files, g_strdup(*path),
				    scratch_read(self->scratch, name));
	}
	return self;
}

/* What was looked at by one walk. */
typedef struct {
	const Truth *truth;
	const RondIndex *index;
	RondContent *content;
	guint files; /* found and right */
} Walk;

/* Some of it, by chance all: it is as it was packed, or an error. */
static gboolean check_content(Walk *self, guint32 number, GBytes *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStream) stream =
	    rond_content_open(self->content, number, &error);
	gsize size;
	const guint8 *data = g_bytes_get_data(expected, &size);
	gsize at = size ? (gsize)g_test_rand_int() % size : 0;
	gsize len = MIN(size - at, 100000);
	g_autofree guint8 *buf = g_malloc(len + 1);
	gssize got = -1;

	if (stream && rond_stream_size(stream) == size)
		got = rond_stream_pread(stream, buf, len, at, &error);
	if (got >= 0)
		g_assert_cmpmem(buf, got, data + at, len);
	return got >= 0;
}

static void check_entry(Walk *self, guint32 number, const char *path)
{
	const RondIndexEntry *entry = rond_index_entry(
	    self->index, rond_index_inode(self->index, number));
	GBytes *expected = g_hash_table_lookup(self->truth->files, path);

	if (!entry || !S_ISREG(entry->mode))
		return;
	g_assert_nonnull(expected);
	self->files += check_content(self, number, expected);
}

static void walk(Walk *self, guint32 dir, const char *prefix)
{
	guint32 first, count;

	if (!rond_index_children(self->index, dir, &first, &count))
		return;
	for (guint32 i = first; i < first + count; i++) {
		const RondIndexEntry *entry = rond_index_entry(self->index, i);
		gsize len = 0;
		const char *name =
		    entry ? rond_index_name(self->index, entry, &len) : NULL;
		g_autofree char *path =
		    g_strdup_printf("%s%.*s", prefix, (int)len, name);
		g_autofree char *below = g_strconcat(path, "/", NULL);

		if (!len)
			continue;
		check_entry(self, i, path);
		if (S_ISDIR(entry->mode))
			walk(self, i, below);
	}
}

/* Whether it was opened and is all there. */
static gboolean check_bytes(const Truth *truth, const guint8 *data, gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondIndex) index = index_kit_open(data, len, &error);
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(4 << 20);
	g_autoptr(RondContent) content = NULL;

	g_assert_true((index != NULL) == !error);
	if (!index)
		return FALSE;
	content = rond_content_new(truth->source, index, NULL, cache);
	Walk self = {truth, index, content, 0};

	walk(&self, ROND_INDEX_ROOT, "");
	if (self.files < g_hash_table_size(truth->files))
		g_assert_true(rond_index_is_broken(index));
	if (rond_index_is_broken(index))
		g_assert_false(rond_index_verify(index));
	return !rond_index_is_broken(index);
}

static void flip_and_check(const Truth *truth, gsize at)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);
	g_autofree guint8 *copy = g_memdup2(data, size);
	guint8 flip = (guint8)g_test_rand_int_range(1, 256);

	copy[at] ^= flip;
	/* A change that the walk didn't need to see is found all the same. */
	if (check_bytes(truth, copy, size)) {
		g_autoptr(RondIndex) index = index_kit_open(copy, size, NULL);

		if (rond_index_verify(index))
			g_error("byte %zu ^ %u isn't noticed", at, flip);
	}
}

#define SMALL                                                               \
	"mkdir -p tree/d/e; cd tree; for i in 1 2 3 4; do seq $i$i > d/$i;" \
	" done; echo x > d/e/deep; ln d/1 hard; ln -s d/2 soft; : > empty;" \
	" truncate -s 100000 sparse; echo tail >> sparse"
/* Two or three points with windows, and many entries. */
#define LARGE                                                               \
	"mkdir -p tree/d; cd tree; seq -f 'line %g of it' 180000 > d/text;" \
	" seq -f 'd/name-%g' 3000 | xargs touch; head -c 200000 d/text > part"

static void test_every_byte(void)
{
	g_autoptr(Truth) truth = truth_new(SMALL);
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);

	g_assert_true(check_bytes(truth, data, size));
	for (gsize at = 0; at < size; at++)
		flip_and_check(truth, at);
}

static void test_large(void)
{
	g_autoptr(Truth) truth = truth_new(LARGE);
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);

	g_assert_cmpuint(size, >, 2 << 16);
	g_assert_true(check_bytes(truth, data, size));
	for (guint i = 0; i < 200; i++)
		flip_and_check(truth, (gsize)g_test_rand_int() % size);
}

static void test_other_lengths(void)
{
	g_autoptr(Truth) truth = truth_new(SMALL);
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);
	g_autofree guint8 *longer = g_malloc0(size + 70000);

	for (gsize len = 0; len < size; len++)
		g_assert_false(check_bytes(truth, data, len));
	memcpy(longer, data, size);
	for (gsize more = 1; more <= 70000; more += more)
		g_assert_false(check_bytes(truth, longer, size + more));
}

/* Several bytes, as many as there are. */
static void test_garbage(void)
{
	g_autoptr(Truth) truth = truth_new(SMALL);
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);

	for (guint i = 0; i < 300; i++) {
		g_autofree guint8 *copy = g_memdup2(data, size);
		gsize from = (gsize)g_test_rand_int() % size;
		gsize to = from + (gsize)g_test_rand_int() % (size - from) + 1;

		for (gsize at = from; at < to; at++)
			copy[at] = (guint8)g_test_rand_int();
		copy[from] = data[from] ^ 1;
		g_assert_false(check_bytes(truth, copy, size));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/index-flips/every-byte", test_every_byte);
	g_test_add_func("/index-flips/large", test_large);
	g_test_add_func("/index-flips/other-lengths", test_other_lengths);
	g_test_add_func("/index-flips/garbage", test_garbage);
	return g_test_run();
}
