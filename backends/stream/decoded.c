/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/decoded.h"

#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/stream/ahead.h"
#include "backends/stream/pool.h"

#include <errno.h>
#include <string.h>

#define STEP (256 << 10)
/* So many steps on the way to the wanted block are worth keeping; with more, a
 * single random read would flush the cache. */
#define MAX_KEPT_ON_THE_WAY 16

/* So many bytes are decoded ahead of who reads in order, but never more than
 * that part of the cache: what is wanted must not go for what may be. */
#define AHEAD (4 << 20)
#define AHEAD_PART 16
/* Streams of fewer steps are over before it would begin. */
#define AHEAD_FROM 4

typedef struct {
	RondStream stream;
	RondStream *packed;
	RondBlockCache *cache;
	RondBlockKey key;
	RondDecodedMap map;
	gsize step;
	gpointer owner;
	GDestroyNotify owner_free;
	RondDecoderPool pool;
	RondAhead *ahead; /* NULL: not worth it */
} DecodedStream;

/* The first range of damage that touches [from, to), or NULL. */
static const RondRange *damage_in(const DecodedStream *self, guint64 from,
				  guint64 to)
{
	gsize low = 0, high = self->map.n_damage;

	while (low < high) {
		gsize middle = low + (high - low) / 2;

		if (self->map.damage[middle].to <= from)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == self->map.n_damage || self->map.damage[low].from >= to)
		return NULL;
	return &self->map.damage[low];
}

