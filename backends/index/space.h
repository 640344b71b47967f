/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places that the pieces of a dump's files are in, as one stream.
 */
#pragma once

#include "backends/index/index.h"

/* @dump (a reference is taken) and, from ROND_TEXT_PLACE on, the texts of
 * @index (a reference is taken). Everything else can't be read (EIO). @owner is
 * freed by @owner_free with the stream. */
RondStream *rond_space_stream_new(RondStream *dump, RondIndex *index,
				  gpointer owner, GDestroyNotify owner_free);
