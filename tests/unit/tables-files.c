/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a made-up dump, and comparing those of an index with them. */
#include "backends/error.h"
#include "tests/unit/tables-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void made_file_free(gpointer data)
{
	MadeFile *self = data;

	g_free(self->path);
	g_bytes_unref(self->bytes);
	g_free(self);
}

/* What lies at the extents, read from where they say. */
static GBytes *join(GBytes *dump, const RondDumpFiles *files,
		    const RondDumpFile *file, gboolean *damaged)
{
	GByteArray *out = g_byte_array_new();
	const guint8 *sql = g_bytes_get_data(dump, NULL);

	for (guint i = 0; i < file->extents->len; i++) {
		const RondExtent *at =
		    &g_array_index(file->extents, RondExtent, i);
		const guint8 *from =
		    at->at >= ROND_TEXT_PLACE
			? files->texts->data + at->at - ROND_TEXT_PLACE
			: sql + at->at;

		g_assert_cmpuint(at->offset, ==, out->len);
		*damaged = at->at >= ROND_NO_PLACE;
		if (!*damaged)
			g_byte_array_append(out, from, (guint)at->length);
	}
	return g_byte_array_free_to_bytes(out);
}

static const MadeTable *find(const MadeDump *made, const char *name)
{
	for (guint i = 0; i < made->tables->len; i++) {
		const MadeTable *table = made->tables->pdata[i];

		if (!strcmp(table->name, name))
			return table;
	}
	g_assert_not_reached();
}

/* All rows, or those that are whole; where it is damaged there is a note in the
 * title. */
static GBytes *rows(const MadeDump *made, const RondDumpFiles *files,
		    const RondDumpFile *file)
{
	const RondDumpTable *table = files->tables->pdata[file->table];
	const MadeTable *all = find(made, table->name);
	const guint8 *should = all->out[file->format]->data;
	gsize title_len = all->title_len[file->format];
	gsize len = file->size - table->damaged - file->title_len;
	GByteArray *out = g_byte_array_new();

	g_assert_cmpuint(title_len + len, <=, all->out[file->format]->len);
	g_byte_array_append(out, files->texts->data + file->title,
			    file->title_len);
	if (!table->damaged) {
		g_assert_cmpuint(title_len + len, ==,
				 all->out[file->format]->len);
		g_assert_cmpmem(out->data, out->len, should, title_len);
	}
	g_byte_array_append(out, should + title_len, (guint)len);
	g_assert_true(!out->len || !len || out->data[out->len - 1] == '\n');
	return g_byte_array_free_to_bytes(out);
}

/* Of the rows of each run, as GLib has it. */
typedef struct {
	GBytes *dump;
	GPtrArray *runs; /* GChecksum */
	guint8 digest[ROND_SHA256_SIZE];
} Sums;

static void free_sum(gpointer sum)
{
	g_checksum_free(sum);
}

static void add_rows(gpointer data, guint32 run, guint64 from, guint64 to)
{
	Sums *self = data;
	const guint8 *sql = g_bytes_get_data(self->dump, NULL);

	while (self->runs->len <= run)
		g_ptr_array_add(self->runs, g_checksum_new(G_CHECKSUM_SHA256));
	g_checksum_update(self->runs->pdata[run], sql + from,
			  (gssize)(to - from));
}

static const guint8 *sum_of(gpointer data, guint32 run)
{
	Sums *self = data;
	g_autoptr(GChecksum) sum = g_checksum_copy(self->runs->pdata[run]);
	gsize len = sizeof self->digest;

	g_checksum_get_digest(sum, self->digest, &len);
	return self->digest;
}

GPtrArray *made_files(GBytes *dump, const MadeDump *made)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(free_sum);
	Sums sums = {.dump = dump, .runs = runs};
	const RondDumpSink sink = {add_rows, sum_of, NULL, &sums};
	g_autoptr(RondStream) stream = rond_memory_stream_new(dump);
	g_autoptr(GError) error = NULL;
	gboolean complete;
	g_autoptr(RondDumpFiles) files =
	    rond_dump_read(stream, &sink, NULL, &complete, &error);
	GPtrArray *made_files = g_ptr_array_new_with_free_func(made_file_free);

	g_assert_no_error(error);
	for (guint i = 0; i < files->files->len; i++) {
		const RondDumpFile *file = files->files->pdata[i];
		MadeFile *to = g_new0(MadeFile, 1);

		to->path = g_strdup(file->path);
		to->listed = file->listed;
		g_ptr_array_add(made_files, to);
		if (file->extents) {
			to->bytes = join(dump, files, file, &to->damaged);
			continue;
		}
		const RondDumpTable *table = files->tables->pdata[file->table];

		to->bytes = rows(made, files, file);
		to->damaged = table->damaged;
	}
	return made_files;
}

