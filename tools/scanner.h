/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondScanner: a program of others (clamscan, yara…) run over the files of all
 * snapshots through a mount, each distinct content once.
 */
#pragma once

#include "tools/contents.h"

typedef struct {
	guint64 files;	  /* versions of paths */
	guint64 contents; /* that they have, and the scanner was given */
	guint64 left_out; /* that a list of names, one a line, can't hold */
	int status;	  /* of the command, as the shell has it */
} RondScanned;

/* Run @command by sh, in which each {} becomes the name of a file with a path
 * below the mount @root on each line. @contents: those to be scanned. Its
 * output is ours. FALSE with @error: it could not be run. */
gboolean rond_scanner_run(const RondContents *contents, const char *root,
			  const char *command, RondScanned *scan,
			  GError **error);
