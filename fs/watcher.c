/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/watcher.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Files often come in bursts: one scan for all. */
#define SETTLE_MS 200
/* An unfinished file is looked at again after this time. */
#define PENDING_MS 2000
/* The day is looked at so often, and sources that have gone are let go. */
#define TICK_MS 10000
#define POKE_US (2 * G_USEC_PER_SEC)

enum {
	ASK_POKE = 1,
	ASK_RESCAN = 2,
	ASK_STOP = 4
};

struct RondWatcher {
	RondWatcherConfig config;
	GMutex ending;	 /* of the next */
	GThread *thread; /* NULL: ended */
	int event;	 /* eventfd: something was asked */
	gint asked;	 /* atomic */
	gint64 scanned;	 /* monotonic, µs */
	/* What the root shows: name → where an alias leads, "" for a snapshot.
	 */
	GHashTable *shown;
	gint64 touched; /* the library, when last told of */
};

static void ask(RondWatcher *self, gint what)
{
	const guint64 one = 1;

	g_atomic_int_or((guint *)&self->asked, (guint)what);
	if (write(self->event, &one, sizeof one) < 0)
		g_debug("waking the watcher: %s", g_strerror(errno));
}

static GHashTable *look(RondWatcher *self)
{
	g_autoptr(RondCatalog) catalog =
	    rond_library_catalog(self->config.library);
	gint64 now = rond_library_now(self->config.library);
	g_auto(GStrv) aliases = rond_catalog_aliases(catalog, now);
	GHashTable *shown =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		g_hash_table_insert(shown, g_strdup(snapshot->name),
				    g_strdup(""));
	}
	for (char **alias = aliases; *alias; alias++) {
		const RondSnapshot *target =
		    rond_catalog_resolve(catalog, now, *alias);

		if (target)
			g_hash_table_insert(shown, g_strdup(*alias),
					    g_strdup(target->name));
	}
	return shown;
}

/* Tell of each name of @a that @b doesn't have just so. */
static void tell_differences(RondWatcher *self, GHashTable *a, GHashTable *b)
{
	GHashTableIter iter;
	gpointer name, leads;

	g_hash_table_iter_init(&iter, a);
	while (g_hash_table_iter_next(&iter, &name, &leads))
		if (g_strcmp0(leads, g_hash_table_lookup(b, name)))
			self->config.changed(name, self->config.data);
}

static void tell_changes(RondWatcher *self)
{
	GHashTable *before = g_steal_pointer(&self->shown);
	gint64 touched = rond_library_touched_ns(self->config.library);

	self->shown = look(self);
	tell_differences(self, before, self->shown);
	tell_differences(self, self->shown, before);
	g_hash_table_unref(before);
	if (touched != self->touched)
		self->config.changed("PROBLEMS.txt", self->config.data);
	self->touched = touched;
}

/* Wait for something to do, at most @timeout milliseconds. */
static gboolean wait_for_change(RondWatcher *self, int timeout)
{
	g_autoptr(GArray) watches = rond_library_watches(self->config.library);
	g_autofree struct pollfd *fds = g_new0(struct pollfd, watches->len + 1);
	uint64_t count;

	fds[0] = (struct pollfd){self->event, POLLIN, 0};
	for (guint i = 0; i < watches->len; i++)
		fds[i + 1] =
		    (struct pollfd){g_array_index(watches, int, i), POLLIN, 0};
	if (poll(fds, watches->len + 1, timeout) <= 0)
		return FALSE;
	if (fds[0].revents && read(self->event, &count, sizeof count) < 0)
		return FALSE;
	for (guint i = 0; i < watches->len; i++)
		if (fds[i + 1].revents)
			return TRUE;
	return FALSE;
}

static gboolean wants_scan(RondWatcher *self, gboolean changed, guint pending)
{
	guint asked = g_atomic_int_and((guint *)&self->asked, ASK_STOP);
	gint64 age = g_get_monotonic_time() - self->scanned;

	if (asked & ASK_STOP)
		return FALSE;
	return changed || pending || asked & ASK_RESCAN ||
	       (asked & ASK_POKE && age > POKE_US);
}

static gpointer watch(gpointer data)
{
	RondWatcher *self = data;
	guint pending = 1;

	while (!(g_atomic_int_get(&self->asked) & ASK_STOP)) {
		gboolean changed =
		    wait_for_change(self, pending ? PENDING_MS : TICK_MS);

		if (changed) {
			g_usleep(SETTLE_MS * 1000);
			rond_library_drain(self->config.library);
		}
		if (wants_scan(self, changed, pending)) {
			rond_library_rescan(self->config.library, &pending);
			self->scanned = g_get_monotonic_time();
		}
		self->config.tick(self->config.data);
		rond_library_retire(self->config.library);
		tell_changes(self);
	}
	return NULL;
}

RondWatcher *rond_watcher_new(const RondWatcherConfig *config)
{
	RondWatcher *self = g_new0(RondWatcher, 1);

	self->config = *config;
	self->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	g_assert(self->event >= 0);
	self->scanned = g_get_monotonic_time();
	self->shown = look(self);
	g_mutex_init(&self->ending);
	self->thread = g_thread_new("watcher", watch, self);
	return self;
}

void rond_watcher_stop(RondWatcher *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->ending);

	ask(self, ASK_STOP);
	g_clear_pointer(&self->thread, g_thread_join);
}

void rond_watcher_free(RondWatcher *self)
{
	rond_watcher_stop(self);
	g_mutex_clear(&self->ending);
	close(self->event);
	g_hash_table_unref(self->shown);
	g_free(self);
}

void rond_watcher_poke(RondWatcher *self)
{
	ask(self, ASK_POKE);
}

void rond_watcher_rescan(RondWatcher *self)
{
	ask(self, ASK_RESCAN);
}
