/* SPDX-License-Identifier: BSD-2-Clause */
/* What the backups of one part have to do with each other. */
#include "fs/library.h"

static void unref_part(gpointer part)
{
	rond_part_unref(part);
}

static void add_relatives(RondLibrary *self, const RondSnapshot *snapshot,
			  const char *name, GPtrArray *relatives)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];
		RondPart *part;

		if (placed->backup->kind == ROND_BACKUP_FOLDER ||
		    g_strcmp0(placed->name, name))
			continue;
		part = rond_library_part(self, placed->backup);
		if (part)
			g_ptr_array_add(relatives, part);
	}
}

GPtrArray *rond_library_relatives(RondLibrary *self, const char *name)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self);
	GPtrArray *relatives = g_ptr_array_new_with_free_func(unref_part);

	for (guint i = 0; i < catalog->snapshots->len; i++)
		add_relatives(self, catalog->snapshots->pdata[i], name,
			      relatives);
	return relatives;
}

/* What failed will tell nothing more. */
static gboolean is_known(RondPart *part)
{
	g_auto(RondPartInfo) info = {0};
	RondKinState kin = rond_part_kin(part);

	if (kin == ROND_KIN_LEARNT || kin == ROND_KIN_ALONE)
		return TRUE;
	rond_part_info(part, &info);
	return info.state == ROND_PART_FAILED;
}

static void settle(RondLibrary *self, const char *name)
{
	g_autoptr(GPtrArray) parts = rond_library_relatives(self, name);
	gboolean settled = TRUE;

	for (guint i = 0; i < parts->len; i++) {
		rond_part_set_settled(parts->pdata[i], settled);
		settled = settled && is_known(parts->pdata[i]);
	}
}

/* The names that parts have; new, of the catalog's. */
static GHashTable *names_in(const RondCatalog *catalog)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			RondPlacedPart *placed = snapshot->parts->pdata[j];

			g_hash_table_add(names, placed->name);
		}
	}
	return names;
}

void rond_library_settle(RondLibrary *self, const char *name)
{
	g_autoptr(RondCatalog) catalog = NULL;
	g_autoptr(GHashTable) names = NULL;
	GHashTableIter iter;
	gpointer each;

	if (name) {
		settle(self, name);
		return;
	}
	catalog = rond_library_catalog(self);
	names = names_in(catalog);
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &each, NULL))
		settle(self, each);
}

/* Settled is what lies before the first unknown: so of each name, all are known
 * when the last is settled and known. */
const char *rond_library_first_seen(RondLibrary *self)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self);
	g_autoptr(GHashTable) names = names_in(catalog);
	guint known = 0, all = 0;
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		g_autoptr(GPtrArray) parts = rond_library_relatives(self, name);

		all += parts->len;
		for (guint i = 0; i < parts->len; i++)
			known += is_known(parts->pdata[i]);
	}
	if (known == all)
		return all ? "complete" : "none";
	return known ? "partial" : "none";
}
