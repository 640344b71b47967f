/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long a raw deflate stream (RFC 1951) is: for members of a zip that were
 * written to a pipe, whose headers don't say.
 */
#pragma once

#include "backends/stream/stream.h"

/* Inflate @in from @at to the end of the deflate stream there: the bytes it
 * takes in @packed, those that come out in @size. Returns 1; 0 when it is
 * damaged or has no end; -1 with @error set when @in can't be read. */
int rond_deflate_measure(RondStream *in, guint64 at, guint64 *packed,
			 guint64 *size, GError **error);
