/* SPDX-License-Identifier: BSD-2-Clause */
/* NOT-COMPARED.txt: what a pair of snapshots doesn't show. */
#include "fs/tree-changes.h"

#include <string.h>

typedef struct {
	RondTree *tree;
	const RondSnapshot *old, *new;
	GString *text;
} Note;

/* @line is taken over. One line, whatever is in names. */
static void add_line(Note *self, char *line)
{
	for (char *at = line; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	g_string_append(self->text, line);
	g_string_append_c(self->text, '\n');
	g_free(line);
}

/* Where a part is, seen from the note. */
static char *quoted_path(const RondSnapshot *snapshot, const char *part)
{
	g_autofree char *path =
	    g_strconcat("../../", snapshot->name, "/", part, NULL);

	return g_shell_quote(path);
}

static void add_folder(Note *self, const char *name, const RondBackup *left,
		       const RondBackup *right)
{
	g_autofree char *old = quoted_path(self->old, name);
	g_autofree char *new = quoted_path(self->new, name);

	if (left && right)
		add_line(self, g_strdup_printf(
				   "%s: not compared: a folder, shown as it "
				   "lies there; from here: diff -rq %s %s",
				   name, old, new));
	else
		add_line(self, g_strdup_printf(
				   "%s: not compared: a folder, only in %s",
				   name, left ? old : new));
}

static void add_unsound(Note *self, const RondSnapshot *snapshot,
			const char *name, const RondBackup *backup)
{
	g_autoptr(RondPart) part =
	    rond_library_part(self->tree->library, backup);
	g_auto(RondPartInfo) info = {0};
	const char *what = snapshot == self->new ? "removed" : "added";

	if (part)
		rond_part_info(part, &info);
	if (info.state == ROND_PART_FAILED)
		add_line(self,
			 g_strdup_printf("%s: not compared: %s can't be "
					 "read: %s",
					 name, snapshot->name, info.message));
	else if (info.state == ROND_PART_DAMAGED ||
		 info.state == ROND_PART_INCOMPLETE)
		add_line(self,
			 g_strdup_printf(
			     "%s: %s is %s: what it lacks seems %s here: %s",
			     name, snapshot->name,
			     rond_part_state_name(info.state), what,
			     info.message ? info.message : "unknown"));
}

static gboolean is_folder(const RondBackup *backup)
{
	return backup && backup->kind == ROND_BACKUP_FOLDER;
}

static void add_part(Note *self, const char *name)
{
	const RondBackup *left = rond_tree_pair_backup(self->old, name);
	const RondBackup *right = rond_tree_pair_backup(self->new, name);

	if (is_folder(left) || is_folder(right)) {
		add_folder(self, name, left, right);
		return;
	}
	if (left)
		add_unsound(self, self->old, name, left);
	if (right)
		add_unsound(self, self->new, name, right);
}

/* As far as somebody has asked for them. */
static void add_rows(Note *self, const RondPair *pair)
{
	RondPairs *pairs = self->tree->pairs;
	g_autoptr(RondRowChanges) rows =
	    rond_pairs_rows(pairs, rond_pairs_number(pairs, pair));
	const GPtrArray *problems =
	    rows ? rond_row_changes_problems(rows) : NULL;

	for (guint i = 0; problems && i < problems->len; i++)
		add_line(self, g_strdup(problems->pdata[i]));
}

static char *note_of(Note *self)
{
	for (guint i = 0; i < self->old->parts->len; i++) {
		const RondPlacedPart *placed = self->old->parts->pdata[i];

		add_part(self, placed->name);
	}
	for (guint i = 0; i < self->new->parts->len; i++) {
		const RondPlacedPart *placed = self->new->parts->pdata[i];

		if (!rond_tree_pair_backup(self->old, placed->name))
			add_part(self, placed->name);
	}
	return g_string_free(self->text, self->text->len == 0);
}

char *rond_tree_pair_note(RondTree *self, const RondPair *pair)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	Note note = {
	    .tree = self,
	    .old = rond_catalog_find(catalog, pair->old),
	    .new = rond_catalog_find(catalog, pair->new),
	};

	if (!note.old || !note.new)
		return NULL;
	note.text = g_string_new(NULL);
	add_rows(&note, pair);
	return note_of(&note);
}
