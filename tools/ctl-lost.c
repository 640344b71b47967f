/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/copyout.h"
#include "tools/ctl.h"
#include "tools/lostprint.h"
#include "tools/scope.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the folder that @item lay in is copied with all that was in it then.
 * @folders: path without a slash at the end → number of its last stop + 1. */
static gboolean is_covered(GHashTable *folders, const RondLostItem *item)
{
	g_autofree char *path = g_strdup(item->path);
	gsize len = strlen(path);
	char *slash;

	if (path[len - 1] == '/')
		path[len - 1] = '\0';
	slash = strrchr(path, '/');
	*slash = '\0';
	return GPOINTER_TO_UINT(g_hash_table_lookup(folders, path)) ==
	       item->span->last + 1;
}

static void note_folder(GHashTable *folders, const RondLostItem *item)
{
	if (S_ISDIR(item->type))
		g_hash_table_insert(
		    folders, g_strndup(item->path, strlen(item->path) - 1),
		    GUINT_TO_POINTER(item->span->last + 1));
}

static gboolean add_item(RondCopyOut *copy, const RondLostItem *item,
			 GError **error)
{
	g_autofree char *as = g_strdup(item->path);
	g_autofree char *path = NULL;

	if (S_ISDIR(item->type))
		as[strlen(as) - 1] = '\0';
	path = g_strconcat(rond_lost_item_snapshot(item), "/", as, NULL);
	return rond_copy_out_add(copy, path, as, error);
}

/* Folders are copied with what was in them when they were there last; what had
 * gone from them before, from where it was. */
static gboolean add_items(RondCopyOut *copy, const RondLostList *list,
			  GError **error)
{
	g_autoptr(GHashTable) folders =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < list->items->len; i++) {
		const RondLostItem *item = list->items->pdata[i];
		gboolean covered = is_covered(folders, item);

		note_folder(folders, item);
		if (!covered && !add_item(copy, item, error))
			return FALSE;
	}
	return TRUE;
}

static RondCtlStatus copy_all(RondWhere *where, RondOptions *options,
			      const RondLostList *list, GError **error)
{
	g_autoptr(RondTreePaths) tree = rond_tree_paths_new(where, options);
	g_autoptr(RondCopyOut) copy =
	    rond_copy_out_new(tree, options->copy_to, options, error);
	gboolean complete;

	if (!copy || !add_items(copy, list, error))
		return ROND_CTL_TROUBLE;
	complete =
	    rond_copy_out_run(copy, error) && rond_copy_out_is_complete(copy);
	rond_copy_out_print(copy, options->json, stdout);
	return complete ? ROND_CTL_FINE : ROND_CTL_TROUBLE;
}

static void print(RondWhere *where, const RondOptions *options,
		  const RondLostList *list)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(where->library);

	if (options->json)
		rond_lost_print_json(list, stdout);
	else if (options->null)
		rond_lost_print_paths(list, stdout);
	else
		rond_lost_print_text(list, catalog->zone, isatty(STDOUT_FILENO),
				     stdout);
}

static RondCtlStatus show(RondWhere *where, RondOptions *options,
			  const RondLostList *list, GError **error)
{
	RondCtlStatus status =
	    list->items->len ? ROND_CTL_PROBLEMS : ROND_CTL_FINE;

	if (options->copy_to && list->items->len)
		status = copy_all(where, options, list, error);
	else
		print(where, options, list);
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return ROND_CTL_TROUBLE;
	}
	return status;
}

/* What is behind the end of the newest backup is not lost. */
static void warn(const RondTimeline *line)
{
	const RondStop *newest = line->stops->pdata[line->stops->len - 1];
	g_auto(RondPartInfo) info = {0};

	rond_part_info(newest->part, &info);
	if (info.state == ROND_PART_INCOMPLETE)
		g_warning(_("%s: the newest backup, of %s, is not complete: "
			    "what it would have is shown as lost"),
			  line->name, newest->snapshot);
}

static gboolean check_options(const RondWhere *where,
			      const RondOptions *options, GError **error)
{
	if (where->args->len > 1)
		return rond_fail(error, EINVAL,
				 _("one path is expected at most: "
				   "rondctl lost WHERE [PATH]"));
	if (options->copy_to || (!options->chown && !options->force))
		return TRUE;
	return rond_fail(error, EINVAL,
			 _("--chown and --force are for --copy-to DIR"));
}

static RondCtlStatus run(RondWhere *where, RondOptions *options, GError **error)
{
	g_autoptr(RondScope) scope = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(RondLostList) list = NULL;
	gboolean certain;
	RondCtlStatus status;

	if (!check_options(where, options, error))
		return ROND_CTL_TROUBLE;
	scope = rond_scope_new(where->args->len ? where->args->pdata[0] : NULL);
	lines = rond_scope_timelines(scope, where, &certain, error);
	if (!lines)
		return ROND_CTL_TROUBLE;
	for (guint i = 0; i < lines->len; i++)
		warn(lines->pdata[i]);
	list = rond_lost_list_new(lines, scope);
	/* "Nothing is lost" is not for what could not be looked at. */
	if (!certain && !list->items->len && !options->json)
		return ROND_CTL_TROUBLE;
	status = show(where, options, list, error);
	return certain ? status : ROND_CTL_TROUBLE;
}

RondCtlStatus rond_ctl_lost(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	RondCtlStatus status = ROND_CTL_TROUBLE;

	if (where)
		status = run(where, options, &error);
	if (error)
		g_critical("%s", error->message);
	return status;
}
