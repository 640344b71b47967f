/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index that was made to harm: its checksums are right, its numbers aren't.
 * Reading ends, in errors or in anything, but never beyond what there is.
 */
#include "backends/error.h"
#include "backends/index/layout.h"
#include "backends/index/tables.h"
#include "tests/unit/tables-kit.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	RondStream *source;
	GByteArray *bytes; /* of the index */
} Victim;

static Victim *victim_new(void)
{
	Victim *self = g_new0(Victim, 1);
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(GBytes) dump = made_dump_bytes(made);
	g_autoptr(GBytes) index = NULL;

	self->source = rond_memory_stream_new(dump);
	index = made_index(self->source);
	self->bytes = g_bytes_unref_to_array(g_steal_pointer(&index));
	return self;
}

static void victim_free(Victim *self)
{
	rond_stream_unref(self->source);
	g_byte_array_unref(self->bytes);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Victim, victim_free)

static const RondIndexSection *section(const Victim *self, guint32 tag)
{
	const RondIndexHeader *header = (gpointer)self->bytes->data;
	const RondIndexSection *sections = (gconstpointer)(header + 1);

	for (guint32 i = 0; i < header->n_sections; i++)
		if (sections[i].tag == tag)
			return &sections[i];
	g_assert_not_reached();
}

static gpointer at(const Victim *self, guint32 tag, guint64 number, gsize size)
{
	const RondIndexSection *of = section(self, tag);

	g_assert_cmpuint((number + 1) * size, <=, of->length);
	return self->bytes->data + of->offset + number * size;
}

/* Records, to be changed. */
#define TABLE(self, i) \
	((RondIndexTable *)at(self, ROND_TAG_TABLES, i, sizeof(RondIndexTable)))
#define RUN(self, i) \
	((RondIndexRun *)at(self, ROND_TAG_RUNS, i, sizeof(RondIndexRun)))
#define MARK(self, i) \
	((RondRowMark *)at(self, ROND_TAG_MARKS, i, sizeof(RondRowMark)))
#define EXTENT(self, i) \
	((RondExtent *)at(self, ROND_TAG_EXTENTS, i, sizeof(RondExtent)))

/* What it is now, opened. */
typedef struct {
	RondIndex *index;
	RondBlockCache *cache;
	RondContent *content;
} Opened;

static Opened open_it(const Victim *self)
{
	g_autoptr(GError) error = NULL;
	Opened opened = {
	    .index =
		index_kit_seal(self->bytes->data, self->bytes->len, &error),
	    .cache = rond_block_cache_new(1 << 20),
	};

	g_assert_no_error(error);
	opened.content =
	    rond_content_new(self->source, opened.index, NULL, opened.cache);
	return opened;
}

static void opened_clear(Opened *self)
{
	rond_content_unref(self->content);
	rond_block_cache_unref(self->cache);
	rond_index_unref(self->index);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opened, opened_clear)

static RondIndexEntry *entry(const Victim *self, const char *path)
{
	g_auto(Opened) opened = open_it(self);
	guint32 number = index_kit_find(opened.index, path);

	return at(self, ROND_TAG_ENTRIES, number, sizeof(RondIndexEntry));
}

/* @len bytes at @offset of @path: 0, or the errno. */
static int read_at(const Opened *opened, const char *path, guint64 offset,
		   gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *buf = g_malloc(len);
	g_autoptr(RondStream) stream = rond_content_open(
	    opened->content, index_kit_find(opened->index, path), &error);

	if (stream)
		rond_stream_pread(stream, buf, len, offset, &error);
	return error ? rond_error_errno(error) : 0;
}

static void expect(const Victim *self, const char *path, int err)
{
	g_auto(Opened) opened = open_it(self);
	g_auto(Opened) other = open_it(self);

	g_assert_cmpint(read_at(&opened, path, 0, 100000), ==, err);
	g_assert_cmpint(read_at(&other, "tables/b.tsv", 0, 100000), ==, 0);
}

#define A_SQL "tables/a.sql"
#define A_TSV "tables/a.tsv"

static void test_sound(void)
{
	g_autoptr(Victim) victim = victim_new();

	expect(victim, A_SQL, 0);
	expect(victim, A_TSV, 0);
}

/* Its dump is itself, another table's file, a folder, or nothing. */
static void test_dumps(void)
{
	static const char *const others[] = {A_SQL, A_TSV, "tables", ""};
	g_autoptr(Victim) victim = victim_new();
	guint32 *dump = at(victim, ROND_TAG_DUMPS, 0, sizeof *dump);
	const guint32 was = *dump;
	RondIndexEntry *a = entry(victim, A_TSV);

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_auto(Opened) before = open_it(victim);

		*dump = index_kit_find(before.index, others[i]);
		g_auto(Opened) opened = open_it(victim);

		g_assert_cmpint(read_at(&opened, A_TSV, 0, 10), ==, EIO);
		g_assert_cmpint(read_at(&opened, A_SQL, 0, 10), ==, EIO);
		*dump = was;
	}
	a->mtime_nsec = 1;
	expect(victim, A_TSV, EIO);
	a->mtime_nsec = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
}

