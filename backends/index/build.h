/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first pass: goes through a backup once, start to end, and writes its
 * index. Needs nothing but the source and descriptors to write to.
 */
#pragma once

#include "backends/index/detect.h"
#include "backends/index/index.h"

#include <gio/gio.h>

typedef struct {
	RondStream *source;
	const RondDetected *detected;
	/* FALSE: what shows a backup soonest. A zip is learnt from its
	 * directory, what is not compressed from its headers: no hashes, no
	 * checksums. TRUE: all of it is read, and its content hashed. */
	gboolean thorough;
	/* Makes an empty file for the seekable copy and returns its
	 * descriptor (borrowed); called at most once, only when one is needed,
	 * with the number of bytes it may take. -1: there is no room, and the
	 * backup is served without a copy. */
	int (*make_copy)(gpointer data, guint64 bytes);
	/* Bytes that the copy may grow to, 0: no limit. Beyond, and where the
	 * disk is full, the backup is served without a copy, and fails with
	 * ENOSPC where it needs one. */
	guint64 copy_limit;
	/* How many bytes of the source have been read; from the same thread or
	 * the one that decodes, one at a time, not more often than every MiB.
	 * May be NULL. */
	void (*progress)(gpointer data, guint64 bytes);
	gpointer data;
	GCancellable *cancellable;
} RondBuild;

/* Write the index of the backup to @fd. FALSE with @error set when nothing of
 * it can be served (then @fd's content means nothing); a damaged backup of
 * which a part can be served gives TRUE and findings. */
gboolean rond_index_build(const RondBuild *config, int fd, GError **error);
