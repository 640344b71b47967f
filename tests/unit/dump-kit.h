/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dump from a string, taken apart: what its files hold.
 */
#pragma once

#include "backends/sql/dump-files.h"

typedef struct {
	RondStream *stream;
	RondDumpFiles *files; /* NULL: it could not be read */
	GError *error;
	gboolean complete;
	GPtrArray *findings; /* char *: their messages */
	GPtrArray *runs;     /* RondSha256: by the runs' numbers */
	GArray *told;	     /* guint64: so far each run was told */
	GPtrArray *hashes;
} TakenDump;

TakenDump *taken_dump(const char *text);
TakenDump *taken_dump_len(const char *text, gsize len);
/* From any stream; a reference is taken. */
TakenDump *taken_dump_from(RondStream *stream, GCancellable *cancellable);
void taken_dump_free(TakenDump *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TakenDump, taken_dump_free)

/* NULL: there is none. */
const RondDumpFile *taken_file(const TakenDump *self, const char *path);
const RondDumpTable *taken_table(const TakenDump *self, const char *name);
/* What is in it, new; "!" is the byte that can't be read. Checks that it is as
 * long as its size says, and nothing of it lies outside. NULL: no such file. */
char *taken_text(const TakenDump *self, const char *path);
/* The same without the note that a damaged file begins with, checking that its
 * last byte is a page's first (damaged.h). */
char *taken_noted(const TakenDump *self, const char *path);
/* All paths, a line each; those not listed in brackets. New. */
char *taken_paths(const TakenDump *self);
/* Of all files; fails where one is not as it should be. */
void taken_check(const TakenDump *self);
