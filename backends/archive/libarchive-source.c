/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/libarchive-source.h"

#include "backends/archive/tally.h"
#include "backends/error.h"

#include <archive.h>
#include <errno.h>

#define BUFFER_SIZE 65536
#define MESSAGE_MAX 1000

struct RondLibarchiveSource {
	struct archive *reader;
	RondStream *stream;
	guint64 at;
	guint8 *buffer;
	GError *error; /* the first that the stream gave */
};

static la_ssize_t on_read(struct archive *reader, void *data, const void **buf)
{
	RondLibarchiveSource *self = data;
	g_autoptr(GError) error = NULL;
	gssize n = rond_stream_pread(self->stream, self->buffer, BUFFER_SIZE,
				     self->at, &error);

	if (n < 0) {
		archive_set_error(reader, rond_error_errno(error), "%s",
				  error->message);
		if (!self->error)
			self->error = g_steal_pointer(&error);
		return ARCHIVE_FATAL;
	}
	*buf = self->buffer;
	self->at += (guint64)n;
	return n;
}

/* Never past the end: libarchive must see that the data isn't there. */
static la_int64_t on_skip(struct archive *reader, void *data,
			  la_int64_t request)
{
	RondLibarchiveSource *self = data;
	guint64 size = rond_stream_size(self->stream);
	guint64 left = size > self->at ? size - self->at : 0;

	(void)reader;
	if (request <= 0)
		return 0;
	request = (la_int64_t)MIN((guint64)request, left);
	self->at += (guint64)request;
	return request;
}

static la_int64_t on_seek(struct archive *reader, void *data, la_int64_t offset,
			  int whence)
{
	RondLibarchiveSource *self = data;
	gint64 size = (gint64)rond_stream_size(self->stream);
	gint64 base = 0;

	if (whence == SEEK_CUR)
		base = (gint64)self->at;
	else if (whence == SEEK_END)
		base = size;
	if (offset < -base || offset > size - base) {
		archive_set_error(reader, EINVAL,
				  "damaged: a place past the end of the file");
		return ARCHIVE_FATAL;
	}
	self->at = (guint64)(base + offset);
	return base + offset;
}

RondLibarchiveSource *rond_libarchive_source_open(struct archive *reader,
						  RondStream *stream,
						  gboolean seeks,
						  GError **error)
{
	g_autoptr(RondLibarchiveSource) self = g_new0(RondLibarchiveSource, 1);

	self->reader = reader;
	self->stream = stream;
	self->buffer = g_malloc(BUFFER_SIZE);
	archive_read_set_read_callback(reader, on_read);
	archive_read_set_callback_data(reader, self);
	if (rond_stream_size(stream) <= G_MAXINT64)
		archive_read_set_skip_callback(reader, on_skip);
	if (seeks && rond_stream_size(stream) <= G_MAXINT64)
		archive_read_set_seek_callback(reader, on_seek);
	if (archive_read_open1(reader) != ARCHIVE_OK) {
		rond_libarchive_source_fail(self, error);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void rond_libarchive_source_free(RondLibarchiveSource *self)
{
	g_clear_error(&self->error);
	g_free(self->buffer);
	g_free(self);
}

gboolean rond_libarchive_source_failed(const RondLibarchiveSource *self)
{
	return self->error != NULL;
}

gboolean rond_libarchive_source_fail(RondLibarchiveSource *self, GError **error)
{
	const char *message = archive_error_string(self->reader);
	g_autofree char *line = NULL;

	if (self->error) {
		g_propagate_error(error, g_steal_pointer(&self->error));
		return FALSE;
	}
	/* Of data that isn't there it often says nothing at all. */
	if (!message && self->at >= rond_stream_size(self->stream))
		return rond_fail(error, EIO,
				 "the archive ends too early, at byte "
				 "%" G_GUINT64_FORMAT
				 ": the file was cut short",
				 self->at);
	line = rond_tally_name(message ? message : "damaged; try `7z x FILE`",
			       MESSAGE_MAX);
	return rond_fail(error, EIO, "%s", line);
}
