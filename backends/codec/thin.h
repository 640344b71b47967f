/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondThinner: makes windows of deflate's seek points sparse.
 *
 * Of the 32 KiB before a point the stream behind it mostly refers to a few
 * percent. What lies further on than 32 KiB can't refer to the window at all
 * (RFC 1951, section 2: distances end there), and what is copied from a copy is
 * a reference to the window as well. So the next 32 KiB, decoded, tell all: not
 * by their values but by where these come from. For one thread at a time.
 */
#pragma once

#include "backends/codec/codec.h"

typedef struct RondThinner RondThinner;

RondThinner *rond_thinner_new(void);
void rond_thinner_free(RondThinner *self);

/* Zero the bytes of @window, which is @point's, that are never referred to, and
 * leave out of @point those before the first one that is. Where @input is too
 * short to tell, or damaged, nothing changes. */
void rond_thinner_run(RondThinner *self, const RondThinInput *input,
		      RondSeekPoint *point, guint8 *window);
