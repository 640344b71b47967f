/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "fs/comparison.h"
#include "tools/ctl.h"
#include "tools/diffprint.h"
#include "tools/diffrows.h"
#include "tools/quote.h"
#include "tools/where.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is asked for. */
typedef struct {
	const RondOptions *options;
	RondCatalog *catalog;
	const RondSnapshot *old, *new;
	char *path; /* PART/… without a slash at the end, or "" */
	char *part; /* its first component, or NULL */
} Query;

static void query_clear(Query *self)
{
	g_clear_pointer(&self->catalog, rond_catalog_unref);
	g_clear_pointer(&self->path, g_free);
	g_clear_pointer(&self->part, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

/* "./www//a/" → "www/a"; new. */
static char *clean_path(const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	GString *clean = g_string_new(NULL);

	for (char **name = names; *name; name++) {
		if (!**name || g_str_equal(*name, "."))
			continue;
		g_string_append(clean, clean->len ? "/" : "");
		g_string_append(clean, *name);
	}
	return g_string_free(clean, FALSE);
}

static gboolean check_part(const Query *self, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const RondSnapshot *sides[] = {self->old, self->new};
	g_autofree char *all = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(sides); i++)
		for (guint j = 0; j < sides[i]->parts->len; j++) {
			const RondPlacedPart *part = sides[i]->parts->pdata[j];

			if (g_str_equal(part->name, self->part))
				return TRUE;
			if (i == 0)
				g_ptr_array_add(names, part->name);
		}
	g_ptr_array_add(names, NULL);
	all = g_strjoinv(", ", (char **)names->pdata);
	return rond_fail(error, ENOENT,
			 _("%s: paths begin with a part of the snapshot: %s"),
			 self->path, all);
}

static gboolean read_query(const RondWhere *where, Query *self, GError **error)
{
	const GPtrArray *args = where->args;

	if (args->len < 2 || args->len > 3)
		return rond_fail(error, EINVAL,
				 _("two snapshots are expected, and a path at "
				   "most: rondctl diff WHERE A B [PATH]"));
	self->catalog = rond_library_catalog(where->library);
	self->old =
	    rond_where_snapshot(where, self->catalog, args->pdata[0], error);
	if (!self->old)
		return FALSE;
	self->new =
	    rond_where_snapshot(where, self->catalog, args->pdata[1], error);
	if (!self->new)
		return FALSE;
	self->path = clean_path(args->len == 3 ? args->pdata[2] : "");
	if (!*self->path)
		return TRUE;
	self->part = g_strndup(self->path, strcspn(self->path, "/"));
	return check_part(self, error);
}

static RondComparison *compare(RondWhere *where, const Query *query,
			       GError **error)
{
	g_autoptr(GPtrArray) both = g_ptr_array_new();
	GError *cause = NULL;

	g_ptr_array_add(both, (gpointer)query->old);
	g_ptr_array_add(both, (gpointer)query->new);
	/* Once more for each index that proves to be broken meanwhile. */
	while (rond_where_index(where, both, query->part, error)) {
		g_autoptr(RondJob) wait = NULL;
		RondComparison *result = rond_comparison_new(
		    where->library, query->old->name, query->new->name,
		    query->part, &wait, &cause);

		if (result)
			return result;
		if (cause) {
			g_propagate_error(error, cause);
			return NULL;
		}
	}
	return NULL;
}

/* The entry at @path below the part; NULL: there is none. */
static const RondIndexEntry *find(const RondComparedSide *side,
				  const char *path)
{
	const RondIndex *index =
	    side->content ? rond_content_index(side->content) : NULL;
	guint32 at = side->root;

	while (index && *path && at != ROND_INDEX_NONE) {
		gsize len = strcspn(path, "/");

		at = rond_index_lookup(index, at, path, len);
		path += len + (path[len] == '/');
	}
	return index && at != ROND_INDEX_NONE ? rond_index_entry(index, at)
					      : NULL;
}

/* Tables are called as they are listed, too: without an ending. */
static gboolean side_has(const RondComparedSide *side, const char *path)
{
	g_autofree char *script = g_strconcat(path, ".sql", NULL);
	const RondIndexEntry *table = *path ? find(side, script) : NULL;

	return find(side, path) || (table && table->flags & ROND_ENTRY_TABLE);
}

/* A path that is nowhere would look like one without changes. */
static gboolean check_path(const RondComparison *comparison, const Query *query,
			   GError **error)
{
	const RondComparedPart *part;
	const char *below;

	if (!query->part || !comparison->parts->len)
		return TRUE;
	part = comparison->parts->pdata[0];
	below = query->path + strlen(query->part);
	below += *below == '/';
	return !part->changes || side_has(&part->old, below) ||
	       side_has(&part->new, below) ||
	       rond_fail(error, ENOENT, _("%s: it is in neither snapshot"),
			 query->path);
}

static gboolean is_sound(const RondComparedSide *side)
{
	g_auto(RondPartInfo) info = {0};

	if (!side->part)
		return TRUE;
	rond_part_info(side->part, &info);
	return info.state == ROND_PART_READY;
}

/* It has no index; reading all of it is what diff(1) is for. */
static void tell_of_folder(const RondComparedPart *part, const Query *query)
{
	g_autofree char *mount = rond_where_mount(query->options);
	const char *root = mount ? mount : _("MOUNTPOINT");
	const RondSnapshot *only = part->old.part ? query->old : query->new;
	g_autofree char *old =
	    g_build_filename(root, query->old->name, part->name, NULL);
	g_autofree char *new =
	    g_build_filename(root, query->new->name, part->name, NULL);
	g_autofree char *left = rond_quote(old);
	g_autofree char *right = rond_quote(new);

	if (!part->old.part || !part->new.part)
		g_warning(_("%s: a folder that is a backup itself; it is only "
			    "in %s, and what is in it is not listed here"),
			  part->name, only->name);
	else
		g_warning(
		    _("%s: a folder that is a backup itself is not compared "
		      "here; in a mount do: diff -rq %s %s"),
		    part->name, left, right);
}

/* What can't be vouched for is trouble, whatever was found. */
static gboolean is_certain(const RondComparison *comparison, const Query *query)
{
	gboolean certain = TRUE;

	for (guint i = 0; i < comparison->parts->len; i++) {
		const RondComparedPart *part = comparison->parts->pdata[i];

		if (!part->changes)
			tell_of_folder(part, query);
		certain &= part->changes && is_sound(&part->old) &&
			   is_sound(&part->new);
	}
	return certain;
}

/* Whether numbers of rows are shown, for which tables have to be read. */
static gboolean counts_rows(const RondOptions *options)
{
	if (!options->rows && !options->stat)
		return FALSE;
	return options->json ||
	       !(options->null || options->name_only || options->patch);
}

static gboolean print(const RondDiffList *list, const Query *query)
{
	const RondOptions *options = query->options;
	const RondDiffStyle style = {isatty(STDOUT_FILENO),
				     options->metadata,
				     {query->old->name, query->new->name}};

	if (options->json)
		rond_diff_print_json(list, &style, stdout);
	else if (options->null || options->name_only)
		rond_diff_print_names(list, &style, options->null ? '\0' : '\n',
				      stdout);
	else if (options->patch)
		return rond_diff_print_patch(list, &style, stdout);
	else if (options->stat)
		return rond_diff_print_stat(list, &style, stdout);
	else
		rond_diff_print_text(list, &style, stdout);
	return TRUE;
}

static RondCtlStatus show(const RondComparison *comparison, const Query *query)
{
	g_autoptr(RondDiffList) list =
	    rond_diff_list_new(comparison, query->path);
	gboolean same = rond_diff_list_is_same(list) &&
			(!query->options->metadata || !list->items->len);

	gboolean certain = is_certain(comparison, query);

	/* "No differences" is not for what could not be looked at. */
	if (!certain && !list->items->len && !query->options->json)
		return ROND_CTL_TROUBLE;
	if (counts_rows(query->options))
		certain &= rond_diff_rows_count(list);
	certain &= print(list, query);
	if (fflush(stdout)) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return ROND_CTL_TROUBLE;
	}
	if (!certain)
		return ROND_CTL_TROUBLE;
	return same ? ROND_CTL_FINE : ROND_CTL_PROBLEMS;
}

RondCtlStatus rond_ctl_diff(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_auto(Query) query = {.options = options};
	g_autoptr(RondComparison) comparison = NULL;

	if (where && read_query(where, &query, &error))
		comparison = compare(where, &query, &error);
	if (comparison && check_path(comparison, &query, &error))
		return show(comparison, &query);
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
