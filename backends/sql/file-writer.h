/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFileWriter: one file of a dump, put together from places and texts.
 *
 * What the statements in it need around them comes by itself: the settings
 * that hold for them, DELIMITER lines, line feeds. For one thread.
 */
#pragma once

#include "backends/sql/dump-files.h"
#include "backends/sql/script.h"
#include "backends/sql/settings.h"

/* What all files of a dump have in common. */
typedef struct {
	RondDumpFiles *files;
	const RondSettings *settings;
	const GPtrArray *delimiters; /* char * */
	char *footer;
	GHashTable *texts; /* text → its place; of those used often */
	GHashTable *paths; /* of files; borrowed */
} RondFileSet;

void rond_file_set_init(RondFileSet *self, const RondSettings *settings,
			const GPtrArray *delimiters);
void rond_file_set_clear(RondFileSet *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondFileSet, rond_file_set_clear)

/* A file, the set's; NULL: there is one of that path. Takes over @path. */
RondDumpFile *rond_file_set_add(RondFileSet *self, char *path, gboolean listed);
/* Bytes kept beside the dump: their place. */
guint64 rond_file_set_text(RondFileSet *self, const void *text, gsize len);
/* A file of text alone. */
void rond_file_set_add_text(RondFileSet *self, char *path, const GString *text,
			    RondSha256 *sha);

typedef struct {
	RondFileSet *set;
	RondDumpFile *file;
	guint8 delimiter;
	guint settings;
	gboolean line_end;
} RondFileWriter;

/* Begins with the header. */
void rond_file_writer_init(RondFileWriter *self, RondFileSet *set,
			   RondDumpFile *file);
/* The parts of @script of the kinds in @kinds (bits 1 << RondPartKind), the
 * first @n at most. */
void rond_file_writer_script(RondFileWriter *self, const RondScript *script,
			     guint kinds, guint n);
/* The footer; or, where @damaged, the byte that can't be read. */
void rond_file_writer_end(RondFileWriter *self, gboolean damaged);
/* Texts that are in it, for its hash. */
void rond_file_writer_hash(const RondFileWriter *self, RondSha256 *sha);
