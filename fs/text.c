/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree's generated texts.
 *
 * Each content is a node of its own, for as long as the kernel knows it: what
 * stat said of a node is what is read from it, however often the text changes
 * meanwhile. A look-up gives the node of the content of now.
 */
#include "fs/tree-private.h"

#include "fs/status.h"

#include <string.h>

#define FIRST_TEXT G_GUINT64_CONSTANT(0x80000000)
#define MAX_SERIAL 0x7fffffff
/* How old the counts in .status may be, microseconds. */
#define COUNTS_LIFE G_USEC_PER_SEC

struct RondTreeText {
	guint32 node;
	RondTreeTextKind kind;
	GBytes *bytes;
	gint64 changed_ns;
	guint64 lookups;
};

static void text_free(gpointer data)
{
	RondTreeText *self = data;

	g_bytes_unref(self->bytes);
	g_free(self);
}

void rond_tree_texts_init(RondTreeTexts *self)
{
	self->by_node = g_hash_table_new_full(NULL, NULL, NULL, text_free);
}

void rond_tree_texts_clear(RondTreeTexts *self)
{
	g_hash_table_unref(self->by_node);
}

gboolean rond_tree_is_text(guint64 node)
{
	return node >= FIRST_TEXT && node <= G_MAXUINT32;
}

/* Forget @text if nobody can ask for it any more. With the lock. */
static void drop_unused(RondTreeTexts *self, RondTreeText *text)
{
	if (text && !text->lookups && self->now[text->kind] != text)
		g_hash_table_remove(self->by_node,
				    GUINT_TO_POINTER(text->node));
}

static RondTreeText *text_new(RondTreeTexts *self, RondTreeTextKind kind,
			      GBytes *bytes, gint64 before_ns)
{
	RondTreeText *text = g_new0(RondTreeText, 1);

	text->node = (guint32)(FIRST_TEXT + self->serial++ % MAX_SERIAL);
	text->kind = kind;
	text->bytes = g_bytes_ref(bytes);
	text->changed_ns = MAX(g_get_real_time() * 1000, before_ns + 1);
	g_hash_table_insert(self->by_node, GUINT_TO_POINTER(text->node), text);
	return text;
}

/* Make the content of now the current one. With the lock. */
static void replace(RondTreeTexts *self, RondTreeTextKind kind, GBytes *bytes)
{
	RondTreeText *old = self->now[kind];

	if (old && bytes && g_bytes_equal(old->bytes, bytes))
		return;
	self->now[kind] =
	    bytes ? text_new(self, kind, bytes, old ? old->changed_ns : 0)
		  : NULL;
	drop_unused(self, old);
}

/* Making one takes a while where there are thousands of backups: only when
 * something about them has changed, and for the counts of caches now and
 * then. With the lock. */
static gboolean is_fresh(RondTreeTexts *self, RondTreeTextKind kind,
			 gint64 touched)
{
	gint64 now = g_get_monotonic_time();

	if (self->made_at[kind] != touched ||
	    (kind == ROND_TEXT_STATUS && now > self->counted_us + COUNTS_LIFE))
		return FALSE;
	return TRUE;
}

static void refresh(RondTree *self, RondTreeTextKind kind)
{
	gint64 touched = rond_library_touched_ns(self->library);

	g_mutex_lock(&self->lock);
	gboolean fresh = is_fresh(&self->texts, kind, touched);

	g_mutex_unlock(&self->lock);
	if (fresh)
		return;
	char *made = kind == ROND_TEXT_STATUS
			 ? rond_status_json(self->library)
			 : rond_status_problems(self->library);
	g_autoptr(GBytes) bytes =
	    made ? g_bytes_new_take(made, strlen(made)) : NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	/* Another thread may have made a later one. */
	if (self->texts.made_at[kind] > touched)
		return;
	replace(&self->texts, kind, bytes);
	self->texts.made_at[kind] = touched;
	if (kind == ROND_TEXT_STATUS)
		self->texts.counted_us = g_get_monotonic_time();
}

guint64 rond_tree_text_now(RondTree *self, RondTreeTextKind kind,
			   gboolean look_up)
{
	refresh(self, kind);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondTreeText *text = self->texts.now[kind];

	if (!text)
		return 0;
	text->lookups += look_up;
	return text->node;
}

GBytes *rond_tree_text(RondTree *self, guint64 node, RondTreeTextKind *kind,
		       gint64 *changed_ns)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	const RondTreeText *text = g_hash_table_lookup(
	    self->texts.by_node, GUINT_TO_POINTER((guint)node));

	if (!text)
		return NULL;
	*kind = text->kind;
	*changed_ns = text->changed_ns;
	return g_bytes_ref(text->bytes);
}

void rond_tree_text_forget(RondTree *self, guint64 node, guint64 n)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondTreeText *text = g_hash_table_lookup(self->texts.by_node,
						 GUINT_TO_POINTER((guint)node));

	if (!text)
		return;
	text->lookups -= MIN(n, text->lookups);
	drop_unused(&self->texts, text);
}
