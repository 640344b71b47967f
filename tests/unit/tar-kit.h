/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of tar share: archives by hand, a stream that watches how it
 * is read, and a sink that keeps what it is given.
 */
#pragma once

#include "backends/archive/tar-header.h"
#include "backends/archive/tar.h"

/* A header of @type, with a right checksum, appended to @tar and borrowed until
 * the next one: change it, then call kit_seal(). */
RondTarHeader *kit_header(GByteArray *tar, char type, const char *name,
			  guint64 size);
void kit_seal(RondTarHeader *header);
/* Data, padded to a block. */
void kit_data(GByteArray *tar, const void *data, gsize len);
/* A header and its data. */
void kit_file(GByteArray *tar, char type, const char *name, const char *text);
/* A pax header of @type with one record after the other, each "key=value",
 * NULL-terminated. */
void kit_pax(GByteArray *tar, int type, ...) G_GNUC_NULL_TERMINATED;
/* One record appended to the text of a pax header. */
void kit_record(GByteArray *body, const char *key, const void *value,
		gsize len);
/* The end mark. */
void kit_end(GByteArray *tar);

/* Bytes in memory that may be read forwards only, and never twice. */
typedef struct {
	RondStream stream;
	const guint8 *data;
	gsize len;
	guint64 next;	/* no read may begin before */
	guint reads;	/* so far */
	guint fail_at;	/* the number of the read that fails; 0: none */
	gboolean stays; /* the reads after it fail, too */
	gsize bad_from; /* bytes from there on can't be read */
} KitStream;

/* @known: whether the stream says its size. */
void kit_stream_init(KitStream *self, const void *data, gsize len,
		     gboolean known);

/* A deep copy of a RondEntry. */
typedef struct {
	RondEntry entry;
	GPtrArray *owned;
} KitEntry;

typedef struct {
	GPtrArray *entries;  /* KitEntry */
	GPtrArray *findings; /* messages */
	guint notes, damaged;
	guint64 from, to;   /* of the last damage */
	guint refuse_after; /* entries; 0: never */
} KitSeen;

KitSeen *kit_seen_new(void);
void kit_seen_free(KitSeen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KitSeen, kit_seen_free)
const RondEntry *kit_seen_entry(const KitSeen *self, guint i);

/* Walk @stream into @seen. Each entry is checked against what the interface
 * promises. */
gboolean kit_walk_stream(RondStream *stream, KitSeen *seen, GError **error);
gboolean kit_walk(const GByteArray *tar, KitSeen *seen, GError **error);
/* The same; it must go well, and without a finding. */
KitSeen *kit_walk_clean(const GByteArray *tar);

/* All of an entry's content, holes included, or NULL when it is not there. */
GBytes *kit_content(const RondEntry *entry, const guint8 *tar, gsize len);
/* That the content is @text. */
void kit_check_text(const GByteArray *tar, const RondEntry *entry,
		    const char *text);
