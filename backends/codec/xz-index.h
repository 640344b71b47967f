/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the indexes at the ends of an xz file's streams say (The .xz File Format
 * 1.1.0, section 4). Private to codecs.
 */
#pragma once

#include "backends/stream/stream.h"

/* For RondCodec.enterable: whether there are several blocks, none larger than
 * ROND_GAP_MAX. */
gboolean rond_xz_index_enterable(RondStream *in);
