/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondOpenFiles: files kept open for a kernel that doesn't say when.
 *
 * Where open is answered with ENOSYS, the kernel reads by node alone: no OPEN,
 * no RELEASE, a third of the requests of a `tar`. What was read last stays
 * open here, the least recently used goes first. Thread-safe.
 */
#pragma once

#include "fs/file.h"

typedef struct RondOpenFiles RondOpenFiles;

RondOpenFiles *rond_open_files_new(guint limit);
void rond_open_files_free(RondOpenFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondOpenFiles, rond_open_files_free)

/* The file of @node, caller owns a reference; NULL: not open. */
RondFile *rond_open_files_get(RondOpenFiles *self, guint64 node);
/* Keep @file (a reference is taken) as that of @node. */
void rond_open_files_put(RondOpenFiles *self, guint64 node, RondFile *file);
/* Close the file of @node, if it is open. */
void rond_open_files_drop(RondOpenFiles *self, guint64 node);
/* Close those that nobody has read for @idle_us microseconds. */
void rond_open_files_prune(RondOpenFiles *self, gint64 idle_us);
