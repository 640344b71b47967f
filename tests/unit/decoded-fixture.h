/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A decoded stream over fake packed data, and all that it is made from.
 */
#pragma once

#include "backends/stream/decoded.h"

#define BLOCK 4096
#define SPACING 20000 /* of the points: off the grid on purpose */
#define SIZE (75 * BLOCK + 1234)

typedef struct {
	GBytes *bytes;
	const guint8 *plain;
	RondStream *packed;
	RondBlockCache *cache;
	GArray *crcs;		  /* guint32, may be changed before begin */
	RondDecodedConfig config; /* the same */
	RondStream *stream;
} DecodedFixture;

/* Prepare all but the stream; @keep blocks fit into the cache. */
void decoded_fixture_prepare(DecodedFixture *self, gsize size, gsize keep);
/* Make the stream. */
void decoded_fixture_begin(DecodedFixture *self);
void decoded_fixture_end(DecodedFixture *self);

/* The CRC of the plain bytes [from, to). */
guint32 decoded_fixture_crc(const DecodedFixture *self, guint64 from,
			    guint64 to);

/* A read there gives the plain bytes, or fails with @code. */
void expect_read(DecodedFixture *self, guint64 offset, gsize len);
void expect_failure(DecodedFixture *self, guint64 offset, gsize len, int code);
