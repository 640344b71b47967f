/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRemote: a stream whose bytes another process reads.
 *
 * A confined process gets one end of a socket pair (AF_UNIX, SOCK_STREAM); at
 * the other end a thread of its parent answers from a stream of its own. The
 * sides take turns: a request, its answer. Neither believes the other: what
 * breaks these rules ends the connection.
 */
#pragma once

#include "backends/stream/stream.h"

/* The most bytes that are asked for at a time, and the longest message. */
#define ROND_REMOTE_MAX ((guint32)1 << 20)
#define ROND_REMOTE_MAX_TEXT 1000U

/* On the socket, in the machine's byte order. Wanted: @len bytes, at least 1,
 * at most ROND_REMOTE_MAX, all of them within the stream. */
typedef struct {
	guint64 offset;
	guint32 len;
	guint32 zero;
} RondRemoteRequest;

/* @code 0: behind it come the @len bytes that were asked for. Else @code is an
 * errno, and its message of @len bytes comes, not terminated. */
typedef struct {
	guint32 code;
	guint32 len;
} RondRemoteAnswer;

/* Takes ownership of @fd. @size: of the stream at the other end, known there,
 * too. Reads wait for each other, and ask for nothing but what is wanted. What
 * can't be read there fails here with that errno and message. When the other
 * end is gone or answers wrongly, this read and all to come fail with EIO. */
RondStream *rond_remote_stream_new(int fd, guint64 size);

/* Answer from @source (its size is known) what is asked at @fd (borrowed),
 * until the other end closes it or asks for what it must not; then nothing
 * more can be sent or received at @fd. Blocks: for a thread of its own, which
 * shutdown(2) of @fd, from any thread, ends after the answer under way. Raises
 * no SIGPIPE. */
void rond_remote_serve(RondStream *source, int fd);
