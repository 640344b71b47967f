/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/dumppass.h"

#include "backends/archive/tally.h"
#include "backends/sha256.h"

#include <string.h>

#define PIECE (64 * 1024)
#define NO_RUN G_MAXUINT32

typedef struct {
	guint32 file; /* among the hashed ones */
	gboolean has_hash;
	guint8 hash[ROND_SHA256_SIZE];
} Run;

typedef struct {
	const RondDumpPass *config;
	GArray *runs; /* Run */
	guint32 run;  /* the one at hand, or NO_RUN */
	gboolean finished, failed;
	RondSha256 *sha256; /* without config->files */
	guint8 *piece;
} Reading;

static void reading_clear(Reading *self)
{
	g_clear_pointer(&self->runs, g_array_unref);
	g_clear_pointer(&self->sha256, rond_sha256_free);
	g_clear_pointer(&self->piece, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static Run *run_at(Reading *self, guint32 number)
{
	return &g_array_index(self->runs, Run, number);
}

static void end_run(Reading *self)
{
	Run *run;

	if (self->run == NO_RUN)
		return;
	run = run_at(self, self->run);
	if (self->config->files)
		rond_file_hashes_close(self->config->files);
	else
		rond_sha256_end(self->sha256, run->hash);
	self->run = NO_RUN;
}

static void begin_run(Reading *self, guint32 number)
{
	end_run(self);
	if (self->runs->len <= number)
		g_array_set_size(self->runs, number + 1);
	run_at(self, number)->has_hash = TRUE;
	if (self->config->files)
		run_at(self, number)->file =
		    rond_file_hashes_open(self->config->files);
	self->run = number;
}

/* What was just read is read again. */
static gboolean hash_again(Reading *self, guint64 from, guint64 to)
{
	while (from < to) {
		gsize len = (gsize)MIN(to - from, PIECE);

		if (!rond_stream_pread_full(self->config->dump, self->piece,
					    len, from, NULL))
			return FALSE;
		rond_sha256_add(self->sha256, self->piece, len);
		from += len;
	}
	return TRUE;
}

static void on_rows(gpointer data, guint32 run, guint64 from, guint64 to)
{
	Reading *self = data;

	if (run != self->run)
		begin_run(self, run);
	if (self->config->files)
		rond_file_hashes_grow(self->config->files, from, to - from);
	else if (!hash_again(self, from, to))
		run_at(self, run)->has_hash = FALSE;
}

/* All that can be hashed is, then. */
static void finish(Reading *self)
{
	end_run(self);
	self->finished = TRUE;
	if (self->config->finish)
		self->failed = !self->config->finish(self->config->data);
	if (self->config->files)
		rond_file_hashes_wait(self->config->files);
}

static const guint8 *on_hash(gpointer data, guint32 number)
{
	Reading *self = data;
	const Run *run;

	if (!self->finished)
		finish(self);
	if (self->failed || number >= self->runs->len)
		return NULL;
	run = run_at(self, number);
	if (!run->has_hash)
		return NULL;
	return self->config->files
		   ? rond_file_hashes_sha256(self->config->files, run->file)
		   : run->hash;
}

static void on_finding(gpointer data, const RondFinding *finding)
{
	Reading *self = data;
	const RondDumpPass *config = self->config;
	g_autofree char *shown = NULL;
	g_autofree char *message = NULL;
	RondFinding named = {.kind = finding->kind};

	if (!config->name) {
		rond_index_builder_add_finding(config->builder, finding);
		return;
	}
	shown = rond_tally_name(config->name, strlen(config->name));
	message = g_strdup_printf("%s: %s", shown, finding->message);
	named.message = message;
	if (config->script)
		named.kind = ROND_FINDING_NOTE;
	rond_index_builder_add_finding(config->builder, &named);
}

RondDumpFiles *rond_dump_pass_read(const RondDumpPass *config, GError **error)
{
	g_auto(Reading) self = {
	    .config = config,
	    .runs = g_array_new(FALSE, TRUE, sizeof(Run)),
	    .run = NO_RUN,
	};
	const RondDumpSink sink = {on_rows, on_hash, on_finding, &self};
	g_autoptr(RondDumpFiles) files = NULL;
	gboolean complete;

	if (!config->files) {
		self.sha256 = rond_sha256_new();
		self.piece = g_malloc(PIECE);
	}
	files = rond_dump_read(config->dump, &sink, config->cancellable,
			       &complete, error);
	if (files && !self.finished)
		finish(&self);
	return self.failed ? NULL : g_steal_pointer(&files);
}
