/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/buffers.h"

#include <sys/mman.h>

/* A shorter block is left to malloc(3): a mapping would waste half. */
#define MIN_MAPPED (ROND_BUFFER_SIZE / 2)
#define MAX_IDLE 64

struct RondBuffers {
	gatomicrefcount refs;
	GMutex lock; /* over what follows */
	guint8 *idle[MAX_IDLE];
	guint n_idle;
};

RondBuffers *rond_buffers_new(void)
{
	RondBuffers *self = g_new0(RondBuffers, 1);

	g_atomic_ref_count_init(&self->refs);
	g_mutex_init(&self->lock);
	return self;
}

RondBuffers *rond_buffers_ref(RondBuffers *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_buffers_unref(RondBuffers *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	for (guint i = 0; i < self->n_idle; i++)
		munmap(self->idle[i], ROND_BUFFER_SIZE);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static gboolean is_mapped(gsize len)
{
	return len >= MIN_MAPPED && len <= ROND_BUFFER_SIZE;
}

static guint8 *map(void)
{
	void *data = mmap(NULL, ROND_BUFFER_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return data == MAP_FAILED ? NULL : data;
}

/* An idle one, the last given back first: it may be in the processor's caches
 * yet; else a new one. */
static guint8 *take_mapped(RondBuffers *self)
{
	guint8 *data = NULL;

	g_mutex_lock(&self->lock);
	if (self->n_idle)
		data = self->idle[--self->n_idle];
	g_mutex_unlock(&self->lock);
	return data ? data : map();
}

static void give_mapped(RondBuffers *self, guint8 *data)
{
	gboolean kept;

	g_mutex_lock(&self->lock);
	kept = self->n_idle < MAX_IDLE;
	if (kept)
		self->idle[self->n_idle++] = data;
	g_mutex_unlock(&self->lock);
	if (!kept)
		munmap(data, ROND_BUFFER_SIZE);
}

RondBuffer *rond_buffers_take(RondBuffers *self, gsize len)
{
	guint8 *data =
	    is_mapped(len) ? take_mapped(self) : g_try_malloc(MAX(len, 1));
	RondBuffer *buffer;

	if (!data)
		return NULL;
	buffer = g_new(RondBuffer, 1);
	*buffer = (RondBuffer){rond_buffers_ref(self), data, len};
	return buffer;
}

void rond_buffer_free(RondBuffer *buffer)
{
	if (is_mapped(buffer->len))
		give_mapped(buffer->buffers, buffer->data);
	else
		g_free(buffer->data);
	rond_buffers_unref(buffer->buffers);
	g_free(buffer);
}

GBytes *rond_buffer_to_bytes(RondBuffer *buffer, gsize len)
{
	g_assert(len <= buffer->len);
	return g_bytes_new_with_free_func(
	    buffer->data, len, (GDestroyNotify)rond_buffer_free, buffer);
}
