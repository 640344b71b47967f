/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/cache.h"

/* A block that is held. */
typedef struct {
	RondBlockKey key;
	GBytes *bytes;
	gsize cost;
	GList by_use;	 /* in RondBlockCache.used */
	GList by_stream; /* in its stream's list */
} Block;

/* A block that is being made: by one thread, others may wait for it. */
typedef struct {
	RondBlockKey key;
	guint refs; /* of the maker and of each that waits */
	gboolean done;
	GCond cond;
	GBytes *bytes; /* what came out: this or an error */
	GError *error;
} Flight;

struct RondBlockCache {
	gatomicrefcount refs;
	gsize limit;
	RondBuffers *buffers;
	GMutex lock;	     /* over everything below */
	GHashTable *blocks;  /* RondBlockKey → Block */
	GHashTable *streams; /* number → GQueue of its Blocks, until dropped */
	GHashTable *flights; /* RondBlockKey → Flight */
	GQueue used;	     /* Blocks, the last used first */
	gsize bytes;
	guint64 last_stream;
	guint64 hits, misses;
};

static guint key_hash(gconstpointer p)
{
	const RondBlockKey *key = p;
	guint64 mixed = (key->stream * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) ^
			(key->block * G_GUINT64_CONSTANT(0xc2b2ae3d27d4eb4f));

	return mixed ^ (mixed >> 32);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const RondBlockKey *left = a, *right = b;

	return left->stream == right->stream && left->block == right->block;
}

RondBlockCache *rond_block_cache_new(gsize limit)
{
	RondBlockCache *self = g_new0(RondBlockCache, 1);

	g_atomic_ref_count_init(&self->refs);
	g_mutex_init(&self->lock);
	g_queue_init(&self->used);
	self->limit = limit;
	self->buffers = rond_buffers_new();
	self->blocks = g_hash_table_new(key_hash, key_equal);
	self->flights = g_hash_table_new(key_hash, key_equal);
	self->streams =
	    g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return self;
}