/* The last seek point at or before @pos: its number + 1; 0: the start. */
static gsize nearest_point(const DecodedStream *self, guint64 pos)
{
	gsize low = 0, high = self->map.n_points;

	while (low < high) {
		gsize middle = low + (high - low) / 2;

		if (self->map.point_out(self->map.data, middle) <= pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Length of the block that begins at @start. */
static gsize block_len(const DecodedStream *self, guint64 start)
{
	return MIN(self->map.block_size, self->map.size - start);
}

/* Open the decoder of a new run at seek point @point - 1, 0: the start. */
static gboolean open_run(DecodedStream *self, RondRun *run, gsize point,
			 GError **error)
{
	const RondDecodedMap *map = &self->map;
	g_autofree guint8 *scratch = NULL;
	RondSeekPoint from;

	if (point) {
		scratch = g_malloc(ROND_WINDOW_SIZE);
		if (!map->point(map->data, point - 1, scratch, &from, error))
			return FALSE;
		if (from.out != run->pos)
			return rond_fail(error, EIO, "the index is damaged");
	}
	run->decoder =
	    map->codec->open(self->packed, point ? &from : NULL, NULL, error);
	return run->decoder != NULL;
}

/* Decode @len bytes into @buf; @got says how many came out, also where it is
 * fewer and FALSE is returned. */
static gboolean decode(DecodedStream *self, RondRun *run, guint8 *buf,
		       gsize len, gsize *got, GError **error)
{
	*got = 0;
	while (*got < len) {
		gssize n = rond_decoder_read(run->decoder, buf + *got,
					     len - *got, error);

		if (n == 0)
			rond_fail(error, EIO, "the data ends early");
		if (n <= 0) {
			g_prefix_error(
			    error,
			    "%s data, decoded to byte %" G_GUINT64_FORMAT ": ",
			    self->map.codec->name, run->pos);
			return FALSE;
		}
		*got += n;
		run->pos += n;
	}
	return TRUE;
}

static gboolean crc_matches(const DecodedStream *self, guint64 start,
			    const guint8 *buf, gsize len)
{
	const guint32 *crcs = self->map.block_crcs;

	return !crcs ||
	       rond_crc32(0, buf, len) == crcs[start / self->map.block_size];
}

/* Check the block that begins at @start, of which @len bytes are there. How
 * many of them are good: all, those before damage (then the first pass may have
 * seen no more of the block either), or none. */
static gsize good_bytes(const DecodedStream *self, guint64 start,
			const guint8 *buf, gsize len)
{
	const RondRange *damage;

	if (crc_matches(self, start, buf, len))
		return len;
	damage = damage_in(self, start, start + block_len(self, start));
	if (!damage || damage->from <= start || damage->from - start >= len)
		return 0;
	len = damage->from - start;
	return crc_matches(self, start, buf, len) ? len : 0;
}

/* Whether a block of which only the bytes up to @end could be decoded is as
 * expected: damage begins there or earlier. */
static gboolean ends_in_damage(const DecodedStream *self, guint64 start,
			       guint64 end, const GError *error)
{
	const RondRange *damage =
	    damage_in(self, start, start + block_len(self, start));

	return end > start && damage && damage->from <= end &&
	       rond_error_errno(error) == EIO;
}

/* Decode and check the block at which @run stands. */
static GBytes *decode_block(DecodedStream *self, RondRun *run, GError **error)
{
	guint64 start = run->pos;
	gsize len = block_len(self, start), got, good;
	g_autoptr(RondBuffer) buf =
	    rond_buffers_take(rond_block_cache_buffers(self->cache), len);
	g_autoptr(GError) failure = NULL;

	if (!buf) {
		rond_fail_errno(error, ENOMEM, "can't decode");
		return NULL;
	}
	if (!decode(self, run, buf->data, len, &got, &failure) &&
	    !ends_in_damage(self, start, run->pos, failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	good = good_bytes(self, start, buf->data, got);
	if (!good) {
		rond_fail(error, EIO,
			  "damaged, or changed since it was indexed: wrong "
			  "checksum of decoded bytes from %" G_GUINT64_FORMAT
			  " on",
			  start);
		return NULL;
	}
	return rond_buffer_to_bytes(g_steal_pointer(&buf), good);
}

/* The key of the block that begins at @start. */
static RondBlockKey block_key(const DecodedStream *self, guint64 start)
{
	RondBlockKey key = self->key;

	key.block += start / self->map.block_size;
	return key;
}

/* Decode what lies before @start, a place where a block begins. A block on the
 * way that fails its check is just not kept: the wanted one may be good. */
static gboolean advance(DecodedStream *self, RondRun *run, guint64 start,
			GError **error)
{
	while (run->pos < start) {
		guint64 at = run->pos;
		gsize over = at % self->map.block_size;
		gsize len = self->map.block_size - over, got;
		g_autoptr(RondBuffer) buf = rond_buffers_take(
		    rond_block_cache_buffers(self->cache), len);

		if (!buf)
			return rond_fail_errno(error, ENOMEM, "can't decode");
		if (!decode(self, run, buf->data, len, &got, error))
			return FALSE;
		if (over || !run->keeps ||
		    good_bytes(self, at, buf->data, len) < len)
			continue;

		RondBlockKey key = block_key(self, at);
		g_autoptr(GBytes) bytes =
		    rond_buffer_to_bytes(g_steal_pointer(&buf), len);

		rond_block_cache_put(self->cache, &key, bytes);
	}
	return TRUE;
}

/* The block that begins at @start, made by @run, which is given back. */
static GBytes *run_to_block(DecodedStream *self, RondRun *run, gsize point,
			    guint64 start, GError **error)
{
	guint64 end = start + block_len(self, start);
	GBytes *bytes = NULL;

	if ((run->decoder || open_run(self, run, point, error)) &&
	    advance(self, run, start, error))
		bytes = decode_block(self, run, error);
	/* Who waits for this run finds the block in the cache. */
	if (bytes) {
		RondBlockKey key = block_key(self, start);

		rond_block_cache_put(self->cache, &key, bytes);
	}
	if (bytes && run->pos == end && end < self->map.size)
		rond_decoder_pool_park(&self->pool, run);
	else
		rond_decoder_pool_drop(&self->pool, run);
	return bytes;
}

/* Give back @run, which did nothing. */
static void give_back(DecodedStream *self, RondRun *run)
{
	if (run->decoder)
		rond_decoder_pool_park(&self->pool, run);
	else
		rond_decoder_pool_drop(&self->pool, run);
}

static GBytes *fill(const RondBlockKey *key, gpointer data, GError **error)
{
	DecodedStream *self = data;
	guint64 size = self->map.block_size;
	guint64 start = (key->block - self->key.block) * size;
	gsize point = nearest_point(self, start);
	const RondWant want = {
	    .point = point ? self->map.point_out(self->map.data, point - 1) : 0,
	    .start = start,
	    .end = start + block_len(self, start),
	    .keep = MAX_KEPT_ON_THE_WAY * self->step,
	};

	if (want.point > start) {
		rond_fail(error, EIO, "the index is damaged");
		return NULL;
	}
	for (;;) {
		RondRun *run = rond_decoder_pool_take(&self->pool, &want);
		GBytes *bytes = rond_block_cache_peek(self->cache, key);

		/* Made by a run that passed here after this was asked for. */
		if (bytes && run)
			give_back(self, run);
		if (bytes)
			return bytes;
		if (run)
			return run_to_block(self, run, point, start, error);
	}
}

/* What of the block with @offset in it lies there, up to @len bytes. */
static gboolean view_block(DecodedStream *self, gsize len, guint64 offset,
			   RondView *view, GError **error)
{
	gsize in_block = offset % self->map.block_size;
	guint64 start = offset - in_block;
	RondBlockKey key = block_key(self, start);
	g_autoptr(GBytes) bytes =
	    rond_block_cache_get(self->cache, &key, fill, self, error);
	gsize size;

	if (!bytes)
		return FALSE;
	/* Not before: it would overtake us, and decode what we are about to. */
	if (self->ahead)
		rond_ahead_note(self->ahead, start / self->map.block_size);

	const guint8 *data = g_bytes_get_data(bytes, &size);

	len = MIN(len, block_len(self, start) - in_block);
	if (in_block > size || len > size - in_block)
		return rond_fail(error, EIO,
				 "the backup is damaged before its decoded "
				 "byte %" G_GUINT64_FORMAT,
				 offset + len);
	*view = (RondView){g_steal_pointer(&bytes), data + in_block, len};
	return TRUE;
}

/* Ahead of a reader. He who comes to what can't be decoded is told so then. */
static void fetch_ahead(guint64 block, gpointer data)
{
	DecodedStream *self = data;
	RondBlockKey key = block_key(self, block * self->map.block_size);
	GBytes *bytes =
	    rond_block_cache_get(self->cache, &key, fill, self, NULL);

	g_clear_pointer(&bytes, g_bytes_unref);
}

static gboolean check_damage(const DecodedStream *self, guint64 from, gsize len,
			     GError **error)
{
	const RondRange *damage = damage_in(self, from, from + len);

	if (!damage)
		return TRUE;
	return rond_fail(error, EIO,
			 "the backup is damaged here (decoded bytes "
			 "%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ")",
			 damage->from, damage->to);
}

static gboolean decoded_view(RondStream *stream, gsize len, guint64 offset,
			     RondView *view, GError **error)
{
	DecodedStream *self = (DecodedStream *)stream;

	return check_damage(self, offset, len, error) &&
	       view_block(self, len, offset, view, error);
}

static gssize decoded_pread(RondStream *stream, void *buf, gsize len,
			    guint64 offset, GError **error)
{
	DecodedStream *self = (DecodedStream *)stream;
	gsize got = 0;

	if (!check_damage(self, offset, len, error))
		return -1;
	while (got < len) {
		RondView view;

		if (!view_block(self, len - got, offset + got, &view, error))
			return -1;
		memcpy((guint8 *)buf + got, view.data, view.len);
		got += view.len;
		rond_view_clear(&view);
	}
	return got;
}

static void decoded_free(RondStream *stream)
{
	DecodedStream *self = (DecodedStream *)stream;

	/* First: it may be decoding. */
	g_clear_pointer(&self->ahead, rond_ahead_free);
	rond_decoder_pool_clear(&self->pool);
	rond_stream_unref(self->packed);
	rond_block_cache_unref(self->cache);
	if (self->owner_free)
		self->owner_free(self->owner);
	g_free(self);
}

static const RondStreamOps decoded_ops = {
    .pread = decoded_pread,
    .view = decoded_view,
    .free = decoded_free,
};

/* NULL where there is too little to read, or too little room to keep it. */
static RondAhead *new_ahead(DecodedStream *self)
{
	guint64 size = self->map.block_size;
	RondBlockCacheStats stats;
	RondAheadConfig config = {
	    .n_blocks = self->map.size / size + !!(self->map.size % size),
	    .step = (guint)MAX(self->step / size, 1),
	    .fetch = fetch_ahead,
	    .data = self,
	};

	if (self->map.size / AHEAD_FROM < self->step)
		return NULL;
	rond_block_cache_stats(self->cache, &stats);
	config.limit =
	    MIN(AHEAD, stats.limit / AHEAD_PART) / rond_block_cost(size);
	return config.limit ? rond_ahead_new(&config) : NULL;
}

RondStream *rond_decoded_stream_new(const RondDecodedConfig *config)
{
	DecodedStream *self = g_new0(DecodedStream, 1);

	g_assert(config->map.block_size > 0);
	rond_stream_init(&self->stream, &decoded_ops, config->map.size);
	self->packed = rond_stream_ref(config->packed);
	self->cache = rond_block_cache_ref(config->cache);
	self->key = config->key;
	self->map = config->map;
	self->step = config->step ? config->step : STEP;
	self->owner = config->owner;
	self->owner_free = config->owner_free;
	rond_decoder_pool_init(&self->pool);
	self->ahead = new_ahead(self);
	return &self->stream;
}
