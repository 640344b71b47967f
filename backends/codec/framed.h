/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFramed: a coder over a compression library. Private to codecs.
 *
 * zstd, xz, bzip2 and lz4 are alike: frames one after the other, decoded by a
 * library that is fed pieces of input and output. What is around that (frames
 * in a row, truncation, findings, seek points) is here; a codec gives the
 * library's calls. A frame's start is a seek point without flags; what else of
 * a frame can be entered its codec knows.
 */
#pragma once

#include "backends/codec/coder.h"

/* What a step may use up, and has. */
typedef struct {
	const guint8 *in;
	gsize in_len, used;
	guint8 *out;
	gsize out_len, made;
	/* Set by the step: all that was made so far passed its check. */
	gboolean checked;
	const char *why; /* of a failure: a few words, constant */
	/* Set by the step where behind all that was made so far lies a place
	 * within the frame that state_enter() can begin at: its distance from
	 * @in in bits (below 0: before it), and RondSeekPoint.flags, not 0. */
	gint entry;
	guint32 entry_flags;
} RondFrameSpan;

typedef enum {
	ROND_FRAME_MORE,    /* made progress, or can't without more input */
	ROND_FRAME_END,	    /* the frame is whole and passed its check */
	ROND_FRAME_BROKEN,  /* makes no sense */
	ROND_FRAME_BAD_SUM, /* decodes, but fails its check */
	ROND_FRAME_LIMIT,   /* would need more memory than allowed */
} RondFrameResult;

typedef struct {
	RondCoderOps coder; /* ROND_FRAMED_CODER(name) */
	gboolean padded;    /* zero bytes may lie between frames */
	/* How many decoded bytes before damage may be wrong: how late the
	 * library notices. */
	gsize suspect;
	/* A step gets at least that many bytes of input, fewer only before the
	 * end of the stream. */
	gsize lookahead;
	/* Whether a frame begins with @head; see rond_coder_next(). */
	gboolean (*begins)(const guint8 *head, gsize len);
	/* The library's state, and getting it ready for a new frame. FALSE:
	 * no memory. */
	gpointer (*state_new)(void);
	gboolean (*state_begin)(gpointer state);
	/* Get ready to go on within a frame at @from, a point with flags; the
	 * input will stand at its byte. FALSE: that is none. NULL: never. */
	gboolean (*state_enter)(gpointer state, const RondSeekPoint *from);
	RondFrameResult (*step)(gpointer state, RondFrameSpan *span);
	void (*state_free)(gpointer state);
} RondFrameOps;

/* For RondCodec.open. @from may be a place where a frame begins (whole bytes),
 * or one that state_enter() takes; no point has a window (else EINVAL). */
RondDecoder *rond_framed_open(const RondFrameOps *ops, RondStream *in,
			      const RondSeekPoint *from, const RondScan *scan,
			      GError **error);

/* For RondFrameOps.coder. */
gsize rond_framed_decode(RondCoder *coder, guint8 *buf, gsize len,
			 GError **failure);
void rond_framed_clear(RondCoder *coder);
#define ROND_FRAMED_CODER(codec)                             \
	{                                                    \
		.name = codec, .decode = rond_framed_decode, \
		.clear = rond_framed_clear,                  \
	}
