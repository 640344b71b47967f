/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a backup, be it one file or several.
 */
#pragma once

#include "fs/catalog.h"

/* Open an archive or a dump, packed as it is. NULL with @error. Any thread. */
RondStream *rond_backup_open(const RondBackup *backup, GError **error);
