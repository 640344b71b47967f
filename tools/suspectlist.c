/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/suspectlist.h"

#include "backends/error.h"
#include "tools/contents.h"
#include "tools/grepsearch.h"
#include "tools/meter.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>

/* How a server knows PHP, whatever the file is called. Short forms only before
 * text, since three bytes are in every hundredth picture by chance. */
#define PHP_INSIDE                                               \
	"<\\?php\\b|<\\?=[ \\t]*[$@`a-z_(][\\x20-\\x7e\\t]{10}"  \
	"|<\\?[ \\t][\\x20-\\x7e\\t]{14}|__HALT_COMPILER\\s*\\(" \
	"|<script\\s+language\\s*=\\s*[\"']?php"

/* Fewer programs than that change on any day. */
#define MIN_BURST 50
#define MANY_TIMES 10

typedef struct {
	const RondSuspectQuery *query;
	RondSuspectList *list;
	RondContents *pictures, *code;
	RondGrepSearch *search; /* of @pictures */
	const char **ids;	/* by git, for each of @code; NULL: not asked */
	const RondTimeline *line;
	guint32 from;	/* the first stop of @line that is wanted */
	guint number;	/* of @line, when it is judged */
	GArray *counts; /* guint: of its stops, programs that came or changed */
	GHashTable *found; /* path, borrowed → its newest RondSuspect */
} Work;

