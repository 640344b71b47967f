/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondJoined: several streams, read as one after the other.
 *
 * A dump that a tool wrote as a folder of files is one text. There may be
 * thousands of files: each is opened when it is first read, and only the 32
 * that were used last are kept open (for a moment one more a thread that
 * reads). Pieces without bytes are never opened.
 */
#pragma once

#include "backends/stream/stream.h"

/* Open piece @n: a stream of the size that was told of it, the caller's. Called
 * from any thread that reads, also again after the piece was closed, and of the
 * same piece twice at a time; no lock is held. NULL with @error, which names
 * the piece. */
typedef RondStream *(*RondPieceOpen)(gpointer data, guint n, GError **error);

typedef struct {
	RondPieceOpen open;
	gpointer data;
	GDestroyNotify free_data; /* of @data, with the stream; or NULL */
} RondPieces;

/* The pieces 0 … @n - 1, of @sizes bytes each (copied). A read fails with
 * ESTALE where a piece, when it is opened, has another size, and with the
 * piece's own error where that can't be opened or read; the other pieces can
 * be read then, too. Takes over @pieces->data, which is freed also when this
 * fails: NULL with @error (EOVERFLOW) where the sum of @sizes is not below
 * ROND_SIZE_UNKNOWN. */
RondStream *rond_joined_stream_new(const guint64 *sizes, guint n,
				   const RondPieces *pieces, GError **error);
