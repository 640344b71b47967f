/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/part-kit.h"

RondPart *part_kit_new(guint32 number, RondBackupKind kind)
{
	RondBackup *backup = g_new0(RondBackup, 1);

	g_atomic_ref_count_init(&backup->refs);
	backup->kind = kind;
	backup->item = g_new0(RondStoreItem, 1);
	backup->item->path = g_strdup("a.tar");
	backup->item->size = 5000;
	backup->source = g_strdup("/backups/a.tar");
	backup->folder = g_strdup("");
	backup->stem = g_strdup("a");
	RondPart *part = rond_part_new(number, backup, "2024-05-01", "www");

	rond_backup_unref(backup);
	return part;
}
