/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of a copy: a bar, lines, the counts. */
#include "tools/copyout-private.h"

#include "tools/progress.h"

#include <glib/gi18n.h>

void rond_copy_out_show(RondCopyOut *self, const char *name)
{
	const RondProgress progress = {
	    .source = name,
	    .all_bytes = MIN(self->seen_bytes, self->bytes),
	    .all_total = self->bytes,
	    .done = (guint)self->seen_files,
	    .count = (guint)MAX(self->files, self->seen_files),
	};

	rond_meter_show(&self->meter, &progress);
}

void rond_copy_out_say(RondCopyOut *self, const char *path, char *why)
{
	g_autofree char *full = g_build_filename(self->dest_name, path, NULL);

	rond_meter_clear(&self->meter);
	g_warning("%s: %s", full, why);
	g_free(why);
}

const RondCopyCounts *rond_copy_out_counts(const RondCopyOut *self)
{
	return &self->counts;
}

gboolean rond_copy_out_is_complete(const RondCopyOut *self)
{
	return !self->counts.failed && !self->counts.kept && !self->unsound;
}

static void print_json(const RondCopyCounts *n, gboolean sound, FILE *out)
{
	const struct {
		const char *name;
		guint64 value;
	} members[] = {
	    {"files", n->files},	{"bytes", n->bytes},
	    {"links", n->links},	{"folders", n->folders},
	    {"already_there", n->same}, {"left_alone", n->kept},
	    {"left_out", n->left_out},	{"unverified", n->unverified},
	    {"failed", n->failed},
	};

	fputs("{\"message_type\":\"summary\",\"schema\":1", out);
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		fprintf(out, ",\"%s\":%" G_GUINT64_FORMAT, members[i].name,
			members[i].value);
	fprintf(out, ",\"sound\":%s}\n", sound ? "true" : "false");
}

static void print_count(guint64 count, const char *what, FILE *out)
{
	if (count)
		fprintf(out, "; %" G_GUINT64_FORMAT " %s", count, what);
}

void rond_copy_out_print(const RondCopyOut *self, gboolean json, FILE *out)
{
	const RondCopyCounts *n = &self->counts;
	g_autofree char *bytes = rond_progress_bytes(n->bytes);

	if (json) {
		print_json(n, !self->unsound, out);
		return;
	}
	fprintf(out,
		_("copied: %" G_GUINT64_FORMAT " files, %" G_GUINT64_FORMAT
		  " links, %" G_GUINT64_FORMAT " folders, %s"),
		n->files, n->links, n->folders, bytes);
	print_count(n->same, _("were there already"), out);
	print_count(n->kept,
		    self->force ? _("left alone")
				: _("left alone (--force replaces files)"),
		    out);
	print_count(n->left_out, _("left out"), out);
	print_count(n->unverified, _("could not be verified"), out);
	print_count(n->failed, _("could not be copied"), out);
	if (self->unsound)
		fputs(_("; more may be missing, for a backup is damaged"), out);
	fputc('\n', out);
}
