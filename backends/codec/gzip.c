/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip (RFC 1952): members one after the other, each a header, a deflate
 * stream, and a trailer with the CRC-32 and the length of what it decodes to.
 */
#include "backends/codec/codecs.h"
#include "backends/codec/deflated.h"
#include "backends/crc32.h"

#include <errno.h>
#include <string.h>

#define ID1 0x1f
#define ID2 0x8b
#define METHOD_DEFLATE 8
#define HEADER_SIZE 10
#define TRAILER_SIZE 8

/* The header's flags. */
#define FHCRC 0x02
#define FEXTRA 0x04
#define FNAME 0x08
#define FCOMMENT 0x10
#define RESERVED 0xe0

typedef struct {
	RondDeflated deflated;
	gboolean in_member;
	guint64 members; /* begun so far */
	guint32 crc;	 /* of this member's decoded bytes, or its header */
} RondGzip;

static guint32 get_le(const guint8 *p, gsize len)
{
	guint32 value = 0;

	while (len-- > 0)
		value = value << 8 | p[len];
	return value;
}

static gboolean gzip_begins(const guint8 *head, gsize len)
{
	return head[0] == ID1 && (len < 2 || head[1] == ID2);
}

static gboolean gzip_probe(const guint8 *head, gsize len)
{
	return len >= 4 && gzip_begins(head, len) &&
	       head[2] == METHOD_DEFLATE && (head[3] & RESERVED) == 0;
}

/* Have @want bytes ready, or lose what is left. */
static gboolean need(RondGzip *self, gsize want, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;
	gssize avail = rond_input_peek(&coder->input, want, failure);

	if (avail >= 0 && (gsize)avail < want)
		rond_coder_lose_end(coder, failure);
	return avail >= 0 && (gsize)avail >= want;
}

/* Skip bytes of the header. */
static void skip(RondGzip *self, gsize len)
{
	RondInput *input = &self->deflated.coder.input;

	self->crc = rond_crc32(self->crc, rond_input_data(input), len);
	rond_input_consume(input, len);
}

static gboolean skip_string(RondGzip *self, GError **failure)
{
	RondInput *input = &self->deflated.coder.input;
	const guint8 *end = NULL;

	while (!end) {
		if (!need(self, 1, failure))
			return FALSE;
		gsize avail = rond_input_peek(input, 1, NULL);
		const guint8 *data = rond_input_data(input);
		end = memchr(data, 0, avail);
		skip(self, end ? (gsize)(end - data) + 1 : avail);
	}
	return TRUE;
}

static gboolean skip_extra(RondGzip *self, GError **failure)
{
	if (!need(self, 2, failure))
		return FALSE;
	gsize len = 2 + get_le(rond_input_data(&self->deflated.coder.input), 2);
	if (!need(self, len, failure))
		return FALSE;
	skip(self, len);
	return TRUE;
}

static gboolean check_header_crc(RondGzip *self, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;

	if (!need(self, 2, failure))
		return FALSE;
	guint32 said = get_le(rond_input_data(&coder->input), 2);
	if (said != (self->crc & 0xffff))
		rond_coder_find(coder, ROND_FINDING_NOTE, coder->out,
				"the header of gzip member %" G_GUINT64_FORMAT
				" fails its check",
				self->members);
	rond_input_consume(&coder->input, 2);
	return TRUE;
}

static gboolean read_header(RondGzip *self, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;

	if (!need(self, HEADER_SIZE, failure))
		return FALSE;
	const guint8 *head = rond_input_data(&coder->input);
	guint8 flags = head[3];
	if (head[2] != METHOD_DEFLATE || flags & RESERVED) {
		rond_coder_lose_rest(coder, coder->out,
				     "unknown method or flags", failure);
		return FALSE;
	}
	self->crc = 0;
	skip(self, HEADER_SIZE);
	return (!(flags & FEXTRA) || skip_extra(self, failure)) &&
	       (!(flags & FNAME) || skip_string(self, failure)) &&
	       (!(flags & FCOMMENT) || skip_string(self, failure)) &&
	       (!(flags & FHCRC) || check_header_crc(self, failure));
}

