/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The destination: all by descriptors of its folders and single names in them,
 * never through a symbolic link.
 */
#include "tools/copyout-private.h"

#include "backends/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER_MODE 0755
#define SET_IDS (S_ISUID | S_ISGID)

/* A folder that was made. */
typedef struct {
	char *path;
	gboolean plain; /* no attributes but the usual mode */
	struct stat st;
} MadeFolder;

static void clear_folder(gpointer data)
{
	g_free(((MadeFolder *)data)->path);
}

void rond_copy_folders_init(RondCopyOut *self)
{
	self->folders = g_array_new(FALSE, FALSE, sizeof(MadeFolder));
	g_array_set_clear_func(self->folders, clear_folder);
}

/* A message with the whole path of what is at @path of the destination. */
gboolean rond_copy_fail(const RondCopyOut *self, int err, const char *path,
			GError **error)
{
	g_autofree char *full = g_build_filename(self->dest_name, path, NULL);

	return rond_fail_errno(error, err, "%s", full);
}

int rond_copy_open_folder(int dir, const char *name)
{
	return openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void note_folder(RondCopyOut *self, const char *path,
			const struct stat *st)
{
	MadeFolder made = {.path = g_strdup(path), .plain = !st};

	if (st)
		made.st = *st;
	g_array_append_val(self->folders, made);
	self->counts.folders++;
}

/* Nobody else may look in before it is finished. */
int rond_copy_enter_folder(RondCopyOut *self, const RondCopyPlace *place,
			   const struct stat *st, GError **error)
{
	g_autofree char *full = NULL;
	int fd, err;

	if (mkdirat(place->dir, place->name, 0700) == 0)
		note_folder(self, place->path, st);
	else if (errno != EEXIST)
		return rond_copy_fail(self, errno, place->path, error) - 1;
	fd = rond_copy_open_folder(place->dir, place->name);
	err = errno;
	if (fd >= 0)
		return fd;
	if (err != ENOTDIR && err != ELOOP)
		return rond_copy_fail(self, err, place->path, error) - 1;
	full = g_build_filename(self->dest_name, place->path, NULL);
	rond_fail(error, ENOTDIR,
		  _("%s: there is a file or link of that name; move it away, "
		    "for the folder was not copied"),
		  full);
	return -1;
}

/* How many of the folders above both are called the same, from below. */
static guint common_end(char **a, char **b)
{
	guint n = g_strv_length(a), m = g_strv_length(b), common = 0;

	while (common < n && common < m &&
	       g_str_equal(a[n - 1 - common], b[m - 1 - common]))
		common++;
	return common;
}

/* The attributes of the folder in the backup that the @i-th of @names, which
 * lie above @job's place, is called after; FALSE: it is none's. */
static gboolean find_model(RondCopyOut *self, const RondCopyJob *job,
			   char **names, guint i, struct stat *st)
{
	g_autofree char *path = g_path_get_dirname(job->item->path);
	g_auto(GStrv) real = g_strsplit(path, "/", -1);
	g_autoptr(RondTreePath) model = NULL;
	guint up = g_strv_length(names) - 1 - i;

	if (up >= common_end(names, real))
		return FALSE;
	while (up--) {
		char *above = g_path_get_dirname(path);

		g_free(path);
		path = above;
	}
	model = rond_tree_paths_find(self->tree, path, FALSE, NULL);
	if (model)
		*st = model->attr.st;
	return model && S_ISDIR(st->st_mode);
}

/* The @i-th of @names, in the folder @dir. */
static int open_above(RondCopyOut *self, const RondCopyJob *job, int dir,
		      char **names, guint i, GError **error)
{
	int fd = rond_copy_open_folder(dir, names[i]);
	g_autofree char *path = NULL;
	RondCopyPlace place = {dir, names[i], NULL};
	char *next = names[i + 1];
	struct stat st;

	if (fd >= 0)
		return fd;
	names[i + 1] = NULL;
	place.path = path = g_strjoinv("/", names);
	names[i + 1] = next;
	return rond_copy_enter_folder(
	    self, &place, find_model(self, job, names, i, &st) ? &st : NULL,
	    error);
}

/* @path ends with the folder that is wanted. */
static int open_parent(RondCopyOut *self, const RondCopyJob *job,
		       const char *path, gboolean make, GError **error)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	int dir = fcntl(self->dest, F_DUPFD_CLOEXEC, 0);

	for (guint i = 0; names[i] && dir >= 0; i++) {
		int above = dir;

		dir = make ? open_above(self, job, above, names, i, error)
			   : rond_copy_open_folder(above, names[i]);
		close(above);
	}
	return dir;
}

int rond_copy_parent(RondCopyOut *self, const RondCopyJob *job, gboolean make,
		     GError **error)
{
	const char *slash = strrchr(job->as, '/');
	g_autofree char *path = NULL;

	if (!slash)
		return self->dest;
	path = g_strndup(job->as, (gsize)(slash - job->as));
	if (self->parent_fd >= 0 && g_str_equal(path, self->parent))
		return self->parent_fd;
	if (self->parent_fd >= 0)
		close(self->parent_fd);
	g_free(self->parent);
	self->parent_fd = open_parent(self, job, path, make, error);
	self->parent = g_steal_pointer(&path);
	return self->parent_fd;
}

