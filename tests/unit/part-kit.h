/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part without a library around it.
 */
#pragma once

#include "fs/part.h"

/* Number @number, called "www", of 2024-05-01: a backup of @kind of 5,000
 * bytes, "/backups/a.tar". */
RondPart *part_kit_new(guint32 number, RondBackupKind kind);
