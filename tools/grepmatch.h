/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGrepMatch: which lines match a text or an expression.
 *
 * Expressions are Perl's (PCRE). A line is bytes: a dot stands for one of them,
 * and letters beyond ASCII match as they are written; unless there are such
 * letters in the expression: then lines that are UTF-8 are taken as characters.
 * Const once made; for any thread.
 */
#pragma once

#include <glib.h>

typedef struct RondGrepMatch RondGrepMatch;

/* NULL with @error (EINVAL): @pattern is no expression, or has a line break. */
RondGrepMatch *rond_grep_match_new(const char *pattern, gboolean fixed,
				   gboolean ignore_case, GError **error);
void rond_grep_match_free(RondGrepMatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGrepMatch, rond_grep_match_free)

/* A line in a text, without its end. */
typedef struct {
	gsize start, end;
} RondGrepLine;

/* The first line of @text (@len bytes) from @from on, where a line begins, that
 * matches. FALSE: none does, or the expression took too long on one: @error is
 * set then. */
gboolean rond_grep_match_next(const RondGrepMatch *self, const char *text,
			      gsize len, gsize from, RondGrepLine *line,
			      GError **error);
