/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBackupPiece: one of the files, or short texts between them, that a backup
 * of several files is made of, in its order.
 *
 * Const once made. The functions take arrays of them; NULL: none.
 */
#pragma once

#include "backends/store/store.h"

#include <glib.h>

typedef struct {
	RondStoreItem *item; /* a file; or NULL: */
	GBytes *text;	     /* made up */
} RondBackupPiece;

/* A new array, empty. */
GPtrArray *rond_pieces_new(void);
/* @item is copied. */
void rond_pieces_add_file(GPtrArray *self, const RondStoreItem *item);
/* A reference is taken. */
void rond_pieces_add_text(GPtrArray *self, GBytes *text);

/* Whether all files of both are the same unchanged: path, device, inode, size,
 * mtime. */
gboolean rond_pieces_same(const GPtrArray *a, const GPtrArray *b);

/* What changes when the size or mtime of any of the files does, or what lies
 * between them: in the place of one file's mtime (nanoseconds). */
gint64 rond_pieces_stamp(const GPtrArray *self);

/* @folder, which the files lie in, as the one file that they are: with their
 * size and newest times, the owner of the first, and what all their modes and
 * the folder's allow. There is at least one file. New. */
RondStoreItem *rond_pieces_item(const GPtrArray *self,
				const RondStoreItem *folder);

/* Join them. The stream answers ESTALE where a file is not any more what it
 * was. @store must outlive it. NULL with @error. */
RondStream *rond_pieces_open(GPtrArray *self, RondStore *store, GError **error);
