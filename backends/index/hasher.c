/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/hasher.h"

#include "backends/codec/window.h"
#include "backends/crc32.h"

#include <string.h>

/* As much as the two threads may be apart. */
#define BLOCKS 24
#define ZEROS_SIZE (64 * 1024)

/* A point on its way. */
typedef struct {
	RondSeekPoint point;
	RondThinInput ahead;
	guint8 bytes[]; /* its window, and what is ahead */
} Job;

typedef struct {
	guint8 hash[ROND_SHA256_SIZE];
	guint8 done;
} Result;

struct RondHasher {
	GThread *thread; /* NULL: there could be none, the caller's does all */
	GMutex lock;	 /* of what follows */
	GCond changed;
	RondHashBlock *free;
	RondHashBlock *first, **end; /* to be hashed */
	guint made;		     /* blocks there are */
	gboolean busy, stop;
	/* The thread's own; everybody's while it is not busy. */
	RondSha256 *sha256;
	RondThinner *thinner;
	GArray *results; /* Result of each file */
	GArray *crcs, *points;
	GByteArray *windows;
	gint hurry; /* atomic: nobody wants the results any more */
};

static void free_block(RondHashBlock *block)
{
	g_array_unref(block->steps);
	g_ptr_array_unref(block->points);
	g_free(block);
}

static RondHashBlock *new_block(void)
{
	RondHashBlock *block = g_new(RondHashBlock, 1);

	block->len = 0;
	block->checked = FALSE;
	block->steps = g_array_new(FALSE, FALSE, sizeof(RondHashStep));
	block->points = g_ptr_array_new_with_free_func(g_free);
	block->next = NULL;
	return block;
}

static void empty_block(RondHashBlock *block)
{
	block->len = 0;
	block->checked = FALSE;
	g_array_set_size(block->steps, 0);
	g_ptr_array_set_size(block->points, 0);
}

void rond_hash_block_add_point(RondHashBlock *self, const RondSeekPoint *point,
			       const RondThinInput *ahead)
{
	const gsize ahead_len = ahead ? ahead->len : 0;
	Job *job = g_malloc(sizeof *job + point->window_len + ahead_len);
	guint8 *packed = job->bytes + point->window_len;

	job->point = *point;
	if (point->window_len)
		memcpy(job->bytes, point->window, point->window_len);
	if (ahead_len)
		memcpy(packed, ahead->packed, ahead_len);
	job->ahead =
	    (RondThinInput){packed, ahead_len, ahead ? ahead->all : TRUE};
	job->point.window = job->bytes;
	g_ptr_array_add(self->points, job);
}

static void pack_point(RondHasher *self, Job *job)
{
	RondHashPoint done = {.packed = self->windows->len};

	if (!self->thinner)
		self->thinner = rond_thinner_new();
	if (job->point.window_len)
		rond_thinner_run(self->thinner, &job->ahead, &job->point,
				 job->bytes);
	done.packed_len = rond_window_pack(
	    job->point.window, job->point.window_len, self->windows);
	done.point = job->point;
	done.point.window = NULL;
	g_array_append_val(self->points, done);
}

static void add_zeros(RondHasher *self, guint64 len)
{
	static const guint8 zeros[ZEROS_SIZE];

	while (len && !g_atomic_int_get(&self->hurry)) {
		gsize part = MIN(len, ZEROS_SIZE);

		rond_sha256_add(self->sha256, zeros, part);
		len -= part;
	}
}

static void keep_result(RondHasher *self, guint32 file)
{
	if (self->results->len <= file)
		g_array_set_size(self->results, file + 1);
	Result *result = &g_array_index(self->results, Result, file);

	rond_sha256_end(self->sha256, result->hash);
	result->done = TRUE;
}

static void take_step(RondHasher *self, const RondHashBlock *block,
		      const RondHashStep *step)
{
	if (step->first)
		rond_sha256_reset(self->sha256);
	add_zeros(self, step->zeros);
	rond_sha256_add(self->sha256, block->data + step->from, step->len);
	if (step->last)
		keep_result(self, step->file);
}

static void check_block(RondHasher *self, const RondHashBlock *block)
{
	for (gsize at = 0; at < block->len; at += ROND_CHECK_SIZE) {
		guint32 crc = rond_crc32(0, block->data + at,
					 MIN(block->len - at, ROND_CHECK_SIZE));

		g_array_append_val(self->crcs, crc);
	}
}

