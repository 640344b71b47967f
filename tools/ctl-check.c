/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/check.h"
#include "tools/ctl.h"
#include "tools/jsonline.h"
#include "tools/meter.h"
#include "tools/progress.h"
#include "tools/quote.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA 1

/* One backup to be read. */
typedef struct {
	const RondSnapshot *snapshot;
	const RondPlacedPart *placed;
} Place;

typedef struct {
	RondWhere *where;
	gboolean json, terminal;
	RondCatalog *catalog;
	GArray *places; /* Place */
	gboolean all;	/* no snapshot was named */
	RondMeter meter;
	RondProgress progress;
	guint64 before; /* bytes of the sources that are through */
	guint problems; /* backups that have any */
	guint64 files, bytes;
} Command;

static void command_clear(Command *self)
{
	g_clear_pointer(&self->catalog, rond_catalog_unref);
	g_clear_pointer(&self->places, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Command, command_clear)

static void add_snapshot(Command *self, const RondSnapshot *snapshot)
{
	for (guint i = 0; i < self->places->len; i++)
		if (g_array_index(self->places, Place, i).snapshot == snapshot)
			return;
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const Place place = {snapshot, snapshot->parts->pdata[i]};

		g_array_append_val(self->places, place);
		self->progress.all_total += place.placed->backup->item->size;
	}
}

/* Those named, in that order; none named: all. */
static gboolean choose(Command *self, GError **error)
{
	const GPtrArray *args = self->where->args;
	const GPtrArray *all = self->catalog->snapshots;

	self->all = !args->len;
	for (guint i = 0; i < all->len && self->all; i++)
		add_snapshot(self, all->pdata[i]);
	for (guint i = 0; i < args->len; i++) {
		const RondSnapshot *snapshot = rond_where_snapshot(
		    self->where, self->catalog, args->pdata[i], error);

		if (!snapshot)
			return FALSE;
		add_snapshot(self, snapshot);
	}
	self->progress.count = self->places->len;
	return TRUE;
}

static void on_progress(guint64 bytes, gpointer data)
{
	Command *self = data;

	self->progress.all_bytes = self->before + bytes;
	rond_meter_show(&self->meter, &self->progress);
}

static void cancel(gpointer data)
{
	g_cancellable_cancel(data);
}

/* What is said of a backup, under its line. */
static void print_lines(const Command *self, const GPtrArray *lines,
			const char *what)
{
	for (guint i = 0; i < lines->len; i++) {
		g_autofree char *shown = self->terminal
					     ? rond_printable(lines->pdata[i])
					     : g_strdup(lines->pdata[i]);

		printf("    %s%s\n", what, shown);
	}
}

static void print_text(const Command *self, const char *name,
		       const RondChecked *checked, double seconds)
{
	g_autofree char *shown =
	    self->terminal ? rond_quote(name) : g_strdup(name);
	g_autofree char *bytes = rond_progress_bytes(checked->bytes);
	g_autofree char *time = g_strdup_printf("%.1f", seconds);
	g_autofree char *files = g_strdup_printf(
	    g_dngettext(NULL, "%" G_GUINT64_FORMAT " file",
			"%" G_GUINT64_FORMAT " files", checked->files),
	    checked->files);

	printf(_("%s  %s  %s, %s  %s s\n"), shown,
	       checked->problems->len ? _("NOT SOUND") : _("ok"), files, bytes,
	       time);
	print_lines(self, checked->problems, "");
	print_lines(self, checked->notes, _("note: "));
	if (checked->index_renewed)
		printf("    %s\n", _("its index in the cache was damaged: it "
				     "was made anew; look after that disk"));
}

static void add_texts(JsonBuilder *json, const char *name,
		      const GPtrArray *texts)
{
	json_builder_set_member_name(json, name);
	json_builder_begin_array(json);
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *valid = g_utf8_make_valid(texts->pdata[i], -1);

		json_builder_add_string_value(json, valid);
	}
	json_builder_end_array(json);
}

static void print_json(const Place *place, const RondChecked *checked,
		       double seconds)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("part");

	rond_json_line_text(json, "snapshot", place->snapshot->name);
	rond_json_line_text(json, "part", place->placed->name);
	rond_json_line_text(json, "source", place->placed->backup->source);
	rond_json_line_flag(json, "sound", !checked->problems->len);
	rond_json_line_flag(json, "index_renewed", checked->index_renewed);
	rond_json_line_int(json, "files", checked->files);
	rond_json_line_int(json, "bytes", checked->bytes);
	json_builder_set_member_name(json, "seconds");
	json_builder_add_double_value(json, seconds);
	add_texts(json, "problems", checked->problems);
	add_texts(json, "notes", checked->notes);
	rond_json_line_print(json, stdout);
}

