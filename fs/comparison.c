/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/comparison.h"

#include "backends/error.h"
#include "fs/view.h"

#include <errno.h>
#include <string.h>

typedef struct {
	RondLibrary *library;
	const char *only; /* part, or NULL */
	RondJob **wait;
	GError **error;
} Work;

static void side_clear(RondComparedSide *side)
{
	g_clear_pointer(&side->content, rond_content_unref);
	g_clear_pointer(&side->part, rond_part_unref);
}

static void part_free(gpointer data)
{
	RondComparedPart *self = data;

	side_clear(&self->old);
	side_clear(&self->new);
	g_clear_pointer(&self->changes, g_array_unref);
	g_free(self->name);
	g_free(self);
}

static gboolean is_folder(const RondComparedSide *side)
{
	return side->part &&
	       rond_part_backup(side->part)->kind == ROND_BACKUP_FOLDER;
}

/* FALSE: it has to be waited for, or has failed. */
static gboolean open_side(Work *self, const RondBackup *backup,
			  RondComparedSide *side)
{
	g_autoptr(GError) cause = NULL;

	if (!backup)
		return TRUE;
	side->part = rond_library_part(self->library, backup);
	/* Since the catalog was made. To be gone is not to be removed. */
	if (!side->part)
		return rond_fail(self->error, ESTALE, "%s: it was deleted",
				 backup->source);
	if (is_folder(side))
		return TRUE;
	side->content = rond_part_content(side->part, &cause);
	if (side->content) {
		side->root = rond_view_top(rond_library_config(self->library),
					   side->part,
					   rond_content_index(side->content));
		return TRUE;
	}
	if (cause) {
		g_propagate_error(self->error, g_steal_pointer(&cause));
		return FALSE;
	}
	rond_library_request(self->library, side->part);
	*self->wait = rond_part_job(side->part);
	return FALSE;
}

static RondDeltaTree tree_of(const RondComparedSide *side)
{
	const RondIndex *index =
	    side->content ? rond_content_index(side->content) : NULL;

	return (RondDeltaTree){index, side->root};
}

/* FALSE: it proved to be broken while it was read. */
static gboolean is_sound(Work *self, const RondComparedSide *side)
{
	if (!side->content ||
	    rond_index_recheck(rond_content_index(side->content)))
		return TRUE;
	*self->wait = rond_part_job(side->part);
	return FALSE;
}

static gboolean compare(Work *self, RondComparedPart *part)
{
	const RondConfig *config = rond_library_config(self->library);
	const RondDeltaTree old = tree_of(&part->old);
	const RondDeltaTree new = tree_of(&part->new);

	if (is_folder(&part->old) || is_folder(&part->new))
		return TRUE;
	part->changes = rond_delta(&old, &new, config->keep_special);
	return is_sound(self, &part->old) && is_sound(self, &part->new);
}

static RondComparedPart *add_part(RondComparison *self, const char *name)
{
	RondComparedPart *part = g_new0(RondComparedPart, 1);

	part->name = g_strdup(name);
	g_ptr_array_add(self->parts, part);
	return part;
}

static gboolean compare_parts(Work *self, const RondPlacedPart *old,
			      const RondPlacedPart *new, RondComparison *result)
{
	const char *name = old ? old->name : new->name;
	RondComparedPart *part;

	if (self->only && strcmp(self->only, name))
		return TRUE;
	part = add_part(result, name);
	return open_side(self, old ? old->backup : NULL, &part->old) &&
	       open_side(self, new ? new->backup : NULL, &part->new) &&
	       compare(self, part);
}

static const RondPlacedPart *nth_part(const RondSnapshot *snapshot, guint n)
{
	return n < snapshot->parts->len ? snapshot->parts->pdata[n] : NULL;
}

/* Parts lie by name in both. */
static gboolean compare_snapshots(Work *self, const RondSnapshot *old,
				  const RondSnapshot *new,
				  RondComparison *result)
{
	guint i = 0, j = 0;

	while (i < old->parts->len || j < new->parts->len) {
		const RondPlacedPart *left = nth_part(old, i);
		const RondPlacedPart *right = nth_part(new, j);
		int order = !left    ? 1
			    : !right ? -1
				     : strcmp(left->name, right->name);

		if (!compare_parts(self, order <= 0 ? left : NULL,
				   order >= 0 ? right : NULL, result))
			return FALSE;
		i += order <= 0;
		j += order >= 0;
	}
	return TRUE;
}

static const RondSnapshot *find(Work *self, const RondCatalog *catalog,
				const char *name)
{
	const RondSnapshot *snapshot =
	    rond_catalog_named(catalog, rond_library_now(self->library), name);

	if (!snapshot)
		rond_fail(self->error, ENOENT, "%s: there is no such snapshot",
			  name);
	return snapshot;
}

RondComparison *rond_comparison_new(RondLibrary *library, const char *old,
				    const char *new, const char *part,
				    RondJob **wait, GError **error)
{
	Work work = {library, part, wait, error};
	g_autoptr(RondCatalog) catalog = rond_library_catalog(library);
	const RondSnapshot *before = find(&work, catalog, old);
	const RondSnapshot *after = before ? find(&work, catalog, new) : NULL;
	g_autoptr(RondComparison) self = NULL;

	if (!after)
		return NULL;
	self = g_new0(RondComparison, 1);
	self->parts = g_ptr_array_new_with_free_func(part_free);
	if (!compare_snapshots(&work, before, after, self))
		return NULL;
	return g_steal_pointer(&self);
}

void rond_comparison_free(RondComparison *self)
{
	g_ptr_array_unref(self->parts);
	g_free(self);
}

char *rond_comparison_path(const RondComparedSide *side, guint32 entry)
{
	return rond_view_path(rond_content_index(side->content), side->root,
			      entry);
}
