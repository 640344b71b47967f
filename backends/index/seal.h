/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What writing an index file and sealing it (rond_index_seal(), index.h) have
 * in common.
 */
#pragma once

#include <glib.h>

/* Write all @len bytes at @offset of the file @fd. */
gboolean rond_index_put(int fd, const void *bytes, gsize len, guint64 offset,
			GError **error);
