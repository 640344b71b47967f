/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/mountpoint.h"

#include "backends/error.h"
#include "tools/mountinfo.h"
#include "tools/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* Mounts can lie over each other; more dead ones than this are no accident. */
#define MAX_DEAD 16

void rond_mountpoint_clear(RondMountpoint *self)
{
	g_clear_pointer(&self->path, g_free);
}

const char *rond_mountpoint_source(const char *source)
{
	const char *equals = strchr(source, '=');
	struct stat st;

	/* A snapshot's name can't begin so. */
	if (!equals || *source == '/' || g_str_has_prefix(source, "./") ||
	    g_str_has_prefix(source, "../") || stat(source, &st) == 0)
		return source;
	return equals + 1;
}

/* statfs() is never answered from the kernel's memory, as stat() may be. */
static gboolean is_dead(const char *path)
{
	struct statfs st;

	return statfs(path, &st) != 0 &&
	       (errno == ENOTCONN || errno == ECONNABORTED);
}

static gboolean run_fusermount(const char *path)
{
	const char *argv[] = {"fusermount3", "-u", "-z", "--", path, NULL};
	int status = 0;

	return g_spawn_sync(NULL, (char **)argv, NULL,
			    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
				G_SPAWN_STDERR_TO_DEV_NULL,
			    NULL, NULL, NULL, NULL, &status, NULL) &&
	       g_spawn_check_wait_status(status, NULL);
}

static gboolean unmount(const char *path, GError **error)
{
	g_autofree char *quoted = rond_quote(path);

	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		return TRUE;
	if (errno == EPERM && run_fusermount(path))
		return TRUE;
	return rond_fail(error, EBUSY,
			 _("%s: a crashed rondfs left its mount here, and it "
			   "can't be unmounted; as root: umount -l %s"),
			 path, quoted);
}

/* @info is looked up again after each mount that was cleared. */
static gboolean clear_dead(const char *path, RondMountInfo *info, char **note,
			   GError **error)
{
	g_autofree char *quoted = rond_quote(path);

	for (int i = 0; i < MAX_DEAD && rond_mount_info_is_ours(info); i++) {
		if (!is_dead(path))
			return rond_fail(error, EBUSY,
					 _("%s: already mounted; to mount "
					   "anew: umount %s"),
					 path, quoted);
		if (!unmount(info->path, error))
			return FALSE;
		g_free(*note);
		*note = g_strdup_printf(
		    _("%s: unmounted what a crashed rondfs had left here"),
		    path);
		rond_mount_info_clear(info);
		if (!rond_mount_info(path, info, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean stat_folder(const char *path, struct stat *st, GError **error)
{
	g_autofree char *quoted = rond_quote(path);

	if (stat(path, st) == 0)
		return S_ISDIR(st->st_mode) ||
		       rond_fail(error, ENOTDIR,
				 _("%s: is no folder; give one to mount on"),
				 path);
	if (errno == ENOENT)
		return rond_fail(error, ENOENT,
				 _("%s: no such folder; make it with: "
				   "mkdir %s"),
				 path, quoted);
	if (errno == ENOTCONN)
		return rond_fail(error, ENOTCONN,
				 _("%s: a crashed file system is mounted "
				   "here; unmount it with: umount -l %s"),
				 path, quoted);
	return rond_fail_errno(error, errno, "%s", path);
}

static gboolean same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether going up from the folder @fd (closed) one meets @folder. By device
 * and inode, for bind mounts and links give one folder many paths. */
static gboolean lies_in(int fd, const struct stat *folder)
{
	struct stat here, above;

	while (fd >= 0 && fstat(fd, &here) == 0) {
		int up;

		if (same_file(&here, folder)) {
			close(fd);
			return TRUE;
		}
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = up;
		if (up >= 0 && fstat(up, &above) == 0 &&
		    same_file(&here, &above))
			break;
	}
	if (fd >= 0)
		close(fd);
	return FALSE;
}

/* The folder @path itself, or the one that the file @path is in. */
static int open_folder_of(const char *path, const struct stat *st)
{
	g_autofree char *real = NULL;
	g_autofree char *parent = NULL;
	char *resolved;

	if (S_ISDIR(st->st_mode))
		return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	resolved = realpath(path, NULL);
	if (!resolved)
		return -1;
	real = g_strdup(resolved);
	free(resolved);
	parent = g_path_get_dirname(real);
	return open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* What is no path of this machine is left for who opens the sources. */
static gboolean check_source(const char *mountpoint, const struct stat *at,
			     const char *source, GError **error)
{
	const char *path = rond_mountpoint_source(source);
	struct stat st;

	if (stat(path, &st) != 0)
		return TRUE;
	if (same_file(at, &st))
		return rond_fail(error, EINVAL,
				 _("%s: is the source itself; mount on "
				   "another folder"),
				 mountpoint);
	if (S_ISDIR(st.st_mode) &&
	    lies_in(open(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC), &st))
		return rond_fail(error, EINVAL,
				 _("%s: lies inside the source %s; mount on "
				   "a folder outside"),
				 mountpoint, path);
	if (lies_in(open_folder_of(path, &st), at))
		return rond_fail(error, EINVAL,
				 _("%s: the source %s lies inside it and would "
				   "be hidden; mount on another folder"),
				 mountpoint, path);
	return TRUE;
}

gboolean rond_mountpoint_check(const char *path, char **sources, gboolean clear,
			       RondMountpoint *self, char **note,
			       GError **error)
{
	g_auto(RondMountInfo) info = {NULL};
	struct stat st;

	memset(self, 0, sizeof(*self));
	*note = NULL;
	if (rond_mount_info(path, &info, NULL) &&
	    rond_mount_info_is_ours(&info)) {
		if (!clear && is_dead(path))
			return TRUE;
		if (!clear_dead(path, &info, note, error))
			return FALSE;
	}
	if (!stat_folder(path, &st, error))
		return FALSE;
	for (guint i = 0; sources[i]; i++) {
		if (!check_source(path, &st, sources[i], error))
			return FALSE;
	}
	self->path = g_steal_pointer(&info.path);
	self->dev = st.st_dev;
	return TRUE;
}

gboolean rond_mountpoint_answers(const RondMountpoint *self, GError **error)
{
	struct stat st;

	if (stat(self->path, &st) == 0 && st.st_dev != self->dev)
		return TRUE;
	return rond_fail(error, EIO,
			 _("%s: mounted, but it doesn't answer; the system "
			   "log says more"),
			 self->path);
}
