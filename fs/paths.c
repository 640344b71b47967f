/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/paths.h"

/* So many paths' versions are kept, those used last. */
#define MAX_KEPT 64
/* What lies in a folder that is passed through, and what could not be read, may
 * be another thing so much later. */
#define FOLDER_US G_USEC_PER_SEC
#define UNREAD_US (5 * G_USEC_PER_SEC)

/* A path that the kernel knows. */
typedef struct {
	char *path;
	guint32 number;
	guint64 lookups;
} Known;

/* What is known of a path's versions. */
typedef struct {
	gatomicrefcount refs;
	char *key; /* the path, for its children with a slash behind */
	GList link;
	GMutex lock; /* of what follows */
	RondLineages *lineages;
	gboolean complete;
	gint64 changed_ns; /* of the library, when it was begun */
	gint64 made_at;	   /* monotonic, microseconds */
} Kept;

struct RondPaths {
	RondLibrary *library;
	GMutex lock;	       /* of what follows */
	GHashTable *by_number; /* → Known; owns them */
	GHashTable *by_path;   /* → Known */
	GHashTable *kept;      /* key → Kept; owns a reference */
	GQueue used;	       /* of them, last used first */
};

static void known_free(gpointer data)
{
	Known *self = data;

	g_free(self->path);
	g_free(self);
}

static void kept_unref(gpointer data)
{
	Kept *self = data;

	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_clear_pointer(&self->lineages, rond_lineages_unref);
	g_mutex_clear(&self->lock);
	g_free(self->key);
	g_free(self);
}

RondPaths *rond_paths_new(RondLibrary *library)
{
	RondPaths *self = g_new0(RondPaths, 1);

	self->library = library;
	g_mutex_init(&self->lock);
	self->by_number = g_hash_table_new_full(NULL, NULL, NULL, known_free);
	self->by_path = g_hash_table_new(g_str_hash, g_str_equal);
	self->kept =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, kept_unref);
	g_queue_init(&self->used);
	return self;
}

void rond_paths_free(RondPaths *self)
{
	g_hash_table_unref(self->kept);
	g_hash_table_unref(self->by_path);
	g_hash_table_unref(self->by_number);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* From here on: with the lock. */

static Known *find(RondPaths *self, guint32 number)
{
	return g_hash_table_lookup(self->by_number, GUINT_TO_POINTER(number));
}

/* The record of @path, or NULL, and the number to give it. */
static Known *find_path(RondPaths *self, const char *path, guint32 *number)
{
	Known *known = g_hash_table_lookup(self->by_path, path);

	*number = known ? known->number : g_str_hash(path);
	while (!known && find(self, *number))
		++*number;
	return known;
}

static Known *add(RondPaths *self, const char *path, guint32 number)
{
	Known *known = g_new0(Known, 1);

	known->path = g_strdup(path);
	known->number = number;
	g_hash_table_insert(self->by_number, GUINT_TO_POINTER(number), known);
	g_hash_table_insert(self->by_path, known->path, known);
	return known;
}

static void drop(RondPaths *self, Kept *kept)
{
	g_queue_unlink(&self->used, &kept->link);
	g_hash_table_remove(self->kept, kept->key);
}

/* A new one; @key is taken over. */
static Kept *keep(RondPaths *self, char *key)
{
	Kept *kept = g_new0(Kept, 1);

	if (self->used.length >= MAX_KEPT)
		drop(self, g_queue_peek_tail(&self->used));
	g_atomic_ref_count_init(&kept->refs);
	g_mutex_init(&kept->lock);
	kept->key = key;
	kept->link.data = kept;
	g_queue_push_head_link(&self->used, &kept->link);
	g_hash_table_insert(self->kept, kept->key, kept);
	return kept;
}

/* To here. */

guint32 rond_paths_number(RondPaths *self, const char *path)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint32 number;

	find_path(self, path, &number);
	return number;
}