RondBlockCache *rond_block_cache_ref(RondBlockCache *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

/* Take @block out of every table; it is the caller's then. */
static void detach(RondBlockCache *self, Block *block)
{
	GQueue *siblings =
	    g_hash_table_lookup(self->streams, &block->key.stream);

	g_queue_unlink(siblings, &block->by_stream);
	g_queue_unlink(&self->used, &block->by_use);
	g_hash_table_remove(self->blocks, &block->key);
	self->bytes -= block->cost;
}

static void block_free(Block *block)
{
	g_bytes_unref(block->bytes);
	g_free(block);
}

/* Without the lock: freeing a large block can take the kernel's time. */
static void free_all(GQueue *victims)
{
	GList *link;

	while ((link = g_queue_pop_head_link(victims)))
		block_free(link->data);
}

/* Move what is over the limit, the least recently used first, to @victims. */
static void evict(RondBlockCache *self, GQueue *victims)
{
	while (self->bytes > self->limit) {
		Block *block = self->used.tail->data;

		detach(self, block);
		g_queue_push_tail_link(victims, &block->by_use);
	}
}

/* Hold @bytes as the block @key, unless it is held already, too large, or of a
 * stream that was dropped. */
static void insert(RondBlockCache *self, const RondBlockKey *key, GBytes *bytes,
		   GQueue *victims)
{
	GQueue *siblings = g_hash_table_lookup(self->streams, &key->stream);
	gsize size = g_bytes_get_size(bytes);

	if (!siblings || rond_block_cost(size) > self->limit ||
	    g_hash_table_contains(self->blocks, key))
		return;

	Block *block = g_new0(Block, 1);

	block->key = *key;
	block->bytes = g_bytes_ref(bytes);
	block->cost = rond_block_cost(size);
	block->by_use.data = block->by_stream.data = block;
	g_hash_table_insert(self->blocks, &block->key, block);
	g_queue_push_head_link(&self->used, &block->by_use);
	g_queue_push_head_link(siblings, &block->by_stream);
	self->bytes += block->cost;
	evict(self, victims);
}

void rond_block_cache_unref(RondBlockCache *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;

	GQueue victims = G_QUEUE_INIT;

	g_assert(g_hash_table_size(self->flights) == 0);
	self->limit = 0;
	evict(self, &victims);
	free_all(&victims);
	g_hash_table_unref(self->blocks);
	g_hash_table_unref(self->streams);
	g_hash_table_unref(self->flights);
	rond_buffers_unref(self->buffers);
	g_mutex_clear(&self->lock);
	g_free(self);
}

guint64 rond_block_cache_new_stream(RondBlockCache *self)
{
	g_mutex_lock(&self->lock);
	guint64 number = ++self->last_stream;
	g_hash_table_insert(self->streams, g_memdup2(&number, sizeof(number)),
			    g_new0(GQueue, 1));
	g_mutex_unlock(&self->lock);
	return number;
}

void rond_block_cache_drop_stream(RondBlockCache *self, guint64 stream)
{
	GQueue victims = G_QUEUE_INIT;
	GQueue *blocks;

	g_mutex_lock(&self->lock);
	blocks = g_hash_table_lookup(self->streams, &stream);
	while (blocks && blocks->head) {
		Block *block = blocks->head->data;

		detach(self, block);
		g_queue_push_tail_link(&victims, &block->by_use);
	}
	/* From here on insert() knows the stream no longer, so that what is
	 * being made at this moment is not kept either. */
	g_hash_table_remove(self->streams, &stream);
	g_mutex_unlock(&self->lock);
	free_all(&victims);
}

/* A reference on the block, which becomes the last used; NULL: not held. */
static GBytes *find(RondBlockCache *self, const RondBlockKey *key)
{
	Block *block = g_hash_table_lookup(self->blocks, key);

	if (!block)
		return NULL;
	g_queue_unlink(&self->used, &block->by_use);
	g_queue_push_head_link(&self->used, &block->by_use);
	return g_bytes_ref(block->bytes);
}

static Flight *flight_begin(RondBlockCache *self, const RondBlockKey *key)
{
	Flight *flight = g_new0(Flight, 1);

	flight->key = *key;
	flight->refs = 1;
	g_cond_init(&flight->cond);
	g_hash_table_insert(self->flights, &flight->key, flight);
	return flight;
}

/* With the lock held, which also guards the count. */
static void flight_unref(Flight *flight)
{
	if (--flight->refs)
		return;
	g_clear_pointer(&flight->bytes, g_bytes_unref);
	g_clear_error(&flight->error);
	g_cond_clear(&flight->cond);
	g_free(flight);
}

/* With the lock held: the outcome of a flight that another thread made. */
static GBytes *flight_join(RondBlockCache *self, Flight *flight, GError **error)
{
	GBytes *bytes = NULL;

	flight->refs++;
	while (!flight->done)
		g_cond_wait(&flight->cond, &self->lock);
	if (flight->bytes)
		bytes = g_bytes_ref(flight->bytes);
	else
		g_propagate_error(error, g_error_copy(flight->error));
	flight_unref(flight);
	return bytes;
}

/* Make the block of @flight and give it to all who wait. */
static GBytes *flight_make(RondBlockCache *self, Flight *flight,
			   RondBlockFill fill, gpointer data, GError **error)
{
	GQueue victims = G_QUEUE_INIT;
	GError *failure = NULL;
	GBytes *bytes = fill(&flight->key, data, &failure);

	g_assert(!bytes == !!failure);
	g_mutex_lock(&self->lock);
	flight->done = TRUE;
	if (bytes)
		flight->bytes = g_bytes_ref(bytes);
	else
		flight->error = g_error_copy(failure);
	g_hash_table_remove(self->flights, &flight->key);
	if (bytes)
		insert(self, &flight->key, bytes, &victims);
	g_cond_broadcast(&flight->cond);
	flight_unref(flight);
	g_mutex_unlock(&self->lock);
	free_all(&victims);
	if (failure)
		g_propagate_error(error, failure);
	return bytes;
}

GBytes *rond_block_cache_get(RondBlockCache *self, const RondBlockKey *key,
			     RondBlockFill fill, gpointer data, GError **error)
{
	Flight *flight = NULL;

	g_mutex_lock(&self->lock);
	GBytes *bytes = find(self, key);
	if (!bytes)
		flight = g_hash_table_lookup(self->flights, key);
	if (bytes || flight) {
		self->hits++;
		if (flight)
			bytes = flight_join(self, flight, error);
		g_mutex_unlock(&self->lock);
		return bytes;
	}
	self->misses++;
	flight = flight_begin(self, key);
	g_mutex_unlock(&self->lock);
	return flight_make(self, flight, fill, data, error);
}

GBytes *rond_block_cache_peek(RondBlockCache *self, const RondBlockKey *key)
{
	g_mutex_lock(&self->lock);
	GBytes *bytes = find(self, key);
	g_mutex_unlock(&self->lock);
	return bytes;
}

void rond_block_cache_put(RondBlockCache *self, const RondBlockKey *key,
			  GBytes *bytes)
{
	GQueue victims = G_QUEUE_INIT;

	g_mutex_lock(&self->lock);
	insert(self, key, bytes, &victims);
	g_mutex_unlock(&self->lock);
	free_all(&victims);
}

RondBuffers *rond_block_cache_buffers(RondBlockCache *self)
{
	return self->buffers;
}

void rond_block_cache_stats(RondBlockCache *self, RondBlockCacheStats *stats)
{
	g_mutex_lock(&self->lock);
	stats->bytes = self->bytes;
	stats->limit = self->limit;
	stats->hits = self->hits;
	stats->misses = self->misses;
	g_mutex_unlock(&self->lock);
}
