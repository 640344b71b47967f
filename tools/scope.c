/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scope.h"

#include "backends/error.h"
#include "fs/view.h"

#include <errno.h>
#include <fnmatch.h>
#include <glib/gi18n.h>
#include <string.h>

struct RondScope {
	char **names; /* the part's first; none: everything */
	char *path;   /* as they are, with slashes */
};

RondScope *rond_scope_new(const char *path)
{
	RondScope *self = g_new0(RondScope, 1);
	g_auto(GStrv) names = g_strsplit(path ? path : "", "/", -1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (char **name = names; *name; name++)
		if (**name && strcmp(*name, "."))
			g_strv_builder_add(builder, *name);
	self->names = g_strv_builder_end(builder);
	self->path = g_strjoinv("/", self->names);
	return self;
}

void rond_scope_free(RondScope *self)
{
	g_strfreev(self->names);
	g_free(self->path);
	g_free(self);
}

static gboolean is_deep(const char *name)
{
	return !strcmp(name, "**");
}

/* The name that @path begins with; @rest gets what is behind it. */
static char *first_name(const char *path, const char **rest)
{
	gsize len = strcspn(path, "/");

	*rest = path + len + (path[len] == '/');
	return g_strndup(path, len);
}

static gboolean matches(const char *pattern, const char *name)
{
	return !strcmp(pattern, name) ||
	       (strpbrk(pattern, "*?[\\") && !fnmatch(pattern, name, 0));
}

/* Whether @path is what the patterns are for, or below it. */
static gboolean is_below(char **patterns, const char *path)
{
	while (*patterns) {
		g_autofree char *name = NULL;
		const char *rest;

		if (is_deep(*patterns) && is_below(patterns + 1, path))
			return TRUE;
		if (!*path)
			return FALSE;
		name = first_name(path, &rest);
		if (!is_deep(*patterns) && !matches(*patterns++, name))
			return FALSE;
		path = rest;
	}
	return TRUE;
}

static gboolean has_part(const RondScope *self, const char *name)
{
	char **names = self->names;

	return !*names || is_deep(*names) || matches(*names, name);
}

gboolean rond_scope_has_all_of(const RondScope *self, const char *name)
{
	return is_below(self->names, name);
}

gboolean rond_scope_has(const RondScope *self, const char *name,
			const char *path)
{
	g_autofree char *whole = NULL;

	if (!*self->names)
		return TRUE;
	whole = g_strconcat(name, *path ? "/" : NULL, path, NULL);
	return is_below(self->names, whole);
}

gboolean rond_scope_names(const RondScope *self, const char *name,
			  const char *path)
{
	gsize len = strlen(name);

	return !strncmp(self->path, name, len) && self->path[len] == '/' &&
	       !strcmp(self->path + len + 1, path);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all parts that any snapshot has; in order, for a message too. */
static GPtrArray *names_in(const RondCatalog *catalog)
{
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *placed =
			    snapshot->parts->pdata[j];

			if (g_hash_table_add(met, placed->name))
				g_ptr_array_add(names, g_strdup(placed->name));
		}
	}
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* On the way to the timelines. */
typedef struct {
	const RondScope *scope;
	RondWhere *where;
	const RondCatalog *catalog;
	GPtrArray *lines;
	gboolean certain;
} Work;

static void free_line(gpointer line)
{
	rond_timeline_free(line);
}

/* NULL with @error, or without where it can't be had and that was said. */
static RondTimeline *read_line(Work *self, const char *name, GError **error)
{
	while (rond_where_index(self->where, self->catalog->snapshots, name,
				error)) {
		g_autoptr(GError) cause = NULL;
		RondTimeline *line =
		    rond_timeline_new(self->where->library, name, &cause);

		if (line)
			return line;
		/* Once more for each index that proves to be broken. */
		if (g_error_matches(cause, ROND_ERROR, EAGAIN))
			continue;
		if (g_error_matches(cause, ROND_ERROR, ENOTSUP))
			g_warning(_("%s: its backups are folders as they are, "
				    "which are not looked at here; in the "
				    "mount, find, grep and diff do"),
				  name);
		else
			g_warning("%s", cause->message);
		return NULL;
	}
	return NULL;
}

static gboolean is_sound(const RondStop *stop)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(stop->part, &info);
	return info.state == ROND_PART_READY;
}

static void judge(Work *self, const RondTimeline *line)
{
	for (guint i = 0; i < line->unread->len; i++)
		g_warning(_("%s is not looked at in %s"), line->name,
			  (const char *)line->unread->pdata[i]);
	self->certain &= !line->unread->len;
	for (guint i = 0; i < line->stops->len; i++)
		self->certain &= is_sound(line->stops->pdata[i]);
}

static gboolean read_lines(Work *self, const GPtrArray *names, GError **error)
{
	GError *cause = NULL;

	for (guint i = 0; i < names->len; i++) {
		RondTimeline *line;

		if (!has_part(self->scope, names->pdata[i]))
			continue;
		line = read_line(self, names->pdata[i], &cause);
		if (cause) {
			g_propagate_error(error, cause);
			return FALSE;
		}
		self->certain &= line != NULL;
		if (!line)
			continue;
		judge(self, line);
		g_ptr_array_add(self->lines, line);
	}
	return TRUE;
}

static gboolean has_any(const RondScope *self, const RondTimeline *line)
{
	if (rond_scope_has_all_of(self, line->name))
		return TRUE;
	for (guint i = 0; i < line->spans->len; i++) {
		const RondSpan *span = &g_array_index(line->spans, RondSpan, i);
		g_autofree char *path = rond_timeline_path(line, span);

		if (rond_scope_has(self, line->name, path))
			return TRUE;
	}
	return FALSE;
}

/* What is nowhere must not look as if nothing were the matter with it. */
static gboolean check(const Work *self, const GPtrArray *names, GError **error)
{
	gboolean known = FALSE;
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autofree char *text = NULL;

	for (guint i = 0; i < self->lines->len; i++)
		if (has_any(self->scope, self->lines->pdata[i]))
			return TRUE;
	for (guint i = 0; i < names->len; i++) {
		known |= has_part(self->scope, names->pdata[i]);
		g_ptr_array_add(all, names->pdata[i]);
	}
	if (known && !self->lines->len)
		return TRUE;
	if (known)
		return rond_fail(error, ENOENT, _("%s: it is in no snapshot"),
				 self->scope->path);
	g_ptr_array_add(all, NULL);
	text = g_strjoinv(", ", (char **)all->pdata);
	return rond_fail(error, ENOENT,
			 _("%s: paths begin with a part of the snapshots: %s"),
			 self->scope->path, text);
}

GPtrArray *rond_scope_timelines(const RondScope *self, RondWhere *where,
				gboolean *certain, GError **error)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(where->library);
	g_autoptr(GPtrArray) names = names_in(catalog);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_line);
	Work work = {self, where, catalog, lines, TRUE};

	if (!read_lines(&work, names, error) || !check(&work, names, error))
		return NULL;
	*certain = work.certain;
	return g_steal_pointer(&lines);
}
