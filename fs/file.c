/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/file.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct RondFile {
	gatomicrefcount refs;
	RondPart *part;	      /* of an entry, else NULL */
	RondContent *content; /* the same */
	guint32 entry;
	RondStream *stream; /* NULL: @fd */
	GArray *extents;    /* RondExtent: a sparse entry's, else NULL */
	int fd;
};

/* Where the holes are, for entries that have some. */
static GArray *extents_of(RondContent *content, guint32 number)
{
	RondIndex *index = rond_content_index(content);
	const RondIndexEntry *entry =
	    rond_index_entry(index, rond_index_inode(index, number));
	GArray *extents;

	if (!entry || !(entry->flags & ROND_ENTRY_EXTENTS))
		return NULL;
	extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
	rond_index_extents(index, entry, extents);
	return extents;
}

static RondFile *file_new(int fd)
{
	RondFile *self = g_new0(RondFile, 1);

	g_atomic_ref_count_init(&self->refs);
	self->fd = fd;
	return self;
}

/* Where entry @number is, as a line for a message; new. */
static char *path_of(const RondIndex *index, guint32 number)
{
	g_autoptr(GString) path = g_string_new(NULL);

	while (number != ROND_INDEX_ROOT) {
		const RondIndexEntry *entry = rond_index_entry(index, number);
		gsize len;

		/* A folder lies before what is in it: no loop. */
		if (!entry || entry->parent >= number)
			break;
		if (path->len)
			g_string_prepend_c(path, '/');
		g_string_prepend(path, rond_index_name(index, entry, &len));
		number = entry->parent;
	}
	for (const char *c = path->str; *c; c++)
		if (g_ascii_iscntrl(*c))
			return g_strescape(path->str, NULL);
	return g_utf8_make_valid(path->str, -1);
}

/* Damage is to be known of the whole backup. That memory is short, or that a
 * file is encrypted, is not; nor that of an index, which is made again. */
static void report(RondPart *part, RondContent *content, guint32 entry,
		   const GError *error)
{
	const RondIndex *index = rond_content_index(content);
	g_autofree char *path = NULL;
	g_autofree char *message = NULL;

	if (!g_error_matches(error, ROND_ERROR, EIO) ||
	    !rond_index_recheck(index))
		return;
	path = path_of(index, entry);
	message = g_strdup_printf("%s: %s", path, error->message);
	rond_part_report(part, message);
}

RondFile *rond_file_of_entry(RondPart *part, RondContent *content,
			     guint32 entry, GError **error)
{
	GError *failure = NULL;
	RondStream *stream = rond_content_open(content, entry, &failure);

	if (!stream) {
		report(part, content, entry, failure);
		g_propagate_error(error, failure);
		return NULL;
	}
	RondFile *self = file_new(-1);

	self->part = rond_part_ref(part);
	self->content = rond_content_ref(content);
	self->entry = entry;
	self->stream = stream;
	self->extents = extents_of(content, entry);
	return self;
}

RondFile *rond_file_of_text(GBytes *text)
{
	RondFile *self = file_new(-1);

	self->stream = rond_memory_stream_new(text);
	return self;
}

RondFile *rond_file_of_stream(RondStream *stream)
{
	RondFile *self = file_new(-1);

	self->stream = rond_stream_ref(stream);
	return self;
}

RondFile *rond_file_of_fd(int fd)
{
	return file_new(fd);
}

RondFile *rond_file_ref(RondFile *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_file_unref(RondFile *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_clear_pointer(&self->stream, rond_stream_unref);
	g_clear_pointer(&self->extents, g_array_unref);
	g_clear_pointer(&self->content, rond_content_unref);
	g_clear_pointer(&self->part, rond_part_unref);
	if (self->fd >= 0)
		close(self->fd);
	g_free(self);
}

static gssize pread_fd(int fd, void *buf, gsize len, guint64 offset,
		       GError **error)
{
	gsize done = 0;

	while (done < len) {
		gssize n = pread(fd, (char *)buf + done, len - done,
				 (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rond_fail_errno(error, errno, "reading a file");
			return -1;
		}
		if (!n)
			break;
		done += (gsize)n;
	}
	return (gssize)done;
}

gssize rond_file_pread(RondFile *self, void *buf, gsize len, guint64 offset,
		       GError **error)
{
	GError *failure = NULL;

	if (!self->stream)
		return pread_fd(self->fd, buf, len, offset, error);
	gssize n = rond_stream_pread(self->stream, buf, len, offset, &failure);

	if (n < 0) {
		if (self->part)
			report(self->part, self->content, self->entry, failure);
		g_propagate_error(error, failure);
	}
	return n;
}

gboolean rond_file_view(RondFile *self, gsize len, guint64 offset,
			RondView *view, GError **error)
{
	GError *failure = NULL;

	if (rond_stream_view(self->stream, len, offset, view, &failure))
		return TRUE;
	if (self->part)
		report(self->part, self->content, self->entry, failure);
	g_propagate_error(error, failure);
	return FALSE;
}

off_t rond_file_seek(RondFile *self, off_t offset, int whence)
{
	off_t size;

	if (!self->stream)
		return lseek(self->fd, offset, whence);
	size = (off_t)rond_stream_size(self->stream);
	if (offset < 0 || offset >= size) {
		errno = ENXIO;
		return -1;
	}
	for (guint i = 0; self->extents && i < self->extents->len; i++) {
		const RondExtent *at =
		    &g_array_index(self->extents, RondExtent, i);
		off_t from = (off_t)at->offset;
		off_t to = (off_t)(at->offset + at->length);

		if (offset < from)
			return whence == SEEK_HOLE ? offset : from;
		if (offset < to && whence == SEEK_DATA)
			return offset;
		if (offset < to)
			offset = to;
	}
	if (whence == SEEK_DATA && self->extents) {
		errno = ENXIO;
		return -1;
	}
	return whence == SEEK_DATA || self->extents ? MIN(offset, size) : size;
}

gboolean rond_file_is_broken(const RondFile *self)
{
	return self->content &&
	       rond_index_is_broken(rond_content_index(self->content));
}

int rond_file_fd(const RondFile *self)
{
	return self->fd;
}

gboolean rond_file_immutable(const RondFile *self)
{
	return self->part != NULL;
}
