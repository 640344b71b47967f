/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/copyout.h"
#include "tools/ctl.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* Where things go, as cp has it. */
typedef struct {
	char *folder;
	char *name; /* in it; NULL: as they are called */
} Target;

static void target_clear(Target *self)
{
	g_clear_pointer(&self->folder, g_free);
	g_clear_pointer(&self->name, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

static gboolean read_target(const GPtrArray *args, Target *self, GError **error)
{
	const char *dest = args->len ? args->pdata[args->len - 1] : "";

	if (args->len < 2 || !*dest)
		return rond_fail(error, EINVAL,
				 _("something to copy and a destination are "
				   "expected: rondctl cp WHERE PATH... DEST"));
	if (g_file_test(dest, G_FILE_TEST_IS_DIR)) {
		self->folder = g_strdup(dest);
		return TRUE;
	}
	self->folder = g_path_get_dirname(dest);
	self->name = g_path_get_basename(dest);
	if (args->len > 2)
		return rond_fail(error, ENOTDIR,
				 _("%s: to copy several things it must be a "
				   "folder"),
				 dest);
	return g_file_test(self->folder, G_FILE_TEST_IS_DIR) ||
	       rond_fail(error, ENOENT, _("%s: there is no such folder"),
			 self->folder);
}

/* What @path is called at the destination; new. "." at its end: it isn't,
 * what is in it is meant. */
static char *name_of(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, "/"))
		return g_strdup("");
	return g_steal_pointer(&name);
}

/* FALSE: one is not there, which was said. */
static gboolean add_all(RondCopyOut *copy, const GPtrArray *args,
			const Target *target, GError **error)
{
	gboolean all = TRUE;

	for (guint i = 0; i + 1 < args->len; i++) {
		const char *path = args->pdata[i];
		g_autofree char *own = name_of(path);
		g_autoptr(GError) missing = NULL;

		if (rond_copy_out_add(copy, path,
				      target->name ? target->name : own,
				      &missing))
			continue;
		if (rond_error_errno(missing) == EINTR) {
			g_propagate_error(error, g_steal_pointer(&missing));
			return FALSE;
		}
		g_critical("%s", missing->message);
		all = FALSE;
	}
	return all;
}

static RondCtlStatus copy_all(RondCopyOut *copy, const GPtrArray *args,
			      const Target *target, GError **error)
{
	GError *ended = NULL;
	gboolean all = add_all(copy, args, target, &ended);

	if (!ended && rond_copy_out_run(copy, &ended))
		all &= rond_copy_out_is_complete(copy);
	if (ended)
		g_propagate_error(error, ended);
	return !ended && all ? ROND_CTL_FINE : ROND_CTL_TROUBLE;
}

RondCtlStatus rond_ctl_cp(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_autoptr(RondTreePaths) tree =
	    where ? rond_tree_paths_new(where, options) : NULL;
	g_auto(Target) target = {0};
	g_autoptr(RondCopyOut) copy = NULL;
	RondCtlStatus status = ROND_CTL_TROUBLE;

	if (tree && read_target(where->args, &target, &error))
		copy = rond_copy_out_new(tree, target.folder, options, &error);
	if (copy) {
		status = copy_all(copy, where->args, &target, &error);
		rond_copy_out_print(copy, options->json, stdout);
	}
	if (error)
		g_critical("%s", error->message);
	return status;
}
