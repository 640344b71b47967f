/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-container.h"

#include "fs/mydumper.h"
#include "fs/scan-names.h"

#include <string.h>

/* "2024-05-01/mysql/today/db.sql.gz" is as deep as scripts go. */
#define MAX_DEPTH 2

typedef struct {
	RondProbe *probe;
	RondStore *store;
	GPtrArray *files;
	gboolean pending;
	gboolean closed;
	gboolean has_hidden; /* files or folders */
} Judge;

static const char *base_name(const RondStoreItem *item)
{
	const char *slash = strrchr(item->path, '/');

	return slash ? slash + 1 : item->path;
}

/* By its name where that is clear, because a damaged backup is one too. */
static gboolean is_backup(Judge *self, const RondStoreItem *item)
{
	RondDetected detected = {0};
	RondProbed probed;

	if (rond_name_is_backup(base_name(item)))
		return TRUE;
	probed = rond_probe_file(self->probe, self->store, item, &detected);
	g_free(detected.why);
	if (probed == ROND_PROBED_PENDING)
		self->pending = TRUE;
	return probed != ROND_PROBED_NONE;
}

/* FALSE: with this file the folder is a plain tree. */
static gboolean take_file(Judge *self, const RondStoreItem *item)
{
	const char *name = base_name(item);

	if (rond_name_is_side_file(name))
		return TRUE;
	if (!rond_name_is_unfinished(name) && !is_backup(self, item))
		return FALSE;
	g_ptr_array_add(self->files, rond_store_item_copy(item));
	return TRUE;
}

/* Files first: most plain trees have one that tells, and their folders need
 * not be read then. */
static gboolean take_folder(Judge *self, const RondStoreItem *folder,
			    guint depth)
{
	g_autoptr(GPtrArray) items =
	    self->store->ops->list(self->store, folder->path, NULL);
	gboolean dumped;

	self->closed = !items && !depth;
	if (!items || depth > MAX_DEPTH)
		return FALSE;
	dumped = rond_mydumper_judge(self->store, items) != ROND_MYDUMPER_OTHER;
	if (dumped)
		g_ptr_array_add(self->files, rond_store_item_copy(folder));
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];
		const char *name = base_name(item);

		if (*name == '.')
			self->has_hidden = TRUE;
		else if (!item->is_dir &&
			 !(dumped && rond_mydumper_owns(name)) &&
			 !take_file(self, item))
			return FALSE;
	}
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];

		if (item->is_dir && *base_name(item) != '.' &&
		    !take_folder(self, item, depth + 1))
			return FALSE;
	}
	return TRUE;
}

RondContainerKind rond_container_judge(RondProbe *probe, RondStore *store,
				       const RondStoreItem *item,
				       GPtrArray *files)
{
	Judge self = {.probe = probe, .store = store, .files = files};
	RondFolderKind before = rond_probe_folder_kind(probe, store, item);

	if (before == ROND_FOLDER_TREE)
		return ROND_CONTAINER_TREE;
	if (!rond_probe_folder(probe, store, item))
		return ROND_CONTAINER_PENDING;
	if (!take_folder(&self, item, 0)) {
		if (self.closed)
			return ROND_CONTAINER_CLOSED;
		rond_probe_set_folder_kind(probe, store, item,
					   ROND_FOLDER_TREE);
		return ROND_CONTAINER_TREE;
	}
	/* What is being put beside known backups must not hide them. */
	if (self.pending && before != ROND_FOLDER_CONTAINER)
		return ROND_CONTAINER_PENDING;
	if (!files->len)
		return self.has_hidden ? ROND_CONTAINER_TREE
				       : ROND_CONTAINER_EMPTY;
	rond_probe_set_folder_kind(probe, store, item, ROND_FOLDER_CONTAINER);
	return ROND_CONTAINER;
}