static void work_clear(Work *self)
{
	g_clear_pointer(&self->search, rond_grep_search_free);
	g_clear_pointer(&self->pictures, rond_contents_free);
	g_clear_pointer(&self->code, rond_contents_free);
	g_clear_pointer(&self->ids, g_free);
	g_clear_pointer(&self->counts, g_array_unref);
	g_clear_pointer(&self->found, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void suspect_free(gpointer data)
{
	RondSuspect *self = data;

	g_free(self->path);
	g_free(self);
}

static const RondStop *stop_of(const RondTimeline *line, guint32 number)
{
	return line->stops->pdata[number];
}

static guint find_snapshot(const RondCatalog *catalog, const char *name)
{
	const GPtrArray *all = catalog->snapshots;
	guint i = 0;

	while (i < all->len &&
	       strcmp(((RondSnapshot *)all->pdata[i])->name, name) != 0)
		i++;
	return i;
}

guint32 rond_suspects_from(const RondCatalog *catalog, const RondTimeline *line,
			   const RondSnapshot *since)
{
	guint32 from = 0;
	guint last;

	if (!since)
		return 0;
	last = find_snapshot(catalog, since->name);
	while (from < line->stops->len &&
	       find_snapshot(catalog, stop_of(line, from)->snapshot) <= last)
		from++;
	return from;
}

/* The last name of @span's path, new. */
static char *name_of(const RondTimeline *line, const RondSpan *span)
{
	const RondIndex *index =
	    rond_content_index(stop_of(line, span->first)->content);
	const RondIndexEntry *entry = rond_index_entry(index, span->entry);
	gsize len = 0;
	const char *name = entry ? rond_index_name(index, entry, &len) : NULL;

	return g_strndup(name ? name : "", len);
}

/* A file of a site: neither a dump, nor one that a dump is shown as. */
static gboolean is_file(const RondIndexEntry *entry)
{
	return S_ISREG(entry->mode) && !(entry->flags & ROND_ENTRY_TABLE);
}

static void set_line(Work *self, const RondTimeline *line)
{
	if (self->line == line)
		return;
	self->line = line;
	self->from =
	    rond_suspects_from(self->query->catalog, line, self->query->since);
}

static gboolean is_wanted(Work *self, const RondTimeline *line,
			  const RondSpan *span, const RondIndexEntry *entry)
{
	const RondScope *scope = self->query->scope;
	g_autofree char *path = NULL;

	set_line(self, line);
	if (!is_file(entry) || span->first < self->from)
		return FALSE;
	if (rond_scope_has_all_of(scope, line->name))
		return TRUE;
	path = rond_timeline_path(line, span);
	return rond_scope_has(scope, line->name, path);
}

static gboolean is_picture(const RondTimeline *line, const RondSpan *span,
			   const RondIndexEntry *entry, gpointer data)
{
	Work *self = data;
	g_autofree char *name = name_of(line, span);

	return entry->size && rond_signs_is_picture(name) &&
	       is_wanted(self, line, span, entry);
}

/* Older versions, too: of what is not new its time says nothing. */
static gboolean is_code(const RondTimeline *line, const RondSpan *span,
			const RondIndexEntry *entry, gpointer data)
{
	g_autofree char *name = name_of(line, span);

	(void)data;
	return is_file(entry) && rond_signs_is_code(name);
}

static gboolean look_into_pictures(Work *self, GError **error)
{
	g_autoptr(RondGrepMatch) match =
	    rond_grep_match_new(PHP_INSIDE, FALSE, TRUE, error);

	if (!match)
		return FALSE;
	self->pictures =
	    rond_contents_new(self->query->lines, is_picture, self);
	self->search = rond_grep_search_new(self->pictures, match, TRUE);
	for (guint i = 0; i < self->search->failed->len; i++)
		g_ptr_array_add(self->list->failed,
				g_strdup(self->search->failed->pdata[i]));
	return TRUE;
}

static void add_failed(Work *self, const RondOneContent *content,
		       const GError *error)
{
	const RondSpan *span =
	    &g_array_index(content->line->spans, RondSpan, content->span);
	g_autofree char *path = rond_timeline_path(content->line, span);

	g_ptr_array_add(
	    self->list->failed,
	    g_strdup_printf("%s/%s/%s: %s",
			    stop_of(content->line, span->first)->snapshot,
			    content->line->name, path, error->message));
}

static void add_blob(Work *self, guint n)
{
	const RondOneContent *content = rond_contents_get(self->code, n);
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStream) stream =
	    rond_one_content_open(content, FALSE, &error);

	if (stream)
		self->ids[n] =
		    rond_git_blobs_add(self->query->git, stream, &error);
	if (!self->ids[n])
		add_failed(self, content, error);
}

/* Which of the code is to be asked for. */
static gboolean *find_asked(Work *self)
{
	gboolean *asked = g_new0(gboolean, self->code->all->len + 1);

	for (guint i = 0; i < self->query->lines->len; i++) {
		const RondTimeline *line = self->query->lines->pdata[i];

		for (guint j = 0; j < line->spans->len; j++) {
			const RondSpan *span =
			    &g_array_index(line->spans, RondSpan, j);
			guint32 n = rond_contents_of(self->code, i, j);

			if (n != ROND_NO_CONTENT &&
			    is_wanted(self, line, span,
				      rond_timeline_entry(line, span)))
				asked[n] = TRUE;
		}
	}
	return asked;
}

static gboolean ask_git(Work *self, GError **error)
{
	g_autofree gboolean *asked = find_asked(self);
	const GArray *all = self->code->all;
	RondProgress progress = {.count = all->len};
	RondMeter meter;

	self->ids = g_new0(const char *, all->len + 1);
	for (guint n = 0; n < all->len; n++)
		progress.all_total += rond_contents_get(self->code, n)->size;
	rond_meter_begin(&meter);
	for (guint n = 0; n < all->len; n++) {
		if (rond_signals_stopped(self->query->signals))
			break;
		if (asked[n])
			add_blob(self, n);
		progress.done = n;
		progress.all_bytes += rond_contents_get(self->code, n)->size;
		rond_meter_show(&meter, &progress);
	}
	rond_meter_clear(&meter);
	if (rond_signals_stopped(self->query->signals))
		return rond_fail(error, EINTR, _("interrupted"));
	return rond_git_blobs_ask(self->query->git, error);
}

/* Whether its content was there before, be it under another path. */
static gboolean is_known(const Work *self, guint32 number, const RondSpan *span)
{
	guint32 n = rond_contents_of(self->code, self->number, number);
	const RondOneContent *content;
	const RondSpan *oldest;

	if (n == ROND_NO_CONTENT)
		return FALSE;
	content = rond_contents_get(self->code, n);
	oldest = &g_array_index(content->line->spans, RondSpan, content->span);
	return content->line == self->line && oldest->first < span->first;
}

/* Of what is damaged nobody knows whether it is new. */
static gboolean has_old_time(const Work *self, guint32 number,
			     const RondSpan *span, const RondIndexEntry *entry)
{
	return span->first > 0 && !(span->flags & ROND_DELTA_UNSURE) &&
	       !is_known(self, number, span) &&
	       entry->mtime < stop_of(self->line, span->first - 1)->time;
}

/* Of what is not new only what is its business: there is code that nobody puts
 * into a repository. */
static gboolean is_not_in_git(const Work *self, guint32 number,
			      const RondSpan *span, const char *path)
{
	guint32 n = rond_contents_of(self->code, self->number, number);
	const char *id =
	    self->ids && n != ROND_NO_CONTENT ? self->ids[n] : NULL;

	if (!id || rond_git_blobs_get(self->query->git, id)->commit)
		return FALSE;
	return span->first > 0 ||
	       rond_git_blobs_has_path(self->query->git, path) ||
	       rond_git_blobs_has_path(self->query->git, strchr(path, '/') + 1);
}

static gboolean has_php_inside(const Work *self, guint32 number)
{
	guint32 n = rond_contents_of(self->pictures, self->number, number);

	return n != ROND_NO_CONTENT &&
	       !rond_grep_hit_list_is_empty(&self->search->lists[n]);
}

/* @path: PART/PATH. */
static guint signs_of(const Work *self, guint32 number, const RondSpan *span,
		      const char *path)
{
	const RondIndexEntry *entry = rond_timeline_entry(self->line, span);
	guint signs = 0;

	if (rond_signs_is_program(path))
		signs |= ROND_SIGN_PROGRAM;
	if (rond_signs_is_run(path) && has_old_time(self, number, span, entry))
		signs |= ROND_SIGN_OLD_TIME;
	if (span->flags & ROND_DELTA_SAME_LOOKS &&
	    !(span->flags & ROND_DELTA_UNSURE))
		signs |= ROND_SIGN_SAME_LOOKS;
	if (has_php_inside(self, number))
		signs |= ROND_SIGN_PHP_INSIDE;
	if (is_not_in_git(self, number, span, path))
		signs |= ROND_SIGN_NOT_IN_GIT;
	return signs;
}

/* With a repository, what is in it was deployed. */
static void count(Work *self, const RondSpan *span, const char *path,
		  guint signs)
{
	if (span->first > 0 && rond_signs_is_run(path) &&
	    (!self->ids || signs & ROND_SIGN_NOT_IN_GIT))
		g_array_index(self->counts, guint, span->first)++;
}

/* What is the same in its spans. */
static guint32 content_of(const Work *self, guint32 number)
{
	guint32 n = rond_contents_of(self->code, self->number, number);

	if (n != ROND_NO_CONTENT)
		return n;
	n = rond_contents_of(self->pictures, self->number, number);
	return n != ROND_NO_CONTENT ? self->code->all->len + n : n;
}

/* Whether it is named already: it was there before a snapshot that is damaged
 * or hasn't it, and was the same, as far as anybody knows. */
static gboolean is_again(const Work *self, const RondSuspect *suspect)
{
	RondSuspect *before = g_hash_table_lookup(self->found, suspect->path);
	gboolean unsure = suspect->span->flags & ROND_DELTA_UNSURE;

	if (!before || suspect->signs & ~before->signs)
		return FALSE;
	if (!unsure && (suspect->content == ROND_NO_CONTENT ||
			suspect->content != before->content))
		return FALSE;
	before->last = suspect->last;
	return TRUE;
}

static void add(Work *self, RondSuspect *suspect)
{
	if (is_again(self, suspect)) {
		suspect_free(suspect);
		return;
	}
	g_hash_table_insert(self->found, suspect->path, suspect);
	g_ptr_array_add(self->list->suspects, suspect);
}

static void judge(Work *self, guint32 number)
{
	const RondSpan *span =
	    &g_array_index(self->line->spans, RondSpan, number);
	const RondIndexEntry *entry = rond_timeline_entry(self->line, span);
	g_autofree char *below = NULL;
	g_autofree char *path = NULL;
	RondSuspect *suspect;
	guint signs;

	if (!entry || !is_file(entry))
		return;
	below = rond_timeline_path(self->line, span);
	path = g_strconcat(self->line->name, "/", below, NULL);
	if (!rond_scope_has(self->query->scope, self->line->name, below))
		return;
	signs = signs_of(self, number, span, path);
	count(self, span, path, signs);
	if (!signs || span->first < self->from)
		return;
	suspect = g_new0(RondSuspect, 1);
	suspect->line = self->line;
	suspect->span = span;
	suspect->path = g_steal_pointer(&path);
	suspect->signs = signs;
	suspect->order = find_snapshot(
	    self->query->catalog, stop_of(self->line, span->first)->snapshot);
	suspect->last = span->last;
	suspect->content = content_of(self, number);
	add(self, suspect);
}

static gint compare_counts(gconstpointer a, gconstpointer b)
{
	guint left = *(const guint *)a, right = *(const guint *)b;

	return left < right ? -1 : left > right;
}

/* Of the stops but the oldest, and but @stop. */
static guint usual_count(const GArray *counts, guint32 stop)
{
	g_autoptr(GArray) others = g_array_copy((GArray *)counts);

	g_array_remove_index(others, stop);
	g_array_remove_index(others, 0);
	g_array_sort(others, compare_counts);
	return others->len ? g_array_index(others, guint, others->len / 2) : 0;
}

static void find_bursts(Work *self)
{
	for (guint32 i = MAX(self->from, 1); i < self->counts->len; i++) {
		guint programs = g_array_index(self->counts, guint, i);
		guint usual = usual_count(self->counts, i);
		const RondBurst burst = {self->line, i, programs, usual};

		if (programs >= MIN_BURST && programs > MANY_TIMES * usual)
			g_array_append_val(self->list->bursts, burst);
	}
}

static void judge_line(Work *self, guint number)
{
	self->number = number;
	set_line(self, self->query->lines->pdata[number]);
	g_clear_pointer(&self->counts, g_array_unref);
	self->counts = g_array_new(FALSE, TRUE, sizeof(guint));
	g_array_set_size(self->counts, self->line->stops->len);
	for (guint32 i = 0; i < self->line->spans->len; i++)
		judge(self, i);
	find_bursts(self);
}

static gint compare(gconstpointer a, gconstpointer b)
{
	const RondSuspect *left = *(RondSuspect *const *)a;
	const RondSuspect *right = *(RondSuspect *const *)b;

	if (left->order != right->order)
		return left->order < right->order ? -1 : 1;
	return strcmp(left->path, right->path);
}

static RondSuspectList *list_new(void)
{
	RondSuspectList *self = g_new0(RondSuspectList, 1);

	self->suspects = g_ptr_array_new_with_free_func(suspect_free);
	self->bursts = g_array_new(FALSE, FALSE, sizeof(RondBurst));
	self->failed = g_ptr_array_new_with_free_func(g_free);
	return self;
}

RondSuspectList *rond_suspect_list_new(const RondSuspectQuery *query,
				       GError **error)
{
	g_autoptr(RondSuspectList) self = list_new();
	g_auto(Work) work = {.query = query, .list = self};

	if (!look_into_pictures(&work, error))
		return NULL;
	work.code = rond_contents_new(query->lines, is_code, NULL);
	work.found = g_hash_table_new(g_str_hash, g_str_equal);
	if (query->git && !ask_git(&work, error))
		return NULL;
	for (guint i = 0; i < query->lines->len; i++)
		judge_line(&work, i);
	g_ptr_array_sort(self->suspects, compare);
	return g_steal_pointer(&self);
}

void rond_suspect_list_free(RondSuspectList *self)
{
	g_ptr_array_unref(self->suspects);
	g_array_unref(self->bursts);
	g_ptr_array_unref(self->failed);
	g_free(self);
}
