/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFirstPass: a compressed backup while it is decoded for the first time.
 *
 * Looks like a stream to whoever walks the archive, as long as he reads
 * forwards; meanwhile it keeps what later readers need: seek points, block
 * checksums, damage, or a seekable copy. A second thread decodes ahead
 * (blocks.h); checksums, and hashes of the files in it, are a third one's work
 * (hasher.h). For one thread.
 */
#pragma once

#include "backends/index/builder.h"
#include "backends/index/copy.h"
#include "backends/index/filehashes.h"

typedef struct RondFirstPass RondFirstPass;

typedef enum {
	ROND_KEEP_NOTHING, /* just decode: the content is copied elsewhere */
	ROND_KEEP_POINTS,  /* seek points and block checksums */
	ROND_KEEP_COPY,	   /* a seekable copy of all that is decoded */
} RondKeep;

typedef struct {
	RondStream *source;
	const RondCodec *codec;
	RondIndexBuilder *builder; /* borrowed */
	RondHasher *hasher;	   /* borrowed */
	/* What files to hash; NULL: none. Borrowed. */
	RondFileHashes *files;
	/* Of the builder's map; with one, the builder gets no findings. */
	guint64 member;
	RondKeep keep;
	/* Nobody reads a little of it here and there: points twice as far from
	 * each other suffice, and cost half. */
	gboolean in_order;
	RondCopyWriter *copy; /* borrowed; for ROND_KEEP_COPY */
} RondFirstPassConfig;

/* NULL with @error when decoding can't begin. */
RondFirstPass *rond_first_pass_new(const RondFirstPassConfig *config,
				   GError **error);

/* The decoded side, of unknown size. Reads must not go back by more than half a
 * MiB: that is EINVAL. A file must be known to be hashed before what is more
 * than half a MiB behind its beginning is read. Borrowed. */
RondStream *rond_first_pass_stream(RondFirstPass *self);

/* Decode what nobody has read and end the builder's map. @size gets the number
 * of decoded bytes. FALSE with @error when decoding failed somewhere: what
 * comes before that is good, and the builder has a finding. */
gboolean rond_first_pass_finish(RondFirstPass *self, guint64 *size,
				GError **error);

/* The CRC-32 of all that was decoded; after rond_first_pass_finish(). */
guint32 rond_first_pass_crc32(const RondFirstPass *self);
void rond_first_pass_free(RondFirstPass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondFirstPass, rond_first_pass_free)
