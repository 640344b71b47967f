/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/row-changes.h"

#include "backends/error.h"
#include "backends/index/table-delta.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct RondRowChanges {
	gatomicrefcount refs;
	GArray *files; /* RondRowFile */
	GPtrArray *problems;
	RondStream *spool; /* NULL: there are no files */
};

typedef struct {
	RondRowChanges *result;
	int spool;
	guint64 end; /* of what was written */
	GCancellable *cancellable;
	/* Of the table at hand: */
	const RondTableDelta *delta;
	const char *stem;
	guint32 old, new; /* T.tsv */
} Build;

static void clear_file(gpointer file)
{
	g_free(((RondRowFile *)file)->name);
}

static RondRowChanges *empty_new(void)
{
	RondRowChanges *self = g_new0(RondRowChanges, 1);

	g_atomic_ref_count_init(&self->refs);
	self->files = g_array_new(FALSE, FALSE, sizeof(RondRowFile));
	g_array_set_clear_func(self->files, clear_file);
	self->problems = g_ptr_array_new_with_free_func(g_free);
	return self;
}

RondRowChanges *rond_row_changes_failed(const char *problem)
{
	RondRowChanges *self = empty_new();

	g_ptr_array_add(self->problems, g_strdup(problem));
	return self;
}

RondRowChanges *rond_row_changes_ref(RondRowChanges *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_row_changes_unref(RondRowChanges *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_clear_pointer(&self->spool, rond_stream_unref);
	g_array_unref(self->files);
	g_ptr_array_unref(self->problems);
	g_free(self);
}

static gboolean write_text(gpointer data, const char *text, gsize len,
			   GError **error)
{
	Build *self = data;
	gsize done = 0;

	if (g_cancellable_is_cancelled(self->cancellable))
		return rond_fail(error, ECANCELED, "cancelled");
	while (done < len) {
		gssize n = pwrite(self->spool, text + done, len - done,
				  (off_t)(self->end + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_fail_errno(error, n ? errno : ENOSPC,
					       "keeping rows");
		done += (gsize)n;
	}
	self->end += len;
	return TRUE;
}

static gboolean write_stream(Build *self, RondStream *stream, GError **error)
{
	guint64 size = rond_stream_size(stream);
	g_autofree char *buf = g_malloc(64 << 10);

	for (guint64 at = 0; at < size;) {
		gssize n = rond_stream_pread(stream, buf, 64 << 10, at, error);

		if (n < 0 || !write_text(self, buf, (gsize)n, error))
			return FALSE;
		at += (guint64)n;
	}
	return TRUE;
}

static gboolean write_rows(Build *self, RondRowSet set, gboolean sql,
			   GError **error)
{
	g_autoptr(RondStream) tsv = NULL;

	if (sql)
		return rond_table_delta_sql(self->delta, set, write_text, self,
					    error);
	tsv = rond_table_delta_tsv(self->delta, set, error);
	return tsv && write_stream(self, tsv, error);
}

static const struct {
	RondChangesFixed kind;
	gboolean old;
} places[ROND_N_ROW_SETS] = {
    [ROND_ROWS_REMOVED] = {ROND_CHANGES_REMOVED, TRUE},
    [ROND_ROWS_WAS] = {ROND_CHANGES_OLD, TRUE},
    [ROND_ROWS_ADDED] = {ROND_CHANGES_ADDED, FALSE},
    [ROND_ROWS_IS] = {ROND_CHANGES_NEW, FALSE},
};

static gboolean add_file(Build *self, const RondComparedPart *part,
			 RondRowSet set, gboolean sql, GError **error)
{
	const RondComparedSide *side =
	    places[set].old ? &part->old : &part->new;
	guint32 entry = places[set].old ? self->old : self->new;
	RondRowFile file = {
	    .kind = places[set].kind,
	    .part = rond_part_number(side->part),
	    .entry = entry,
	    .folder = rond_index_entry(rond_content_index(side->content), entry)
			  ->parent,
	    .offset = self->end,
	};

	if (!write_rows(self, set, sql, error))
		return FALSE;
	file.size = self->end - file.offset;
	file.name = g_strconcat(self->stem, sql ? ".sql" : ".tsv", NULL);
	g_array_append_val(self->result->files, file);
	return TRUE;
}

static gboolean add_files(Build *self, const RondComparedPart *part,
			  GError **error)
{
	for (guint set = 0; set < ROND_N_ROW_SETS; set++)
		if (rond_table_delta_count(self->delta, set) &&
		    (!add_file(self, part, set, TRUE, error) ||
		     !add_file(self, part, set, FALSE, error)))
			return FALSE;
	return TRUE;
}

static RondTableFolder folder_of(const RondComparedSide *side, guint32 entry)
{
	return (RondTableFolder){
	    side->content,
	    rond_index_entry(rond_content_index(side->content), entry)->parent};
}

/* FALSE: not even the next table can be compared. */
static gboolean add_problem(Build *self, const RondComparedPart *part,
			    GError *cause, GError **error)
{
	int code = rond_error_errno(cause);

	if (code == ECANCELED || code == ENOSPC) {
		g_propagate_error(error, cause);
		return FALSE;
	}
	g_ptr_array_add(self->result->problems,
			g_strdup_printf("%s/%s: rows not compared: %s",
					part->name, self->stem,
					cause->message));
	g_error_free(cause);
	return TRUE;
}

static gboolean add_table(Build *self, const RondComparedPart *part,
			  const RondChange *change, GError **error)
{
	const RondTableFolder old = folder_of(&part->old, change->old);
	const RondTableFolder new = folder_of(&part->new, change->new);
	guint n_files = self->result->files->len;
	GError *cause = NULL;
	g_autoptr(RondTableDelta) delta = rond_table_delta_new(
	    &old, &new, self->stem, self->cancellable, &cause);

	self->delta = delta;
	self->old = change->old;
	self->new = change->new;
	if (delta && add_files(self, part, &cause))
		return TRUE;
	g_array_set_size(self->result->files, n_files);
	return add_problem(self, part, cause, error);
}

gboolean rond_row_changes_table(const RondComparedSide *side, guint32 number,
				char **stem)
{
	const RondIndex *index = rond_content_index(side->content);
	const RondIndexEntry *entry = rond_index_entry(index, number);
	g_autofree char *tsv = NULL;
	const char *name;
	gsize len;

	if (!entry || !(entry->flags & ROND_ENTRY_TABLE) ||
	    !S_ISREG(entry->mode))
		return FALSE;
	name = rond_index_name(index, entry, &len);
	if (len <= 4 || *name == '.' ||
	    (memcmp(name + len - 4, ".sql", 4) &&
	     memcmp(name + len - 4, ".tsv", 4)))
		return FALSE;
	tsv = g_strdup_printf("%.*s.tsv", (int)len - 4, name);
	if (rond_index_lookup(index, entry->parent, tsv, len) ==
	    ROND_INDEX_NONE)
		return FALSE;
	*stem = g_strndup(name, len - 4);
	return TRUE;
}

static gboolean is_tsv(const RondComparedSide *side, guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);
	gsize len;
	const char *name =
	    rond_index_name(index, rond_index_entry(index, number), &len);

	return len > 4 && !memcmp(name + len - 4, ".tsv", 4);
}

static gboolean add_part(Build *self, const RondComparedPart *part,
			 GError **error)
{
	for (guint i = 0; i < part->changes->len; i++) {
		const RondChange *change =
		    &g_array_index(part->changes, RondChange, i);
		g_autofree char *stem = NULL;

		if (change->kind != ROND_DELTA_MODIFIED ||
		    !rond_row_changes_table(&part->old, change->old, &stem) ||
		    !is_tsv(&part->old, change->old))
			continue;
		self->stem = stem;
		if (!add_table(self, part, change, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_of_dumps(const RondComparedPart *part)
{
	return part->changes && part->old.part &&
	       part->new.part &&rond_part_backup(part->old.part)->kind ==
		   ROND_BACKUP_DUMP &&rond_part_backup(part->new.part)->kind ==
		   ROND_BACKUP_DUMP;
}

RondRowChanges *rond_row_changes_new(const GPtrArray *parts, int spool,
				     GCancellable *cancellable, GError **error)
{
	g_autoptr(RondRowChanges) self = empty_new();
	Build build = {
	    .result = self, .spool = spool, .cancellable = cancellable};
	gboolean done = TRUE;

	for (guint i = 0; done && i < parts->len; i++)
		if (is_of_dumps(parts->pdata[i]))
			done = add_part(&build, parts->pdata[i], error);
	if (!done || !build.end) {
		close(spool);
		return done ? g_steal_pointer(&self) : NULL;
	}
	self->spool = rond_file_stream_new(spool, error);
	return self->spool ? g_steal_pointer(&self) : NULL;
}

const RondRowFile *rond_row_changes_file(const RondRowChanges *self, guint32 i)
{
	return i < self->files->len
		   ? &g_array_index(self->files, RondRowFile, i)
		   : NULL;
}

const GPtrArray *rond_row_changes_problems(const RondRowChanges *self)
{
	return self->problems;
}

RondStream *rond_row_changes_open(const RondRowChanges *self,
				  const RondRowFile *file)
{
	return rond_slice_stream_new(self->spool, file->offset, file->size);
}
