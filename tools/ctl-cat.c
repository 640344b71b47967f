/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/treepath.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define CHUNK (256 * 1024)

static gboolean write_out(const guint8 *data, gsize len, GError **error)
{
	while (len) {
		gssize n = write(STDOUT_FILENO, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return rond_fail_errno(error, errno, _("can't write"));
		data += n;
		len -= (gsize)n;
	}
	return TRUE;
}

/* By descriptor: a folder's file, which may grow meanwhile. */
static gboolean print_fd(RondFile *file, GError **error)
{
	g_autofree guint8 *buf = g_malloc(CHUNK);
	guint64 offset = 0;
	gssize n;

	while ((n = rond_file_pread(file, buf, CHUNK, offset, error)) > 0) {
		if (!write_out(buf, (gsize)n, error))
			return FALSE;
		offset += (guint64)n;
	}
	return n == 0;
}

static gboolean print_views(RondFile *file, GError **error)
{
	gboolean good = TRUE;
	guint64 offset = 0;
	gsize len = 1;

	while (good && len) {
		RondView view = {0};

		if (!rond_file_view(file, CHUNK, offset, &view, error))
			return FALSE;
		len = view.len;
		offset += len;
		good = write_out(view.data, len, error);
		rond_view_clear(&view);
	}
	return good;
}

static gboolean print(RondTreePaths *tree, const char *path, GError **error)
{
	g_autoptr(RondTreePath) item =
	    rond_tree_paths_find(tree, path, TRUE, error);
	g_autoptr(RondFile) file = NULL;

	if (!item)
		return FALSE;
	if (S_ISDIR(item->attr.st.st_mode))
		return rond_fail(error, EISDIR,
				 _("%s: a folder; rondctl ls shows what is in "
				   "it"),
				 path);
	file = rond_tree_paths_open(tree, item, error);
	if (!file)
		return FALSE;
	if (rond_file_fd(file) < 0 ? print_views(file, error)
				   : print_fd(file, error))
		return TRUE;
	g_prefix_error(error, "%s: ", path);
	return FALSE;
}

static RondCtlStatus print_all(RondTreePaths *tree, const GPtrArray *args)
{
	RondCtlStatus status = ROND_CTL_FINE;

	for (guint i = 0; i < args->len; i++) {
		g_autoptr(GError) error = NULL;

		if (print(tree, args->pdata[i], &error))
			continue;
		status = ROND_CTL_TROUBLE;
		/* Who reads has seen enough. */
		if (rond_error_errno(error) == EPIPE)
			break;
		g_critical("%s", error->message);
		if (rond_error_errno(error) == EINTR)
			break;
	}
	return status;
}

RondCtlStatus rond_ctl_cat(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_autoptr(RondTreePaths) tree =
	    where ? rond_tree_paths_new(where, options) : NULL;

	if (tree && !where->args->len)
		rond_fail(&error, EINVAL,
			  _("a file is expected: rondctl cat WHERE PATH..."));
	if (!error)
		return print_all(tree, where->args);
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
