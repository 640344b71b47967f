/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/copyout-private.h"

#include "backends/error.h"
#include "tools/value.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

static void free_job(gpointer data)
{
	RondCopyJob *job = data;

	rond_tree_path_free(job->item);
	g_free(job->as);
	g_free(job);
}

/* "USER", "USER:GROUP" or ":GROUP". */
static gboolean read_chown(RondCopyOut *self, const char *text, GError **error)
{
	const char *colon = strchr(text, ':');
	g_autofree char *user =
	    g_strndup(text, colon ? (gsize)(colon - text) : strlen(text));

	if ((*user || !colon) && !rond_value_user(user, &self->uid, error))
		return FALSE;
	if (colon && !rond_value_group(colon + 1, &self->gid, error))
		return FALSE;
	if (geteuid() && self->uid != ROND_NO_ID && self->uid != geteuid())
		return rond_fail(error, EPERM,
				 _("--chown %s: only root can give files to "
				   "others"),
				 text);
	return TRUE;
}

static gboolean open_dest(RondCopyOut *self, const char *dest, GError **error)
{
	if (mkdir(dest, 0755) == 0)
		chmod(dest, 0755);
	else if (errno != EEXIST)
		return rond_fail_errno(error, errno, "%s", dest);
	self->dest = open(dest, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return self->dest >= 0 || rond_fail_errno(error, errno, "%s", dest);
}

static RondCopyOut *copy_out_new(RondTreePaths *tree, const char *dest)
{
	RondCopyOut *self = g_new0(RondCopyOut, 1);

	self->tree = tree;
	self->signals = rond_tree_paths_where(tree)->signals;
	self->uid = self->gid = ROND_NO_ID;
	self->owners = !geteuid();
	self->dest = self->parent_fd = -1;
	self->dest_name = g_strdup(dest);
	self->jobs = g_ptr_array_new_with_free_func(free_job);
	rond_copy_folders_init(self);
	self->inodes =
	    g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	self->planned =
	    g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	self->sha256 = rond_sha256_new();
	return self;
}

RondCopyOut *rond_copy_out_new(RondTreePaths *tree, const char *dest,
			       const RondOptions *options, GError **error)
{
	g_autoptr(RondCopyOut) self = copy_out_new(tree, dest);

	self->force = options->force;
	if (options->chown && !read_chown(self, options->chown, error))
		return NULL;
	if (!open_dest(self, dest, error))
		return NULL;
	rond_signals_hold(self->signals);
	return g_steal_pointer(&self);
}

void rond_copy_out_free(RondCopyOut *self)
{
	rond_meter_clear(&self->meter);
	if (self->dest >= 0)
		close(self->dest);
	if (self->parent_fd >= 0)
		close(self->parent_fd);
	rond_sha256_free(self->sha256);
	g_hash_table_unref(self->planned);
	g_hash_table_unref(self->inodes);
	g_array_unref(self->folders);
	g_ptr_array_unref(self->jobs);
	g_free(self->parent);
	g_free(self->dest_name);
	g_free(self);
}

gboolean rond_copy_out_goes_on(RondCopyOut *self, GError **error)
{
	return !rond_signals_stopped(self->signals) ||
	       rond_fail(error, EINTR,
			 _("interrupted; what was copied is whole"));
}

gboolean rond_copy_out_survives(RondCopyOut *self, GError *error, GError **out)
{
	switch (rond_error_errno(error)) {
	case EINTR:
	case ENOSPC:
	case EDQUOT:
	case EROFS:
		g_propagate_error(out, error);
		return FALSE;
	}
	rond_meter_clear(&self->meter);
	g_warning("%s", error->message);
	g_error_free(error);
	self->counts.failed++;
	return TRUE;
}

gboolean rond_copy_out_note_soundness(RondCopyOut *self,
				      const RondTreePath *item)
{
	RondLibrary *library = rond_tree_paths_where(self->tree)->library;
	g_autoptr(RondPart) part =
	    rond_library_part_by_number(library, item->attr.place.part);
	g_auto(RondPartInfo) info = {0};
	gboolean sound;

	if (!part)
		return TRUE;
	rond_part_info(part, &info);
	sound = info.state != ROND_PART_DAMAGED &&
		info.state != ROND_PART_INCOMPLETE;
	self->unsound |= !sound;
	return sound;
}

/* Names as the kernel has them, even if an index doesn't. */
static gboolean is_name(const char *name)
{
	return *name && strcmp(name, ".") && strcmp(name, "..") &&
	       !strchr(name, '/');
}

static gboolean is_inside(const char *as)
{
	g_auto(GStrv) names = g_strsplit(as, "/", -1);

	for (char **name = names; *name; name++)
		if (!is_name(*name))
			return FALSE;
	return TRUE;
}

gboolean rond_copy_out_add(RondCopyOut *self, const char *path, const char *as,
			   GError **error)
{
	g_autoptr(RondTreePath) item =
	    rond_tree_paths_find(self->tree, path, FALSE, error);
	RondCopyJob *job;

	if (!item)
		return FALSE;
	if (!is_inside(as))
		return rond_fail(error, EINVAL,
				 _("%s: not a path below the destination"), as);
	if (!*as && !S_ISDIR(item->attr.st.st_mode))
		return rond_fail_errno(error, ENOTDIR, "%s", path);
	job = g_new0(RondCopyJob, 1);
	job->item = g_steal_pointer(&item);
	job->as = g_strdup(as);
	g_ptr_array_add(self->jobs, job);
	return rond_copy_out_plan(self, job, error);
}

static gboolean copy(RondCopyOut *self, RondTreePath *item,
		     const RondCopyPlace *place, GError **error);

static gboolean copy_child(RondCopyOut *self, RondTreePath *item, int dir,
			   const char *above, GError **error)
{
	g_autofree char *path =
	    g_strconcat(above, *above ? "/" : "", item->name, NULL);
	const RondCopyPlace place = {dir, item->name, path};
	GError *failure = NULL;

	return copy(self, item, &place, &failure) ||
	       rond_copy_out_survives(self, failure, error);
}

static gboolean copy_content_of(RondCopyOut *self, const RondTreePath *folder,
				int dir, const char *path, GError **error)
{
	g_autoptr(GPtrArray) items =
	    rond_tree_paths_list(self->tree, folder, error);

	if (!items)
		return FALSE;
	/* Nobody knows what is missing in its folders. */
	rond_copy_out_note_soundness(self, folder);
	for (guint i = 0; i < items->len; i++)
		if (!copy_child(self, items->pdata[i], dir, path, error))
			return FALSE;
	return TRUE;
}

static gboolean copy_folder(RondCopyOut *self, const RondTreePath *item,
			    const RondCopyPlace *place, GError **error)
{
	int dir = rond_copy_enter_folder(self, place, &item->attr.st, error);
	gboolean good;

	if (dir < 0)
		return FALSE;
	good = copy_content_of(self, item, dir, place->path, error);
	close(dir);
	return good;
}

static gboolean leave_out(RondCopyOut *self, const RondCopyPlace *place)
{
	self->counts.left_out++;
	rond_copy_out_say(
	    self, place->path,
	    g_strdup(_("a device, pipe or socket; it is left out")));
	return TRUE;
}

static gboolean copy(RondCopyOut *self, RondTreePath *item,
		     const RondCopyPlace *place, GError **error)
{
	if (!rond_copy_out_goes_on(self, error))
		return FALSE;
	if (!is_name(item->name))
		return rond_fail(error, EINVAL, _("%s: this is no file's name"),
				 item->path);
	if (!rond_tree_paths_complete(self->tree, item, error))
		return FALSE;
	rond_copy_out_show(self, item->path);
	switch (item->attr.st.st_mode & S_IFMT) {
	case S_IFDIR:
		return copy_folder(self, item, place, error);
	case S_IFREG:
		self->seen_files++;
		return rond_copy_out_file(self, item, place, error);
	case S_IFLNK:
		return rond_copy_out_link(self, item, place, error);
	}
	return leave_out(self, place);
}

static gboolean run_job(RondCopyOut *self, const RondCopyJob *job,
			GError **error)
{
	const char *slash = strrchr(job->as, '/');
	RondCopyPlace place = {-1, slash ? slash + 1 : job->as, job->as};

	if (!*job->as)
		return copy_content_of(self, job->item, self->dest, "", error);
	place.dir = rond_copy_parent(self, job, TRUE, error);
	return place.dir >= 0 && copy(self, job->item, &place, error);
}

gboolean rond_copy_out_run(RondCopyOut *self, GError **error)
{
	gboolean goes_on = rond_copy_out_has_room(self, error);

	rond_meter_begin(&self->meter);
	for (guint i = 0; goes_on && i < self->jobs->len; i++) {
		GError *failure = NULL;

		goes_on = run_job(self, self->jobs->pdata[i], &failure) ||
			  rond_copy_out_survives(self, failure, error);
	}
	rond_copy_finish_folders(self);
	rond_meter_clear(&self->meter);
	return goes_on;
}
