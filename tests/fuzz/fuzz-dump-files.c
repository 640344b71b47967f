/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a dump. Whatever they are, each file's bytes lie in the dump or
 * in its texts, and its size is what they make.
 */
#include "backends/sql/dump-files.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	guint32 run;
	guint64 told;
	guint8 hash[ROND_SHA256_SIZE];
} Told;

static void must(gboolean what)
{
	if (!what)
		abort();
}

static void take_rows(gpointer data, guint32 run, guint64 from, guint64 to)
{
	Told *told = data;

	must(from < to);
	must(run == told->run ? told->told == 0 || told->told == from
			      : run > told->run && from >= told->told);
	told->run = run;
	told->told = to;
}

static const guint8 *hash_of(gpointer data, guint32 run)
{
	return ((Told *)data)->hash;
}

static void take_finding(gpointer data, const RondFinding *finding)
{
	must(finding->from <= finding->to && finding->message);
}

static void check_extents(const RondDumpFiles *files, const RondDumpFile *file,
			  gsize size)
{
	guint64 at = 0;

	for (guint i = 0; i < file->extents->len; i++) {
		const RondExtent *e =
		    &g_array_index(file->extents, RondExtent, i);

		must(e->offset == at && e->length > 0);
		at += e->length;
		if (e->at == ROND_NO_PLACE)
			must(e->length == 1 && !file->has_hash);
		else if (e->at >= ROND_TEXT_PLACE)
			must(e->at - ROND_TEXT_PLACE + e->length <=
			     files->texts->len);
		else
			must(e->at + e->length <= size);
	}
	must(at == file->size);
}

static void check_rendered(const RondDumpFiles *files, const RondDumpFile *file,
			   gsize size)
{
	const RondDumpTable *table;
	guint64 expected = file->title_len, last = 0;

	must(file->table < files->tables->len);
	table = g_ptr_array_index(files->tables, file->table);
	must(file->title + file->title_len <= files->texts->len);
	for (guint i = 0; i < table->runs->len; i++) {
		const RondRun *run = &g_array_index(table->runs, RondRun, i);
		const RondRowMark *mark =
		    &g_array_index(files->marks, RondRowMark, run->first_mark);

		must(run->from >= last && run->to <= size && run->n_marks > 0);
		must(run->first_mark + run->n_marks <= files->marks->len);
		must(mark->at > run->from && mark->at <= run->to);
		expected = file->title_len + run->end.out[file->format];
		last = run->to;
	}
	must(file->size == expected + (table->damaged ? 1 : 0));
	must(!table->damaged || !file->has_hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	Told told = {0};
	RondDumpSink sink = {take_rows, hash_of, take_finding, &told};
	gboolean complete;
	g_autoptr(RondDumpFiles) files =
	    rond_dump_read(stream, &sink, NULL, &complete, NULL);

	must(files != NULL);
	for (guint i = 0; i < files->files->len; i++) {
		const RondDumpFile *file = g_ptr_array_index(files->files, i);

		if (file->extents)
			check_extents(files, file, size);
		else
			check_rendered(files, file, size);
	}
	return 0;
}
