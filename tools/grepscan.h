/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGrepScan: the lines of one content that match.
 *
 * Contents are read in pieces. A line that is longer than a MiB is searched in
 * pieces of that length, and found once. For one thread.
 */
#pragma once

#include "backends/stream/stream.h"
#include "tools/grepmatch.h"

typedef struct RondGrepScan RondGrepScan;

RondGrepScan *rond_grep_scan_new(const RondGrepMatch *match); /* borrowed */
void rond_grep_scan_free(RondGrepScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGrepScan, rond_grep_scan_free)

/* A line was found; @number counts from 1. @text is NULL where the content is
 * binary: there is a zero byte in its first 32 KiB. FALSE: that is enough. */
typedef gboolean (*RondGrepFound)(guint64 number, const char *text, gsize len,
				  gpointer data);

/* FALSE with @error: it could not be read or searched to its end. */
gboolean rond_grep_scan_run(RondGrepScan *self, RondStream *stream,
			    RondGrepFound found, gpointer data, GError **error);
