/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondHistory: when each version of a file was first seen.
 *
 * Knows the versions in all indexes that it was shown, whatever the order; of
 * each the date of the oldest backup that has it. Thread-safe.
 */
#pragma once

#include "backends/index/identity.h"
#include "backends/index/secret.h"

typedef struct RondHistory RondHistory;

RondHistory *rond_history_new(const guint8 secret[ROND_SECRET_LEN]);
void rond_history_free(RondHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondHistory, rond_history_free)

/* A number made of @text that nobody can aim at without the secret: the origin
 * of the index whose cache key @text is. Its short is not 0. */
guint64 rond_history_origin(const RondHistory *self, const char *text);

/* Learn the versions of a backup with the date @time (seconds since the
 * epoch). With @late, what was said of versions was believed for good: those
 * that it proves to be older are noted, see rond_history_take_moved(). FALSE:
 * numbers in @index can't be told apart from others (two origins agree in their
 * short): they must not be used, and it was not learnt.
 */
gboolean rond_history_add(RondHistory *self, const RondIndex *index,
			  gint64 time, gboolean late);
/* The versions noted since the last call: elements guint64, new. */
GArray *rond_history_take_moved(RondHistory *self);

/* The date of the oldest backup with @version (as rond_index_version() gives
 * it), or
 * @otherwise where none was added. */
gint64 rond_history_first_seen(RondHistory *self, guint64 version,
			       gint64 otherwise);
