/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/stream/stream.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	RondStream stream;
	int fd;
	struct timespec mtime;
} FileStream;

static gboolean unchanged(const FileStream *self, GError **error)
{
	struct stat st;

	if (fstat(self->fd, &st) < 0)
		return rond_fail_errno(error, errno, "can't examine the file");
	if ((guint64)st.st_size == self->stream.size &&
	    st.st_mtim.tv_sec == self->mtime.tv_sec &&
	    st.st_mtim.tv_nsec == self->mtime.tv_nsec)
		return TRUE;
	return rond_fail(error, ESTALE,
			 "the file was changed after it was opened");
}

/* As much as there is: fewer than @len bytes only at the file's end. */
static gssize read_all(int fd, guint8 *buf, gsize len, guint64 offset,
		       GError **error)
{
	gsize got = 0;

	while (got < len) {
		ssize_t n = pread(fd, buf + got, len - got, offset + got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rond_fail_errno(error, errno, "can't read the file");
			return -1;
		}
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

static gssize file_pread(RondStream *stream, void *buf, gsize len,
			 guint64 offset, GError **error)
{
	FileStream *self = (FileStream *)stream;
	gssize got = read_all(self->fd, buf, len, offset, error);

	/* Examined after the read, because that also finds what happened
	 * before it, the other way round a change in between slips through. */
	if (got < 0 || !unchanged(self, error))
		return -1;
	return got;
}

static void file_free(RondStream *stream)
{
	FileStream *self = (FileStream *)stream;

	close(self->fd);
	g_free(self);
}

static const RondStreamOps file_ops = {
    .pread = file_pread,
    .free = file_free,
};

RondStream *rond_file_stream_new(int fd, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		rond_fail_errno(error, errno, "can't examine the file");
		close(fd);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		rond_fail(error, EINVAL, "not a regular file");
		close(fd);
		return NULL;
	}

	FileStream *self = g_new0(FileStream, 1);

	rond_stream_init(&self->stream, &file_ops, st.st_size);
	self->fd = fd;
	self->mtime = st.st_mtim;
	return &self->stream;
}

int rond_stream_fd(const RondStream *self)
{
	return self->ops == &file_ops ? ((const FileStream *)self)->fd : -1;
}
