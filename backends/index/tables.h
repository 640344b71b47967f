/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dumps taken apart, as an index keeps them.
 *
 * The files of a dump's folder are entries with ROND_ENTRY_TABLE. Their bytes
 * are pieces of the dump and texts that are kept in the index
 * (ROND_ENTRY_EXTENTS, places as in backends/sql/dump-files.h), or rows of a
 * table in one of the formats (@data: the table's number, @aux: its
 * RondRowFormat). Their @mtime is 0 and their @mtime_nsec the number of their
 * dump. A folder's children that are reachable by name only are not in its
 * order (rond_index_nth_child()).
 */
#pragma once

#include "backends/index/builder.h"
#include "backends/sql/dump-files.h"

/* Of a table's rows; records as in the index file. */
typedef struct {
	guint64 shape; /* place among the texts, see shape.h */
	guint32 shape_len;
	guint32 n_runs;
	guint64 first_run;
	guint64 titles[ROND_N_FORMATS];
	guint32 title_lens[ROND_N_FORMATS];
	guint32 reserved;
} RondIndexTable;
G_STATIC_ASSERT(sizeof(RondIndexTable) == 64);

typedef struct {
	guint64 to; /* of the dump: nothing of the run is behind it */
	guint64 first_mark, n_marks;
	guint64 end[ROND_N_FORMATS]; /* bytes of the table up to its end */
} RondIndexRun;
G_STATIC_ASSERT(sizeof(RondIndexRun) == 48);

/* The number of the entry that is @entry's dump; ROND_INDEX_NONE: it is no
 * table's file, or the index is broken. */
guint32 rond_index_dump_of(const RondIndex *self, const RondIndexEntry *entry);
/* @len bytes at @place of the texts, or NULL; valid as long as the index. */
const guint8 *rond_index_text(const RondIndex *self, guint64 place,
			      guint64 len);
/* Records by their number, or NULL. */
const RondIndexTable *rond_index_table(const RondIndex *self, guint64 number);
const RondIndexRun *rond_index_run(const RondIndex *self, guint64 number);
const RondRowMark *rond_index_mark(const RondIndex *self, guint64 number);

/* Where a dump's folder is put. */
typedef struct {
	guint32 dump; /* its inode: rond_index_builder_last() */
	/* The dump's: its path, and whose mode, owner and time the folder
	 * has. */
	const RondEntry *like;
	const char *folder; /* its path */
	gboolean listed;
} RondDumpPlace;

/* Add the folder of a dump; one that isn't listed only if nothing has its name.
 * Nothing happens where the dump is there no more, and the folder stays empty
 * (that is noted) where all texts together are too long. The entry added last
 * ends with it. FALSE with @error (E2BIG) past the limits. */
gboolean rond_index_builder_add_dump(RondIndexBuilder *self,
				     const RondDumpPlace *place,
				     const RondDumpFiles *files,
				     GError **error);
