/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGrepHits: the lines that were found, until they are printed in another
 * order than they were found in. What is too much for memory lies in a file
 * that has no name. Thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct RondGrepHits RondGrepHits;

RondGrepHits *rond_grep_hits_new(void);
void rond_grep_hits_free(RondGrepHits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGrepHits, rond_grep_hits_free)

/* A line; @text is NULL of a content that is binary. */
typedef struct {
	guint64 number;
	const char *text; /* not NUL-terminated */
	gsize len;
} RondGrepHit;

/* The lines of one content, in order. */
typedef struct {
	GArray *pieces; /* private; NULL: there are none */
	GByteArray *last;
	guint64 bytes; /* of all lines */
} RondGrepHitList;
void rond_grep_hit_list_clear(RondGrepHitList *list);
/* Whether nothing was found, after rond_grep_hits_end(). */
gboolean rond_grep_hit_list_is_empty(const RondGrepHitList *list);

/* Add @hit to @list, which one thread has. FALSE with @error: there is no room
 * for it. */
gboolean rond_grep_hits_add(RondGrepHits *self, RondGrepHitList *list,
			    const RondGrepHit *hit, GError **error);
/* No more of @list will come. FALSE with @error. */
gboolean rond_grep_hits_end(RondGrepHits *self, RondGrepHitList *list,
			    GError **error);

/* Call @each with all of @list; @hit is valid until it returns. FALSE with
 * @error: they could not be read again. */
typedef void (*RondGrepHitFunc)(const RondGrepHit *hit, gpointer data);
gboolean rond_grep_hits_each(RondGrepHits *self, const RondGrepHitList *list,
			     RondGrepHitFunc each, gpointer data,
			     GError **error);
