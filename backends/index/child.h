/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What parent and child of a confined first pass have agreed on.
 */
#pragma once

#include <glib.h>

/* The child's descriptors. */
enum {
	ROND_CHILD_SOURCE = 3, /* a file, or a socket: see remote.h */
	ROND_CHILD_INDEX,
	ROND_CHILD_PIPE,
	ROND_CHILD_COPY, /* only where a copy may be needed */
};

enum {
	ROND_CHILD_PROGRESS = 1,
	ROND_CHILD_FAILED
};

/* On the pipe, one after the other; smaller than PIPE_BUF, so whole. */
typedef struct {
	guint32 kind;
	gint32 code;	 /* errno of a failure */
	guint64 bytes;	 /* read so far */
	char text[1008]; /* of a failure; NUL-terminated */
} RondChildMessage;
G_STATIC_ASSERT(sizeof(RondChildMessage) == 1024);
