/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-mydumper.h"

#include "backends/codec/pack.h"
#include "fs/mydumper.h"
#include "fs/pieces.h"

#define LOCAL_TIME "/*!40103 SET TIME_ZONE=DEFAULT */;\n"
#define OPENING "DELIMITER ;;\n"
#define CLOSING "\n;;\nDELIMITER ;\n"

typedef struct {
	const RondPlace *place;
	RondProbe *probe;
	const RondStoreItem *folder;
	RondMisses *misses;
	gint64 time;
	gboolean several; /* databases */
	gboolean pending;
} Scan;

/* One database: what is known of its files so far. */
typedef struct {
	GPtrArray *pieces;
	RondDetected detected; /* of the first that told */
} Dump;

static void dump_clear(Dump *self)
{
	g_clear_pointer(&self->pieces, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dump, dump_clear)

static void miss(Scan *self, const RondStoreItem *item, const char *why)
{
	g_autofree char *full =
	    rond_source_path(self->place->source, item->path);

	rond_misses_add(self->misses, full, why);
}

static void add_text(Dump *dump, const char *text)
{
	g_autoptr(GBytes) packed = rond_pack(dump->detected.codec, text);

	rond_pieces_add_text(dump->pieces, packed);
}

static void add_file(Dump *dump, const RondMydumperFile *file)
{
	if (file->local_time)
		add_text(dump, LOCAL_TIME);
	if (file->bare)
		add_text(dump, OPENING);
	rond_pieces_add_file(dump->pieces, file->item);
	if (file->bare)
		add_text(dump, CLOSING);
}

/* Bytes that are not packed as those before them would be taken for the end of
 * all. */
static gboolean fits(Dump *dump, const RondDetected *detected)
{
	if (dump->detected.kind == ROND_KIND_NONE) {
		dump->detected = *detected;
		dump->detected.why = NULL;
	}
	return detected->kind == ROND_KIND_DUMP && !detected->format &&
	       detected->codec == dump->detected.codec &&
	       rond_pack_can(detected->codec);
}

static void take_file(Scan *self, Dump *dump, const RondMydumperFile *file)
{
	RondDetected detected = {0};
	g_autofree char *why = NULL;

	switch (rond_probe_file(self->probe, self->place->source->store,
				file->item, &detected)) {
	case ROND_PROBED_BACKUP:
		if (fits(dump, &detected))
			add_file(dump, file);
		else
			miss(self, file->item,
			     "packed in another way than the dump's others");
		break;
	case ROND_PROBED_NONE:
		why = detected.why;
		miss(self, file->item, why ? why : "no part of a dump");
		break;
	case ROND_PROBED_PENDING:
	case ROND_PROBED_GONE:
		self->pending = TRUE;
		break;
	}
}

static RondBackup *take_database(Scan *self,
				 const RondMydumperDatabase *database)
{
	g_auto(Dump) dump = {.pieces = rond_pieces_new()};
	RondJoining joining = {
	    .folder = self->folder,
	    .database = database->name,
	    .several = self->several,
	    .time = self->time,
	};

	for (guint i = 0; i < database->files->len; i++) {
		const RondMydumperFile *file =
		    &g_array_index(database->files, RondMydumperFile, i);

		if (!file->empty)
			take_file(self, &dump, file);
	}
	if (dump.pieces->len == 0)
		return NULL;
	return rond_place_joined(self->place, &joining, dump.pieces,
				 &dump.detected);
}

static void take_whole(Scan *self, GPtrArray *items, RondScanned *scanned)
{
	g_autoptr(GPtrArray) databases = rond_mydumper_databases(items);
	g_autoptr(GPtrArray) backups =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_backup_unref);

	self->several = databases->len > 1;
	self->time = rond_mydumper_metadata(items)->mtime_ns / 1000000000;
	for (guint i = 0; i < databases->len; i++) {
		RondBackup *backup = take_database(self, databases->pdata[i]);

		if (backup)
			g_ptr_array_add(backups, backup);
	}
	if (self->pending) {
		scanned->pending++;
		return;
	}
	g_ptr_array_extend_and_steal(scanned->backups,
				     g_steal_pointer(&backups));
}

static void take_unfinished(Scan *self, RondScanned *scanned)
{
	g_autofree char *full =
	    rond_source_path(self->place->source, self->folder->path);

	g_ptr_array_add(scanned->skipped,
			rond_skipped_new(full, "mydumper has not finished "
					       "here: it is still running, or "
					       "was interrupted"));
}

gboolean rond_mydumper_scan(const RondPlace *place, RondProbe *probe,
			    const RondStoreItem *folder, GPtrArray *items,
			    RondMisses *misses, RondScanned *scanned)
{
	Scan self = {
	    .place = place,
	    .probe = probe,
	    .folder = folder,
	    .misses = misses,
	};

	switch (rond_mydumper_judge(place->source->store, items)) {
	case ROND_MYDUMPER_OTHER:
		return FALSE;
	case ROND_MYDUMPER_WHOLE:
		take_whole(&self, items, scanned);
		break;
	case ROND_MYDUMPER_UNFINISHED:
		take_unfinished(&self, scanned);
		break;
	}
	return TRUE;
}
