/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/tables.h"

#include "backends/index/index-private.h"

guint32 rond_index_dump_of(const RondIndex *self, const RondIndexEntry *entry)
{
	const guint32 *dump;

	if (!entry || !(entry->flags & ROND_ENTRY_TABLE))
		return ROND_INDEX_NONE;
	dump = ROND_RECORD(self, dumps, guint32, entry->mtime_nsec);
	return dump ? *dump : ROND_INDEX_NONE;
}

const guint8 *rond_index_text(const RondIndex *self, guint64 place, guint64 len)
{
	return rond_bytes_at(self, &self->texts, place, len);
}

const RondIndexTable *rond_index_table(const RondIndex *self, guint64 number)
{
	return ROND_RECORD(self, tables, RondIndexTable, number);
}

const RondIndexRun *rond_index_run(const RondIndex *self, guint64 number)
{
	return ROND_RECORD(self, runs, RondIndexRun, number);
}

const RondRowMark *rond_index_mark(const RondIndex *self, guint64 number)
{
	return ROND_RECORD(self, marks, RondRowMark, number);
}
