/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/rendered.h"

#include "backends/error.h"
#include "backends/index/shape.h"
#include "backends/index/tables.h"

#include <errno.h>
#include <string.h>

/* Of the dump, at a time: more than RondRows leaves of it, whatever the head.
 */
#define PIECE (64 * 1024)
/* What comes of the rows between two marks: short rows with long names of
 * columns become long lines of JSON, but nobody's are that long. */
#define MAX_BLOCK (64 << 20)
/* Of the dump: marks are far nearer, but for statements whose heads are of the
 * longest that is kept. */
#define MAX_TEXT (64 << 20)
/* Memory of a longer block isn't kept for the next one. */
#define MAX_SPARE (1 << 20)

/* Rows on their way. */
typedef struct {
	RondRows *rows;
	guint64 at; /* in the dump */
	gsize room;
	guint8 *text; /* of @room */
	GByteArray *out;
} Work;

static void work_free(Work *self)
{
	rond_rows_free(self->rows);
	g_free(self->text);
	g_byte_array_unref(self->out);
	g_free(self);
}

typedef struct {
	RondStream base;
	RondRendered config;
	RondShape *shape;
	const RondIndexTable *table;
	RondRowFormat format;
	const guint8 *title;
	gsize title_len;
	guint64 end; /* of what there is: title and rows */
	GMutex lock;
	Work *spare; /* who renders takes it, and puts it back */
} RenderedStream;

/* What is between two marks, in bytes of the rows. */
typedef struct {
	const RondRowMark *mark;
	guint64 number; /* of the mark */
	guint64 from, to;
	guint64 dump_end; /* nothing of it lies behind */
} Span;

static gboolean contradicts(GError **error)
{
	return rond_fail(error, EIO,
			 "damaged, or changed since it was indexed: its rows "
			 "are not where they were");
}

