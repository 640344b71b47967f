/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDumpPass: a dump is taken apart while it is read for the first time.
 */
#pragma once

#include "backends/index/filehashes.h"
#include "backends/index/tables.h"

#include <gio/gio.h>

typedef struct {
	RondStream *dump;	   /* read forwards; a first pass's, maybe */
	RondIndexBuilder *builder; /* gets the findings */
	GCancellable *cancellable;
	/* Of several: whose findings these are, for their messages; NULL: the
	 * only one's, and their places are the backup's. */
	const char *name;
	/* It may be no tool's dump at all: then what can't be read in it is no
	 * damage, and its findings are notes. */
	gboolean script;
	/* That the runs of rows are hashed by, as the first pass hashes files:
	 * @dump is all that it decodes, and @finish has it decode the rest.
	 * NULL: they are read a second time, right after the first. */
	RondFileHashes *files;
	gboolean (*finish)(gpointer data);
	gpointer data;
} RondDumpPass;

/* Read it. NULL with @error when nothing was found, it was cancelled, or
 * @finish gave FALSE (then @error is not set). */
RondDumpFiles *rond_dump_pass_read(const RondDumpPass *config, GError **error);
