/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/buffers.h"

#include <sys/mman.h>

/* Sizes are multiples of it. */
#define STEP (16 << 10)
#define N_SIZES (ROND_BUFFER_MAX / STEP)
/* Of each size: as many as there are threads that make blocks at a time. */
#define MAX_IDLE 4

typedef struct {
	guint8 *all[MAX_IDLE];
	guint n;
} Idle;

struct RondBuffers {
	gatomicrefcount refs;
	GMutex lock; /* over what follows */
	Idle idle[N_SIZES];
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
	for (guint i = 0; i < N_SIZES; i++)
		while (self->idle[i].n)
			munmap(self->idle[i].all[--self->idle[i].n],
			       (i + 1) * STEP);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static gboolean is_mapped(gsize len)
{
	return len >= ROND_BUFFER_MIN && len <= ROND_BUFFER_MAX;
}

static gsize size_of(gsize len)
{
	return (len + STEP - 1) / STEP;
}

static guint8 *map(gsize size)
{
	void *data = mmap(NULL, size * STEP, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return data == MAP_FAILED ? NULL : data;
}

/* An idle one, the last given back first: it may be in the processor's caches
 * yet; else a new one. */
static guint8 *take_mapped(RondBuffers *self, gsize size)
{
	Idle *idle = &self->idle[size - 1];
	guint8 *data = NULL;

	g_mutex_lock(&self->lock);
	if (idle->n)
		data = idle->all[--idle->n];
	g_mutex_unlock(&self->lock);
	return data ? data : map(size);
}

static void give_mapped(RondBuffers *self, guint8 *data, gsize size)
{
	Idle *idle = &self->idle[size - 1];
	gboolean kept;

	g_mutex_lock(&self->lock);
	kept = idle->n < MAX_IDLE;
	if (kept)
		idle->all[idle->n++] = data;
	g_mutex_unlock(&self->lock);
	if (!kept)
		munmap(data, size * STEP);
}

RondBuffer *rond_buffers_take(RondBuffers *self, gsize len)
{
	guint8 *data = is_mapped(len) ? take_mapped(self, size_of(len))
				      : g_try_malloc(MAX(len, 1));
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
		give_mapped(buffer->buffers, buffer->data,
			    size_of(buffer->len));
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
