/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondStream: immutable bytes that can be read at any offset.
 *
 * A source file, a piece of memory, a slice of another stream, the decoded
 * side of a compressed one: whatever lies below, the reader sees bytes and a
 * size. Streams are reference counted and may be read from any thread at the
 * same time.
 */
#pragma once

#include <glib.h>

/* The size of a stream that is still being decoded for the first time. */
#define ROND_SIZE_UNKNOWN G_MAXUINT64

typedef struct RondStream RondStream;

/* Bytes where they lie: a reader that passes them on need not copy them. */
typedef struct {
	GBytes *bytes; /* owned; what @data lies in */
	const guint8 *data;
	gsize len;
} RondView;

typedef struct {
	/* Read up to @len bytes at @offset into @buf. Returns how many were
	 * read: fewer than @len only at the end of the stream, 0 at or past
	 * it; -1 with @error set otherwise. Never returns bytes that it cannot
	 * vouch for. Called from any thread. */
	gssize (*pread)(RondStream *self, void *buf, gsize len, guint64 offset,
			GError **error);
	/* As pread, but @view gets the bytes, owned by the caller: at least
	 * one of them, fewer than @len also where they lie in several pieces.
	 * Called only with @len > 0 bytes that are there. NULL: by pread. */
	gboolean (*view)(RondStream *self, gsize len, guint64 offset,
			 RondView *view, GError **error);
	/* Free the stream; the last reference is gone. */
	void (*free)(RondStream *self);
} RondStreamOps;

/* The head of every implementation; set up by rond_stream_init(). */
struct RondStream {
	const RondStreamOps *ops;
	gatomicrefcount refs;
	guint64 size; /* bytes, or ROND_SIZE_UNKNOWN; constant */
};

void rond_stream_init(RondStream *self, const RondStreamOps *ops, guint64 size);
RondStream *rond_stream_ref(RondStream *self);
void rond_stream_unref(RondStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondStream, rond_stream_unref)

guint64 rond_stream_size(const RondStream *self);

/* As the operation above; additionally bounded by the stream's size. */
gssize rond_stream_pread(RondStream *self, void *buf, gsize len, guint64 offset,
			 GError **error);

/* Up to @len bytes at @offset where they lie, or copied where that is all that
 * can be had: fewer also where a piece ends, so ask on from there; none at or
 * past the end of the stream. FALSE with @error set; @view is then empty. */
gboolean rond_stream_view(RondStream *self, gsize len, guint64 offset,
			  RondView *view, GError **error);
void rond_view_clear(RondView *view);

/* Read exactly @len bytes; a stream that ends earlier is an error (EIO). */
gboolean rond_stream_pread_full(RondStream *self, void *buf, gsize len,
				guint64 offset, GError **error);

/* A file, by descriptor. Takes ownership of @fd, a regular file open for
 * reading. A read after the file was changed (size or mtime differ from what
 * they were at this call) fails with ESTALE. NULL with @error set when the
 * descriptor cannot be examined. */
RondStream *rond_file_stream_new(int fd, GError **error);

/* Bytes in memory. Takes a reference on @bytes. */
RondStream *rond_memory_stream_new(GBytes *bytes);

/* @length bytes of @parent from @offset on; takes a reference on @parent.
 * Where the slice reaches past the end of the parent, a read there fails with
 * EIO: a slice promises all of its bytes. */
RondStream *rond_slice_stream_new(RondStream *parent, guint64 offset,
				  guint64 length);

/* For a file stream: its descriptor (borrowed), so that a reader can hand it
 * to the kernel; for every other: -1. */
int rond_stream_fd(const RondStream *self);
