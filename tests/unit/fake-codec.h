/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A codec whose work can be counted: each decoded byte is one packed byte,
 * turned over, so what is read of the packed stream is what was decoded.
 */
#pragma once

#include "backends/codec/codec.h"

const RondCodec *fake_codec(void);

/* The packed form of @plain (a reference is taken). */
RondStream *fake_packed_new(GBytes *plain);

/* How many bytes of it were decoded, how often a decoder was opened. */
guint64 fake_packed_decoded(RondStream *self);
guint fake_packed_opened(RondStream *self);

/* Bytes [from, to) can't be decoded: fails with @code. */
void fake_packed_break(RondStream *self, guint64 from, guint64 to, int code);

/* No read returns before @n threads are in one at the same time. */
void fake_packed_meet(RondStream *self, guint n);
/* Wait until @n of them are. */
void fake_packed_wait(RondStream *self, guint n);

/* Tables of seek points each @spacing bytes, for a RondDecodedMap's data. */
typedef enum {
	FAKE_POINT_TRUE,
	FAKE_POINT_FAILS,     /* can't be had */
	FAKE_POINT_ELSEWHERE, /* is not where the table says */
	FAKE_POINT_BAD,	      /* the codec doesn't take it */
} FakeLie;
gpointer fake_points(guint spacing, FakeLie lie);
gboolean fake_point(gpointer data, gsize i, guint8 *scratch,
		    RondSeekPoint *point, GError **error);
guint64 fake_point_out(gpointer data, gsize i);
