/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A backup that is a folder, read through: whether all in it can be read is
 * what can be known of it.
 */
#pragma once

#include "tools/check.h"

/* Adds to @result. Links are not followed. */
void rond_check_folder(const RondBackup *backup, RondCheckProgress progress,
		       gpointer data, GCancellable *cancellable,
		       RondChecked *result);