static void test_entries(void)
{
	g_autoptr(Victim) victim = victim_new();
	RondIndexEntry *a = entry(victim, A_TSV);
	const RondIndexEntry was = *a;

	a->aux = ROND_N_FORMATS;
	expect(victim, A_TSV, EIO);
	a->aux = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
	*a = was;
	a->data = 2;
	expect(victim, A_TSV, EIO);
	a->data = G_MAXUINT64;
	expect(victim, A_TSV, EIO);
	*a = was;
	a->size = G_MAXUINT64;
	expect(victim, A_TSV, EIO);
	a->size = 3;
	expect(victim, A_TSV, 0);
	*a = was;
	/* Its rows as the numbers of extents. */
	a->flags |= ROND_ENTRY_EXTENTS;
	a->aux = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
	*a = was;
	a->mode = S_IFDIR | 0755;
	a->flags |= ROND_ENTRY_EXTENTS;
	expect(victim, A_TSV, EIO);
}

static void test_tables(void)
{
	g_autoptr(Victim) victim = victim_new();
	const RondIndexTable was = *TABLE(victim, 0);
	const guint64 far[] = {was.first_run + 2, G_MAXUINT64, G_MAXINT64,
			       G_MAXUINT64 / 48 + 1};

	for (gsize i = 0; i < G_N_ELEMENTS(far); i++) {
		TABLE(victim, 0)->first_run = far[i];
		expect(victim, A_TSV, EIO);
		*TABLE(victim, 0) = was;
		TABLE(victim, 0)->titles[0] = far[i] + 1000000;
		expect(victim, A_TSV, EIO);
		*TABLE(victim, 0) = was;
		TABLE(victim, 0)->shape = far[i] + 1000000;
		expect(victim, A_TSV, EIO);
		*TABLE(victim, 0) = was;
	}
	TABLE(victim, 0)->n_runs = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
	*TABLE(victim, 0) = was;
	TABLE(victim, 0)->title_lens[0] = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
	*TABLE(victim, 0) = was;
	for (guint32 len = 0; len < was.shape_len; len++) {
		TABLE(victim, 0)->shape_len = len;
		expect(victim, A_TSV, EIO);
	}
}

static void test_runs(void)
{
	g_autoptr(Victim) victim = victim_new();
	const RondIndexRun was = *RUN(victim, 0);
	const RondRowMark mark = *MARK(victim, 0);
	static const guint64 far[] = {3, G_MAXUINT64, G_MAXINT64,
				      G_MAXUINT64 / 48 + 1};

	for (gsize i = 0; i < G_N_ELEMENTS(far); i++) {
		RUN(victim, 0)->first_mark = far[i];
		expect(victim, A_TSV, EIO);
		*RUN(victim, 0) = was;
		RUN(victim, 0)->n_marks = far[i];
		expect(victim, A_TSV, EIO);
		*RUN(victim, 0) = was;
	}
	/* Before its mark, and behind the dump. */
	RUN(victim, 0)->to = mark.at - 1;
	expect(victim, A_TSV, EIO);
	RUN(victim, 0)->to = 0;
	expect(victim, A_TSV, EIO);
	RUN(victim, 0)->to = G_MAXUINT64;
	expect(victim, A_TSV, EIO);
	*RUN(victim, 0) = was;
	RUN(victim, 0)->end[0]--;
	expect(victim, A_TSV, EIO);
	RUN(victim, 0)->end[0] = G_MAXUINT64;
	expect(victim, A_TSV, EIO);
	RUN(victim, 0)->end[0] = G_MAXINT64;
	expect(victim, A_TSV, E2BIG);
	RUN(victim, 0)->end[0] = 0;
	expect(victim, A_TSV, EIO);
}

static void test_marks(void)
{
	g_autoptr(Victim) victim = victim_new();
	const RondRowMark was = *MARK(victim, 0);
	static const guint64 places[] = {0, G_MAXUINT64, G_MAXINT64};

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		MARK(victim, 0)->at = places[i];
		expect(victim, A_TSV, EIO);
	}
	*MARK(victim, 0) = was;
	MARK(victim, 0)->out[0] = 1;
	expect(victim, A_TSV, EIO);
	MARK(victim, 0)->out[0] = G_MAXUINT64;
	expect(victim, A_TSV, EIO);
	*MARK(victim, 0) = was;
	MARK(victim, 0)->column = 4;
	expect(victim, A_TSV, EIO);
	MARK(victim, 0)->column = G_MAXUINT32;
	expect(victim, A_TSV, EIO);
	*MARK(victim, 0) = was;
	for (guint32 state = 1; state < 1 << 14; state++) {
		g_auto(Opened) opened = {NULL};

		MARK(victim, 0)->state = state;
		MARK(victim, 0)->column = state % 5;
		opened = open_it(victim);
		read_at(&opened, A_TSV, 0, 100000);
	}
}