static void print_place(Command *self, const Place *place,
			const RondChecked *checked, double seconds)
{
	g_autofree char *name =
	    g_strconcat(place->snapshot->name, "/", place->placed->name, NULL);

	rond_meter_clear(&self->meter);
	if (self->json)
		print_json(place, checked, seconds);
	else
		print_text(self, name, checked, seconds);
	/* Somebody waits for it, or reads it in a log. */
	fflush(stdout);
}

/* FALSE: it was interrupted. */
static gboolean check_place(Command *self, RondCheck *check, const Place *place,
			    GCancellable *cancellable)
{
	const RondBackup *backup = place->placed->backup;
	g_auto(RondChecked) checked = {0};
	gint64 start = g_get_monotonic_time();

	self->progress.source = backup->source;
	rond_check_run(check, backup, cancellable, &checked);
	if (checked.interrupted)
		return FALSE;
	print_place(self, place, &checked,
		    (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
	self->before += backup->item->size;
	self->progress.done++;
	self->files += checked.files;
	self->bytes += checked.bytes;
	self->problems += checked.problems->len || checked.index_renewed;
	return TRUE;
}

static gboolean check_all(Command *self)
{
	g_autoptr(RondCheck) check =
	    rond_check_new(self->where, on_progress, self);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	const RondSignalTarget target = {.stop = cancel, .data = cancellable};
	gboolean through = TRUE;

	rond_signals_set(self->where->signals, &target);
	rond_meter_begin(&self->meter);
	for (guint i = 0; i < self->places->len && through; i++)
		through = check_place(self, check,
				      &g_array_index(self->places, Place, i),
				      cancellable);
	rond_meter_clear(&self->meter);
	rond_signals_set(self->where->signals, NULL);
	return through;
}

/* What is no snapshot's: files that could not be placed. */
static guint print_skipped(const Command *self)
{
	const GPtrArray *skipped = self->catalog->skipped;

	for (guint i = 0; i < skipped->len && self->all; i++) {
		const RondSkipped *each = skipped->pdata[i];
		g_autofree char *line =
		    g_strdup_printf("%s: %s", each->path, each->why);
		g_autofree char *shown =
		    self->terminal ? rond_printable(line) : g_strdup(line);
		g_autoptr(JsonBuilder) json = NULL;

		if (!self->json) {
			printf(_("left out: %s\n"), shown);
			continue;
		}
		json = rond_json_line_new("left_out");
		rond_json_line_text(json, "path", each->path);
		rond_json_line_text(json, "why", each->why);
		rond_json_line_print(json, stdout);
	}
	return self->all ? skipped->len : 0;
}

static void print_summary(const Command *self, guint skipped)
{
	g_autofree char *bytes = rond_progress_bytes(self->bytes);
	g_autoptr(JsonBuilder) json = NULL;

	if (!self->json) {
		printf(_("%u backups read through, %s; %u with problems\n"),
		       self->places->len, bytes, self->problems + skipped);
		if (self->problems)
			printf("%s", _("What is not to be trusted can't be "
				       "read in the mount; copy those backups "
				       "again from where they were made, or "
				       "use the snapshots beside them.\n"));
		return;
	}
	json = rond_json_line_new("summary");
	rond_json_line_int(json, "schema", SCHEMA);
	rond_json_line_int(json, "parts", self->places->len);
	rond_json_line_int(json, "problems", self->problems);
	rond_json_line_int(json, "left_out", skipped);
	rond_json_line_int(json, "files", self->files);
	rond_json_line_int(json, "bytes", self->bytes);
	rond_json_line_print(json, stdout);
}

static RondCtlStatus run(Command *self, GError **error)
{
	guint skipped;

	if (!choose(self, error))
		return ROND_CTL_TROUBLE;
	if (!check_all(self)) {
		g_critical(_("interrupted; what was not named was not read"));
		return ROND_CTL_TROUBLE;
	}
	skipped = print_skipped(self);
	print_summary(self, skipped);
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return ROND_CTL_TROUBLE;
	}
	return self->problems + skipped ? ROND_CTL_PROBLEMS : ROND_CTL_FINE;
}

RondCtlStatus rond_ctl_check(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_auto(Command) self = {
	    .where = where,
	    .json = options->json,
	    .terminal = isatty(STDOUT_FILENO),
	};
	RondCtlStatus status = ROND_CTL_TROUBLE;

	if (where) {
		self.catalog = rond_library_catalog(where->library);
		self.places = g_array_new(FALSE, FALSE, sizeof(Place));
		status = run(&self, &error);
	}
	if (error)
		g_critical("%s", error->message);
	return status;
}
