/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/grepprint.h"

#include "tools/jsonline.h"
#include "tools/quote.h"

#include <glib/gi18n.h>
#include <string.h>

/* The lines of all versions of one path, held to find those that stay. Of more
 * each version is printed alone. */
#define MAX_JOINED (64 * 1024 * 1024)

/* No line has it: that of a content that is binary, or of a whole file. */
#define NO_LINE "\n"

/* A version of a path with something found in it. */
typedef struct {
	char *path; /* PART/PATH */
	const RondTimeline *line;
	const RondSpan *span;
	guint32 content;
} Version;

/* A line, in all versions one behind the other that have it. */
typedef struct {
	const Version *version; /* the first */
	guint32 last;		/* stop */
	guint64 number;
	GBytes *text;
} Found;

typedef struct {
	const RondGrepSearch *search;
	const RondGrepStyle *style;
	FILE *out;
	RondGrepCounts *counts;
	const Version *version; /* at work */
	GArray *found;		/* of the path at work; NULL: not joined */
	/* Text → GQueue of numbers of @found: those of the version before that
	 * have not been met again, and those of this one. */
	GHashTable *before, *now;
} Printer;

static void version_clear(gpointer data)
{
	Version *self = data;

	g_free(self->path);
}

static void found_clear(gpointer data)
{
	Found *self = data;

	g_bytes_unref(self->text);
}

static void free_queue(gpointer queue)
{
	g_queue_free(queue);
}

static GHashTable *new_table(void)
{
	return g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				     (GDestroyNotify)g_bytes_unref, free_queue);
}

/* Of an empty line there is no pointer in a GBytes. */
static const char *text_of(const Found *found, gsize *len)
{
	const char *text = g_bytes_get_data(found->text, len);

	return text ? text : "";
}

static gboolean is_line(const Found *found)
{
	gsize len;

	return *text_of(found, &len) != *NO_LINE;
}

static const char *name_of(const RondTimeline *line, guint32 stop)
{
	return ((const RondStop *)line->stops->pdata[stop])->snapshot;
}

static void print_json(const Printer *self, const Found *found)
{
	const Version *version = found->version;
	const char *type = self->style->files_only ? "file"
			   : is_line(found)	   ? "match"
						   : "binary";
	g_autoptr(JsonBuilder) json = rond_json_line_new(type);
	g_autofree char *path = g_strconcat("/", version->path, NULL);
	gsize len;
	const char *text = text_of(found, &len);

	rond_json_line_text(json, "path", path);
	rond_json_line_text(json, "first",
			    name_of(version->line, version->span->first));
	rond_json_line_text(json, "last", name_of(version->line, found->last));
	if (is_line(found)) {
		g_autofree char *copy = g_strndup(text, len);

		rond_json_line_int(json, "line", found->number);
		rond_json_line_text(json, "text", copy);
	}
	rond_json_line_print(json, self->out);
}

/* For a terminal; new. */
static char *shown(const char *text, gsize len)
{
	g_autofree char *copy = g_strndup(text, len);

	return rond_printable(g_strdelimit(copy, "\t", ' '));
}

static void print_text(const Printer *self, const Found *found)
{
	const Version *version = found->version;
	gsize len;
	const char *text = text_of(found, &len);
	g_autofree char *path = self->style->terminal
				    ? rond_printable(version->path)
				    : g_strdup(version->path);

	fprintf(self->out, "%s..%s\t%s",
		name_of(version->line, version->span->first),
		name_of(version->line, found->last), path);
	if (self->style->files_only) {
		fputc('\n', self->out);
	} else if (!is_line(found)) {
		fputs(_(": binary file matches\n"), self->out);
	} else {
		g_autofree char *safe =
		    self->style->terminal ? shown(text, len) : NULL;

		fprintf(self->out, ":%" G_GUINT64_FORMAT ":", found->number);
		fwrite(safe ? safe : text, 1, safe ? strlen(safe) : len,
		       self->out);
		fputc('\n', self->out);
	}
}

static void print(Printer *self, const Found *found)
{
	self->counts->lines++;
	if (self->style->json)
		print_json(self, found);
	else
		print_text(self, found);
}

/* The same line of the version before, which goes on in this one; or a new
 * one. */
static guint join(Printer *self, const Found *line)
{
	GQueue *queue = g_hash_table_lookup(self->before, line->text);
	Found *known;
	guint n;

	if (!queue || g_queue_is_empty(queue)) {
		g_array_append_vals(self->found, line, 1);
		g_bytes_ref(line->text);
		return self->found->len - 1;
	}
	n = GPOINTER_TO_UINT(g_queue_pop_head(queue));
	known = &g_array_index(self->found, Found, n);
	known->last = line->last;
	known->number = line->number;
	return n;
}

static void take_joined(Printer *self, const Found *line)
{
	GQueue *queue = g_hash_table_lookup(self->now, line->text);
	guint n = join(self, line);

	if (!queue) {
		queue = g_queue_new();
		g_hash_table_insert(self->now, g_bytes_ref(line->text), queue);
	}
	g_queue_push_tail(queue, GUINT_TO_POINTER(n));
}

