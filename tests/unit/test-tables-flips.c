/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any byte of the index of a dump is changed: a file of its folder is as it
 * should be, or can't be read and the index is known to be broken.
 */
#include "backends/error.h"
#include "backends/index/layout.h"
#include "tests/unit/tables-kit.h"

#include <string.h>

typedef struct {
	RondStream *source;
	GBytes *index;
	GPtrArray *files; /* MadeFile */
} Truth;

static Truth *truth_new(const MadeDump *made)
{
	Truth *self = g_new0(Truth, 1);
	g_autoptr(GBytes) dump = made_dump_bytes(made);

	self->source = rond_memory_stream_new(dump);
	self->index = made_index(self->source);
	self->files = made_files(dump, made);
	return self;
}

static void truth_free(Truth *self)
{
	rond_stream_unref(self->source);
	g_bytes_unref(self->index);
	g_ptr_array_unref(self->files);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Truth, truth_free)

/* Whether some of it is there; it is right then. */
static gboolean check_file(RondContent *content, const MadeFile *file)
{
	g_autofree char *path =
	    g_strconcat(ROND_DUMP_FOLDER "/", file->path, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStream) stream = rond_content_open(
	    content, index_kit_find(rond_content_index(content), path), &error);
	gsize size;
	const guint8 *data = g_bytes_get_data(file->bytes, &size);
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

/* Whether it was opened, and nothing was found to be wrong. */
static gboolean check(const Truth *truth, const guint8 *data, gsize len)
{
	g_autoptr(RondIndex) index = index_kit_open(data, len, NULL);
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(1 << 20);
	g_autoptr(RondContent) content = NULL;
	gboolean all = TRUE;

	if (!index)
		return FALSE;
	content = rond_content_new(truth->source, index, NULL, cache);
	for (guint i = 0; i < truth->files->len; i++)
		all &= check_file(content, truth->files->pdata[i]);
	g_assert_true(all || rond_index_is_broken(index));
	return !rond_index_is_broken(index);
}

static void flip(const Truth *truth, gsize at)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);
	g_autofree guint8 *copy = g_memdup2(data, size);

	copy[at] ^= (guint8)g_test_rand_int_range(1, 256);
	if (check(truth, copy, size)) {
		g_autoptr(RondIndex) index = index_kit_open(copy, size, NULL);

		/* The files didn't need it; it is found all the same. */
		g_assert_false(rond_index_verify(index));
	}
}

static gboolean is_ours(guint32 tag)
{
	return tag == ROND_TAG_TABLES || tag == ROND_TAG_RUNS ||
	       tag == ROND_TAG_MARKS || tag == ROND_TAG_DUMPS ||
	       tag == ROND_TAG_EXTENTS || tag == ROND_TAG_TEXTS;
}

/* One in @step of the bytes that say what the tables are. */
static void flip_sections(const Truth *truth, guint64 step)
{
	const RondIndexHeader *header = g_bytes_get_data(truth->index, NULL);
	const RondIndexSection *sections = (gconstpointer)(header + 1);

	for (guint32 i = 0; i < header->n_sections; i++) {
		guint64 from = sections[i].offset;
		guint64 to = from + sections[i].length;

		if (!is_ours(sections[i].tag))
			continue;
		g_assert_cmpuint(from, <, to);
		for (guint64 at = from + g_test_rand_int() % step; at < to;
		     at += step)
			flip(truth, at);
	}
}

static void test_small(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(Truth) truth = truth_new(made);
	gsize size;
	const guint8 *data = g_bytes_get_data(truth->index, &size);

	g_assert_true(check(truth, data, size));
	flip_sections(truth, 1);
	for (guint i = 0; i < 300; i++)
		flip(truth, (gsize)g_test_rand_int() % size);
}

/* Its sections are over several of the blocks that are checked. */
static void test_large(void)
{
	g_autoptr(MadeDump) made = made_dump_new("h");
	g_autoptr(Truth) truth = NULL;
	gsize size;
	const guint8 *data;

	for (guint i = 0; i < 150; i++) {
		g_autofree char *name = g_strdup_printf("table-%u", i);

		made_dump_rows(made, made_dump_table(made, name, i), 3, 2, 10);
	}
	made_dump_end(made);
	truth = truth_new(made);
	data = g_bytes_get_data(truth->index, &size);
	g_assert_cmpuint(size, >, 3 << 16);
	g_assert_true(check(truth, data, size));
	for (guint i = 0; i < 60; i++)
		flip(truth, (gsize)g_test_rand_int() % size);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tables-flips/small", test_small);
	g_test_add_func("/tables-flips/large", test_large);
	return g_test_run();
}
