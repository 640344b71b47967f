/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondListDir: an open folder whose names were all known when it was opened.
 */
#pragma once

#include "fs/tree.h"

typedef struct {
	RondDir base;  /* frees it */
	GArray *items; /* private; the first two are "." and ".." */
} RondListDir;

/* With the st_ino of itself and of the folder above. */
RondListDir *rond_list_dir_new(guint64 self_ino, guint64 above_ino);
void rond_list_dir_add(RondListDir *self, const char *name,
		       const RondAttr *attr, gboolean known);
/* One of which only st_ino and type are told. */
void rond_list_dir_add_type(RondListDir *self, const char *name, guint64 ino,
			    mode_t type);
