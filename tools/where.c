/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/where.h"

#include "backends/error.h"
#include "fs/status.h"
#include "tools/log.h"
#include "tools/mountinfo.h"
#include "tools/progress.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Where @where lies in a mount of ours: its root, new; otherwise NULL. */
static char *find_mount(const char *where)
{
	g_auto(RondMountInfo) info = {NULL};

	if (!rond_mount_info(where, &info, NULL) ||
	    !g_str_equal(info.type, "fuse.rondfs"))
		return NULL;
	return g_steal_pointer(&info.root);
}

char *rond_where_mount(const RondOptions *options)
{
	if (!options->operands->len || options->config->sources[0])
		return NULL;
	return find_mount(options->operands->pdata[0]);
}

char *rond_where_status(const char *root, GError **error)
{
	g_autofree char *path = g_build_filename(root, ".status", NULL);
	g_autoptr(GError) cause = NULL;
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, &cause))
		rond_fail(error, EIO, "%s", cause->message);
	return text;
}

/* The "arguments" of a mount's .status, new; NULL: there are none. */
static char **arguments_of(const char *text)
{
	g_autoptr(JsonNode) root = json_from_string(text, NULL);
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();
	JsonNode *member = NULL;
	JsonArray *array;

	if (root && JSON_NODE_HOLDS_OBJECT(root))
		member = json_object_get_member(json_node_get_object(root),
						"arguments");
	if (!member || !JSON_NODE_HOLDS_ARRAY(member))
		return NULL;
	array = json_node_get_array(member);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *node = json_array_get_element(array, i);

		if (!JSON_NODE_HOLDS_VALUE(node) ||
		    json_node_get_value_type(node) != G_TYPE_STRING)
			return NULL;
		g_strv_builder_add(all, json_node_get_string(node));
	}
	return g_strv_builder_end(all);
}

/* Settings that the mount at @root has; NULL with @error. */
static RondOptions *read_mount(const char *root, GError **error)
{
	g_autofree char *text = rond_where_status(root, error);
	g_auto(GStrv) arguments = text ? arguments_of(text) : NULL;
	RondOptions *mount;

	if (!text)
		return NULL;
	if (!arguments) {
		rond_fail(error, ENOTSUP,
			  _("%s: it does not say which sources it has; another "
			    "version of rondfs has mounted it"),
			  root);
		return NULL;
	}
	mount = rond_options_read(ROND_PROGRAM_RONDCTL, arguments, error);
	return mount;
}

static gboolean take_source(RondOptions *options, const char *source,
			    GError **error)
{
	const char *sources[] = {source, NULL};

	if (!source)
		return rond_fail(error, EINVAL,
				 _("no source given; rondctl --help shows "
				   "how"));
	g_strfreev(options->config->sources);
	options->config->sources = g_strdupv((char **)sources);
	return TRUE;
}

/* The settings of the library; what @self needs besides is put into it. */
static RondConfig *settle(RondWhere *self, RondOptions *options, GError **error)
{
	g_autofree char *root = rond_where_mount(options);
	guint first = !options->config->sources[0];

	if (root)
		self->mount = read_mount(root, error);
	else if (first && !take_source(options,
				       options->operands->len
					   ? options->operands->pdata[0]
					   : NULL,
				       error))
		return NULL;
	if (root && !self->mount)
		return NULL;
	for (guint i = first; i < options->operands->len; i++)
		g_ptr_array_add(self->args, options->operands->pdata[i]);
	return root ? self->mount->config : options->config;
}

RondWhere *rond_where_new(RondOptions *options, GError **error)
{
	g_autoptr(RondWhere) self = g_new0(RondWhere, 1);
	RondConfig *config;

	self->args = g_ptr_array_new();
	config = settle(self, options, error);
	if (!config)
		return NULL;
	config->index_mode = ROND_INDEX_NOW;
	config->ahistoric = TRUE;
	self->signals = rond_signals_new(error);
	if (!self->signals)
		return NULL;
	self->library = rond_library_new(config, rond_log_warning, NULL, error);
	return self->library ? g_steal_pointer(&self) : NULL;
}

void rond_where_free(RondWhere *self)
{
	g_clear_pointer(&self->library, rond_library_free);
	g_clear_pointer(&self->signals, rond_signals_free);
	g_clear_pointer(&self->mount, rond_options_free);
	g_ptr_array_unref(self->args);
	g_free(self);
}

/* What @catalog has, for a message: a few names, and the way to all. */
static char *names_of(const RondCatalog *catalog)
{
	const guint shown = 3;
	guint n = catalog->snapshots->len;
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < n; i++) {
		const RondSnapshot *each = catalog->snapshots->pdata[i];

		if (i >= shown && i + shown < n) {
			g_string_append(text, ", ...");
			i = n - shown - 1;
			continue;
		}
		g_string_append_printf(text, "%s%s", i ? ", " : "", each->name);
	}
	return g_string_free(text, FALSE);
}

const RondSnapshot *rond_where_snapshot(const RondWhere *self,
					const RondCatalog *catalog,
					const char *name, GError **error)
{
	gint64 now = rond_library_now(self->library);
	const RondSnapshot *found = rond_catalog_named(catalog, now, name);
	g_autofree char *names = NULL;

	if (found)
		return found;
	names = names_of(catalog);
	rond_fail(error, ENOENT,
		  _("%s: there is no such snapshot; there are %s, and J-N for "
		    "N days ago, S-N for N weeks, latest, NAME~N for the N-th "
		    "before"),
		  name, names);
	return NULL;
}

static void unref_part(gpointer part)
{
	rond_part_unref(part);
}

static void add_part(RondLibrary *library, const RondPlacedPart *placed,
		     GPtrArray *parts)
{
	RondPart *part = NULL;

	if (placed->backup->kind != ROND_BACKUP_FOLDER)
		part = rond_library_part(library, placed->backup);
	if (part)
		g_ptr_array_add(parts, part);
}

gboolean rond_where_index(RondWhere *self, const GPtrArray *snapshots,
			  const char *part, GError **error)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(unref_part);

	for (guint i = 0; i < snapshots->len; i++) {
		const RondSnapshot *snapshot = snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *placed =
			    snapshot->parts->pdata[j];

			if (!part || !strcmp(placed->name, part))
				add_part(self->library, placed, parts);
		}
	}
	return rond_progress_index_parts(self->library, parts, self->signals) ||
	       rond_fail(error, EINTR,
			 _("interrupted; what was read through is kept"));
}
