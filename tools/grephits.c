/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/grephits.h"

#include "backends/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Of one content, before they are put to the others. */
#define PIECE (1024 * 1024)
/* In memory; what comes then is in the file. */
#define MAX_MEMORY (64 * 1024 * 1024)

struct RondGrepHits {
	GMutex lock; /* of all that follows */
	GByteArray *memory;
	int fd; /* -1: there is no file yet */
	guint64 in_file;
};

/* Lines, one behind the other, each with this before it. */
typedef struct {
	guint64 number;
	guint64 len; /* NO_TEXT: none */
} Head;
#define NO_TEXT G_MAXUINT64

/* Where a piece lies: from MAX_MEMORY on in the file. */
typedef struct {
	guint64 at, len;
} Piece;

RondGrepHits *rond_grep_hits_new(void)
{
	RondGrepHits *self = g_new0(RondGrepHits, 1);

	g_mutex_init(&self->lock);
	self->memory = g_byte_array_new();
	self->fd = -1;
	return self;
}

void rond_grep_hits_free(RondGrepHits *self)
{
	if (self->fd >= 0)
		close(self->fd);
	g_byte_array_unref(self->memory);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_grep_hit_list_clear(RondGrepHitList *list)
{
	g_clear_pointer(&list->pieces, g_array_unref);
	g_clear_pointer(&list->last, g_byte_array_unref);
}

gboolean rond_grep_hit_list_is_empty(const RondGrepHitList *list)
{
	return !list->pieces;
}

static gboolean open_file(RondGrepHits *self, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GError) cause = NULL;

	if (self->fd >= 0)
		return TRUE;
	self->fd = g_file_open_tmp("rondctl-XXXXXX", &name, &cause);
	if (self->fd < 0)
		return rond_fail(error, EIO, "%s", cause->message);
	unlink(name);
	return TRUE;
}

static gboolean write_all(int fd, const guint8 *data, gsize len, guint64 at,
			  GError **error)
{
	while (len) {
		gssize n = pwrite(fd, data, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_fail_errno(
			    error, n ? errno : ENOSPC,
			    _("%s: no room for so many lines; look for less "
			      "at once, or set TMPDIR"),
			    g_get_tmp_dir());
		data += n;
		len -= (gsize)n;
		at += (guint64)n;
	}
	return TRUE;
}

/* With the lock. */
static gboolean put(RondGrepHits *self, const GByteArray *bytes, guint64 *at,
		    GError **error)
{
	if (self->fd < 0 && self->memory->len + bytes->len <= MAX_MEMORY) {
		*at = self->memory->len;
		g_byte_array_append(self->memory, bytes->data, bytes->len);
		return TRUE;
	}
	if (!open_file(self, error) ||
	    !write_all(self->fd, bytes->data, bytes->len, self->in_file, error))
		return FALSE;
	*at = MAX_MEMORY + self->in_file;
	self->in_file += bytes->len;
	return TRUE;
}

gboolean rond_grep_hits_end(RondGrepHits *self, RondGrepHitList *list,
			    GError **error)
{
	Piece piece = {0};
	gboolean there;

	if (!list->last || !list->last->len)
		return TRUE;
	if (!list->pieces)
		list->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	piece.len = list->last->len;
	g_mutex_lock(&self->lock);
	there = put(self, list->last, &piece.at, error);
	g_mutex_unlock(&self->lock);
	g_clear_pointer(&list->last, g_byte_array_unref);
	if (there)
		g_array_append_val(list->pieces, piece);
	return there;
}

gboolean rond_grep_hits_add(RondGrepHits *self, RondGrepHitList *list,
			    const RondGrepHit *hit, GError **error)
{
	const Head head = {hit->number, hit->text ? hit->len : NO_TEXT};

	if (!list->last)
		list->last = g_byte_array_new();
	g_byte_array_append(list->last, (const guint8 *)&head, sizeof(head));
	if (hit->text)
		g_byte_array_append(list->last, (const guint8 *)hit->text,
				    (guint)hit->len);
	list->bytes += hit->len;
	return list->last->len < PIECE || rond_grep_hits_end(self, list, error);
}

static void each_of(const guint8 *data, gsize len, RondGrepHitFunc each,
		    gpointer user_data)
{
	while (len) {
		RondGrepHit hit = {0};
		Head head;

		memcpy(&head, data, sizeof(head));
		data += sizeof(head);
		len -= sizeof(head);
		hit.number = head.number;
		if (head.len != NO_TEXT) {
			hit.text = (const char *)data;
			hit.len = head.len;
		}
		each(&hit, user_data);
		data += hit.len;
		len -= hit.len;
	}
}

static gboolean read_piece(RondGrepHits *self, const Piece *piece, guint8 *data,
			   GError **error)
{
	gsize done = 0;

	if (piece->at < MAX_MEMORY) {
		g_mutex_lock(&self->lock);
		memcpy(data, self->memory->data + piece->at, piece->len);
		g_mutex_unlock(&self->lock);
		return TRUE;
	}
	while (done < piece->len) {
		gssize n = pread(self->fd, data + done, piece->len - done,
				 (off_t)(piece->at - MAX_MEMORY + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_fail_errno(error, n ? errno : EIO, "%s",
					       g_get_tmp_dir());
		done += (gsize)n;
	}
	return TRUE;
}

gboolean rond_grep_hits_each(RondGrepHits *self, const RondGrepHitList *list,
			     RondGrepHitFunc each, gpointer data,
			     GError **error)
{
	for (guint i = 0; list->pieces && i < list->pieces->len; i++) {
		const Piece *piece = &g_array_index(list->pieces, Piece, i);
		g_autofree guint8 *bytes = g_malloc(piece->len);

		if (!read_piece(self, piece, bytes, error))
			return FALSE;
		each_of(bytes, piece->len, each, data);
	}
	return TRUE;
}
