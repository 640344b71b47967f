/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/remote.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's own are all below. */
#define MAX_ERRNO 4095

typedef struct {
	RondStream stream;
	int fd;
	GMutex lock;	 /* of the turns at @fd, and of: */
	gboolean broken; /* the next bytes there may be anything */
} RemoteStream;

/* An answer with what follows it, so that one call sends both. */
typedef struct {
	RondRemoteAnswer head;
	guint8 data[ROND_REMOTE_MAX];
} Reply;
G_STATIC_ASSERT(ROND_REMOTE_MAX_TEXT <= ROND_REMOTE_MAX);

/* sendto(2) itself, with no address: a confined process may make just that
 * call. */
static gboolean send_all(int fd, const void *data, gsize len)
{
	gsize sent = 0;

	while (sent < len) {
		ssize_t n = sendto(fd, (const guint8 *)data + sent, len - sent,
				   MSG_NOSIGNAL, NULL, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FALSE;
		sent += n;
	}
	return TRUE;
}

static gboolean receive_all(int fd, void *buf, gsize len)
{
	gsize got = 0;

	while (got < len) {
		ssize_t n = read(fd, (guint8 *)buf + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FALSE;
		got += n;
	}
	return TRUE;
}

static gboolean break_off(RemoteStream *self, GError **error)
{
	self->broken = TRUE;
	return rond_fail(error, EIO,
			 "the process that reads it for us has ended");
}

/* Hand on why it can't be read there. */
static gboolean take_failure(RemoteStream *self, const RondRemoteAnswer *answer,
			     GError **error)
{
	char text[ROND_REMOTE_MAX_TEXT];
	g_autofree char *message = NULL;

	if (answer->code > MAX_ERRNO || answer->len > sizeof text ||
	    !receive_all(self->fd, text, answer->len))
		return break_off(self, error);
	message = g_utf8_make_valid(text, answer->len);
	return rond_fail(error, (int)answer->code, "%s", message);
}

/* One turn; caller holds the lock. */
static gboolean ask(RemoteStream *self, void *buf, guint32 len, guint64 offset,
		    GError **error)
{
	const RondRemoteRequest request = {.offset = offset, .len = len};
	RondRemoteAnswer answer;

	if (self->broken || !send_all(self->fd, &request, sizeof request) ||
	    !receive_all(self->fd, &answer, sizeof answer))
		return break_off(self, error);
	if (answer.code)
		return take_failure(self, &answer, error);
	if (answer.len != len || !receive_all(self->fd, buf, len))
		return break_off(self, error);
	return TRUE;
}

static gssize remote_pread(RondStream *stream, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	RemoteStream *self = (RemoteStream *)stream;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	gsize got = 0;

	while (got < len) {
		guint32 part = (guint32)MIN(len - got, ROND_REMOTE_MAX);

		if (!ask(self, (guint8 *)buf + got, part, offset + got, error))
			return -1;
		got += part;
	}
	return (gssize)got;
}

static void remote_free(RondStream *stream)
{
	RemoteStream *self = (RemoteStream *)stream;

	close(self->fd);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static const RondStreamOps remote_ops = {
    .pread = remote_pread,
    .free = remote_free,
};

RondStream *rond_remote_stream_new(int fd, guint64 size)
{
	RemoteStream *self = g_new0(RemoteStream, 1);

	rond_stream_init(&self->stream, &remote_ops, size);
	self->fd = fd;
	g_mutex_init(&self->lock);
	return &self->stream;
}

static gboolean is_allowed(const RondRemoteRequest *request, guint64 size)
{
	return request->len > 0 && request->len <= ROND_REMOTE_MAX &&
	       !request->zero && request->offset < size &&
	       request->len <= size - request->offset;
}

static void put_failure(Reply *reply, const GError *error)
{
	gsize len = MIN(strlen(error->message), ROND_REMOTE_MAX_TEXT);

	reply->head.code = (guint32)rond_error_errno(error);
	reply->head.len = (guint32)len;
	memcpy(reply->data, error->message, len);
}

static void fill(Reply *reply, RondStream *source,
		 const RondRemoteRequest *request)
{
	g_autoptr(GError) error = NULL;

	if (rond_stream_pread_full(source, reply->data, request->len,
				   request->offset, &error))
		reply->head = (RondRemoteAnswer){.len = request->len};
	else
		put_failure(reply, error);
}

void rond_remote_serve(RondStream *source, int fd)
{
	g_autofree Reply *reply = g_new(Reply, 1);
	RondRemoteRequest request;

	while (receive_all(fd, &request, sizeof request) &&
	       is_allowed(&request, rond_stream_size(source))) {
		fill(reply, source, &request);
		if (!send_all(fd, reply, sizeof reply->head + reply->head.len))
			break;
	}
	shutdown(fd, SHUT_RDWR);
}
