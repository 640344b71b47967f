/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of codecs share: data, packing it with the real tools, and
 * decoding it back while noting everything that is said.
 */
#pragma once

#include "backends/codec/codec.h"

#include <glib.h>

/* Data that compresses about as the text of a site does; that does not; zeros;
 * a third of each, as a backup with photos. Always the same. */
GBytes *make_text(gsize size);
GBytes *make_random(gsize size);
GBytes *make_zeros(gsize size);
GBytes *make_mixed(gsize size);

/* What @command, the shell's, makes of @data on its standard input, in a
 * folder of its own. */
GBytes *pack(GBytes *data, const char *command);

GBytes *join(GBytes *a, GBytes *b);
/* A copy with the byte at @at changed by exclusive-or with @flip. */
GBytes *damage(GBytes *bytes, gsize at, guint8 flip);
void assert_same(GBytes *a, GBytes *b);
gboolean is_prefix(GBytes *part, GBytes *whole);

/* Everything that a scan said. That points are far enough apart and findings
 * make sense is asserted on the way. */
typedef struct {
	GArray *points;	    /* RondSeekPoint */
	GPtrArray *windows; /* of the points */
	GArray *findings;   /* RondFinding */
	GPtrArray *messages;
	RondScan scan; /* to be given to open() */
} Notes;

Notes *notes_new(guint64 spacing);
void notes_free(Notes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notes, notes_free)
/* The first finding of a kind, or NULL. */
const RondFinding *notes_find(Notes *self, RondFindingKind kind);

/* Read to the end, at most @step bytes at a time (0: of all sorts). Gives what
 * could be decoded; @error says why it isn't more. */
GBytes *drain(RondDecoder *decoder, gsize step, GError **error);
GBytes *decode(const RondCodec *codec, GBytes *packed,
	       const RondSeekPoint *from, Notes *notes, GError **error);

/* Pack with the tool, decode with and without a scan, find nothing wrong;
 * check_round_trips() does it for data of each kind, @size bytes or so. */
void check_round_trip(const RondCodec *codec, GBytes *data,
		      const char *command);
void check_round_trips(const RondCodec *codec, const char *command, gsize size);

/* Cut @packed, which decodes to @data, to @len bytes: a prefix comes out, then
 * EIO, and LOST is told from exactly there. */
void check_cut(const RondCodec *codec, GBytes *packed, gsize len, GBytes *data);

/* Change the byte at @at: either nothing changes in what is decoded, or it is
 * told; wrong bytes come with more than a NOTE. */
void check_flip(const RondCodec *codec, GBytes *packed, gsize at, guint8 flip,
		GBytes *data);

/* Make the n-th read fail, for every n until none does: the error comes up as
 * it is, after a prefix. Returns how many reads there are. */
int check_failing_reads(const RondCodec *codec, GBytes *packed, GBytes *data);