static void take(const RondGrepHit *hit, gpointer data)
{
	Printer *self = data;
	gboolean whole = self->style->files_only || !hit->text;
	g_autoptr(GBytes) text =
	    g_bytes_new(whole ? NO_LINE : hit->text, whole ? 1 : hit->len);
	const Found line = {self->version, self->version->span->last,
			    hit->number, text};

	/* Who read it has gone: head(1) had enough. */
	if (ferror(self->out))
		return;
	if (self->found)
		take_joined(self, &line);
	else
		print(self, &line);
}

static gboolean take_version(Printer *self, const Version *version,
			     GError **error)
{
	const RondGrepSearch *search = self->search;

	self->version = version;
	return rond_grep_hits_each(
	    search->hits, &search->lists[version->content], take, self, error);
}

static guint64 bytes_of(const Printer *self, const Version *versions, guint n)
{
	guint64 bytes = 0;

	for (guint i = 0; i < n; i++)
		bytes += self->search->lists[versions[i].content].bytes;
	return bytes;
}

static gboolean print_apart(Printer *self, const Version *versions, guint n,
			    GError **error)
{
	for (guint i = 0; i < n; i++)
		if (!take_version(self, &versions[i], error))
			return FALSE;
	return TRUE;
}

static gboolean print_joined(Printer *self, const Version *versions, guint n,
			     GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Found));
	gboolean through = TRUE;

	g_array_set_clear_func(found, found_clear);
	self->found = found;
	self->before = new_table();
	for (guint i = 0; i < n && through; i++) {
		self->now = new_table();
		if (i &&
		    versions[i - 1].span->last + 1 != versions[i].span->first)
			g_hash_table_remove_all(self->before);
		through = take_version(self, &versions[i], error);
		g_hash_table_unref(self->before);
		self->before = self->now;
	}
	g_clear_pointer(&self->before, g_hash_table_unref);
	for (guint i = 0; i < found->len && through; i++)
		print(self, &g_array_index(found, Found, i));
	self->found = NULL;
	return through;
}

static void collect_line(const RondGrepSearch *search, guint number,
			 GArray *versions)
{
	const RondTimeline *line = search->contents->lines->pdata[number];

	for (guint i = 0; i < line->spans->len; i++) {
		const RondSpan *span = &g_array_index(line->spans, RondSpan, i);
		guint32 content = rond_contents_of(search->contents, number, i);
		g_autofree char *path = NULL;
		Version version = {NULL, line, span, content};

		if (content == ROND_NO_CONTENT ||
		    rond_grep_hit_list_is_empty(&search->lists[content]))
			continue;
		path = rond_timeline_path(line, span);
		version.path = g_strconcat(line->name, "/", path, NULL);
		g_array_append_val(versions, version);
	}
}

static gint compare_versions(gconstpointer a, gconstpointer b)
{
	const Version *left = a, *right = b;
	gint order = strcmp(left->path, right->path);

	if (order)
		return order;
	return left->span->first < right->span->first
		   ? -1
		   : left->span->first > right->span->first;
}

/* How many versions from @from on are of the same path. */
static guint count_same(const GArray *versions, guint from)
{
	const char *path = g_array_index(versions, Version, from).path;
	guint n = 1;

	while (from + n < versions->len &&
	       !strcmp(g_array_index(versions, Version, from + n).path, path))
		n++;
	return n;
}

gboolean rond_grep_print(const RondGrepSearch *search,
			 const RondGrepStyle *style, FILE *out,
			 RondGrepCounts *counts, GError **error)
{
	g_autoptr(GArray) versions = g_array_new(FALSE, FALSE, sizeof(Version));
	Printer self = {search, style, out, counts};
	gboolean through = TRUE;

	g_array_set_clear_func(versions, version_clear);
	for (guint i = 0; i < search->contents->lines->len; i++)
		collect_line(search, i, versions);
	g_array_sort(versions, compare_versions);
	for (guint i = 0, n; i < versions->len && through; i += n) {
		const Version *first = &g_array_index(versions, Version, i);

		n = count_same(versions, i);
		counts->files++;
		if (n == 1 || bytes_of(&self, first, n) > MAX_JOINED)
			through = print_apart(&self, first, n, error);
		else
			through = print_joined(&self, first, n, error);
	}
	return through;
}

void rond_grep_print_summary(const RondGrepSearch *search,
			     const RondGrepCounts *counts, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("summary");

	rond_json_line_int(json, "schema", ROND_GREP_SCHEMA);
	rond_json_line_int(json, "matches", counts->lines);
	rond_json_line_int(json, "files", counts->files);
	rond_json_line_int(json, "contents", search->contents->all->len);
	rond_json_line_int(json, "bytes", search->bytes);
	rond_json_line_int(json, "unread", search->failed->len);
	rond_json_line_print(json, out);
}
