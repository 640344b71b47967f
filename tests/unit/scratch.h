/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of a test's own, and real tools run in it.
 */
#pragma once

#include "backends/stream/stream.h"

typedef struct {
	char *path;
} Scratch;

Scratch *scratch_new(void);
/* One within another's. */
Scratch *scratch_below(const Scratch *parent);
/* Removes the folder. */
void scratch_free(Scratch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

/* Run @command by sh in the folder; it must succeed. Its output is dropped.
 */
void scratch_run(const Scratch *self, const char *command);

/* The bytes of file @name; it must be there. */
GBytes *scratch_read(const Scratch *self, const char *name);
void scratch_write(const Scratch *self, const char *name, const void *data,
		   gsize len);

/* The same as a stream in memory. */
RondStream *scratch_stream(const Scratch *self, const char *name);
