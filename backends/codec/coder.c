/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/coder.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define SMALL_READ (32 * 1024)
#define SMALL_SIZE (64 * 1024)

static gsize make(RondCoder *self, guint8 *buf, gsize len)
{
	gsize n = self->ops->decode(self, buf, len, &self->failure);

	self->ended = n < len || self->failure;
	return n;
}

static gsize take_small(RondCoder *self, guint8 *buf, gsize len)
{
	gsize n = MIN(len, self->small_end - self->small_pos);

	if (n > 0)
		memcpy(buf, self->small + self->small_pos, n);
	self->small_pos += n;
	return n;
}

static void make_small(RondCoder *self)
{
	if (!self->small)
		self->small = g_malloc(SMALL_SIZE);
	self->small_pos = 0;
	self->small_end = make(self, self->small, SMALL_SIZE);
}

static gssize coder_read(RondDecoder *decoder, void *buf, gsize len,
			 GError **error)
{
	RondCoder *self = (RondCoder *)decoder;

	gsize n = take_small(self, buf, len);
	if (n > 0 || len == 0)
		return n;
	if (!self->ended && len >= SMALL_READ) {
		n = make(self, buf, len);
	} else if (!self->ended) {
		make_small(self);
		n = take_small(self, buf, len);
	}
	if (n > 0 || !self->failure)
		return n;
	g_propagate_error(error, g_error_copy(self->failure));
	return -1;
}

static void coder_free(RondDecoder *decoder)
{
	RondCoder *self = (RondCoder *)decoder;

	self->ops->clear(self);
	rond_input_clear(&self->input);
	g_clear_error(&self->failure);
	g_free(self->small);
	g_free(self);
}

static const RondDecoderOps decoder_ops = {
    .read = coder_read,
    .free = coder_free,
};

void rond_coder_init(RondCoder *self, const RondCoderOps *ops, RondStream *in,
		     const RondScan *scan)
{
	self->decoder.ops = &decoder_ops;
	self->ops = ops;
	self->scan = scan;
	rond_input_init(&self->input, in,
			scan ? ROND_INPUT_WHOLE : ROND_INPUT_CHUNK);
}

static void report(RondCoder *self, RondFindingKind kind, guint64 from,
		   const char *message)
{
	RondFinding finding = {
	    .kind = kind,
	    .from = from,
	    .to = kind == ROND_FINDING_LOST ? G_MAXUINT64 : self->out,
	    .message = message,
	};

	if (self->scan && self->scan->finding)
		self->scan->finding(&finding, self->scan->data);
}

void rond_coder_find(RondCoder *self, RondFindingKind kind, guint64 from,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	report(self, kind, from, message);
}

void rond_coder_lose(RondCoder *self, int code, GError **failure,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	report(self, ROND_FINDING_LOST, self->out, message);
	rond_fail(failure, code, "%s", message);
}

void rond_coder_lose_end(RondCoder *self, GError **failure)
{
	rond_coder_lose(self, EIO, failure,
			"the %s data ends too early, at byte %" G_GUINT64_FORMAT
			": the file was cut short",
			self->ops->name, rond_input_tell(&self->input));
}

void rond_coder_lose_rest(RondCoder *self, guint64 suspect, const char *why,
			  GError **failure)
{
	if (suspect < self->out)
		rond_coder_find(self, ROND_FINDING_DAMAGED, suspect,
				"what comes just before damaged %s data may be "
				"wrong too",
				self->ops->name);
	rond_coder_lose(self, EIO, failure,
			"the %s data is damaged near byte %" G_GUINT64_FORMAT
			" (%s): what follows is lost",
			self->ops->name, rond_input_tell(&self->input), why);
}

static void note_garbage(RondCoder *self)
{
	rond_coder_find(self, ROND_FINDING_NOTE, self->out,
			"bytes from %" G_GUINT64_FORMAT
			" on, after the end of the %s data, are ignored",
			rond_input_tell(&self->input), self->ops->name);
}

RondNext rond_coder_next(RondCoder *self,
			 gboolean (*begins)(const guint8 *head, gsize len),
			 gboolean padded, GError **failure)
{
	guint64 zeros = 0;

	if (!rond_input_skip_zeros(&self->input, &zeros, failure))
		return ROND_NEXT_FAILED;

	gssize avail = rond_input_peek(&self->input, 16, failure);
	if (avail < 0)
		return ROND_NEXT_FAILED;
	if (avail == 0)
		return ROND_NEXT_END;
	if ((zeros == 0 || padded) &&
	    begins(rond_input_data(&self->input), avail))
		return ROND_NEXT_BEGINS;
	note_garbage(self);
	return ROND_NEXT_END;
}
