/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stream whose n-th read fails: loop over n to see what every failure does.
 */
#pragma once

#include "backends/stream/stream.h"

/* @parent (a reference is taken), of which the @fail_at-th read, counted from
 * 1, fails with @code (an errno); the reads before and after it succeed. 0:
 * none fails, reads are only counted. */
RondStream *fault_stream_new(RondStream *parent, guint fail_at, int code);

/* How many reads there were. */
guint fault_stream_reads(RondStream *self);
