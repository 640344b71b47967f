/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far the indexing of everything has got, for people: a bar on a
 * terminal, otherwise a line for each backup that is through.
 */
#pragma once

#include "fs/library.h"
#include "tools/signals.h"

/* Index everything in @library and show it on stderr. FALSE when SIGINT or
 * SIGTERM ended it. */
gboolean rond_progress_index(RondLibrary *library, RondSignals *signals);
/* The same of @parts (RondPart), for a command that needs them: nothing is
 * shown in the first second, nor of those that are sound. */
gboolean rond_progress_index_parts(RondLibrary *library, const GPtrArray *parts,
				   RondSignals *signals);

/* One state of the bar, at most @width columns, without a line end; new.
 * @seconds: since the start. */
char *rond_progress_bar(const RondProgress *progress, double seconds,
			guint width);
/* The line about a backup that is through; new. */
char *rond_progress_line(const char *source, const RondPartInfo *info,
			 double seconds);

/* "1.5 GiB"; new. */
char *rond_progress_bytes(guint64 bytes);