static gboolean begin_first(RondGzip *self, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;

	if (!need(self, 1, failure))
		return FALSE;
	gssize avail = rond_input_peek(&coder->input, 2, failure);
	if (avail < 0)
		return FALSE;
	if (gzip_begins(rond_input_data(&coder->input), avail))
		return TRUE;
	rond_coder_lose(coder, EIO, failure, "this is no gzip data");
	return FALSE;
}

/* FALSE at the end, too. */
static gboolean next_member(RondGzip *self, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;

	if (self->members == 0) {
		if (!begin_first(self, failure))
			return FALSE;
	} else if (rond_coder_next(coder, gzip_begins, FALSE, failure) !=
		   ROND_NEXT_BEGINS) {
		return FALSE;
	}
	self->members++;
	if (!read_header(self, failure) ||
	    !rond_deflated_begin(&self->deflated, failure))
		return FALSE;
	self->crc = 0;
	self->in_member = TRUE;
	return TRUE;
}

static void check_trailer(RondGzip *self, const guint8 *trailer)
{
	RondCoder *coder = &self->deflated.coder;
	guint32 crc = get_le(trailer, 4), size = get_le(trailer + 4, 4);
	guint32 made = coder->out - self->deflated.begin;

	if (crc != self->crc)
		rond_coder_find(coder, ROND_FINDING_DAMAGED,
				self->deflated.begin,
				"gzip member %" G_GUINT64_FORMAT
				" is damaged: its CRC-32 is %08x, "
				"it should be %08x",
				self->members, self->crc, crc);
	else if (size != made)
		rond_coder_find(coder, ROND_FINDING_DAMAGED,
				self->deflated.begin,
				"gzip member %" G_GUINT64_FORMAT
				" is damaged: its length is %u, "
				"it should be %u (modulo 4 GiB)",
				self->members, made, size);
}

static gboolean end_member(RondGzip *self, GError **failure)
{
	RondCoder *coder = &self->deflated.coder;

	self->in_member = FALSE;
	if (!need(self, TRAILER_SIZE, failure))
		return FALSE;
	if (coder->scan)
		check_trailer(self, rond_input_data(&coder->input));
	rond_input_consume(&coder->input, TRAILER_SIZE);
	return TRUE;
}

/* Decode some of the member at hand. */
static gboolean run_member(RondGzip *self, RondInflateSpan *span,
			   GError **failure)
{
	gsize before = span->done;
	RondDeflatedResult result =
	    rond_deflated_run(&self->deflated, span, failure);

	if (self->deflated.coder.scan)
		self->crc = rond_crc32(self->crc, span->buf + before,
				       span->done - before);
	if (result == ROND_DEFLATED_END)
		return end_member(self, failure);
	return result == ROND_DEFLATED_MORE;
}

static gsize gzip_decode(RondCoder *coder, guint8 *buf, gsize len,
			 GError **failure)
{
	RondGzip *self = (RondGzip *)coder;
	RondInflateSpan span = {.buf = buf, .len = len};

	while (span.done < len) {
		if (!self->in_member && !next_member(self, failure))
			break;
		if (!run_member(self, &span, failure))
			break;
	}
	return span.done;
}

static void gzip_clear(RondCoder *coder)
{
	rond_deflated_clear((RondDeflated *)coder);
}

static const RondCoderOps coder_ops = {
    .name = "gzip",
    .decode = gzip_decode,
    .clear = gzip_clear,
};

static RondDecoder *gzip_open(RondStream *in, const RondSeekPoint *from,
			      const RondScan *scan, GError **error)
{
	RondGzip *self = g_new0(RondGzip, 1);
	g_autoptr(RondDecoder) decoder = &self->deflated.coder.decoder;

	rond_deflated_init(&self->deflated, &coder_ops, in, scan);
	if (from) {
		/* Points lie within members, after the header. */
		if (!rond_deflated_resume(&self->deflated, from, error))
			return NULL;
		self->in_member = TRUE;
		self->members = 1;
	}
	return g_steal_pointer(&decoder);
}

const RondCodec rond_gzip_codec = {
    .name = "gzip",
    .suffix = "gz",
    .probe = gzip_probe,
    .open = gzip_open,
};