static void hash_block(RondHasher *self, RondHashBlock *block)
{
	if (!self->sha256)
		self->sha256 = rond_sha256_new();
	if (block->checked)
		check_block(self, block);
	for (guint i = 0; i < block->steps->len; i++)
		take_step(self, block,
			  &g_array_index(block->steps, RondHashStep, i));
	for (guint i = 0; i < block->points->len; i++)
		pack_point(self, block->points->pdata[i]);
	empty_block(block);
}

static RondHashBlock *shift(RondHasher *self)
{
	RondHashBlock *block = self->first;

	if (!block)
		return NULL;
	self->first = block->next;
	if (!self->first)
		self->end = &self->first;
	return block;
}

static void put_free(RondHasher *self, RondHashBlock *block)
{
	block->next = self->free;
	self->free = block;
}

static gpointer run(gpointer data)
{
	RondHasher *self = data;

	g_mutex_lock(&self->lock);
	while (!self->stop) {
		RondHashBlock *block = shift(self);

		if (!block) {
			g_cond_wait(&self->changed, &self->lock);
			continue;
		}
		self->busy = TRUE;
		g_mutex_unlock(&self->lock);
		hash_block(self, block);
		g_mutex_lock(&self->lock);
		self->busy = FALSE;
		put_free(self, block);
		g_cond_broadcast(&self->changed);
	}
	g_mutex_unlock(&self->lock);
	return NULL;
}

RondHasher *rond_hasher_new(void)
{
	RondHasher *self = g_new0(RondHasher, 1);

	g_mutex_init(&self->lock);
	g_cond_init(&self->changed);
	self->end = &self->first;
	self->results = g_array_new(FALSE, TRUE, sizeof(Result));
	self->crcs = g_array_new(FALSE, FALSE, sizeof(guint32));
	self->points = g_array_new(FALSE, FALSE, sizeof(RondHashPoint));
	self->windows = g_byte_array_new();
	self->thread = g_thread_try_new("hasher", run, self, NULL);
	return self;
}

static void free_blocks(RondHashBlock *block)
{
	while (block) {
		RondHashBlock *next = block->next;

		free_block(block);
		block = next;
	}
}

void rond_hasher_free(RondHasher *self)
{
	g_atomic_int_set(&self->hurry, TRUE);
	g_mutex_lock(&self->lock);
	self->stop = TRUE;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
	if (self->thread)
		g_thread_join(self->thread);
	free_blocks(self->first);
	free_blocks(self->free);
	g_clear_pointer(&self->sha256, rond_sha256_free);
	g_clear_pointer(&self->thinner, rond_thinner_free);
	g_array_unref(self->results);
	g_array_unref(self->crcs);
	g_array_unref(self->points);
	g_byte_array_unref(self->windows);
	g_cond_clear(&self->changed);
	g_mutex_clear(&self->lock);
	g_free(self);
}

RondHashBlock *rond_hasher_take(RondHasher *self)
{
	RondHashBlock *block = NULL;

	g_mutex_lock(&self->lock);
	while (!self->free && self->made == BLOCKS)
		g_cond_wait(&self->changed, &self->lock);
	block = self->free;
	if (block)
		self->free = block->next;
	else
		self->made++;
	g_mutex_unlock(&self->lock);
	return block ? block : new_block();
}

void rond_hasher_drop(RondHasher *self, RondHashBlock *block)
{
	empty_block(block);
	g_mutex_lock(&self->lock);
	put_free(self, block);
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
}

void rond_hasher_give(RondHasher *self, RondHashBlock *block)
{
	if (!self->thread) {
		hash_block(self, block);
		rond_hasher_drop(self, block);
		return;
	}
	g_mutex_lock(&self->lock);
	block->next = NULL;
	*self->end = block;
	self->end = &block->next;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
}

void rond_hasher_wait(RondHasher *self)
{
	g_mutex_lock(&self->lock);
	while (self->first || self->busy)
		g_cond_wait(&self->changed, &self->lock);
	g_mutex_unlock(&self->lock);
}

GArray *rond_hasher_crcs(RondHasher *self)
{
	return self->crcs;
}

GArray *rond_hasher_points(RondHasher *self)
{
	return self->points;
}

GByteArray *rond_hasher_windows(RondHasher *self)
{
	return self->windows;
}

const guint8 *rond_hasher_sha256(RondHasher *self, guint32 file)
{
	const Result *result;

	if (file >= self->results->len)
		return NULL;
	result = &g_array_index(self->results, Result, file);
	return result->done ? result->hash : NULL;
}
