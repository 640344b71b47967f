/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/contents.h"

#include "backends/index/tables.h"

#include <string.h>
#include <sys/stat.h>

/* Ways to begin, in the order of the backup. */
enum {
	KIND_BYTES, /* a place of the backup's data */
	KIND_ROWS,  /* of a table, by its number */
};

/* On the way to the list. */
typedef struct {
	RondContents *contents;
	GHashTable *known; /* SHA-256, borrowed → its number + 1 */
	GArray *extents;   /* of the file at work */
	RondContentWanted wanted;
	gpointer data;
	guint number; /* of the line at work */
} Maker;

static guint hash_start(gconstpointer key)
{
	guint start;

	memcpy(&start, key, sizeof(start));
	return start;
}

static gboolean hash_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, ROND_SHA256_LEN);
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static const RondIndex *index_of(const RondTimeline *line, const RondSpan *span)
{
	const RondStop *stop = line->stops->pdata[span->first];

	return rond_content_index(stop->content);
}

static void set_place(Maker *self, const RondIndex *index,
		      const RondIndexEntry *entry, RondOneContent *content)
{
	content->kind = KIND_BYTES;
	content->place = entry->data;
	if (entry->flags & ROND_ENTRY_TABLE &&
	    !(entry->flags & ROND_ENTRY_EXTENTS)) {
		content->kind = KIND_ROWS;
		return;
	}
	g_array_set_size(self->extents, 0);
	if (entry->flags & ROND_ENTRY_EXTENTS &&
	    rond_index_extents(index, entry, self->extents) &&
	    self->extents->len)
		content->place = g_array_index(self->extents, RondExtent, 0).at;
}

static guint32 add(Maker *self, const RondTimeline *line, guint32 number,
		   const RondIndexEntry *entry)
{
	const RondSpan *span = &g_array_index(line->spans, RondSpan, number);
	const RondIndex *index = index_of(line, span);
	const guint8 *hash =
	    rond_index_sha256(index, rond_index_inode(index, span->entry));
	RondOneContent content = {line, self->number, number, entry->size};
	gpointer known = hash ? g_hash_table_lookup(self->known, hash) : NULL;

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	set_place(self, index, entry, &content);
	g_array_append_val(self->contents->all, content);
	if (hash)
		g_hash_table_insert(self->known, (gpointer)hash,
				    GUINT_TO_POINTER(self->contents->all->len));
	return self->contents->all->len - 1;
}

static void add_line(Maker *self, const RondTimeline *line)
{
	GArray *of =
	    g_array_sized_new(FALSE, FALSE, sizeof(guint32), line->spans->len);

	g_ptr_array_add(self->contents->of, of);
	for (guint i = 0; i < line->spans->len; i++) {
		const RondSpan *span = &g_array_index(line->spans, RondSpan, i);
		const RondIndexEntry *entry = rond_timeline_entry(line, span);
		guint32 content = ROND_NO_CONTENT;

		if (entry && S_ISREG(entry->mode) &&
		    self->wanted(line, span, entry, self->data))
			content = add(self, line, i, entry);
		g_array_append_val(of, content);
	}
}

static guint first_stop(const RondOneContent *self)
{
	return g_array_index(self->line->spans, RondSpan, self->span).first;
}

static gint order(guint64 a, guint64 b)
{
	return a < b ? -1 : a > b;
}

static gint compare_places(gconstpointer a, gconstpointer b, gpointer data)
{
	const GArray *all = data;
	guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;
	const RondOneContent *x = &g_array_index(all, RondOneContent, left);
	const RondOneContent *y = &g_array_index(all, RondOneContent, right);
	gint result = order(x->number, y->number);

	if (!result)
		result = order(first_stop(x), first_stop(y));
	if (!result)
		result = order(x->kind, y->kind);
	if (!result)
		result = order(x->place, y->place);
	return result ? result : order(left, right);
}

/* Put them into the order to read in, and say so to the spans. */
static void sort(RondContents *self)
{
	guint n = self->all->len;
	g_autofree guint32 *sorted = g_new(guint32, n + 1);
	g_autofree guint32 *place = g_new(guint32, n + 1);
	GArray *all =
	    g_array_sized_new(FALSE, FALSE, sizeof(RondOneContent), n);

	for (guint i = 0; i < n; i++)
		sorted[i] = i;
	g_qsort_with_data(sorted, (gint)n, sizeof(*sorted), compare_places,
			  self->all);
	for (guint i = 0; i < n; i++) {
		place[sorted[i]] = i;
		g_array_append_val(
		    all, g_array_index(self->all, RondOneContent, sorted[i]));
	}
	g_array_unref(self->all);
	self->all = all;
	for (guint i = 0; i < self->of->len; i++) {
		GArray *of = self->of->pdata[i];

		for (guint j = 0; j < of->len; j++) {
			guint32 *number = &g_array_index(of, guint32, j);

			if (*number != ROND_NO_CONTENT)
				*number = place[*number];
		}
	}
}

RondContents *rond_contents_new(const GPtrArray *lines,
				RondContentWanted wanted, gpointer data)
{
	RondContents *self = g_new0(RondContents, 1);
	g_autoptr(GHashTable) known = g_hash_table_new(hash_start, hash_equal);
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	Maker maker = {self, known, extents, wanted, data, 0};

	self->lines = lines;
	self->all = g_array_new(FALSE, FALSE, sizeof(RondOneContent));
	self->of = g_ptr_array_new_with_free_func(free_array);
	for (; maker.number < lines->len; maker.number++)
		add_line(&maker, lines->pdata[maker.number]);
	sort(self);
	return self;
}

void rond_contents_free(RondContents *self)
{
	g_ptr_array_unref(self->of);
	g_array_unref(self->all);
	g_free(self);
}

const RondOneContent *rond_contents_get(const RondContents *self, guint n)
{
	return &g_array_index(self->all, RondOneContent, n);
}

guint32 rond_contents_of(const RondContents *self, guint line, guint32 span)
{
	return g_array_index((GArray *)self->of->pdata[line], guint32, span);
}

gboolean rond_contents_are_close(const RondOneContent *a,
				 const RondOneContent *b)
{
	return a->line == b->line && first_stop(a) == first_stop(b);
}

RondStream *rond_one_content_open(const RondOneContent *content,
				  gboolean newest, GError **error)
{
	const RondSpan *span =
	    &g_array_index(content->line->spans, RondSpan, content->span);
	const RondStop *stop =
	    content->line->stops->pdata[newest ? span->last : span->first];

	return rond_content_open(
	    stop->content, newest ? span->last_entry : span->entry, error);
}
