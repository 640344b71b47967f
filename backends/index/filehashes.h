/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFileHashes: which bytes are whose, so that the hasher hashes files.
 *
 * Files are added as an archive is walked; their content comes in blocks of the
 * decoded archive, a little later (rond_file_hashes_cut()), or bytes by bytes
 * where it does not lie in there (rond_file_hashes_feed()). At the end what is
 * doubtful is left out: such files have no hash. For one thread.
 */
#pragma once

#include "backends/index/builder.h"
#include "backends/index/hasher.h"

typedef struct RondFileHashes RondFileHashes;

#define ROND_FILE_NONE G_MAXUINT32

/* @hasher is borrowed. */
RondFileHashes *rond_file_hashes_new(RondHasher *hasher);
void rond_file_hashes_free(RondFileHashes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondFileHashes, rond_file_hashes_free)

/* A file, inode @inode of the builder, whose extents lie in the decoded archive
 * behind those of all files before it. */
void rond_file_hashes_add(RondFileHashes *self, guint32 inode,
			  const RondEntry *entry);

/* A file that is all of what is decoded next, as far as that goes. Returns its
 * number. */
guint32 rond_file_hashes_add_whole(RondFileHashes *self, guint32 inode);

/* Bytes to be hashed that are nobody's file: pieces of what is decoded, which
 * rise and are told before what is half a MiB behind them is read. The bytes
 * grow by pieces until they are closed. Returns a number for
 * rond_file_hashes_sha256(). */
guint32 rond_file_hashes_open(RondFileHashes *self);
void rond_file_hashes_grow(RondFileHashes *self, guint64 at, guint64 length);
void rond_file_hashes_close(RondFileHashes *self);

/* A file of @size bytes that are fed. */
guint32 rond_file_hashes_add_fed(RondFileHashes *self, guint32 inode,
				 guint64 size);
/* The next bytes of the file added last, which was to be fed. */
void rond_file_hashes_feed(RondFileHashes *self, const void *buf, gsize len);

/* Say in @block, which holds the decoded bytes from @start on, what is to be
 * hashed. Blocks come in order, and all files that begin in them are known.
 * Anything fed is hashed before it. */
void rond_file_hashes_cut(RondFileHashes *self, RondHashBlock *block,
			  guint64 start);
/* There is nothing more of what was decoded than @size bytes; the next block is
 * another's first one. */
void rond_file_hashes_end(RondFileHashes *self, guint64 size);

/* Decoded bytes [from, to) may be wrong: files in there get no hash. */
void rond_file_hashes_doubt(RondFileHashes *self, guint64 from, guint64 to);
/* This one may be wrong. */
void rond_file_hashes_spoil(RondFileHashes *self, guint32 file);

/* All that is decoded was given: wait for the hashes. Then, the hash of one
 * that was opened; NULL where it is not known or doubtful. */
void rond_file_hashes_wait(RondFileHashes *self);
const guint8 *rond_file_hashes_sha256(RondFileHashes *self, guint32 file);

/* No file comes any more: wait for the hashes and give them to @builder. */
void rond_file_hashes_settle(RondFileHashes *self, RondIndexBuilder *builder);
