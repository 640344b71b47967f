/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCodec: one compression format.
 *
 * A codec turns compressed bytes into decoded ones, from the start or from a
 * seek point, and finds those points the first time it goes through. It
 * caches nothing and knows no archive formats. The table of codecs is the
 * only place that names them all.
 */
#pragma once

#include "backends/stream/stream.h"

#include <glib.h>

#define ROND_WINDOW_SIZE 32768 /* deflate's (RFC 1951) */

/* How far apart seek points may be, in decoded bytes, before random access
 * becomes a pain. The blocks of `xz -T` are as large as this. */
#define ROND_GAP_MAX (24 * 1024 * 1024)

/* A place where decoding can begin. */
typedef struct {
	guint64 in;  /* position in the compressed stream, in BITS */
	guint64 out; /* position in the decoded stream, in bytes */
	/* Codec's own: what it needs to begin there. For deflate the last
	 * up to 32 KiB decoded before the point. May be empty. */
	const guint8 *window;
	guint32 window_len;
	guint32 flags; /* codec's own; stored and given back as it is */
} RondSeekPoint;

typedef enum {
	ROND_FINDING_NOTE,    /* served whole; worth a line in the status */
	ROND_FINDING_DAMAGED, /* bytes [from, to) can't be vouched for */
	ROND_FINDING_LOST,    /* nothing can be decoded from @from on */
} RondFindingKind;

/* Something to tell about a backup. */
typedef struct {
	RondFindingKind kind;
	guint64 from, to;    /* range of decoded bytes; LOST: no end */
	const char *message; /* one line, for people */
} RondFinding;

/* What follows a point: the packed bytes from the one with its first bit on. */
typedef struct {
	const guint8 *packed;
	gsize len;
	gboolean all; /* the stream has no more */
} RondThinInput;

/* What the first pass over a stream learns. All calls come from the thread
 * that reads the decoder, in rising order of decoded position, which may be
 * some KiB ahead of what was read; the arguments are valid during the call
 * only. Any callback may be NULL. */
typedef struct {
	/* Wanted distance of points, in decoded bytes. Where they cost nothing,
	 * or hardly anything, there may be twice as many. */
	guint64 spacing;
	void (*point)(const RondSeekPoint *point, gpointer data);
	/* Where it is set, points with a window come here instead, with all of
	 * the window: to thin it out (thin.h) is then the callee's. */
	void (*window)(const RondSeekPoint *point, const RondThinInput *ahead,
		       gpointer data);
	void (*finding)(const RondFinding *finding, gpointer data);
	gpointer data;
} RondScan;

typedef struct RondDecoder RondDecoder;

typedef struct {
	/* Decode the next up to @len bytes into @buf. Returns how many (at
	 * least 1 before the end), 0 at the end, -1 with @error set when the
	 * data is damaged or truncated (EIO), would take more memory than a
	 * codec may use (E2BIG), or the input fails. Bytes decoded
	 * before damage are returned first; the error comes with the next
	 * call, and with every call after it. */
	gssize (*read)(RondDecoder *self, void *buf, gsize len, GError **error);
	void (*free)(RondDecoder *self);
} RondDecoderOps;

/* A decoder in progress: for one thread at a time. */
struct RondDecoder {
	const RondDecoderOps *ops;
};

static inline gssize rond_decoder_read(RondDecoder *self, void *buf, gsize len,
				       GError **error)
{
	return self->ops->read(self, buf, len, error);
}

static inline void rond_decoder_free(RondDecoder *self)
{
	self->ops->free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondDecoder, rond_decoder_free)

typedef struct {
	const char *name;   /* "gzip"; kept in index files */
	const char *suffix; /* usual file name ending, "gz"; NULL: none */
	/* Whether a scan of @in will give seek points, no two further apart
	 * than ROND_GAP_MAX. FALSE: there is hardly a place to begin but the
	 * start, or it can't be told; who wants random access makes a seekable
	 * copy. Looks at some headers only, which is cheap, but may judge a
	 * long stream by its beginning. NULL: always. */
	gboolean (*enterable)(RondStream *in);
	/* Whether @head, the first @len bytes of a stream, are this format's.
	 * NULL: cannot be told (raw deflate). */
	gboolean (*probe)(const guint8 *head, gsize len);
	/* Begin to decode @in (a reference is taken) at @from, or at the start
	 * when NULL. Where a frame or stream of zstd, xz, bzip2 or lz4 begins
	 * is a point without window and flags, who ever found it. With @scan
	 * (only from the start; borrowed until the decoder is freed) points and
	 * findings are reported, and all checksums and lengths of the format
	 * are verified: a member that decodes but fails its check is a DAMAGED
	 * finding over its range, bytes after the last member that are none are
	 * a NOTE, input that ends early or can't be decoded on is LOST (and
	 * then read fails). Damage is noticed late: a DAMAGED finding goes
	 * before such a LOST one, over bytes already given that may be wrong.
	 * NULL with @error set when it can't begin. */
	RondDecoder *(*open)(RondStream *in, const RondSeekPoint *from,
			     const RondScan *scan, GError **error);
} RondCodec;

static inline gboolean rond_codec_enterable(const RondCodec *codec,
					    RondStream *in)
{
	return !codec->enterable || codec->enterable(in);
}

/* The codec whose magic bytes @head begins with, or NULL. */
const RondCodec *rond_codec_probe(const guint8 *head, gsize len);

/* By its name as in RondCodec.name; NULL when there is none. "deflate" and
 * "stored" are what zip members are. */
const RondCodec *rond_codec_by_name(const char *name);

/* By a file name ending without its dot ("gz"), NULL when there is none.
 * Matching ignores ASCII case. */
const RondCodec *rond_codec_by_suffix(const char *suffix);

/* All of them, NULL-terminated. */
const RondCodec *const *rond_codecs(void);