/* Two runs with one mark: what was rendered of one is not the other's. */
static void test_shared_mark(void)
{
	g_autoptr(Victim) victim = victim_new();
	const RondIndexRun a = *RUN(victim, 0);

	RUN(victim, 1)->first_mark = a.first_mark;
	RUN(victim, 1)->end[0] = a.end[0] + 1000000;
	entry(victim, "tables/b.tsv")->size += 10000000;
	g_auto(Opened) opened = open_it(victim);

	g_assert_cmpint(read_at(&opened, A_TSV, 0, 1000), ==, 0);
	g_assert_cmpint(read_at(&opened, "tables/b.tsv", 500000, 1000), ==,
			EIO);
}

/* Near the borders of the dump's places, the texts' and the ones that are
 * none. */
static void test_extents(void)
{
	const guint64 text = ROND_TEXT_PLACE, none = ROND_NO_PLACE;
	const guint64 places[] = {G_MAXINT32, text - 1,	      none - 1, none,
				  none + 1,   text + 1000000, text * 3};
	g_autoptr(Victim) victim = victim_new();
	RondExtent *extent = EXTENT(victim, entry(victim, A_SQL)->data);
	const RondExtent was = *extent;

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		extent->at = places[i];
		expect(victim, A_SQL, EIO);
	}
	extent->at = G_MAXUINT64 - 1;
	expect(victim, A_SQL, EIO);
	*extent = was;
	extent->length = G_MAXUINT64;
	expect(victim, A_SQL, EIO);
	*extent = was;
	extent->offset = G_MAXUINT64;
	expect(victim, A_SQL, EIO);
	*extent = was;
	entry(victim, A_SQL)->aux = G_MAXUINT32;
	expect(victim, A_SQL, EIO);
	entry(victim, A_SQL)->data = G_MAXUINT64;
	expect(victim, A_SQL, EIO);
}

/* Some of every file. */
static void read_all(const Opened *opened)
{
	g_autofree guint8 *buf = g_malloc(100000);

	index_kit_touch_all(opened->index);
	for (guint32 i = 0; i < rond_index_n_entries(opened->index); i++) {
		g_autoptr(RondStream) stream =
		    rond_content_open(opened->content, i, NULL);
		guint64 size = stream ? rond_stream_size(stream) : 0;

		if (!stream)
			continue;
		rond_stream_pread(stream, buf, 100000, 0, NULL);
		rond_stream_pread(stream, buf, 5000, size - MIN(size, 5000),
				  NULL);
		rond_stream_pread(stream, buf, 50,
				  g_test_rand_int() % MAX(size, 1), NULL);
	}
}

/* A number of any section is changed, or two are. */
static void spoil(const Victim *self)
{
	static const guint32 tags[] = {
	    ROND_TAG_ENTRIES, ROND_TAG_EXTENTS, ROND_TAG_TEXTS, ROND_TAG_TABLES,
	    ROND_TAG_RUNS,    ROND_TAG_MARKS,	ROND_TAG_DUMPS};
	static const guint64 values[] = {0,
					 1,
					 2,
					 3,
					 255,
					 1000,
					 G_MAXINT32,
					 G_MAXUINT32,
					 ROND_TEXT_PLACE,
					 ROND_TEXT_PLACE - 1,
					 ROND_NO_PLACE,
					 ROND_NO_PLACE - 1,
					 ROND_NO_PLACE + 1,
					 G_MAXUINT64};
	const RondIndexSection *of =
	    section(self, tags[(guint)g_test_rand_int() % G_N_ELEMENTS(tags)]);
	gsize width = g_test_rand_bit() ? 8 : g_test_rand_bit() ? 4 : 1;
	gsize n = (gsize)of->length / width;
	guint8 *place;
	guint64 value = 0;

	if (!n)
		return;
	place = self->bytes->data + of->offset +
		(guint)g_test_rand_int() % n * width;
	memcpy(&value, place, width);
	if (g_test_rand_bit())
		value += (guint64)g_test_rand_int_range(-100, 100);
	else
		value = values[(guint)g_test_rand_int() % G_N_ELEMENTS(values)];
	memcpy(place, &value, width);
}

static void test_any(void)
{
	g_autoptr(Victim) victim = victim_new();
	const gsize len = victim->bytes->len;
	g_autofree guint8 *was = g_memdup2(victim->bytes->data, len);

	for (guint i = 0; i < 3000; i++) {
		guint n = (guint)g_test_rand_int_range(1, 4);

		memcpy(victim->bytes->data, was, len);
		while (n--)
			spoil(victim);
		g_auto(Opened) opened = open_it(victim);

		read_all(&opened);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tables-hostile/sound", test_sound);
	g_test_add_func("/tables-hostile/dumps", test_dumps);
	g_test_add_func("/tables-hostile/entries", test_entries);
	g_test_add_func("/tables-hostile/tables", test_tables);
	g_test_add_func("/tables-hostile/runs", test_runs);
	g_test_add_func("/tables-hostile/marks", test_marks);
	g_test_add_func("/tables-hostile/shared-mark", test_shared_mark);
	g_test_add_func("/tables-hostile/extents", test_extents);
	g_test_add_func("/tables-hostile/any", test_any);
	return g_test_run();
}
