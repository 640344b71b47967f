/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/versionlist.h"
#include "tools/where.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is asked for, and found. */
typedef struct {
	const RondOptions *options;
	RondWhere *where;
	RondCatalog *catalog;
	GPtrArray *globs; /* RondGlob, of the paths */
	GPtrArray *all;	  /* RondLineages */
	RondGitBlobs *git;
	GHashTable *ids; /* RondVersion → blob's id, borrowed from @git */
} Query;

static void query_clear(Query *self)
{
	g_clear_pointer(&self->ids, g_hash_table_unref);
	g_clear_pointer(&self->git, rond_git_blobs_free);
	g_clear_pointer(&self->all, g_ptr_array_unref);
	g_clear_pointer(&self->globs, g_ptr_array_unref);
	g_clear_pointer(&self->catalog, rond_catalog_unref);
	g_clear_pointer(&self->where, rond_where_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

static void free_glob(gpointer glob)
{
	rond_glob_free(glob);
}

static gboolean read_query(Query *self, GError **error)
{
	const GPtrArray *args = self->where->args;

	if (!args->len)
		return rond_fail(error, EINVAL,
				 _("a path is expected: rondctl log WHERE "
				   "PATH..., such as www/index.php"));
	self->catalog = rond_library_catalog(self->where->library);
	self->globs = g_ptr_array_new_with_free_func(free_glob);
	for (guint i = 0; i < args->len; i++)
		g_ptr_array_add(self->globs, rond_glob_new(args->pdata[i]));
	self->all = rond_lineages_of(self->catalog, self->globs, TRUE);
	if (!self->options->git)
		return TRUE;
	self->git = rond_git_blobs_new(self->options->git, error);
	self->ids = g_hash_table_new(NULL, NULL);
	return self->git != NULL;
}

static void sleep_for(RondJob *job)
{
	rond_job_sleep(job, G_MAXINT64);
	rond_job_unref(job);
}

/* All indexes are there; where there are too many to be open at once, they are
 * opened again. */
static gboolean read_all(Query *self, GError **error)
{
	RondLibrary *library = self->where->library;

	for (guint i = 0; i < self->all->len; i++) {
		RondLineages *lineages = self->all->pdata[i];
		RondJob *wait = NULL;

		if (!rond_where_index(self->where, self->catalog->snapshots,
				      lineages->part, error))
			return FALSE;
		while (!rond_lineages_read(lineages, library, &wait))
			sleep_for(g_steal_pointer(&wait));
	}
	return TRUE;
}

typedef gboolean (*VersionFunc)(Query *self, const RondLineages *lineages,
				const RondLineage *line, RondVersion *version,
				GError **error);

static gboolean each_version(Query *self, const RondLineages *lineages,
			     VersionFunc func, GError **error)
{
	for (guint i = 0; i < lineages->lineages->len; i++) {
		const RondLineage *line = lineages->lineages->pdata[i];

		for (guint j = 0; j < line->versions->len; j++)
			if (!func(self, lineages, line,
				  line->versions->pdata[j], error))
				return FALSE;
	}
	return TRUE;
}

/* What a backup has of a database isn't there as it is. */
static gboolean may_be_in_git(const RondLook *look)
{
	return S_ISLNK(look->type) ||
	       (S_ISREG(look->type) && look->has_time && !look->is_dump);
}

/* Its id by git, where git could have it. What can't be read has none. */
static gboolean add_id(Query *self, const RondLineages *lineages,
		       const RondLineage *line, RondVersion *version,
		       GError **error)
{
	g_autoptr(RondStream) content = NULL;
	g_autoptr(GError) cause = NULL;
	const char *id = NULL;

	if (rond_signals_stopped(self->where->signals))
		return rond_fail(error, EINTR, _("interrupted"));
	if (!may_be_in_git(&version->look))
		return TRUE;
	content = rond_lineages_open(lineages, self->where->library, line,
				     version, &cause);
	if (content)
		id = rond_git_blobs_add(self->git, content, &cause);
	if (id)
		g_hash_table_insert(self->ids, version, (gpointer)id);
	else
		g_warning("%s: %s", line->path, cause->message);
	return TRUE;
}

static gboolean ask_git(Query *self, GError **error)
{
	for (guint i = 0; self->git && i < self->all->len; i++)
		if (!each_version(self, self->all->pdata[i], add_id, error))
			return FALSE;
	return !self->git || rond_git_blobs_ask(self->git, error);
}

/* Whether @path is a pattern; otherwise it is what is shown. */
static gboolean is_pattern(const char *path)
{
	return strpbrk(path, "*?[\\") != NULL;
}

static void print(const Query *self)
{
	const GPtrArray *args = self->where->args;
	const RondVersionStyle style = {
	    .zone = self->catalog->zone,
	    .terminal = isatty(STDOUT_FILENO),
	    .headings = args->len > 1 || is_pattern(args->pdata[0]),
	    .git = self->git,
	    .ids = self->ids,
	};

	for (guint i = 0; i < self->all->len; i++) {
		const RondLineages *each = self->all->pdata[i];

		for (guint j = 0; j < each->lineages->len; j++) {
			const RondLineage *line = each->lineages->pdata[j];

			if (self->options->json)
				rond_versions_print_json(each, line, &style,
							 stdout);
			else
				rond_versions_print_text(each, line, &style,
							 stdout);
		}
	}
	if (self->options->json)
		rond_versions_print_summary(self->all, stdout);
}

/* The names that paths begin with, for a message; new. */
static char *part_names(const RondCatalog *catalog)
{
	g_autoptr(GPtrArray) globs = g_ptr_array_new_with_free_func(free_glob);
	g_autoptr(GPtrArray) all = NULL;
	GString *text = g_string_new(NULL);

	g_ptr_array_add(globs, rond_glob_new("*"));
	all = rond_lineages_of((RondCatalog *)catalog, globs, FALSE);
	for (guint i = 0; i < all->len; i++) {
		const RondLineages *each = all->pdata[i];

		g_string_append_printf(text, "%s%s", i ? ", " : "", each->part);
	}
	return g_string_free(text, FALSE);
}

static gboolean is_found(const Query *self, const RondGlob *glob)
{
	for (guint i = 0; i < self->all->len; i++) {
		const RondLineages *each = self->all->pdata[i];

		for (guint j = 0; j < each->lineages->len; j++) {
			const RondLineage *line = each->lineages->pdata[j];

			if (rond_glob_is(glob, line->path))
				return TRUE;
		}
	}
	return FALSE;
}

/* Say which paths nothing was found for. */
static gboolean check_found(const Query *self)
{
	const GPtrArray *args = self->where->args;
	gboolean found = TRUE;

	for (guint i = 0; i < args->len; i++) {
		const char *path = args->pdata[i];
		g_autofree char *parts = NULL;

		if (is_found(self, self->globs->pdata[i]))
			continue;
		found = FALSE;
		parts = part_names(self->catalog);
		g_warning(_("%s: it is in no snapshot; paths begin with one "
			    "of %s"),
			  path, parts);
	}
	return found;
}

/* Others were told of when they were indexed. */
static void warn_unread(const RondLineages *lineages,
			const RondLineageStop *stop)
{
	if (stop->is_folder || !stop->part)
		g_warning("%s/%s: %s", stop->snapshot, lineages->part,
			  stop->unread);
}

static gboolean check_read(const Query *self)
{
	gboolean all_read = TRUE;

	for (guint i = 0; i < self->all->len; i++) {
		const RondLineages *each = self->all->pdata[i];

		for (guint j = 0; j < each->stops->len; j++) {
			const RondLineageStop *stop =
			    rond_lineages_stop(each, j);

			if (stop->unread)
				warn_unread(each, stop);
			all_read &= !stop->unread;
		}
	}
	return all_read;
}

static RondCtlStatus show(const Query *self)
{
	gboolean found = check_found(self), all_read = check_read(self);

	print(self);
	if (fflush(stdout)) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return ROND_CTL_TROUBLE;
	}
	if (!all_read)
		return ROND_CTL_TROUBLE;
	return found ? ROND_CTL_FINE : ROND_CTL_PROBLEMS;
}

RondCtlStatus rond_ctl_log(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_auto(Query) query = {.options = options};

	query.where = rond_where_new(options, &error);
	if (query.where && read_query(&query, &error) &&
	    read_all(&query, &error) && ask_git(&query, &error))
		return show(&query);
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
