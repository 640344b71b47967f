/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLookahead: what the next bytes of a dump begin.
 *
 * Lexical rules: MySQL 8.0 Reference Manual 9.7, and the client's own lines.
 */
#pragma once

#include <glib.h>

typedef struct {
	const guint8 *p, *end;
	gboolean last; /* nothing follows */
} RondLookahead;

gsize rond_lookahead_left(const RondLookahead *in);
/* Whether so many bytes can be looked at, or there are no more. */
gboolean rond_lookahead_can(const RondLookahead *in, gsize n);
gboolean rond_lookahead_sees(const RondLookahead *in, const char *what);

/* For these ROND_LOOKAHEAD bytes have to be seen, one at least. */
#define ROND_LOOKAHEAD 24
gboolean rond_lookahead_at_line_comment(const RondLookahead *in);
gboolean rond_lookahead_at_block_comment(const RondLookahead *in);
/* In a comment, but code. */
gboolean rond_lookahead_at_code(const RondLookahead *in);
/* What older clients choke on; there is no delimiter behind it. */
gboolean rond_lookahead_at_sandbox(const RondLookahead *in);
/* Complaints of the tool itself, in a dump made with 2>&1. */
gboolean rond_lookahead_at_complaint(const RondLookahead *in);
gboolean rond_lookahead_at_delimiter_line(const RondLookahead *in);