/* The first run that ends behind @at. */
static const RondIndexRun *find_run(const RenderedStream *self, guint64 at)
{
	guint64 low = 0, high = self->table->n_runs;

	while (low < high) {
		guint64 middle = low + (high - low) / 2;
		const RondIndexRun *run = rond_index_run(
		    self->config.index, self->table->first_run + middle);

		if (!run)
			return NULL;
		if (run->end[self->format] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < self->table->n_runs
		   ? rond_index_run(self->config.index,
				    self->table->first_run + low)
		   : NULL;
}

/* The last mark of @run at or before @at; marks before which the same bytes
 * come are many where rows are in bytes that aren't shown. */
static gboolean find_mark(const RenderedStream *self, const RondIndexRun *run,
			  guint64 at, Span *span)
{
	RondIndex *index = self->config.index;
	guint64 low = 0, high = run->n_marks;

	while (high - low > 1) {
		guint64 middle = low + (high - low) / 2;
		const RondRowMark *mark =
		    rond_index_mark(index, run->first_mark + middle);

		if (!mark)
			return FALSE;
		if (mark->out[self->format] <= at)
			low = middle;
		else
			high = middle;
	}
	span->number = run->first_mark + low;
	span->mark = rond_index_mark(index, span->number);
	span->to = run->end[self->format];
	span->dump_end = run->to;
	if (low + 1 < run->n_marks) {
		const RondRowMark *next =
		    rond_index_mark(index, span->number + 1);

		if (!next)
			return FALSE;
		span->to = next->out[self->format];
	}
	if (!span->mark)
		return FALSE;
	span->from = span->mark->out[self->format];
	return span->from <= at && at < span->to;
}

static gboolean find_span(const RenderedStream *self, guint64 at, Span *span,
			  GError **error)
{
	const RondIndexRun *run = find_run(self, at);

	if (!run || !find_mark(self, run, at, span))
		return contradicts(error);
	if (span->to - span->from > MAX_BLOCK)
		return rond_fail(error, E2BIG,
				 "its lines would be too long: read the table "
				 "as .tsv or .sql");
	return TRUE;
}

/* Render the next piece of the dump. */
static gboolean render_piece(const RenderedStream *self, const Span *span,
			     Work *work, GError **error)
{
	const gsize want = (gsize)(span->to - span->from);
	guint64 left = span->dump_end - MIN(work->at, span->dump_end);
	gsize len = (gsize)MIN(work->room, left), used;
	RondRowsState state;

	if (!rond_stream_pread_full(self->config.dump, work->text, len,
				    work->at, error))
		return FALSE;
	used = rond_rows_render(work->rows, self->format, work->text, len,
				len == left, work->out, want, &state);
	work->at += used;
	if (work->out->len >= want)
		return TRUE;
	/* More, and yet nothing was taken: it would go on for ever. */
	if (state == ROND_ROWS_END || state == ROND_ROWS_BROKEN ||
	    (!used && state == ROND_ROWS_MORE) ||
	    work->at - span->mark->at > MAX_TEXT)
		return contradicts(error);
	return TRUE;
}

static Work *work_new(const RenderedStream *self)
{
	Work *work = g_new0(Work, 1);

	work->rows = rond_rows_new(self->shape);
	work->room = PIECE + self->shape->head_len;
	work->text = g_malloc(work->room);
	work->out = g_byte_array_new();
	return work;
}

/* That of the block before mostly: its memory is there already. */
static Work *take_work(RenderedStream *self)
{
	Work *work;

	g_mutex_lock(&self->lock);
	work = g_steal_pointer(&self->spare);
	g_mutex_unlock(&self->lock);
	return work ? work : work_new(self);
}

static void give_work(RenderedStream *self, Work *work)
{
	g_mutex_lock(&self->lock);
	if (!self->spare && work->out->len <= MAX_SPARE)
		self->spare = g_steal_pointer(&work);
	g_mutex_unlock(&self->lock);
	g_clear_pointer(&work, work_free);
}

static gboolean render_all(const RenderedStream *self, const Span *span,
			   Work *work, GError **error)
{
	const gsize want = (gsize)(span->to - span->from);

	work->at = span->mark->at;
	g_byte_array_set_size(work->out, 0);
	if (!rond_rows_start(work->rows, span->mark))
		return contradicts(error);
	while (work->out->len < want)
		if (!render_piece(self, span, work, error))
			return FALSE;
	return TRUE;
}

/* What was made, in no more room than it needs. */
static GBytes *copy(RenderedStream *self, const guint8 *rows, gsize len,
		    GError **error)
{
	RondBuffer *buffer = rond_buffers_take(
	    rond_block_cache_buffers(self->config.cache), len);

	if (!buffer) {
		rond_fail_errno(error, ENOMEM, "can't render rows");
		return NULL;
	}
	memcpy(buffer->data, rows, len);
	return rond_buffer_to_bytes(buffer, len);
}

static GBytes *render(RenderedStream *self, const Span *span, GError **error)
{
	Work *work = take_work(self);
	GBytes *bytes = NULL;

	if (render_all(self, span, work, error))
		bytes = copy(self, work->out->data,
			     (gsize)(span->to - span->from), error);
	give_work(self, work);
	return bytes;
}

typedef struct {
	RenderedStream *stream;
	const Span *span;
} Wanted;

static GBytes *fill(const RondBlockKey *key, gpointer data, GError **error)
{
	const Wanted *wanted = data;

	return render(wanted->stream, wanted->span, error);
}

static gboolean view_rows(RenderedStream *self, gsize len, guint64 at,
			  RondView *view, GError **error)
{
	RondBlockKey key = self->config.key;
	Span span;

	if (!find_span(self, at, &span, error))
		return FALSE;
	/* Numbers of marks are the index's, all its tables' together. */
	key.block += span.number;
	Wanted wanted = {self, &span};
	GBytes *bytes = rond_block_cache_get(self->config.cache, &key, fill,
					     &wanted, error);

	if (!bytes)
		return FALSE;
	gsize size;
	const guint8 *rows = g_bytes_get_data(bytes, &size);

	/* Runs that claim the same mark have the same key. */
	if (size != span.to - span.from) {
		g_bytes_unref(bytes);
		return contradicts(error);
	}
	len = MIN(len, span.to - at);
	*view = (RondView){bytes, rows + (at - span.from), len};
	return TRUE;
}

static gboolean rendered_view(RondStream *base, gsize len, guint64 offset,
			      RondView *view, GError **error)
{
	RenderedStream *self = (RenderedStream *)base;

	if (offset >= self->end)
		return rond_fail(error, EIO,
				 "the dump is damaged: rows are missing here");
	if (offset >= self->title_len)
		return view_rows(self, len, offset - self->title_len, view,
				 error);
	len = MIN(len, self->title_len - offset);
	*view = (RondView){g_bytes_new(self->title + offset, len), NULL, len};
	view->data = g_bytes_get_data(view->bytes, NULL);
	return TRUE;
}

static gssize rendered_pread(RondStream *base, void *buf, gsize len,
			     guint64 offset, GError **error)
{
	gsize got = 0;

	while (got < len) {
		RondView view;

		if (!rendered_view(base, len - got, offset + got, &view, error))
			return -1;
		memcpy((guint8 *)buf + got, view.data, view.len);
		got += view.len;
		rond_view_clear(&view);
	}
	return (gssize)got;
}

static void rendered_free(RondStream *base)
{
	RenderedStream *self = (RenderedStream *)base;

	g_clear_pointer(&self->spare, work_free);
	g_mutex_clear(&self->lock);
	g_clear_pointer(&self->shape, rond_shape_free);
	rond_stream_unref(self->config.dump);
	rond_block_cache_unref(self->config.cache);
	rond_index_unref(self->config.index);
	if (self->config.owner_free)
		self->config.owner_free(self->config.owner);
	g_free(self);
}

/* What the index says of the table, as far as it is needed at once. */
static gboolean load(RenderedStream *self, GError **error)
{
	RondIndex *index = self->config.index;
	const RondIndexEntry *entry =
	    rond_index_entry(index, self->config.entry);
	const guint8 *shape;
	const RondIndexRun *last = NULL;

	self->table = entry ? rond_index_table(index, entry->data) : NULL;
	if (!self->table || entry->aux >= ROND_N_FORMATS)
		return contradicts(error);
	self->format = (RondRowFormat)entry->aux;
	self->title_len = self->table->title_lens[self->format];
	self->title = rond_index_text(index, self->table->titles[self->format],
				      self->title_len);
	shape =
	    rond_index_text(index, self->table->shape, self->table->shape_len);
	if (self->table->n_runs)
		last = rond_index_run(index, self->table->first_run +
						 self->table->n_runs - 1);
	if (!self->title || !shape || (self->table->n_runs && !last))
		return contradicts(error);
	self->end = self->title_len + (last ? last->end[self->format] : 0);
	self->shape = rond_shape_read(shape, self->table->shape_len, error);
	return self->shape != NULL;
}

RondStream *rond_rendered_stream_new(const RondRendered *config, GError **error)
{
	static const RondStreamOps ops = {
	    .pread = rendered_pread,
	    .view = rendered_view,
	    .free = rendered_free,
	};
	RenderedStream *self = g_new0(RenderedStream, 1);
	const RondIndexEntry *entry =
	    rond_index_entry(config->index, config->entry);

	rond_stream_init(&self->base, &ops, entry ? entry->size : 0);
	self->config = *config;
	g_mutex_init(&self->lock);
	rond_stream_ref(config->dump);
	rond_block_cache_ref(config->cache);
	rond_index_ref(config->index);
	if (load(self, error))
		return &self->base;
	rond_stream_unref(&self->base);
	return NULL;
}
