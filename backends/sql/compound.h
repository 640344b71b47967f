/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCompound: several statements sent as one.
 *
 * mydumper's files of triggers, routines and events have no DELIMITER lines;
 * between such lines each of them is one statement for a client, and many for
 * the server. In them a statement ends with ";\n", and a body before the
 * settings around it are restored (mydumper 0.9 to 0.16, set_charset() and
 * restore_charset() as seen in what it writes). For one thread.
 */
#pragma once

#include "backends/sql/scanner.h"

typedef struct {
	RondPiece whole;
	gsize at;  /* what was given so far */
	gsize end; /* of its text, without the delimiter */
	gboolean several;
} RondCompound;

/* @piece is a statement, and stays valid. */
RondCompound rond_compound(const RondPiece *piece);
/* The next of its statements: of most that is itself. FALSE: no more. */
gboolean rond_compound_next(RondCompound *self, RondPiece *piece);
