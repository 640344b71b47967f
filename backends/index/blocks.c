/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/blocks.h"

/* So many are decoded in line: for what is small a thread doesn't pay. */
#define IN_LINE 4
/* As many findings wait for one block at most: hostile input makes any number
 * of them out of no decoded bytes. */
#define MAX_FINDINGS 64

/* Beside those: the one being decoded, the walker's four, one that is fed. */
G_STATIC_ASSERT(ROND_BLOCKS_AHEAD + 6 <= ROND_HASHER_HELD);

typedef struct {
	RondHashBlock *block; /* NULL: too many findings before the next one */
	GPtrArray *findings;  /* RondFinding; NULL: none */
	gboolean last;
} Item;

struct RondBlocks {
	RondBlocksConfig config;
	/* Of who decodes: the thread, once there is one. */
	RondScan scan;
	RondDecoder *decoder;
	RondHashBlock *block; /* the one at hand */
	GPtrArray *findings;
	GError *failure;
	gboolean ahead; /* const while there is a thread */
	/* The taker's. */
	GThread *thread;
	guint taken; /* in line */
	gboolean ended;
	GMutex lock; /* of what follows */
	GCond changed;
	Item items[ROND_BLOCKS_AHEAD]; /* @n of them from @first on, round */
	guint first, n;
	gboolean stop;
};

static void free_finding(gpointer data)
{
	RondFinding *finding = data;

	g_free((char *)finding->message);
	g_free(finding);
}

static void clear_item(RondBlocks *self, Item *item)
{
	if (item->block)
		rond_hasher_drop(self->config.hasher, item->block);
	g_clear_pointer(&item->findings, g_ptr_array_unref);
}

/* Waits until there is room. FALSE: stopped, and nobody takes it. */
static gboolean push(RondBlocks *self, Item item)
{
	gboolean stopped;

	g_mutex_lock(&self->lock);
	while (self->n == ROND_BLOCKS_AHEAD && !self->stop)
		g_cond_wait(&self->changed, &self->lock);
	stopped = self->stop;
	if (!stopped) {
		self->items[(self->first + self->n) % ROND_BLOCKS_AHEAD] = item;
		if (!self->n++)
			g_cond_signal(&self->changed);
	}
	g_mutex_unlock(&self->lock);
	if (stopped)
		clear_item(self, &item);
	return !stopped;
}

static Item shift(RondBlocks *self)
{
	Item item;

	g_mutex_lock(&self->lock);
	while (!self->n)
		g_cond_wait(&self->changed, &self->lock);
	item = self->items[self->first];
	self->first = (self->first + 1) % ROND_BLOCKS_AHEAD;
	if (self->n-- == ROND_BLOCKS_AHEAD)
		g_cond_signal(&self->changed);
	g_mutex_unlock(&self->lock);
	return item;
}

static void on_point(const RondSeekPoint *point, gpointer data)
{
	RondBlocks *self = data;

	if (self->config.points)
		rond_hash_block_add_point(self->block, point, NULL);
}

static void on_window(const RondSeekPoint *point, const RondThinInput *ahead,
		      gpointer data)
{
	RondBlocks *self = data;

	if (self->config.points)
		rond_hash_block_add_point(self->block, point, ahead);
}

static void on_finding(const RondFinding *finding, gpointer data)
{
	RondBlocks *self = data;
	RondFinding *copy;

	if (!self->ahead) {
		self->config.finding(finding, self->config.data);
		return;
	}
	if (!self->findings)
		self->findings = g_ptr_array_new_with_free_func(free_finding);
	copy = g_memdup2(finding, sizeof *finding);
	copy->message = g_strdup(finding->message);
	g_ptr_array_add(self->findings, copy);
	if (self->findings->len == MAX_FINDINGS)
		push(self,
		     (Item){.findings = g_steal_pointer(&self->findings)});
}

/* Decode the rest of the block at hand. */
static Item finish_block(RondBlocks *self)
{
	RondHashBlock *block = self->block;
	gboolean last = FALSE;

	while (block->len < ROND_BLOCK_SIZE && !last) {
		gssize n = rond_decoder_read(
		    self->decoder, block->data + block->len,
		    ROND_BLOCK_SIZE - block->len, &self->failure);

		last = n <= 0;
		if (!last)
			block->len += (gsize)n;
	}
	return (Item){
	    .block = g_steal_pointer(&self->block),
	    .findings = g_steal_pointer(&self->findings),
	    .last = last,
	};
}

static Item make_block(RondBlocks *self)
{
	if (!self->block)
		self->block = rond_hasher_take(self->config.hasher);
	return finish_block(self);
}

static gpointer run(gpointer data)
{
	RondBlocks *self = data;
	gboolean last = FALSE;

	while (!last) {
		Item item = make_block(self);

		last = item.last;
		if (!push(self, item))
			break;
	}
	return NULL;
}

RondBlocks *rond_blocks_new(const RondBlocksConfig *config, GError **error)
{
	g_autoptr(RondBlocks) self = g_new0(RondBlocks, 1);

	self->config = *config;
	rond_stream_ref(config->source);
	g_mutex_init(&self->lock);
	g_cond_init(&self->changed);
	self->block = rond_hasher_take(config->hasher);
	self->scan = (RondScan){
	    .spacing = config->spacing,
	    .point = on_point,
	    .window = on_window,
	    .finding = on_finding,
	    .data = self,
	};
	self->decoder =
	    config->codec->open(config->source, NULL, &self->scan, error);
	return self->decoder ? g_steal_pointer(&self) : NULL;
}

void rond_blocks_stop(RondBlocks *self)
{
	g_mutex_lock(&self->lock);
	self->stop = TRUE;
	g_cond_signal(&self->changed);
	g_mutex_unlock(&self->lock);
	if (self->thread)
		g_thread_join(g_steal_pointer(&self->thread));
}

void rond_blocks_free(RondBlocks *self)
{
	rond_blocks_stop(self);
	for (; self->n; self->n--)
		clear_item(self,
			   &self->items[self->first++ % ROND_BLOCKS_AHEAD]);
	clear_item(self, &(Item){self->block, self->findings, FALSE});
	g_clear_pointer(&self->decoder, rond_decoder_free);
	rond_stream_unref(self->config.source);
	g_clear_error(&self->failure);
	g_cond_clear(&self->changed);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* With one processor, to take turns only costs. */
static void begin_ahead(RondBlocks *self)
{
	if (self->taken++ != IN_LINE || g_get_num_processors() == 1)
		return;
	self->ahead = TRUE;
	self->thread = g_thread_try_new("decoder", run, self, NULL);
	if (!self->thread)
		self->ahead = FALSE;
}

/* Those that were found ahead. */
static void tell_findings(const RondBlocks *self, Item *item)
{
	for (guint i = 0; item->findings && i < item->findings->len; i++)
		self->config.finding(item->findings->pdata[i],
				     self->config.data);
	g_clear_pointer(&item->findings, g_ptr_array_unref);
}

RondHashBlock *rond_blocks_next(RondBlocks *self)
{
	Item item = {NULL, NULL, FALSE};

	if (!self->thread)
		begin_ahead(self);
	if (!self->thread)
		item = make_block(self);
	while (!item.block) {
		item = shift(self);
		tell_findings(self, &item);
	}
	self->ended = item.last;
	return item.block;
}

gboolean rond_blocks_ended(const RondBlocks *self)
{
	return self->ended;
}

const GError *rond_blocks_failure(const RondBlocks *self)
{
	return self->ended ? self->failure : NULL;
}
