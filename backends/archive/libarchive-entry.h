/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLibarchiveEntry: an entry of libarchive's as one of ours.
 */
#pragma once

#include "backends/archive/archive.h"

struct archive_entry;

typedef struct {
	RondEntry entry; /* points into the archive_entry and below */
	GArray *xattrs;	 /* RondXattr */
} RondLibarchiveEntry;

/* Fill @self from @from, which it borrows. FALSE, with why it can't be shown
 * in @why (a static text), when it has no name or no size. Needs a UTF-8
 * locale in this thread. */
gboolean rond_libarchive_entry_take(RondLibarchiveEntry *self,
				    struct archive_entry *from,
				    const char **why);
void rond_libarchive_entry_clear(RondLibarchiveEntry *self);
