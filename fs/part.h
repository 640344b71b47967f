/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondPart: one backup in the mount, and how far it has got.
 *
 * unindexed → indexing → ready, damaged (served with holes), incomplete
 * (truncated) or failed (nothing can be served). Who needs the index of a part
 * that has none parks on it and is called back; nobody waits in a thread.
 *
 * A part that is ready may let go of its content and get it again, which is
 * the same; and one whose index file proves to be broken is indexed again.
 * What failed by a cause that may pass is tried again some time later.
 */
#pragma once

#include "backends/index/content.h"
#include "fs/catalog.h"
#include "fs/job.h"

typedef enum {
	ROND_PART_UNINDEXED,
	ROND_PART_INDEXING,
	ROND_PART_READY,
	ROND_PART_DAMAGED,
	ROND_PART_INCOMPLETE,
	ROND_PART_FAILED,
	ROND_PART_GONE, /* its source was deleted or replaced */
} RondPartState;

/* "unindexed", … as .status and rondctl show it. */
const char *rond_part_state_name(RondPartState state);

typedef struct RondPart RondPart;

/* @number counts from 1, never used again during a mount. @backup (a reference
 * is taken) is placed in @snapshot as @name: for good, names never change. */
RondPart *rond_part_new(guint32 number, RondBackup *backup,
			const char *snapshot, const char *name);
RondPart *rond_part_ref(RondPart *self);
void rond_part_unref(RondPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPart, rond_part_unref)

/* @news (a g_atomic_rc_box; a reference is taken) counts what becomes known of
 * the part, for who shows it. */
void rond_part_set_news(RondPart *self, gint *news);

guint32 rond_part_number(const RondPart *self);
const RondBackup *rond_part_backup(const RondPart *self);
const char *rond_part_snapshot(const RondPart *self);
const char *rond_part_name(const RondPart *self); /* without ".sql" */

/* What is known now; @message (one line, for people) is new or NULL. */
typedef struct {
	RondPartState state;
	guint64 bytes_read, bytes_total; /* of the source, while indexing */
	guint64 entries, content_bytes;	 /* once indexed */
	guint64 specials, setids; /* device nodes and the like; files with
				     setuid or setgid bits */
	char *message;
} RondPartInfo;
void rond_part_info(RondPart *self, RondPartInfo *info);
void rond_part_info_clear(RondPartInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondPartInfo, rond_part_info_clear)

/* The content, caller owns a reference. NULL with @error: there is none (the
 * reason of the failure; ESTALE when gone). NULL without: not yet, or not any
 * more: request it, see rond_part_job(). */
RondContent *rond_part_content(RondPart *self, GError **error);

/* What ends when the content is there or has failed, caller owns a reference;
 * it has ended already where nobody is at it. Its subject is the part's number.
 */
RondJob *rond_part_job(RondPart *self);

/* What is known of the versions of its files (fs/history.h). */
typedef enum {
	ROND_KIN_UNKNOWN,  /* it was not looked at yet */
	ROND_KIN_ABSENT,   /* it has no index yet */
	ROND_KIN_UNHASHED, /* its index doesn't tell them apart: in this mount
			      they are not shared, whatever is learnt later */
	ROND_KIN_LEARNT,   /* they are in the history */
	ROND_KIN_ALONE,	   /* they can't be shared with others */
} RondKinState;
RondKinState rond_part_kin(RondPart *self);
void rond_part_set_kin(RondPart *self, RondKinState state);
/* UNKNOWN becomes ABSENT; whatever else was found out meanwhile stays. */
void rond_part_note_absent(RondPart *self);
/* All that is older is known, so that it is when its files were first seen. */
gboolean rond_part_is_settled(RondPart *self);
/* It was so once; something older may have come since. */
gboolean rond_part_was_settled(RondPart *self);
void rond_part_set_settled(RondPart *self, gboolean settled);

/* For the tree: what makes its st_ino differ from others', 0 as long as it was
 * not set. */
guint rond_part_ino_base(RondPart *self);
void rond_part_set_ino_base(RondPart *self, guint base);

/* For the indexer. Begin: TRUE when it has no content and is now the caller's
 * to give it one. Claim: FALSE when the content is not that with the key that
 * it had before. Distrusts: the index in the cache is the one that proved to
 * be broken. Progress: bytes of the source read so far. The end wakes all
 * waiters: with the content (a reference is taken), or with an error. */
gboolean rond_part_begin(RondPart *self);
/* What failed by a cause that may pass need not wait any longer. */
void rond_part_retry(RondPart *self);
gboolean rond_part_claim(RondPart *self, const char *key);
gboolean rond_part_distrusts(RondPart *self);
void rond_part_progress(RondPart *self, guint64 bytes);
void rond_part_set_content(RondPart *self, RondContent *content);
void rond_part_set_failed(RondPart *self, const GError *error);

/* @index, made anew from the same backup, may say more of it. */
void rond_part_judge(RondPart *self, const RondIndex *index);

/* A read found the content damaged: the state says so from then on, with
 * @message when it is the first. */
void rond_part_report(RondPart *self, const char *message);

/* When the content was asked for last (monotonic, microseconds); 0: it is not
 * open. */
gint64 rond_part_last_use(RondPart *self);
/* Close the content, until it is asked for again. FALSE: somebody reads it. */
gboolean rond_part_let_go(RondPart *self);

/* The source has gone from the catalog. The content is still given to who asks
 * for it, until rond_part_retire() finds that nobody did for @idle_us
 * microseconds; it returns TRUE when nothing is held any more. */
void rond_part_set_gone(RondPart *self);
gboolean rond_part_is_gone(RondPart *self);
gboolean rond_part_retire(RondPart *self, gint64 idle_us);
