/* SPDX-License-Identifier: BSD-2-Clause */
/* One file or link: what is there, its copy, and the proof of it. */
#include "tools/copyout-private.h"

#include "backends/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (256 * 1024)
#define TRIES 100

/* A file being read: hashed, and written where @out is not -1. */
typedef struct {
	RondCopyOut *self;
	RondTreePath *item;
	RondFile *file;
	const RondCopyPlace *place;
	int out;
} Copy;

/* What is at a place. */
typedef enum {
	NOTHING,
	SAME,
	REPLACED,
	KEPT
} There;

/* A hard link that was made: to which others may be added. */
typedef struct {
	dev_t dev;
	ino_t ino;
	char path[];
} MadeFile;

static gboolean write_all(const Copy *copy, const guint8 *data, gsize len,
			  guint64 offset, GError **error)
{
	while (copy->out >= 0 && len) {
		gssize n = pwrite(copy->out, data, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_copy_fail(copy->self, n ? errno : EIO,
					      copy->place->path, error);
		data += n;
		len -= (gsize)n;
		offset += (guint64)n;
	}
	return TRUE;
}

/* Some bytes at @offset, where they lie if that is possible. */
static gboolean read_some(const Copy *copy, gsize len, guint64 offset,
			  RondView *view, GError **error)
{
	g_autofree guint8 *buf = NULL;
	gssize n;

	if (rond_file_fd(copy->file) < 0)
		return rond_file_view(copy->file, len, offset, view, error);
	buf = g_malloc(len);
	n = rond_file_pread(copy->file, buf, len, offset, error);
	if (n < 0)
		return FALSE;
	view->data = buf;
	view->len = (gsize)n;
	view->bytes = g_bytes_new_take(g_steal_pointer(&buf), (gsize)n);
	return TRUE;
}

static gboolean take(const Copy *copy, const RondView *view, guint64 offset,
		     GError **error)
{
	if (!view->len)
		return rond_fail(error, EIO, _("the data ends early"));
	rond_sha256_add(copy->self->sha256, view->data, view->len);
	copy->self->seen_bytes += view->len;
	rond_copy_out_show(copy->self, copy->item->path);
	return write_all(copy, view->data, view->len, offset, error);
}

/* The bytes from @from to @to, which are no hole. */
static gboolean copy_range(const Copy *copy, guint64 from, guint64 to,
			   GError **error)
{
	while (from < to) {
		gsize len = (gsize)MIN(to - from, CHUNK);
		RondView view = {0};
		gboolean good = rond_copy_out_goes_on(copy->self, error) &&
				read_some(copy, len, from, &view, error) &&
				take(copy, &view, from, error);

		from += view.len;
		rond_view_clear(&view);
		if (!good)
			return FALSE;
	}
	return TRUE;
}

static gboolean skip_hole(const Copy *copy, guint64 len, GError **error)
{
	static const guint8 zeros[64 * 1024];

	while (len) {
		gsize n = (gsize)MIN(len, sizeof(zeros));

		if (!rond_copy_out_goes_on(copy->self, error))
			return FALSE;
		rond_sha256_add(copy->self->sha256, zeros, n);
		copy->self->seen_bytes += n;
		rond_copy_out_show(copy->self, copy->item->path);
		len -= n;
	}
	return TRUE;
}

static off_t seek_or(RondFile *file, off_t offset, int whence, off_t size)
{
	off_t at = rond_file_seek(file, offset, whence);

	return at < 0 || at > size ? size : at;
}

static gboolean copy_all(const Copy *copy, GError **error)
{
	off_t size = copy->item->attr.st.st_size, at = 0, data, hole;

	while (at < size) {
		data = seek_or(copy->file, at, SEEK_DATA, size);
		if (data > at && copy->out >= 0 && ftruncate(copy->out, size))
			return rond_copy_fail(copy->self, errno,
					      copy->place->path, error);
		if (!skip_hole(copy, (guint64)(data - at), error))
			return FALSE;
		hole = data < size ? seek_or(copy->file, data, SEEK_HOLE, size)
				   : size;
		if (!copy_range(copy, (guint64)data, (guint64)hole, error))
			return FALSE;
		at = hole;
	}
	return TRUE;
}

/* Read the content through, into @out if that isn't -1; its hash. */
static gboolean copy_content(RondCopyOut *self, RondTreePath *item,
			     const RondCopyPlace *place, int out,
			     guint8 hash[ROND_SHA256_LEN], GError **error)
{
	g_autoptr(RondFile) file =
	    rond_tree_paths_open(self->tree, item, error);
	const Copy copy = {self, item, file, place, out};
	GError *failure = NULL;

	if (!file)
		return FALSE;
	rond_sha256_reset(self->sha256);
	if (copy_all(&copy, &failure)) {
		rond_sha256_end(self->sha256, hash);
		return TRUE;
	}
	g_prefix_error(&failure, "%s: ", item->path);
	g_propagate_error(error, failure);
	return FALSE;
}

static gboolean copy_verified(RondCopyOut *self, RondTreePath *item,
			      const RondCopyPlace *place, int out,
			      GError **error)
{
	guint8 hash[ROND_SHA256_LEN], known[ROND_SHA256_LEN];

	if (!copy_content(self, item, place, out, hash, error))
		return FALSE;
	if (!rond_tree_paths_sha256(self->tree, item, known)) {
		self->counts.unverified +=
		    !rond_copy_out_note_soundness(self, item);
		return TRUE;
	}
	return !memcmp(hash, known, sizeof(hash)) ||
	       rond_fail(error, EIO,
			 _("%s: what is read now is not what the backup held "
			   "when it was indexed; it is not copied"),
			 item->path);
}

static gboolean hash_file(RondCopyOut *self, int fd,
			  guint8 hash[ROND_SHA256_LEN], GError **error)
{
	g_autofree guint8 *buf = g_malloc(CHUNK);
	gssize n;

	rond_sha256_reset(self->sha256);
	while ((n = read(fd, buf, CHUNK))) {
		if (!rond_copy_out_goes_on(self, error))
			return FALSE;
		if (n < 0 && errno != EINTR)
			return rond_fail_errno(error, errno, "read");
		if (n > 0)
			rond_sha256_add(self->sha256, buf, (gsize)n);
	}
	rond_sha256_end(self->sha256, hash);
	return TRUE;
}

/* Whether the file at @place has the content of @item, of the same size. */
static gboolean has_content(RondCopyOut *self, RondTreePath *item,
			    const RondCopyPlace *place)
{
	int fd = openat(place->dir, place->name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	guint8 there[ROND_SHA256_LEN], wanted[ROND_SHA256_LEN];
	guint64 seen = self->seen_bytes;
	gboolean same;

	if (fd < 0)
		return FALSE;
	same = hash_file(self, fd, there, NULL) &&
	       (rond_tree_paths_sha256(self->tree, item, wanted) ||
		copy_content(self, item, place, -1, wanted, NULL)) &&
	       !memcmp(there, wanted, sizeof(there));
	self->seen_bytes = seen;
	close(fd);
	return same;
}

static gboolean same_looks(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_mode == b->st_mode;
}

/* What is there already, and what comes of it; not to be replaced: counted. */
static There look_there(RondCopyOut *self, RondTreePath *item,
			const RondCopyPlace *place)
{
	const struct stat *st = &item->attr.st;
	struct stat there;

	if (fstatat(place->dir, place->name, &there, AT_SYMLINK_NOFOLLOW))
		return NOTHING;
	if (S_ISDIR(there.st_mode)) {
		rond_copy_keep(self, place, _("a folder is there, and left"));
		return KEPT;
	}
	if (S_ISREG(there.st_mode) && S_ISREG(st->st_mode) &&
	    there.st_size == st->st_size &&
	    (!self->force || same_looks(&there, st)) &&
	    has_content(self, item, place))
		return SAME;
	if (self->force)
		return REPLACED;
	/* Who was interrupted doesn't know. */
	if (!rond_copy_out_goes_on(self, NULL))
		return KEPT;
	rond_copy_keep(self, place,
		       _("something else is there, and left; --force "
			 "replaces it"));
	return KEPT;
}

static int open_temporary(RondCopyOut *self, const RondCopyPlace *place,
			  char **name, GError **error)
{
	int fd = -1;

	for (guint i = 0; fd < 0 && i < TRIES; i++) {
		g_free(*name);
		*name = rond_copy_temporary(self);
		fd = openat(
		    place->dir, *name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		rond_copy_fail(self, errno, place->path, error);
	return fd;
}

/* So that others may be links to it. */
static void note_inode(RondCopyOut *self, const RondTreePath *item, int fd,
		       const RondCopyPlace *place)
{
	gint64 number = (gint64)item->attr.st.st_ino;
	struct stat st;
	MadeFile *made;

	if (item->attr.st.st_nlink < 2 || fstat(fd, &st))
		return;
	made = g_malloc(sizeof(*made) + strlen(place->path) + 1);
	made->dev = st.st_dev;
	made->ino = st.st_ino;
	memcpy(made->path, place->path, strlen(place->path) + 1);
	g_hash_table_replace(self->inodes, g_memdup2(&number, sizeof(number)),
			     made);
}

static gboolean fill(RondCopyOut *self, RondTreePath *item,
		     const RondCopyPlace *place, int fd, GError **error)
{
	GError *failure = NULL;

	if (!copy_verified(self, item, place, fd, error))
		return FALSE;
	if (rond_copy_set_attributes(self, fd, &item->attr.st, &failure))
		return TRUE;
	g_prefix_error(&failure, "%s/%s: ", self->dest_name, place->path);
	g_propagate_error(error, failure);
	return FALSE;
}

static gboolean copy_file(RondCopyOut *self, RondTreePath *item,
			  const RondCopyPlace *place, GError **error)
{
	g_autofree char *temporary = NULL;
	int fd = open_temporary(self, place, &temporary, error);
	gboolean kept = FALSE, good;

	if (fd < 0)
		return FALSE;
	good = fill(self, item, place, fd, error);
	if (!good)
		unlinkat(place->dir, temporary, 0);
	good = good && rond_copy_put(self, temporary, place, &kept, error);
	if (good && !kept) {
		note_inode(self, item, fd, place);
		self->counts.files++;
		self->counts.bytes += (guint64)item->attr.st.st_size;
	}
	close(fd);
	return good;
}

/* Whether the file at @path, in the folder @dir, is still the one that was
 * made, and has got another name at @temporary. */
static gboolean link_to(const MadeFile *made, int dir, const char *name,
			const RondCopyPlace *place, const char *temporary)
{
	struct stat st;

	return !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
	       st.st_dev == made->dev && st.st_ino == made->ino &&
	       !linkat(dir, name, place->dir, temporary, 0);
}

/* Make a hard link to what @item was copied to before; FALSE: it must be
 * copied. */
static gboolean link_again(RondCopyOut *self, const RondTreePath *item,
			   const RondCopyPlace *place, gboolean *kept)
{
	gint64 number = (gint64)item->attr.st.st_ino;
	const MadeFile *made = item->attr.st.st_nlink < 2
				   ? NULL
				   : g_hash_table_lookup(self->inodes, &number);
	g_autofree char *temporary = rond_copy_temporary(self);
	const char *slash;
	gboolean linked;
	int dir;

	if (!made)
		return FALSE;
	slash = strrchr(made->path, '/');
	dir = rond_copy_open_above(self, made->path);
	linked = dir >= 0 && link_to(made, dir, slash ? slash + 1 : made->path,
				     place, temporary);
	if (dir >= 0)
		close(dir);
	return linked && rond_copy_put(self, temporary, place, kept, NULL);
}

gboolean rond_copy_out_file(RondCopyOut *self, RondTreePath *item,
			    const RondCopyPlace *place, GError **error)
{
	There there = look_there(self, item, place);
	gboolean kept = FALSE;

	if (!rond_copy_out_goes_on(self, error))
		return FALSE;
	if (there == SAME || there == KEPT) {
		self->counts.same += there == SAME;
		self->seen_bytes += (guint64)item->attr.st.st_size;
		return TRUE;
	}
	if (link_again(self, item, place, &kept)) {
		self->counts.files += !kept;
		return TRUE;
	}
	return copy_file(self, item, place, error);
}

/* Whether the link at @place leads to @target. */
static gboolean has_target(const RondCopyPlace *place, const char *target)
{
	gsize len = strlen(target);
	g_autofree char *buf = g_malloc(len + 1);

	return readlinkat(place->dir, place->name, buf, len + 1) ==
		   (gssize)len &&
	       !memcmp(buf, target, len);
}

static gboolean make_link(RondCopyOut *self, const RondTreePath *item,
			  const RondCopyPlace *place, const char *target,
			  GError **error)
{
	const struct timespec times[] = {item->attr.st.st_atim,
					 item->attr.st.st_mtim};
	g_autofree char *temporary = rond_copy_temporary(self);
	gboolean kept = FALSE;
	uid_t uid;
	gid_t gid;

	if (symlinkat(target, place->dir, temporary))
		return rond_copy_fail(self, errno, place->path, error);
	rond_copy_owner(self, &item->attr.st, &uid, &gid);
	/* Whom a link belongs to matters to nobody. */
	if (fchownat(place->dir, temporary, uid, gid, AT_SYMLINK_NOFOLLOW))
		g_debug("%s: %s", place->path, g_strerror(errno));
	utimensat(place->dir, temporary, times, AT_SYMLINK_NOFOLLOW);
	if (!rond_copy_put(self, temporary, place, &kept, error))
		return FALSE;
	self->counts.links += !kept;
	return TRUE;
}

gboolean rond_copy_out_link(RondCopyOut *self, RondTreePath *item,
			    const RondCopyPlace *place, GError **error)
{
	g_autofree char *target = rond_tree_paths_link(self->tree, item, error);

	if (!target)
		return FALSE;
	if (has_target(place, target)) {
		self->counts.same++;
		return TRUE;
	}
	if (look_there(self, item, place) == KEPT)
		return TRUE;
	return make_link(self, item, place, target, error);
}
