/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is packed and then damaged: a folder tree/ of four files, two of random
 * bytes, which pack badly, then two of text; and the texts as a dump, db.sql.
 */
#pragma once

#include "tests/unit/scratch.h"

/* Their names in the folder, and NULL. */
extern const char *const four_files[];

Scratch *four_files_new(void);
