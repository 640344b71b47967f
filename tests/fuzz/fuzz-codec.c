/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes into any codec: the first byte chooses it, the rest is the input.
 * A scan, then an entry at each point it found, must give the same bytes,
 * unless the data makes no sense: what ISA-L makes of codes that are missing
 * depends on what it decoded before.
 */
#include "backends/codec/codec.h"

#include <stdint.h>
#include <string.h>

#define SPACING 4096
#define POINTS_MAX 8
#define DECODED_MAX (4 * 1024 * 1024) /* bombs are dull */
#define READ_SIZE 40000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	RondSeekPoint points[POINTS_MAX];
	guint8 windows[POINTS_MAX][ROND_WINDOW_SIZE];
	gsize n;
	gboolean lost;
} Points;

static void keep_point(const RondSeekPoint *point, gpointer data)
{
	Points *self = data;

	g_assert(point->window_len <= ROND_WINDOW_SIZE);
	if (self->n == POINTS_MAX)
		return;
	if (point->window_len > 0)
		memcpy(self->windows[self->n], point->window,
		       point->window_len);
	self->points[self->n] = *point;
	self->points[self->n].window = self->windows[self->n];
	self->n++;
}

static void take_finding(const RondFinding *finding, gpointer data)
{
	Points *points = data;

	g_assert(finding->from <= finding->to);
	g_assert(finding->message[0] != '\0');
	points->lost |= finding->kind == ROND_FINDING_LOST;
}

static GByteArray *decode(const RondCodec *codec, RondStream *in,
			  const RondSeekPoint *from, const RondScan *scan)
{
	g_autoptr(RondDecoder) decoder = codec->open(in, from, scan, NULL);
	GByteArray *all = g_byte_array_new();
	guint8 buf[READ_SIZE];
	gssize n = 1;

	while (decoder && n > 0 && all->len < DECODED_MAX) {
		n = rond_decoder_read(decoder, buf, sizeof(buf), NULL);
		if (n > 0)
			g_byte_array_append(all, buf, n);
	}
	return all;
}

static void check_same(const GByteArray *tail, const GByteArray *all,
		       guint64 out)
{
	gsize len = MIN(tail->len, all->len - out);

	g_assert(len > 0);
	g_assert(memcmp(tail->data, all->data + out, len) == 0);
}

static void check_points(const RondCodec *codec, RondStream *in,
			 const Points *points, const GByteArray *all)
{
	for (gsize i = 0; i < points->n; i++) {
		guint64 out = points->points[i].out;
		g_autoptr(GByteArray) tail =
		    decode(codec, in, &points->points[i], NULL);
		if (!points->lost && out < all->len)
			check_same(tail, all, out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const RondCodec *const *codecs = rond_codecs();
	gsize n = 0;

	while (codecs[n])
		n++;
	if (size < 1)
		return 0;
	rond_codec_probe(data + 1, size - 1);

	g_autofree Points *points = g_new0(Points, 1);
	RondScan scan = {
	    .spacing = SPACING,
	    .point = keep_point,
	    .finding = take_finding,
	    .data = points,
	};
	g_autoptr(GBytes) bytes = g_bytes_new(data + 1, size - 1);
	g_autoptr(RondStream) in = rond_memory_stream_new(bytes);
	const RondCodec *codec = codecs[data[0] % n];
	if (codec->enterable)
		codec->enterable(in);
	g_autoptr(GByteArray) all = decode(codec, in, NULL, &scan);
	check_points(codec, in, points, all);
	return 0;
}
