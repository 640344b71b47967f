/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/checkfolder.h"

#include "fs/folder.h"
#include "tools/quote.h"

#include <dirent.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PIECE (1024 * 1024)
/* As many names as somebody reads. */
#define MAX_NAMED 20

typedef struct {
	RondFolder *folder;
	GArray *waiting; /* Node: folders that were found */
	RondCheckProgress progress;
	gpointer data;
	GCancellable *cancellable;
	RondChecked *result;
	guint failed;
	guint8 *buf; /* PIECE bytes */
} Reader;

typedef struct {
	guint32 node;
	char *path; /* for messages */
} Node;

static void fail(Reader *self, const char *path, int err)
{
	g_autofree char *shown = NULL;

	if (self->failed++ >= MAX_NAMED)
		return;
	shown = rond_quote(path);
	g_ptr_array_add(
	    self->result->problems,
	    g_strdup_printf(_("%s can't be read: %s"), shown, g_strerror(err)));
}

/* Returns an errno, or 0. */
static int read_through(Reader *self, int fd)
{
	ssize_t n;

	while ((n = read(fd, self->buf, PIECE)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		self->result->bytes += (guint64)n;
		if (self->progress)
			self->progress(self->result->bytes, self->data);
		if (g_cancellable_is_cancelled(self->cancellable))
			return 0;
	}
	return 0;
}

static void take_file(Reader *self, const Node *file)
{
	int fd, err = rond_folder_open(self->folder, file->node, &fd);

	self->result->files++;
	if (!err) {
		err = read_through(self, fd);
		close(fd);
	}
	if (err)
		fail(self, file->path, err);
}

static void take_name(Reader *self, const Node *dir, const char *name)
{
	Node node = {.path = g_build_filename(dir->path, name, NULL)};
	struct stat st;
	int err =
	    rond_folder_lookup(self->folder, dir->node, name, &node.node, &st);

	if (!err && S_ISDIR(st.st_mode)) {
		g_array_append_val(self->waiting, node);
		return;
	}
	if (err)
		fail(self, node.path, err);
	else if (S_ISREG(st.st_mode))
		take_file(self, &node);
	if (!err)
		rond_folder_forget(self->folder, node.node, 1);
	g_free(node.path);
}

static void take_all(Reader *self, const Node *dir, DIR *stream)
{
	struct dirent *item;

	errno = 0;
	while ((item = readdir(stream)) &&
	       !g_cancellable_is_cancelled(self->cancellable)) {
		if (strcmp(item->d_name, ".") && strcmp(item->d_name, ".."))
			take_name(self, dir, item->d_name);
		errno = 0;
	}
	if (errno)
		fail(self, dir->path, errno);
}

static void take_folder(Reader *self, const Node *dir)
{
	int fd, err = rond_folder_open_dir(self->folder, dir->node, &fd);
	DIR *stream = err ? NULL : fdopendir(fd);

	if (!err && !stream) {
		err = errno;
		close(fd);
	}
	if (err) {
		fail(self, *dir->path ? dir->path : ".", err);
		return;
	}
	take_all(self, dir, stream);
	closedir(stream);
}

static void take_tree(Reader *self)
{
	Node top = {ROND_FOLDER_ROOT, g_strdup("")};

	g_array_append_val(self->waiting, top);
	while (self->waiting->len) {
		guint last = self->waiting->len - 1;
		Node dir = g_array_index(self->waiting, Node, last);

		g_array_set_size(self->waiting, last);
		if (!g_cancellable_is_cancelled(self->cancellable))
			take_folder(self, &dir);
		rond_folder_forget(self->folder, dir.node, 1);
		g_free(dir.path);
	}
	if (self->failed > MAX_NAMED)
		g_ptr_array_add(self->result->problems,
				g_strdup_printf(_("and %u more can't be read"),
						self->failed - MAX_NAMED));
}

void rond_check_folder(const RondBackup *backup, RondCheckProgress progress,
		       gpointer data, GCancellable *cancellable,
		       RondChecked *result)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(Node));
	g_autofree guint8 *buf = g_malloc(PIECE);
	int fd = backup->store->ops->open_folder(backup->store,
						 backup->item->path, &error);
	Reader self = {.waiting = waiting,
		       .progress = progress,
		       .data = data,
		       .cancellable = cancellable,
		       .result = result,
		       .buf = buf};

	if (fd < 0) {
		g_ptr_array_add(result->problems, g_strdup(error->message));
		return;
	}
	self.folder = rond_folder_new(fd);
	take_tree(&self);
	rond_folder_free(self.folder);
	result->interrupted = g_cancellable_is_cancelled(cancellable);
}
