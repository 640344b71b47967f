/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the property test packs: files of drawn sizes and contents.
 */
#pragma once

#include "tests/unit/scratch.h"

/* Write tree/ and the dump db.sql into the folder, all drawn from GTest's
 * seed; one file is larger than what of a zip is decoded whole, and some are
 * sparse. */
void property_tree_make(const Scratch *scratch);

/* The paths of the regular files below the folder @top, relative to it. Owned
 * by the caller. */
GStrv property_tree_files(const char *top);