guint32 rond_paths_enter(RondPaths *self, const char *path)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint32 number;
	Known *known = find_path(self, path, &number);

	if (!known)
		known = add(self, path, number);
	known->lookups++;
	return number;
}

void rond_paths_hold(RondPaths *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Known *known = find(self, number);

	if (known)
		known->lookups++;
}

void rond_paths_forget(RondPaths *self, guint32 number, guint64 n)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Known *known = find(self, number);

	if (!known)
		return;
	known->lookups -= MIN(n, known->lookups);
	if (known->lookups)
		return;
	g_hash_table_remove(self->by_path, known->path);
	g_hash_table_remove(self->by_number, GUINT_TO_POINTER(number));
}

char *rond_paths_get(RondPaths *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	const Known *known = find(self, number);

	return known ? g_strdup(known->path) : NULL;
}

/* What is kept for @path, made where there is nothing; caller owns a
 * reference. */
static Kept *get_kept(RondPaths *self, const char *path, gboolean children)
{
	g_autofree char *key = g_strconcat(path, children ? "/" : NULL, NULL);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Kept *kept = g_hash_table_lookup(self->kept, key);

	if (kept) {
		g_queue_unlink(&self->used, &kept->link);
		g_queue_push_head_link(&self->used, &kept->link);
	} else {
		kept = keep(self, g_steal_pointer(&key));
	}
	g_atomic_ref_count_inc(&kept->refs);
	return kept;
}

/* Not to be used again: what is in large folders is not kept. */
static void let_go(RondPaths *self, Kept *kept)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (g_hash_table_lookup(self->kept, kept->key) == kept)
		drop(self, kept);
}

/* How long it may be believed. */
static gint64 life_of(const RondLineages *lineages)
{
	gint64 life = G_MAXINT64;

	for (guint i = 0; i < lineages->stops->len; i++) {
		const RondLineageStop *stop = rond_lineages_stop(lineages, i);

		if (stop->is_folder)
			life = MIN(life, FOLDER_US);
		if (stop->unread)
			life = MIN(life, UNREAD_US);
	}
	return life;
}

/* With its lock. */
static gboolean is_usable(const Kept *self, gint64 changed_ns)
{
	if (!self->lineages || self->changed_ns != changed_ns)
		return FALSE;
	return !self->complete ||
	       g_get_monotonic_time() - self->made_at < life_of(self->lineages);
}

/* With its lock: go on with it, or begin. */
static RondLineages *read_kept(const RondPaths *self, Kept *kept,
			       const char *path, gboolean children,
			       RondJob **wait)
{
	gint64 changed_ns = rond_library_changed_ns(self->library);
	g_autoptr(RondCatalog) catalog = NULL;

	if (!is_usable(kept, changed_ns)) {
		catalog = rond_library_catalog(self->library);
		g_clear_pointer(&kept->lineages, rond_lineages_unref);
		kept->lineages = children
				     ? rond_lineages_in_folder(catalog, path)
				     : rond_lineages_of_path(catalog, path);
		kept->changed_ns = changed_ns;
		kept->complete = FALSE;
	}
	if (!kept->lineages)
		return NULL;
	if (!kept->complete &&
	    !rond_lineages_read(kept->lineages, self->library, wait))
		return NULL;
	if (!kept->complete)
		kept->made_at = g_get_monotonic_time();
	kept->complete = TRUE;
	return rond_lineages_ref(kept->lineages);
}

RondLineages *rond_paths_lineages(RondPaths *self, const char *path,
				  gboolean children, RondJob **wait)
{
	Kept *kept = get_kept(self, path, children);
	RondLineages *lineages;

	g_mutex_lock(&kept->lock);
	lineages = read_kept(self, kept, path, children, wait);
	g_mutex_unlock(&kept->lock);
	if (!lineages ? !*wait : children)
		let_go(self, kept);
	kept_unref(kept);
	return lineages;
}