const MadeFile *made_file(const GPtrArray *files, const char *path)
{
	for (guint i = 0; i < files->len; i++) {
		const MadeFile *file = files->pdata[i];

		if (!strcmp(file->path, path))
			return file;
	}
	g_assert_not_reached();
}

GBytes *made_index(RondStream *source)
{
	g_auto(RondDetected) detected = {0};
	g_autoptr(GError) error = NULL;
	int fd = memfd_create("rond-index", MFD_CLOEXEC);
	const RondBuild config = {.source = source, .detected = &detected};
	struct stat st;

	rond_detect(source, "db.sql", FALSE, &detected, &error);
	g_assert_no_error(error);
	rond_index_build(&config, fd, &error);
	g_assert_no_error(error);
	g_assert_no_errno(fstat(fd, &st));
	guint8 *data = g_malloc((gsize)st.st_size);

	g_assert_cmpint(pread(fd, data, (gsize)st.st_size, 0), ==, st.st_size);
	close(fd);
	return g_bytes_new_take(data, (gsize)st.st_size);
}

RondStream *made_open(const Built *built, const char *folder, const char *path)
{
	g_autofree char *whole = g_strconcat(folder, "/", path, NULL);
	guint32 number = index_kit_find(built->index, whole);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(number, !=, ROND_INDEX_NONE);
	RondStream *stream = rond_content_open(built->content, number, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(rond_stream_size(stream), ==,
			 rond_index_entry(built->index, number)->size);
	return stream;
}

/* All of it can be had but the last byte. */
static void check_damaged(RondStream *stream, GBytes *bytes)
{
	const gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *buf = g_malloc(size + 2);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(rond_stream_size(stream), ==, size + 1);
	g_assert_cmpint(rond_stream_pread(stream, buf, size, 0, &error), ==,
			size);
	g_assert_no_error(error);
	g_assert_cmpmem(buf, size, g_bytes_get_data(bytes, NULL), size);
	g_assert_cmpint(rond_stream_pread(stream, buf, 2, size, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EIO);
	g_clear_error(&error);
	g_assert_cmpint(rond_stream_pread(stream, buf, size + 2, 0, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EIO);
}

static void check_file(const Built *built, const char *folder,
		       const MadeFile *file, guint reads)
{
	g_autoptr(RondStream) stream = made_open(built, folder, file->path);
	g_autofree char *path = g_strconcat(folder, "/", file->path, NULL);

	if (file->damaged) {
		check_damaged(stream, file->bytes);
		return;
	}
	built_expect(built, path, file->bytes);
	check_random_reads(stream, file->bytes, reads);
}

/* The names that a listing of @folder has. */
static char *listed(const Built *built, const char *folder)
{
	guint32 dir = index_kit_find(built->index, folder);
	GString *names = g_string_new(NULL);
	guint32 child;
	gsize len;

	for (guint32 i = 0;
	     (child = rond_index_nth_child(built->index, dir, i)) !=
	     ROND_INDEX_NONE;
	     i++) {
		const char *name = rond_index_name(
		    built->index, rond_index_entry(built->index, child), &len);

		g_string_append_len(names, name, (gssize)len);
		g_string_append_c(names, '\n');
	}
	return g_string_free(names, FALSE);
}

void made_check(const Built *built, const char *folder, const GPtrArray *files,
		guint reads)
{
	g_autofree char *is = listed(built, folder);
	g_autoptr(GString) should = g_string_new(NULL);

	for (guint i = 0; i < files->len; i++) {
		const MadeFile *file = files->pdata[i];

		check_file(built, folder, file, reads);
		if (file->listed)
			g_string_append_printf(should, "%s\n", file->path);
	}
	g_assert_cmpstr(is, ==, should->str);
}
