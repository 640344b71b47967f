/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRowsScan: which bytes of a string are not the same in every format, and
 * where numbers end.
 *
 * Each function looks at the ROND_SCAN_BLOCK bytes at @p and returns a bit for
 * each, the lowest for the first, which is set where the byte must be looked
 * at:
 *	text	quotes ' and ", backslash, control characters (below 0x20)
 *	ascii	these, and bytes from 0x80 on
 *	bytes	quotes, backslash and line feed
 *	hex	what is no hexadecimal digit
 *	digits	what is no digit
 * Any thread.
 */
#pragma once

#include <glib.h>

#define ROND_SCAN_BLOCK 64

typedef struct {
	guint64 (*text)(const guint8 *p);
	guint64 (*ascii)(const guint8 *p);
	guint64 (*bytes)(const guint8 *p);
	guint64 (*hex)(const guint8 *p);
	guint64 (*digits)(const guint8 *p);
} RondRowsScan;

extern const RondRowsScan rond_rows_scan_plain;
/* On x86-64 only. */
extern const RondRowsScan rond_rows_scan_sse2, rond_rows_scan_avx2;

/* The fastest that runs on this machine. */
const RondRowsScan *rond_rows_scan_best(void);
/* All that run on it, NULL behind the last. */
const RondRowsScan *const *rond_rows_scan_all(void);
