/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/cachedir.h"

#include <errno.h>

/* Changes when what goes into a key does. */
#define KEY_VERSION "rondfs key 1"

#define EDGE_LEN 65536
#define SAMPLE_LEN 4096
#define N_SAMPLES 16

static void add(GChecksum *hash, const void *data, gsize len)
{
	g_checksum_update(hash, data, (gssize)len);
}

/* The @len bytes at @offset, or those that there are. */
static gboolean add_range(GChecksum *hash, RondStream *source, guint64 offset,
			  gsize len, GError **error)
{
	guint64 size = rond_stream_size(source);
	g_autofree guint8 *buf = NULL;

	if (offset >= size)
		return TRUE;
	len = MIN(len, size - offset);
	buf = g_malloc(len);
	if (!rond_stream_pread_full(source, buf, len, offset, error))
		return FALSE;
	add(hash, buf, len);
	return TRUE;
}

/* Spread over the whole, because tools that rewrite a file in place and put
 * its mtime back seldom touch its ends. */
static gboolean add_samples(GChecksum *hash, RondStream *source, GError **error)
{
	guint64 step = rond_stream_size(source) / (N_SAMPLES + 1);

	for (guint i = 1; i <= N_SAMPLES; i++)
		if (!add_range(hash, source, step * i, SAMPLE_LEN, error))
			return FALSE;
	return TRUE;
}

char *rond_cache_key(RondStream *source, gint64 mtime_ns, GError **error)
{
	g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
	guint64 size = rond_stream_size(source);
	guint64 head[] = {GUINT64_TO_LE(size),
			  GUINT64_TO_LE((guint64)mtime_ns)};
	guint64 tail = size > EDGE_LEN ? size - EDGE_LEN : 0;

	if (size == ROND_SIZE_UNKNOWN) {
		rond_fail(error, EINVAL, "the size is not known yet");
		return NULL;
	}
	add(hash, KEY_VERSION, sizeof(KEY_VERSION));
	add(hash, head, sizeof(head));
	if (!add_range(hash, source, 0, EDGE_LEN, error) ||
	    !add_range(hash, source, tail, EDGE_LEN, error) ||
	    !add_samples(hash, source, error))
		return NULL;
	return g_strdup(g_checksum_get_string(hash));
}
