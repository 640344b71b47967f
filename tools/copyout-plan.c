/* SPDX-License-Identifier: BSD-2-Clause */
/* How much there is to copy, and whether it fits. */
#include "tools/copyout-private.h"

#include "backends/error.h"
#include "tools/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static gboolean is_new(RondCopyOut *self, const struct stat *st)
{
	gint64 number = (gint64)st->st_ino;

	return st->st_nlink < 2 ||
	       g_hash_table_add(self->planned,
				g_memdup2(&number, sizeof(number)));
}

/* What is there is left alone, or of the same size, or replaced by something
 * that must fit beside it. @dir -1: nothing is there. */
static gboolean takes_room(const RondCopyOut *self, const struct stat *st,
			   int dir, const char *name)
{
	struct stat there;

	if (dir < 0 || fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW))
		return TRUE;
	return self->force && there.st_size != st->st_size;
}

static void plan_file(RondCopyOut *self, const RondTreePath *item, int dir,
		      const char *name)
{
	const struct stat *st = &item->attr.st;

	if (!S_ISREG(st->st_mode))
		return;
	self->files++;
	if (!is_new(self, st))
		return;
	self->bytes += (guint64)st->st_size;
	if (takes_room(self, st, dir, name))
		self->space += (guint64)st->st_blocks * 512;
}

static gboolean plan_item(RondCopyOut *self, RondTreePath *item, int dir,
			  const char *name, GError **error);

/* What fails here but the interruption fails again in the copy, where it is
 * told. */
static gboolean survives(GError *failure, GError **error)
{
	if (rond_error_errno(failure) == EINTR) {
		g_propagate_error(error, failure);
		return FALSE;
	}
	g_clear_error(&failure);
	return TRUE;
}

static gboolean plan_content(RondCopyOut *self, const RondTreePath *folder,
			     int dir, GError **error)
{
	GError *failure = NULL;
	g_autoptr(GPtrArray) items =
	    rond_tree_paths_list(self->tree, folder, &failure);

	if (!items)
		return survives(failure, error);
	for (guint i = 0; i < items->len; i++) {
		RondTreePath *item = items->pdata[i];

		if (!plan_item(self, item, dir, item->name, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean plan_item(RondCopyOut *self, RondTreePath *item, int dir,
			  const char *name, GError **error)
{
	GError *failure = NULL;
	gboolean goes_on;
	int below;

	if (!rond_copy_out_goes_on(self, error))
		return FALSE;
	if (!rond_tree_paths_complete(self->tree, item, &failure))
		return survives(failure, error);
	if (!S_ISDIR(item->attr.st.st_mode)) {
		plan_file(self, item, dir, name);
		return TRUE;
	}
	below = dir < 0 ? -1 : rond_copy_open_folder(dir, name);
	goes_on = plan_content(self, item, below, error);
	if (below >= 0)
		close(below);
	return goes_on;
}

gboolean rond_copy_out_plan(RondCopyOut *self, const RondCopyJob *job,
			    GError **error)
{
	const char *slash = strrchr(job->as, '/');
	const char *name = slash ? slash + 1 : job->as;

	if (!*job->as)
		return plan_content(self, job->item, self->dest, error);
	return plan_item(self, job->item,
			 rond_copy_parent(self, job, FALSE, NULL), name, error);
}

gboolean rond_copy_out_has_room(RondCopyOut *self, GError **error)
{
	g_autofree char *needed = NULL;
	g_autofree char *there = NULL;
	struct statvfs fs;
	guint64 room;

	/* Some network file systems don't tell. */
	if (fstatvfs(self->dest, &fs) || !fs.f_blocks)
		return TRUE;
	room = (geteuid() ? fs.f_bavail : fs.f_bfree) * (guint64)fs.f_frsize;
	if (self->space <= room)
		return TRUE;
	needed = rond_progress_bytes(self->space);
	there = rond_progress_bytes(room);
	return rond_fail(error, ENOSPC,
			 _("%s: there is not enough room: %s are needed, %s "
			   "are free; nothing was copied"),
			 self->dest_name, needed, there);
}
