/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/diffprint.h"

#include "tools/progress.h"
#include "tools/quote.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>

static gboolean is_shown(const RondDiffItem *item, const RondDiffStyle *style)
{
	return item->letter != 'U' || style->metadata;
}

/* "12,031"; new. */
static char *grouped(guint64 number)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, "%" G_GUINT64_FORMAT, number);
	for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
		g_string_insert_c(text, at, ',');
	return g_string_free(text, FALSE);
}

static char *rows_text(gint64 rows)
{
	return rows < 0 ? g_strdup("?") : grouped((guint64)rows);
}

static void add_note(GString *text, const char *note)
{
	g_string_append(text, text->len ? "; " : "");
	g_string_append(text, note);
}

static void add_rows(GString *text, guint64 rows, const char *what)
{
	g_autofree char *number = grouped(rows);

	if (rows)
		g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
				       number, what);
}

char *rond_diff_rows_text(guint64 removed, guint64 added, guint64 changed)
{
	GString *text = g_string_new(NULL);

	add_rows(text, removed, _("removed"));
	add_rows(text, added, _("added"));
	add_rows(text, changed, _("changed"));
	if (!text->len)
		g_string_append(text, _("all the same"));
	return g_string_free(text, FALSE);
}

char *rond_diff_table_text(const RondDiffItem *item)
{
	g_autofree char *old = rows_text(item->old_rows);
	g_autofree char *new = rows_text(item->new_rows);
	g_autofree char *rows = NULL;

	if (item->letter == 'A')
		return g_strdup_printf(_("%s rows"), new);
	if (item->letter == 'D')
		return g_strdup_printf(_("%s rows"), old);
	if (!item->rows_counted)
		return g_strdup_printf(_("%s -> %s rows"), old, new);
	rows = rond_diff_rows_text(item->rows_removed, item->rows_added,
				   item->rows_changed);
	return g_strdup_printf(_("%s -> %s rows: %s"), old, new, rows);
}

static void note_table(GString *text, const RondDiffItem *item)
{
	g_autofree char *rows = rond_diff_table_text(item);

	g_string_append(text, rows);
}

static void note_folder(GString *text, const RondDiffItem *item)
{
	g_autofree char *files = grouped(item->files);
	g_autofree char *bytes = rond_progress_bytes(item->bytes);

	if (item->letter != 'U')
		g_string_append_printf(text, _("%s files, %s"), files, bytes);
}

static const char *type_name(const RondComparedSide *side, guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);
	const RondIndexEntry *entry =
	    rond_index_entry(index, rond_index_inode(index, number));
	mode_t mode = entry ? entry->mode : 0;

	if (S_ISDIR(mode))
		return _("folder");
	if (S_ISLNK(mode))
		return _("link");
	return S_ISREG(mode) ? _("file") : _("device");
}

static void note_sizes(GString *text, const RondDiffItem *item)
{
	g_autofree char *old = rond_progress_bytes(item->old_size);
	g_autofree char *new = rond_progress_bytes(item->new_size);

	if (item->letter == 'A')
		g_string_append(text, new);
	else if (item->letter == 'D')
		g_string_append(text, old);
	else if (item->old_size == item->new_size)
		g_string_append(text, new);
	else
		g_string_append_printf(text, "%s -> %s", old, new);
}

static gboolean is_readable(const RondComparedSide *side, guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);

	return rond_index_sha256(index, rond_index_inode(index, number)) !=
	       NULL;
}

static void note_damage(GString *text, const RondDiffItem *item,
			const RondDiffStyle *style)
{
	gboolean old = is_readable(&item->part->old, item->old);
	gboolean new = is_readable(&item->part->new, item->new);
	g_autofree char *where =
	    !old && !new ? g_strdup_printf(_("%s and %s"), style->names[0],
					   style->names[1])
			 : g_strdup(style->names[old ? 1 : 0]);
	g_autofree char *note = g_strdup_printf(
	    _("can't be read in %s: not known to be the same"), where);

	add_note(text, note);
}

