/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/server-passthrough.h"

#include "backends/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Ends the main thread's wait in libfuse's loop; nobody else uses it. */
#define WAKE_SIGNAL SIGUSR2
#define WAKE_US (20 * 1000)
/* As many as are read at a time, and some. */
#define MAX_OPEN_FILES 64
#define IDLE_US (10 * G_USEC_PER_SEC)

static void op_init(void *data, struct fuse_conn_info *conn)
{
	RondServer *self = data;

	/* Several look-ups in one folder at a time: one that waits for an
	 * index must not hold up the others. */
	if (conn->capable & FUSE_CAP_PARALLEL_DIROPS)
		conn->want |= FUSE_CAP_PARALLEL_DIROPS;
	/* Always: who lists all first, as diff does, looks at all then. */
	if (conn->capable & FUSE_CAP_READDIRPLUS)
		conn->want |= FUSE_CAP_READDIRPLUS;
	conn->want &= ~FUSE_CAP_READDIRPLUS_AUTO;
	/* A link that leads elsewhere is another node. */
	if (conn->capable & FUSE_CAP_CACHE_SYMLINKS)
		conn->want |= FUSE_CAP_CACHE_SYMLINKS;
	if (!self->files)
		rond_passthrough_init(self->passthrough, conn);
}

static void on_changed(const char *name, gpointer data)
{
	RondServer *self = data;

	fuse_lowlevel_notify_inval_entry(self->session, ROND_NODE_OF_ROOT, name,
					 strlen(name));
}

/* Unlike names, attributes are dropped without waiting for a look-up. */
static void forget_attributes(RondServer *self)
{
	g_autoptr(GArray) moved = rond_tree_take_moved(self->tree);

	for (guint i = 0; i < moved->len; i++)
		fuse_lowlevel_notify_inval_inode(
		    self->session, g_array_index(moved, guint64, i), -1, 0);
}

static void on_tick(gpointer data)
{
	RondServer *self = data;

	if (self->files)
		rond_open_files_prune(self->files, IDLE_US);
	rond_tree_leave_gone(self->tree);
	forget_attributes(self);
}

/* Commas and backslashes are the option syntax's own. */
static char *escape(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++) {
		if (*text == ',' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
	return g_string_free(out, FALSE);
}

static char *mount_options(const RondServerConfig *config)
{
	g_autofree char *fsname = escape(config->fsname);

	return g_strconcat("ro,nosuid,nodev,subtype=rondfs,fsname=", fsname,
			   config->exec ? "" : ",noexec",
			   config->allow_other ? ",allow_other" : "",
			   config->allow_other || config->default_permissions
			       ? ",default_permissions"
			       : "",
			   config->debug ? ",debug" : "",
			   config->extra_options ? "," : NULL,
			   config->extra_options, NULL);
}

static struct fuse_session *new_session(RondServer *self,
					const RondServerConfig *config)
{
	gboolean xattr = rond_library_config(self->library)->xattr;
	struct fuse_lowlevel_ops ops = {.init = op_init};
	g_autofree char *options = mount_options(config);
	char *argv[] = {(char *)"rondfs", (char *)"-o", options, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(3, argv);

	rond_server_set_ops(&ops, xattr);
	rond_server_set_reads(&ops);
	rond_server_set_refusals(&ops);
	struct fuse_session *session =
	    fuse_session_new(&args, &ops, sizeof ops, self);

	fuse_opt_free_args(&args);
	return session;
}

static gboolean mount_session(RondServer *self, const RondServerConfig *config,
			      GError **error)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == EACCES)
		return rond_fail(
		    error, EACCES,
		    "/dev/fuse: you may not open it; mount as "
		    "root, or have root run `chmod 666 /dev/fuse`");
	if (fd < 0)
		return rond_fail_errno(
		    error, errno,
		    "/dev/fuse: cannot be opened (is the fuse module loaded? "
		    "try `modprobe fuse`; in a container, pass the device)");
	close(fd);
	self->session = new_session(self, config);
	if (!self->session)
		return rond_fail(error, EINVAL,
				 "%s: libfuse doesn't take these mount options",
				 config->mountpoint);
	if (!fuse_session_mount(self->session, config->mountpoint))
		return TRUE;
	fuse_session_destroy(g_steal_pointer(&self->session));
	return rond_fail(
	    error, EPERM, "%s: cannot be mounted%s", config->mountpoint,
	    config->allow_other && geteuid()
		? "; for allow_other, root must put the line user_allow_other "
		  "into /etc/fuse.conf"
		: "; libfuse's message above says why");
}

