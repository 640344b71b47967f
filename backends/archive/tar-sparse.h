/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarSparse: which pieces of a sparse file an archive holds.
 *
 * GNU tar manual, "Storing Sparse Files": the old format (type S, a map in
 * the header and in blocks behind it), and three of pax headers: 0.0 (a pair
 * of records a piece), 0.1 (one record), 1.0 (the map begins the data).
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/archive/tar-header.h"
#include "backends/archive/tar-input.h"

#define ROND_TAR_MAX_PIECES 1000000

typedef struct {
	GArray *extents;   /* RondExtent; @at is set by _place() */
	const char *wrong; /* why the map can't be used, or NULL */
} RondTarSparse;

void rond_tar_sparse_init(RondTarSparse *self);
void rond_tar_sparse_clear(RondTarSparse *self); /* frees */
void rond_tar_sparse_reset(RondTarSparse *self); /* an empty map */

/* The next piece. Pieces must rise and not overlap, else the map is wrong. */
void rond_tar_sparse_add(RondTarSparse *self, guint64 offset, guint64 length);

/* The text of format 0.1: "offset,length,offset,length…". */
void rond_tar_sparse_add_text(RondTarSparse *self, const char *text);

/* The map of @header, type S, and of the blocks behind it; *@data, the place
 * behind the header, is moved behind those. FALSE with @error set when they
 * can't be read. */
gboolean rond_tar_sparse_read_old(RondTarSparse *self,
				  const RondTarGnuHeader *header,
				  RondTarInput *input, guint64 *data,
				  GError **error);

/* The map of format 1.0 at *@data, which with *@size is moved behind it. */
gboolean rond_tar_sparse_read_1_0(RondTarSparse *self, RondTarInput *input,
				  guint64 *data, guint64 *size, GError **error);

/* Say where the pieces lie: one after the other, @size bytes at @data, of a
 * file of @real_size bytes. What doesn't fit makes the map wrong. */
void rond_tar_sparse_place(RondTarSparse *self, guint64 data, guint64 size,
			   guint64 real_size);