static char *notes_of(const RondDiffItem *item, const RondDiffStyle *style)
{
	GString *text = g_string_new(NULL);

	if (item->letter == 'T')
		g_string_append_printf(text, "%s -> %s",
				       type_name(&item->part->old, item->old),
				       type_name(&item->part->new, item->new));
	else if (item->table)
		note_table(text, item);
	else if (item->folder)
		note_folder(text, item);
	else
		note_sizes(text, item);
	if (item->flags & ROND_DELTA_SAME_LOOKS)
		add_note(text, _("same size and mtime, other content"));
	if (item->flags & ROND_DELTA_UNSURE)
		note_damage(text, item, style);
	for (guint sign = 1; sign <= item->signs; sign <<= 1)
		if (item->signs & sign)
			add_note(text, rond_signs_text(sign));
	return g_string_free(text, FALSE);
}

static const char *mark_of(const RondDiffItem *item)
{
	return item->flags & ROND_DELTA_SAME_LOOKS ? "?" : "";
}

static void print_item(const RondDiffItem *item, const RondDiffStyle *style,
		       FILE *out)
{
	const char *path = item->table ? item->table : item->path;
	g_autofree char *name =
	    style->terminal ? rond_quote(path) : g_strdup(path);
	g_autofree char *notes = notes_of(item, style);

	fprintf(out, "%c%-2s %s%s%s\n", item->letter, mark_of(item), name,
		*notes ? "  " : "", notes);
}

static void print_touched(const RondDiffStats *stats,
			  const RondDiffStyle *style, FILE *out)
{
	if (!stats->touched)
		return;
	fprintf(
	    out,
	    _("; %" G_GUINT64_FORMAT " with other times, modes or owners only"),
	    stats->touched);
	if (!style->metadata)
		fputs(_(" (--metadata lists them)"), out);
}

/* How many came, went, changed. */
static void print_counts(const char *what, const guint64 counts[3], FILE *out)
{
	fprintf(out,
		_("%s: %" G_GUINT64_FORMAT " added, %" G_GUINT64_FORMAT
		  " removed, %" G_GUINT64_FORMAT " changed"),
		what, counts[0], counts[1], counts[2]);
}

/* What a table's two files are is one table to people. */
static void print_all_counts(const RondDiffStats *stats, FILE *out)
{
	const guint64 all[] = {stats->added.files + stats->added.others,
			       stats->removed.files + stats->removed.others,
			       stats->changed};
	const guint64 *of_tables = stats->table_files;
	const guint64 files[] = {all[0] - of_tables[0], all[1] - of_tables[1],
				 all[2] - of_tables[2]};

	print_counts(_("files"), files, out);
	if (stats->same_looks)
		fprintf(
		    out,
		    _(" (%" G_GUINT64_FORMAT " under the same size and mtime)"),
		    stats->same_looks);
	if (!of_tables[0] && !of_tables[1] && !of_tables[2])
		return;
	fputs("; ", out);
	print_counts(_("tables"), stats->tables, out);
}

static void print_stats(const RondDiffList *list, const RondDiffStyle *style,
			FILE *out)
{
	const RondDiffStats *stats = &list->stats;
	g_autofree char *more = rond_progress_bytes(stats->added.bytes);
	g_autofree char *less = rond_progress_bytes(stats->removed.bytes);

	if (rond_diff_list_is_same(list)) {
		fputs(_("no differences"), out);
	} else {
		print_all_counts(stats, out);
		fprintf(out, "; +%s -%s", more, less);
	}
	print_touched(stats, style, out);
	fputc('\n', out);
}

void rond_diff_print_text(const RondDiffList *list, const RondDiffStyle *style,
			  FILE *out)
{
	for (guint i = 0; i < list->items->len; i++) {
		const RondDiffItem *item = list->items->pdata[i];

		if (!item->implied && is_shown(item, style))
			print_item(item, style, out);
	}
	print_stats(list, style, out);
}

void rond_diff_print_names(const RondDiffList *list, const RondDiffStyle *style,
			   char end, FILE *out)
{
	for (guint i = 0; i < list->items->len; i++) {
		const RondDiffItem *item = list->items->pdata[i];
		g_autofree char *name = NULL;

		if (item->folder || !is_shown(item, style))
			continue;
		name = style->terminal && end ? rond_quote(item->path)
					      : g_strdup(item->path);
		fputs(name, out);
		fputc(end, out);
	}
}
