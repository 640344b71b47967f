/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers with bytes of files. */
#include "fs/server-private.h"

#include "backends/error.h"

#include <errno.h>

/* Pieces of a reply: a read of 1 MiB lies in 17 blocks of 64 KiB at most. */
#define MAX_VIEWS 18

static void reply_fd(fuse_req_t req, int fd, size_t size, off_t offset)
{
	struct fuse_bufvec buf = FUSE_BUFVEC_INIT(size);

	buf.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
	buf.buf[0].fd = fd;
	buf.buf[0].pos = offset;
	fuse_reply_data(req, &buf, FUSE_BUF_SPLICE_MOVE);
}

static void clear_views(RondView *views, guint n)
{
	for (guint i = 0; i < n; i++)
		rond_view_clear(&views[i]);
}

/* All that is left, in one piece. */
static gboolean view_rest(RondFile *file, gsize len, guint64 offset,
			  RondView *view, GError **error)
{
	g_autofree guint8 *buf = g_malloc(len);
	gssize n = rond_file_pread(file, buf, len, offset, error);

	if (n < 0)
		return FALSE;
	view->data = buf;
	view->len = (gsize)n;
	view->bytes = g_bytes_new_take(g_steal_pointer(&buf), (gsize)n);
	return TRUE;
}

/* What is asked for lies in a few blocks: it need not be copied together. The
 * number of pieces; -1 with @error set. */
static int gather(const RondRequest *request, RondFile *file, RondView *views,
		  GError **error)
{
	gsize done = 0;
	guint n = 0;

	while (done < request->size && n < MAX_VIEWS) {
		/* An index may have blocks of any size. */
		gboolean got = (n < MAX_VIEWS - 1 ? rond_file_view : view_rest)(
		    file, request->size - done, request->offset + done,
		    &views[n], error);

		if (!got) {
			clear_views(views, n);
			return -1;
		}
		if (!views[n].len)
			break;
		done += views[n++].len;
	}
	return (int)n;
}

static int reply_stream(RondRequest *self, RondFile *file)
{
	g_autoptr(GError) error = NULL;
	RondView views[MAX_VIEWS];
	struct iovec iov[MAX_VIEWS] = {0};
	int n = gather(self, file, views, &error);

	if (n < 0)
		return rond_error_errno(error);
	for (int i = 0; i < n; i++)
		iov[i] = (struct iovec){(guint8 *)views[i].data, views[i].len};
	fuse_reply_iov(self->req, iov, n);
	clear_views(views, (guint)n);
	return 0;
}

/* 0, or the errno to reply. */
static int reply_read(RondRequest *self, RondFile *file)
{
	if (rond_file_fd(file) < 0)
		return reply_stream(self, file);
	reply_fd(self->req, rond_file_fd(file), self->size, self->offset);
	return 0;
}

/* The file of a node that was never opened. */
static int hold_file(RondRequest *self, RondFile **file, RondJob **wait)
{
	RondOpenFiles *files = self->server->files;

	*file = files ? rond_open_files_get(files, self->ino) : NULL;
	if (*file && !rond_file_is_broken(*file))
		return 0;
	if (*file)
		rond_open_files_drop(files, self->ino);
	g_clear_pointer(file, rond_file_unref);
	int err = rond_tree_open(self->server->tree, self->ino, file, wait);

	/* A text is another one next time. */
	if (!err && files && !rond_tree_is_generated(self->ino))
		rond_open_files_put(files, self->ino, *file);
	return err;
}

/* Whether what failed with @err is read from another backup from now on. */
static gboolean is_elsewhere(RondRequest *self, int err)
{
	RondOpenFiles *files = self->server->files;

	if ((err != EIO && err != ESTALE) ||
	    !rond_tree_read_elsewhere(self->server->tree, self->ino))
		return FALSE;
	if (files)
		rond_open_files_drop(files, self->ino);
	return TRUE;
}

static int answer_read(RondRequest *self, RondJob **wait)
{
	g_autoptr(RondFile) file = NULL;
	gboolean moved = FALSE;
	int err;

	/* A file that was opened with a broken index is opened anew. */
	do {
		g_clear_pointer(&file, rond_file_unref);
		err = hold_file(self, &file, wait);
		if (err)
			return err;
		err = reply_read(self, file);
		/* Once: of two damaged ones each would lead to the other. */
	} while (err && (rond_file_is_broken(file) ||
			 (!moved && (moved = is_elsewhere(self, err)))));
	return err;
}

/* Of a file that the kernel has opened. */
static void read_open(RondRequest *self, RondFile *file)
{
	int err = rond_file_is_broken(file) ? EIO : reply_read(self, file);

	if (err && (rond_file_is_broken(file) || is_elsewhere(self, err)))
		rond_request_serve(self);
	else if (err)
		fuse_reply_err(self->req, err);
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
		    struct fuse_file_info *fi)
{
	RondRequest request = rond_request(req, ino, answer_read);

	request.size = size;
	request.offset = offset;
	if (fi->fh)
		read_open(&request, (RondFile *)(uintptr_t)fi->fh);
	else
		rond_request_serve(&request);
}

static void reply_seek(RondRequest *self, RondFile *file)
{
	/* @size holds whence. */
	off_t at = rond_file_seek(file, self->offset, (int)self->size);

	if (at < 0)
		fuse_reply_err(self->req, errno);
	else
		fuse_reply_lseek(self->req, at);
}

static int answer_lseek(RondRequest *self, RondJob **wait)
{
	g_autoptr(RondFile) file = NULL;
	int err = hold_file(self, &file, wait);

	if (!err)
		reply_seek(self, file);
	return err;
}

static void op_lseek(fuse_req_t req, fuse_ino_t ino, off_t offset, int whence,
		     struct fuse_file_info *fi)
{
	RondRequest request = rond_request(req, ino, answer_lseek);

	request.size = (gsize)whence;
	request.offset = offset;
	if (fi->fh)
		reply_seek(&request, (RondFile *)(uintptr_t)fi->fh);
	else
		rond_request_serve(&request);
}

void rond_server_set_reads(struct fuse_lowlevel_ops *ops)
{
	ops->read = op_read;
	ops->lseek = op_lseek;
}
