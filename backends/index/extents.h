/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file whose bytes lie in several places of another stream, with holes.
 */
#pragma once

#include "backends/archive/archive.h"

/* @extents (RondExtent, rising; a reference is taken) of @data (a reference is
 * taken) as one stream of @size bytes; what no extent covers reads as zeros.
 * NULL with @error (EIO) when the extents overlap or reach past @size. */
RondStream *rond_extent_stream_new(RondStream *data, GArray *extents,
				   guint64 size, GError **error);
