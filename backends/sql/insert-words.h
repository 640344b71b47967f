/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondInsertWords: finds where an INSERT's rows begin, byte by byte.
 *
 * Gets the bytes of a statement that are code: no strings, names, comments.
 */
#pragma once

#include <glib.h>

typedef struct {
	gboolean over;	 /* it is no INSERT with rows: nothing more to see */
	gboolean insert; /* the first word says that it is one */
	char word[16];
	gsize len;
	gsize depth; /* of brackets */
} RondInsertWords;

/* At a statement's start, @self is all zeros. TRUE: VALUES ends before @c. */
gboolean rond_insert_words_take(RondInsertWords *self, guint8 c);
