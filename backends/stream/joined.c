/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/joined.h"

#include "backends/error.h"

#include <errno.h>

#define MAX_OPEN 32

typedef struct {
	RondStream *stream; /* NULL: the place is free */
	guint piece;
	guint64 used; /* when, by the clock of JoinedStream */
} Opened;

typedef struct {
	RondStream stream;
	RondPieces pieces;
	guint n;
	guint64 *starts; /* of each piece; and where the last one ends */
	GMutex lock;	 /* of what follows */
	guint64 clock;	 /* one tick a use */
	Opened opened[MAX_OPEN];
} JoinedStream;

/* What lies in one piece of a wanted range. */
typedef struct {
	guint piece;
	guint64 offset; /* in the piece */
	gsize len;
} Span;

/* Of several pieces that begin at @offset all but the last are empty: so the
 * last that begins at or before it is the one that has the byte. */
static guint piece_at(const JoinedStream *self, guint64 offset)
{
	guint low = 0, high = self->n;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (self->starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* rond_stream_pread() has seen to it that there is a byte at @offset. */
static Span span_at(const JoinedStream *self, gsize len, guint64 offset)
{
	guint piece = piece_at(self, offset);
	guint64 left = self->starts[piece + 1] - offset;

	return (Span){piece, offset - self->starts[piece], MIN(len, left)};
}

/* Caller holds the lock. NULL: it is not open. */
static RondStream *look_up(JoinedStream *self, guint piece)
{
	for (guint i = 0; i < MAX_OPEN; i++) {
		Opened *opened = &self->opened[i];

		if (opened->stream && opened->piece == piece) {
			opened->used = ++self->clock;
			return rond_stream_ref(opened->stream);
		}
	}
	return NULL;
}

/* Caller holds the lock. Free places were never used. */
static Opened *least_used(JoinedStream *self)
{
	Opened *least = &self->opened[0];

	for (guint i = 1; i < MAX_OPEN; i++)
		if (self->opened[i].used < least->used)
			least = &self->opened[i];
	return least;
}

/* Remember @stream, just opened. Returns what another thread has opened in the
 * meantime, or else @stream; takes it over. */
static RondStream *keep(JoinedStream *self, guint piece, RondStream *stream)
{
	/* Declared first, so closed last: without the lock. */
	g_autoptr(RondStream) superfluous = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondStream *theirs = look_up(self, piece);

	if (theirs) {
		superfluous = stream;
		return theirs;
	}
	Opened *place = least_used(self);

	superfluous = place->stream;
	*place = (Opened){rond_stream_ref(stream), piece, ++self->clock};
	return stream;
}

static RondStream *open_piece(JoinedStream *self, guint piece, GError **error)
{
	guint64 size = self->starts[piece + 1] - self->starts[piece];
	g_autoptr(RondStream) stream =
	    self->pieces.open(self->pieces.data, piece, error);

	if (!stream)
		return NULL;
	if (rond_stream_size(stream) == size)
		return keep(self, piece, g_steal_pointer(&stream));
	rond_fail(
	    error, ESTALE,
	    "piece %u of %u has another size than it had: %" G_GUINT64_FORMAT
	    " bytes instead of %" G_GUINT64_FORMAT,
	    piece + 1, self->n, rond_stream_size(stream), size);
	return NULL;
}

/* Opening may take long, so others are not kept waiting. */
static RondStream *get_piece(JoinedStream *self, guint piece, GError **error)
{
	RondStream *stream;

	g_mutex_lock(&self->lock);
	stream = look_up(self, piece);
	g_mutex_unlock(&self->lock);
	return stream ? stream : open_piece(self, piece, error);
}

static gboolean read_span(JoinedStream *self, const Span *span, guint8 *buf,
			  GError **error)
{
	g_autoptr(RondStream) piece = get_piece(self, span->piece, error);

	if (!piece)
		return FALSE;
	if (rond_stream_pread_full(piece, buf, span->len, span->offset, error))
		return TRUE;
	g_prefix_error(error, "piece %u of %u: ", span->piece + 1, self->n);
	return FALSE;
}

static gssize joined_pread(RondStream *stream, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	JoinedStream *self = (JoinedStream *)stream;
	gsize got = 0;

	while (got < len) {
		Span span = span_at(self, len - got, offset + got);

		if (!read_span(self, &span, (guint8 *)buf + got, error))
			return -1;
		got += span.len;
	}
	return (gssize)got;
}

static gboolean joined_view(RondStream *stream, gsize len, guint64 offset,
			    RondView *view, GError **error)
{
	JoinedStream *self = (JoinedStream *)stream;
	Span span = span_at(self, len, offset);
	g_autoptr(RondStream) piece = get_piece(self, span.piece, error);

	if (!piece)
		return FALSE;
	if (!rond_stream_view(piece, span.len, span.offset, view, error)) {
		g_prefix_error(error, "piece %u of %u: ", span.piece + 1,
			       self->n);
		return FALSE;
	}
	return view->len || rond_fail(error, EIO, "piece %u of %u ends early",
				      span.piece + 1, self->n);
}

static void joined_free(RondStream *stream)
{
	JoinedStream *self = (JoinedStream *)stream;

	for (guint i = 0; i < MAX_OPEN; i++)
		g_clear_pointer(&self->opened[i].stream, rond_stream_unref);
	if (self->pieces.free_data)
		self->pieces.free_data(self->pieces.data);
	g_mutex_clear(&self->lock);
	g_free(self->starts);
	g_free(self);
}

static const RondStreamOps joined_ops = {
    .pread = joined_pread,
    .view = joined_view,
    .free = joined_free,
};

/* Where each piece begins, and the last one ends; NULL: past all sizes. */
static guint64 *starts_of(const guint64 *sizes, guint n)
{
	g_autofree guint64 *starts = g_new(guint64, (gsize)n + 1);

	starts[0] = 0;
	for (guint i = 0; i < n; i++) {
		if (sizes[i] >= ROND_SIZE_UNKNOWN - starts[i])
			return NULL;
		starts[i + 1] = starts[i] + sizes[i];
	}
	return g_steal_pointer(&starts);
}

RondStream *rond_joined_stream_new(const guint64 *sizes, guint n,
				   const RondPieces *pieces, GError **error)
{
	guint64 *starts = starts_of(sizes, n);

	if (!starts) {
		if (pieces->free_data)
			pieces->free_data(pieces->data);
		rond_fail(error, EOVERFLOW, "together too large to be read");
		return NULL;
	}
	JoinedStream *self = g_new0(JoinedStream, 1);

	rond_stream_init(&self->stream, &joined_ops, starts[n]);
	self->pieces = *pieces;
	self->n = n;
	self->starts = starts;
	g_mutex_init(&self->lock);
	return &self->stream;
}
