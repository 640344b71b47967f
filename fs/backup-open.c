/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/backup-open.h"

#include "fs/pieces.h"

RondStream *rond_backup_open(const RondBackup *backup, GError **error)
{
	RondStore *store = backup->store;

	if (backup->pieces)
		return rond_pieces_open(backup->pieces, store, error);
	return store->ops->open(store, backup->item->path, error);
}