void rond_copy_owner(const RondCopyOut *self, const struct stat *st, uid_t *uid,
		     gid_t *gid)
{
	*uid = self->uid;
	*gid = self->gid;
	if (self->owners && self->uid == ROND_NO_ID)
		*uid = st->st_uid;
	if (self->owners && self->gid == ROND_NO_ID)
		*gid = st->st_gid;
}

static gboolean is_asked(const RondCopyOut *self)
{
	return self->uid != ROND_NO_ID || self->gid != ROND_NO_ID;
}

/* Nobody asked for the archived owner: what the destination can't have is said
 * once. */
static gboolean set_owner(RondCopyOut *self, int fd, const struct stat *st,
			  GError **error)
{
	uid_t uid;
	gid_t gid;

	rond_copy_owner(self, st, &uid, &gid);
	if ((uid == ROND_NO_ID && gid == ROND_NO_ID) || !fchown(fd, uid, gid))
		return TRUE;
	if (is_asked(self))
		return rond_fail_errno(error, errno, "--chown");
	if (!self->unowned)
		rond_copy_out_say(self, "",
				  g_strdup_printf(_("owners can't be kept "
						    "there: %s"),
						  g_strerror(errno)));
	self->unowned = TRUE;
	self->owners = FALSE;
	return TRUE;
}

gboolean rond_copy_set_attributes(RondCopyOut *self, int fd,
				  const struct stat *st, GError **error)
{
	const struct timespec times[] = {st->st_atim, st->st_mtim};
	mode_t mode = st->st_mode & 07777;

	if (!set_owner(self, fd, st, error))
		return FALSE;
	/* Power that was given to somebody else's program. */
	if (S_ISREG(st->st_mode) && (!self->owners || is_asked(self)))
		mode &= ~(mode_t)SET_IDS;
	if (fchmod(fd, mode))
		return rond_fail_errno(error, errno, "chmod");
	if (futimens(fd, times))
		return rond_fail_errno(error, errno, "utimensat");
	return TRUE;
}

int rond_copy_open_above(const RondCopyOut *self, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	int dir = fcntl(self->dest, F_DUPFD_CLOEXEC, 0);

	for (guint i = 0; names[i + 1] && dir >= 0; i++) {
		int above = dir;

		dir = rond_copy_open_folder(above, names[i]);
		close(above);
	}
	return dir;
}

static int open_made(const RondCopyOut *self, const char *path)
{
	const char *slash = strrchr(path, '/');
	int above = rond_copy_open_above(self, path), fd;

	if (above < 0)
		return -1;
	fd = openat(above, slash ? slash + 1 : path,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(above);
	return fd;
}

static void finish_folder(RondCopyOut *self, const MadeFolder *made)
{
	g_autoptr(GError) error = NULL;
	struct stat st = {.st_mode = S_IFDIR | FOLDER_MODE};
	const struct stat *wanted = made->plain ? &st : &made->st;
	int fd = open_made(self, made->path);
	gboolean good = fd >= 0 || rond_fail_errno(&error, errno, "open");

	if (good && made->plain)
		good =
		    (!is_asked(self) || set_owner(self, fd, wanted, &error)) &&
		    (!fchmod(fd, FOLDER_MODE) ||
		     rond_fail_errno(&error, errno, "chmod"));
	else if (good)
		good = rond_copy_set_attributes(self, fd, wanted, &error);
	if (fd >= 0)
		close(fd);
	if (good)
		return;
	self->counts.failed++;
	rond_copy_out_say(self, made->path, g_strdup(error->message));
}

/* What lies in a folder comes behind it: the other way round, for then nothing
 * changes times again, nor is out of reach. */
void rond_copy_finish_folders(RondCopyOut *self)
{
	for (guint i = self->folders->len; i-- > 0;)
		finish_folder(self,
			      &g_array_index(self->folders, MadeFolder, i));
	g_array_set_size(self->folders, 0);
}

char *rond_copy_temporary(RondCopyOut *self)
{
	return g_strdup_printf(".rondctl-%d-%u", (int)getpid(), self->serial++);
}

void rond_copy_keep(RondCopyOut *self, const RondCopyPlace *place,
		    const char *what)
{
	self->counts.kept++;
	rond_copy_out_say(self, place->path, g_strdup(what));
}

/* Where the file system doesn't know RENAME_NOREPLACE: nearly the same. */
static int rename_if_free(const RondCopyPlace *place, const char *temporary)
{
	struct stat there;

	if (!renameat2(place->dir, temporary, place->dir, place->name,
		       RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	if (!fstatat(place->dir, place->name, &there, AT_SYMLINK_NOFOLLOW))
		return EEXIST;
	if (renameat(place->dir, temporary, place->dir, place->name))
		return errno;
	return 0;
}

gboolean rond_copy_put(RondCopyOut *self, const char *temporary,
		       const RondCopyPlace *place, gboolean *kept,
		       GError **error)
{
	int err;

	if (!self->force)
		err = rename_if_free(place, temporary);
	else
		err = renameat(place->dir, temporary, place->dir, place->name)
			  ? errno
			  : 0;
	*kept = err == EEXIST;
	if (!err)
		return TRUE;
	unlinkat(place->dir, temporary, 0);
	if (!*kept)
		return rond_copy_fail(self, err, place->path, error);
	rond_copy_keep(self, place, _("it has come meanwhile, and is left"));
	return TRUE;
}
