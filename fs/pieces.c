/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/pieces.h"

#include "backends/error.h"
#include "backends/sha256.h"
#include "backends/stream/joined.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void piece_free(gpointer data)
{
	RondBackupPiece *self = data;

	g_clear_pointer(&self->item, rond_store_item_free);
	g_clear_pointer(&self->text, g_bytes_unref);
	g_free(self);
}

GPtrArray *rond_pieces_new(void)
{
	return g_ptr_array_new_with_free_func(piece_free);
}

void rond_pieces_add_file(GPtrArray *self, const RondStoreItem *item)
{
	RondBackupPiece *piece = g_new0(RondBackupPiece, 1);

	piece->item = rond_store_item_copy(item);
	g_ptr_array_add(self, piece);
}

void rond_pieces_add_text(GPtrArray *self, GBytes *text)
{
	RondBackupPiece *piece = g_new0(RondBackupPiece, 1);

	piece->text = g_bytes_ref(text);
	g_ptr_array_add(self, piece);
}

static gboolean is_same(const RondBackupPiece *a, const RondBackupPiece *b)
{
	if (!a->item || !b->item)
		return !a->item && !b->item && g_bytes_equal(a->text, b->text);
	return a->item->dev == b->item->dev && a->item->ino == b->item->ino &&
	       a->item->size == b->item->size &&
	       a->item->mtime_ns == b->item->mtime_ns &&
	       !strcmp(a->item->path, b->item->path);
}

gboolean rond_pieces_same(const GPtrArray *a, const GPtrArray *b)
{
	if (!a || !b)
		return !a && !b;
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (!is_same(a->pdata[i], b->pdata[i]))
			return FALSE;
	return TRUE;
}

static void add_to_stamp(RondSha256 *sha, const RondBackupPiece *piece)
{
	gint64 about[] = {0, 0};

	if (piece->item) {
		about[0] = (gint64)piece->item->size;
		about[1] = piece->item->mtime_ns;
	} else {
		about[0] = -1 - (gint64)g_bytes_get_size(piece->text);
		about[1] = g_bytes_hash(piece->text);
	}
	rond_sha256_add(sha, about, sizeof about);
}

gint64 rond_pieces_stamp(const GPtrArray *self)
{
	RondSha256 *sha = rond_sha256_new();
	guint8 hash[ROND_SHA256_SIZE];
	gint64 stamp;

	for (guint i = 0; i < self->len; i++)
		add_to_stamp(sha, self->pdata[i]);
	rond_sha256_end(sha, hash);
	rond_sha256_free(sha);
	memcpy(&stamp, hash, sizeof stamp);
	return stamp;
}

/* What another one's owner may do is no business of this one's. */
static mode_t shared_mode(const RondStoreItem *item, const RondStoreItem *owner)
{
	mode_t mode = item->mode & 0777;

	if (item->uid != owner->uid)
		mode &= ~(mode_t)0700;
	if (item->gid != owner->gid)
		mode &= ~(mode_t)0070;
	return mode;
}

/* What may be done below @folder, of which @file is one: mydumper makes folders
 * that only their owner may enter, and files in them that all may read. */
static mode_t reach(const RondStoreItem *folder, const RondStoreItem *file)
{
	mode_t others = folder->mode & S_IXOTH ? 0007 : 0;
	mode_t mode = others;

	if (folder->gid == file->gid ? folder->mode & S_IXGRP : others)
		mode |= 0070;
	if (folder->uid == file->uid ? folder->mode & S_IXUSR : others)
		mode |= 0700;
	return mode;
}

RondStoreItem *rond_pieces_item(const GPtrArray *self,
				const RondStoreItem *folder)
{
	RondStoreItem *item = rond_store_item_copy(folder);
	const RondStoreItem *first = NULL;

	item->is_dir = FALSE;
	item->size = 0;
	item->mode = S_IFREG | 0777;
	for (guint i = 0; i < self->len; i++) {
		const RondBackupPiece *piece = self->pdata[i];

		if (!piece->item) {
			item->size += g_bytes_get_size(piece->text);
			continue;
		}
		if (!first) {
			first = piece->item;
			item->mode &= S_IFREG | reach(folder, first);
			item->mtime_ns = first->mtime_ns;
			item->ctime_ns = first->ctime_ns;
			item->uid = first->uid;
			item->gid = first->gid;
		}
		item->size += piece->item->size;
		item->mtime_ns = MAX(item->mtime_ns, piece->item->mtime_ns);
		item->ctime_ns = MAX(item->ctime_ns, piece->item->ctime_ns);
		item->mode &= S_IFREG | shared_mode(piece->item, first);
	}
	return item;
}

typedef struct {
	GPtrArray *pieces;
	RondStore *store;
} Opener;

static void opener_free(gpointer data)
{
	Opener *self = data;

	g_ptr_array_unref(self->pieces);
	g_free(self);
}

/* Another file may have taken its place, of the same size too. */
static gboolean is_unchanged(const RondStoreItem *item, RondStream *stream)
{
	const gint64 nsec = G_GINT64_CONSTANT(1000000000);
	int fd = rond_stream_fd(stream);
	struct stat st;

	if (fd < 0 || !item->ino || fstat(fd, &st))
		return TRUE;
	return st.st_ino == item->ino && st.st_dev == item->dev &&
	       st.st_mtim.tv_nsec == (item->mtime_ns % nsec + nsec) % nsec;
}

static RondStream *open_piece(gpointer data, guint n, GError **error)
{
	const Opener *self = data;
	const RondBackupPiece *piece = self->pieces->pdata[n];
	RondStream *stream;

	if (!piece->item)
		return rond_memory_stream_new(piece->text);
	stream = self->store->ops->open(self->store, piece->item->path, error);
	if (!stream) {
		g_prefix_error(error, "%s: ", piece->item->path);
		return NULL;
	}
	if (is_unchanged(piece->item, stream))
		return stream;
	rond_stream_unref(stream);
	rond_fail(error, ESTALE, "%s: it was replaced since it was found",
		  piece->item->path);
	return NULL;
}

RondStream *rond_pieces_open(GPtrArray *self, RondStore *store, GError **error)
{
	g_autofree guint64 *sizes = g_new(guint64, self->len);
	Opener *opener = g_new(Opener, 1);
	RondPieces pieces = {open_piece, opener, opener_free};

	for (guint i = 0; i < self->len; i++) {
		const RondBackupPiece *piece = self->pdata[i];

		sizes[i] = piece->item ? piece->item->size
				       : g_bytes_get_size(piece->text);
	}
	*opener = (Opener){g_ptr_array_ref(self), store};
	return rond_joined_stream_new(sizes, self->len, &pieces, error);
}
