/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCoder: what every decoder here is built on. Private to codecs.
 *
 * It keeps RondDecoder's promises, so that a codec need not: an error is said
 * after the bytes before it and then again and again; small reads are served
 * from a buffer, because every library is slow at those. A codec embeds it as
 * its first member.
 */
#pragma once

#include "backends/codec/codec.h"
#include "backends/codec/input.h"

#include <glib.h>

typedef struct RondCoder RondCoder;

typedef struct {
	const char *name; /* of the codec, for messages: "gzip" */
	/* Decode up to @len bytes into @buf and add their number to
	 * self->out. Returns it: less than @len only at the end or with
	 * @failure set, and not called again after either. */
	gsize (*decode)(RondCoder *self, guint8 *buf, gsize len,
			GError **failure);
	/* Free what the codec added to the coder. */
	void (*clear)(RondCoder *self);
} RondCoderOps;

struct RondCoder {
	RondDecoder decoder;
	const RondCoderOps *ops;
	RondInput input;
	const RondScan *scan; /* NULL: nobody wants to know */
	guint64 out;	      /* decoded bytes made so far */
	guint8 *small;	      /* bytes made that nobody has read yet: */
	gsize small_pos, small_end;
	gboolean ended;
	GError *failure; /* what decode() said */
};

/* Set up a zeroed @self, over @in from its start. rond_decoder_free() then
 * frees it with g_free(). */
void rond_coder_init(RondCoder *self, const RondCoderOps *ops, RondStream *in,
		     const RondScan *scan);

/* Report a finding about decoded bytes from @from up to here (a LOST one goes
 * on for ever). Without a scan it does nothing. */
void rond_coder_find(RondCoder *self, RondFindingKind kind, guint64 from,
		     const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Nothing can be decoded from here on: report it, and set @failure to the same
 * message. @code is the errno; EIO for damage. */
void rond_coder_lose(RondCoder *self, int code, GError **failure,
		     const char *format, ...) G_GNUC_PRINTF(4, 5);

/* The two usual losses: the input ends too early; it makes no sense, and the
 * decoded bytes from @suspect up to here may be wrong already. */
void rond_coder_lose_end(RondCoder *self, GError **failure);
void rond_coder_lose_rest(RondCoder *self, guint64 suspect, const char *why,
			  GError **failure);

/* What comes after a member or frame of a format that allows several. */
typedef enum {
	ROND_NEXT_BEGINS, /* another one: the input stands before it */
	ROND_NEXT_END,	  /* nothing, zero bytes, or what is none (a NOTE) */
	ROND_NEXT_FAILED, /* @failure is set */
} RondNext;

/* @begins: whether @head, @len > 0 bytes, can be the first ones; fewer than
 * the magic's length come only before the end of the input. @padded: members
 * may be apart by zero bytes. */
RondNext rond_coder_next(RondCoder *self,
			 gboolean (*begins)(const guint8 *head, gsize len),
			 gboolean padded, GError **failure);