static void free_parts(gpointer parts)
{
	g_hash_table_unref(parts);
}

void rond_server_hold(RondServer *self, GHashTable *set, gpointer handle)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->open_lock);

	g_hash_table_add(set, handle);
}

void rond_server_let_go(RondServer *self, GHashTable *set, gpointer handle)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->open_lock);

	g_hash_table_remove(set, handle);
}

static void close_file(gpointer file)
{
	rond_file_unref(file);
}

static void close_dir(gpointer dir)
{
	((RondDir *)dir)->free(dir);
}

RondServer *rond_server_new(RondLibrary *library,
			    const RondServerConfig *config, GError **error)
{
	g_autoptr(RondServer) self = g_new0(RondServer, 1);

	self->library = library;
	self->tree = rond_tree_new(library);
	self->passthrough = rond_passthrough_new();
	/* For the whole mount: a folder source wants to be asked at each open.
	 */
	if (!rond_library_has_folders(library))
		self->files = rond_open_files_new(MAX_OPEN_FILES);
	self->eager = g_hash_table_new_full(NULL, NULL, NULL, free_parts);
	g_mutex_init(&self->eager_lock);
	g_mutex_init(&self->open_lock);
	self->open_files = g_hash_table_new_full(NULL, NULL, close_file, NULL);
	self->open_dirs = g_hash_table_new_full(NULL, NULL, close_dir, NULL);
	if (!mount_session(self, config, error))
		return NULL;
	return g_steal_pointer(&self);
}

void rond_server_free(RondServer *self)
{
	if (self->session) {
		fuse_session_unmount(self->session);
		fuse_session_destroy(self->session);
	}
	g_clear_pointer(&self->watcher, rond_watcher_free);
	rond_passthrough_free(self->passthrough);
	g_hash_table_unref(self->open_files);
	g_hash_table_unref(self->open_dirs);
	g_hash_table_unref(self->eager);
	g_mutex_clear(&self->open_lock);
	g_mutex_clear(&self->eager_lock);
	g_clear_pointer(&self->files, rond_open_files_free);
	rond_tree_free(self->tree);
	g_free(self);
}

static void nothing(int number)
{
}

static void cancel(RondServer *self)
{
	rond_library_cancel(self->library);
	rond_tree_cancel(self->tree);
}

/* What waits for an index is answered with the failure that cancelling makes
 * of it, while the session is still there. */
static void end_parked(RondServer *self)
{
	cancel(self);
	while (g_atomic_int_get(&self->parked))
		g_usleep(WAKE_US);
}

gboolean rond_server_run(RondServer *self, GError **error)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	const struct sigaction wake = {.sa_handler = nothing};
	const RondWatcherConfig watcher = {
	    .library = self->library,
	    .changed = on_changed,
	    .tick = on_tick,
	    .data = self,
	};

	/* More threads than cores make it slower. */
	fuse_loop_cfg_set_max_threads(config, g_get_num_processors());
	sigaction(WAKE_SIGNAL, &wake, NULL);
	self->loop = pthread_self();
	self->watcher = rond_watcher_new(&watcher);
	if (rond_library_config(self->library)->index_mode ==
	    ROND_INDEX_BACKGROUND)
		rond_library_index_in_background(self->library);
	g_atomic_int_set(&self->running, TRUE);
	int err = g_atomic_int_get(&self->stopped)
		      ? 0
		      : fuse_session_loop_mt(self->session, config);

	g_atomic_int_set(&self->running, FALSE);
	fuse_loop_cfg_destroy(config);
	end_parked(self);
	rond_watcher_stop(self->watcher);
	if (err >= 0 || g_atomic_int_get(&self->stopped))
		return TRUE;
	return rond_fail_errno(error, -err, "serving requests");
}

void rond_server_stop(RondServer *self)
{
	g_atomic_int_set(&self->stopped, TRUE);
	/* Before the loop ends: the watcher may be waiting for a look-up that
	 * only the loop answers. */
	if (g_atomic_int_get(&self->running)) {
		cancel(self);
		rond_watcher_stop(self->watcher);
	}
	fuse_session_exit(self->session);
	/* The loop may look at the flag just before it falls asleep: so until
	 * it has ended. */
	while (g_atomic_int_get(&self->running)) {
		pthread_kill(self->loop, WAKE_SIGNAL);
		g_usleep(WAKE_US);
	}
}

void rond_server_rescan(RondServer *self)
{
	if (g_atomic_int_get(&self->running))
		rond_watcher_rescan(self->watcher);
}
