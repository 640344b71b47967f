/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/nodes.h"

#include <string.h>

#define FIRST_SLOTS 1024

void rond_nodes_init(RondNodes *self)
{
	RondNode root = {.parent = ROND_NODE_ROOT,
			 .first_child = ROND_NODE_NONE,
			 .next = ROND_NODE_NONE};

	self->nodes = g_array_new(FALSE, FALSE, sizeof(RondNode));
	g_array_append_val(self->nodes, root);
	self->names = g_byte_array_new();
	self->n_slots = FIRST_SLOTS;
	self->slots = g_new(RondNodeSlot, FIRST_SLOTS);
	memset(self->slots, 0xff, FIRST_SLOTS * sizeof *self->slots);
	self->seed = (guint64)g_random_int() << 32 | g_random_int();
}

void rond_nodes_clear(RondNodes *self)
{
	g_clear_pointer(&self->nodes, g_array_unref);
	g_clear_pointer(&self->names, g_byte_array_unref);
	g_clear_pointer(&self->slots, g_free);
}

static guint64 mix(guint64 hash, guint64 word)
{
	hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static guint32 hash_name(const RondNodes *self, guint32 parent,
			 const char *name, gsize len)
{
	guint64 hash = mix(self->seed, (guint64)parent << 32 | len);

	for (; len >= 8; name += 8, len -= 8) {
		guint64 word;

		memcpy(&word, name, 8);
		hash = mix(hash, word);
	}
	if (len) {
		guint64 word = 0;

		memcpy(&word, name, len);
		hash = mix(hash, word);
	}
	return (guint32)(mix(hash, self->seed) >> 32);
}

/* The slot where the name is, dead or alive, or would go. */
static RondNodeSlot *find_slot(const RondNodes *self, guint32 parent,
			       const char *name, gsize len, guint32 hash)
{
	guint32 mask = self->n_slots - 1;

	for (guint32 at = hash & mask;; at = (at + 1) & mask) {
		RondNodeSlot *slot = &self->slots[at];

		if (slot->node == ROND_NODE_NONE)
			return slot;
		if (slot->hash != hash)
			continue;
		const RondNode *node = rond_node(self, slot->node);

		if (node->parent == parent && node->name_len == len &&
		    !memcmp(self->names->data + node->name, name, len))
			return slot;
	}
}

static void grow(RondNodes *self)
{
	g_autofree RondNodeSlot *old = self->slots;
	guint32 n = self->n_slots;

	self->n_slots *= 2;
	self->slots = g_new(RondNodeSlot, self->n_slots);
	memset(self->slots, 0xff, self->n_slots * sizeof *self->slots);
	for (guint32 i = 0; i < n; i++) {
		guint32 at = old[i].hash & (self->n_slots - 1);

		if (old[i].node == ROND_NODE_NONE)
			continue;
		while (self->slots[at].node != ROND_NODE_NONE)
			at = (at + 1) & (self->n_slots - 1);
		self->slots[at] = old[i];
	}
}

guint32 rond_nodes_find(const RondNodes *self, guint32 parent, const char *name,
			gsize len)
{
	guint32 hash = hash_name(self, parent, name, len);
	guint32 number = find_slot(self, parent, name, len, hash)->node;

	if (number == ROND_NODE_NONE || rond_node(self, number)->dead)
		return ROND_NODE_NONE;
	return number;
}

guint32 rond_nodes_add_name(RondNodes *self, const char *text, gsize len)
{
	guint32 place = self->names->len;

	g_byte_array_append(self->names, (const guint8 *)text, (guint)len);
	g_byte_array_append(self->names, (const guint8 *)"", 1);
	return place;
}

static guint32 create(RondNodes *self, guint32 parent, const char *name,
		      gsize len)
{
	/* Dead, until it is among its parent's children. */
	const RondNode node = {.parent = parent,
			       .name = rond_nodes_add_name(self, name, len),
			       .name_len = (guint16)len,
			       .dead = TRUE};

	g_array_append_val(self->nodes, node);
	return self->nodes->len - 1;
}

guint32 rond_nodes_make(RondNodes *self, guint32 parent, const char *name,
			gsize len, gboolean *added)
{
	guint32 hash = hash_name(self, parent, name, len);

	if ((guint64)self->nodes->len * 2 >= self->n_slots)
		grow(self);
	RondNodeSlot *slot = find_slot(self, parent, name, len, hash);

	if (slot->node == ROND_NODE_NONE)
		*slot = (RondNodeSlot){create(self, parent, name, len), hash};
	RondNode *node = rond_node(self, slot->node);

	*added = node->dead;
	if (!node->dead)
		return slot->node;
	node->dead = FALSE;
	node->first_child = ROND_NODE_NONE;
	node->next = rond_node(self, parent)->first_child;
	rond_node(self, parent)->first_child = slot->node;
	return slot->node;
}

/* Without recursion, for a tree may be as deep as its maker likes: what is
 * below is put in front of the chain of what is still to be removed. */
static void remove_chain(RondNodes *self, guint32 number)
{
	while (number != ROND_NODE_NONE) {
		RondNode *node = rond_node(self, number);
		guint32 next = node->next, last = node->first_child;

		if (last != ROND_NODE_NONE) {
			guint32 first = last;

			while (rond_node(self, last)->next != ROND_NODE_NONE)
				last = rond_node(self, last)->next;
			rond_node(self, last)->next = next;
			next = first;
		}
		node->dead = TRUE;
		node->first_child = ROND_NODE_NONE;
		node->next = ROND_NODE_NONE;
		number = next;
	}
}

void rond_nodes_remove_below(RondNodes *self, guint32 node)
{
	guint32 chain = rond_node(self, node)->first_child;

	rond_node(self, node)->first_child = ROND_NODE_NONE;
	remove_chain(self, chain);
}

void rond_nodes_filter(RondNodes *self, guint32 node,
		       gboolean (*keep)(const char *name, gsize len,
					gpointer data),
		       gpointer data)
{
	guint32 number = rond_node(self, node)->first_child;
	guint32 kept = ROND_NODE_NONE;

	while (number != ROND_NODE_NONE) {
		RondNode *child = rond_node(self, number);
		guint32 next = child->next;

		child->next = ROND_NODE_NONE;
		if (keep((const char *)self->names->data + child->name,
			 child->name_len, data)) {
			child->next = kept;
			kept = number;
		} else {
			remove_chain(self, number);
		}
		number = next;
	}
	rond_node(self, node)->first_child = kept;
}
