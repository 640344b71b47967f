/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/libarchive-walk.h"

#include "backends/archive/libarchive-entry.h"
#include "backends/archive/libarchive-source.h"
#include "backends/archive/tally.h"
#include "backends/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#define ENTRIES_MAX (4 << 20)
#define BLOCK_MAX (64 << 20)
#define ZEROS_SIZE 65536
#define TOLD_MAX 100 /* findings one by one, the rest is counted */
#define RETRIES_MAX 100
#define RESTARTS_MAX 64

typedef enum {
	ENCRYPTED,
	UNTOLD,
	N_TALLIES,
} Tallied;

static const RondTally TALLIES[N_TALLIES] = {
    [ENCRYPTED] = {ROND_FINDING_NOTE,
		   "encrypted; extract with `7z x -pPASSWORD FILE`"},
    [UNTOLD] = {ROND_FINDING_DAMAGED,
		"damaged or not supported; try `7z x FILE`"},
};

typedef struct {
	const RondLibarchiveReader *format;
	RondStream *stream;
	struct archive *reader;
	RondLibarchiveSource *source;
	const RondArchiveSink *sink;
	GCancellable *cancellable;
	RondLibarchiveEntry taken;
	/* The last block of content, given when the next one or the end shows
	 * that it is good: checksums are verified at the end. */
	GByteArray *held;
	RondTally tallies[N_TALLIES];
	guint told;
	guint retries, restarts;
	guint64 count; /* of headers so far */
} Walk;

static gboolean check_cancelled(const Walk *self, GError **error)
{
	if (g_cancellable_is_cancelled(self->cancellable))
		return rond_fail(error, ECANCELED, "cancelled");
	return TRUE;
}

/* Tell what is wrong with entry @path (NULL: none is known). */
static void tell(Walk *self, RondFindingKind kind, const char *path,
		 const char *what)
{
	g_autofree char *name = path ? rond_tally_name(path, strlen(path))
				     : g_strdup("the archive");
	g_autofree char *line = rond_tally_name(what, strlen(what));
	g_autofree char *message = g_strdup_printf("%s: %s", name, line);
	RondFinding finding = {.kind = kind, .message = message};

	if (self->told++ < TOLD_MAX)
		self->sink->finding(self->sink->data, &finding);
	else
		rond_tally_add(&self->tallies[UNTOLD], name, strlen(name));
}

static const char *message_of(const Walk *self)
{
	const char *message = archive_error_string(self->reader);

	return message ? message : "damaged";
}

static gboolean give_held(Walk *self, GError **error)
{
	GByteArray *held = self->held;

	if (held->len > 0 && !self->sink->content(self->sink->data, held->data,
						  held->len, error))
		return FALSE;
	g_byte_array_set_size(held, 0);
	return TRUE;
}

static gboolean give_zeros(Walk *self, guint64 len, GError **error)
{
	static const guint8 zeros[ZEROS_SIZE];

	while (len > 0) {
		gsize n = MIN(len, ZEROS_SIZE);

		if (!check_cancelled(self, error) ||
		    !self->sink->content(self->sink->data, zeros, n, error))
			return FALSE;
		len -= n;
	}
	return TRUE;
}

/* The next block: ARCHIVE_OK, ARCHIVE_EOF, or what libarchive makes of it;
 * ARCHIVE_WARN too is damage here, it is how a wrong checksum is told. */
static int next_block(Walk *self, const void **buf, size_t *len,
		      la_int64_t *offset)
{
	int state;

	do
		state = archive_read_data_block(self->reader, buf, len, offset);
	while (state == ARCHIVE_RETRY && self->retries++ < RETRIES_MAX);
	return state;
}

static void close_reader(Walk *self)
{
	g_clear_pointer(&self->reader, archive_read_free);
	g_clear_pointer(&self->source, rond_libarchive_source_free);
}

static gboolean open_reader(Walk *self, GError **error)
{
	self->reader = archive_read_new();
	if (self->format->enable(self->reader) < ARCHIVE_WARN)
		return rond_fail(error, ENOTSUP,
				 "this libarchive has no reader for it");
	self->source = rond_libarchive_source_open(self->reader, self->stream,
						   self->format->seeks, error);
	return self->source != NULL;
}

/* A fatal error is so to the reader, but what follows the entry may be sound:
 * begin again, up to behind it. */
static gboolean restart(Walk *self, GError **error)
{
	struct archive_entry *from;

	self->restarts++;
	close_reader(self);
	if (!open_reader(self, error))
		return FALSE;
	for (guint64 i = 0; i < self->count; i++) {
		int state = archive_read_next_header(self->reader, &from);

		if (!check_cancelled(self, error))
			return FALSE;
		if (state == ARCHIVE_EOF || state == ARCHIVE_FATAL)
			return rond_libarchive_source_fail(self->source, error);
	}
	return TRUE;
}

static gboolean can_restart(const Walk *self)
{
	return self->format->seeks && self->restarts < RESTARTS_MAX &&
	       !rond_libarchive_source_failed(self->source);
}

static gboolean content_failed(Walk *self, int state, GError **error)
{
	g_autofree char *what = NULL;

	g_byte_array_set_size(self->held, 0);
	if (state == ARCHIVE_FATAL && !can_restart(self))
		return rond_libarchive_source_fail(self->source, error);
	what = g_strdup_printf("%s; try `7z x FILE`", message_of(self));
	tell(self, ROND_FINDING_DAMAGED, self->taken.entry.path, what);
	return state != ARCHIVE_FATAL || restart(self, error);
}

static gboolean end_content(Walk *self, guint64 at, gboolean sparse,
			    GError **error)
{
	guint64 size = self->taken.entry.size;

	if (!give_held(self, error))
		return FALSE;
	if (at < size && sparse)
		return give_zeros(self, size - at, error);
	if (at < size)
		tell(self, ROND_FINDING_DAMAGED, self->taken.entry.path,
		     "damaged, it ends early");
	return TRUE;
}

static gboolean give_content(Walk *self, gboolean sparse, GError **error)
{
	guint64 at = 0, size = self->taken.entry.size;
	const void *buf = NULL;
	size_t len = 0;
	la_int64_t offset = 0;
	int state;

	while ((state = next_block(self, &buf, &len, &offset)) == ARCHIVE_OK) {
		guint64 from = (guint64)offset;

		if (!check_cancelled(self, error))
			return FALSE;
		if (offset < 0 || from < at || from > size ||
		    len > size - from || len > BLOCK_MAX) {
			g_byte_array_set_size(self->held, 0);
			tell(self, ROND_FINDING_DAMAGED, self->taken.entry.path,
			     "damaged, its content does not fit its size");
			return TRUE;
		}
		if (!give_held(self, error) ||
		    !give_zeros(self, from - at, error))
			return FALSE;
		g_byte_array_append(self->held, buf, (guint)len);
		at = from + len;
	}
	if (state != ARCHIVE_EOF)
		return content_failed(self, state, error);
	return end_content(self, at, sparse, error);
}

static gboolean give_entry(Walk *self, struct archive_entry *from,
			   GError **error)
{
	RondEntry *entry = &self->taken.entry;

	if (entry->method == ROND_UNREADABLE)
		rond_tally_add(&self->tallies[ENCRYPTED], entry->path,
			       strlen(entry->path));
	if (entry->hardlink && !self->format->full_links)
		entry->size = 0;
	if (!self->sink->entry(self->sink->data, entry, error))
		return FALSE;
	if (!S_ISREG(entry->mode) || entry->size == 0 ||
	    entry->method == ROND_UNREADABLE)
		return TRUE;
	return give_content(self, archive_entry_sparse_count(from) > 0, error);
}

static gboolean take(Walk *self, struct archive_entry *from, GError **error)
{
	const char *why;

	if (!rond_libarchive_entry_take(&self->taken, from, &why)) {
		tell(self, ROND_FINDING_NOTE, self->taken.entry.path, why);
		return TRUE;
	}
	return give_entry(self, from, error);
}

static gboolean header_failed(Walk *self, GError **error)
{
	g_autoptr(GError) cause = NULL;

	rond_libarchive_source_fail(self->source, &cause);
	/* libarchive's own error for an encrypted list of names is about a
	 * codec with a number. */
	if (archive_read_has_encrypted_entries(self->reader) > 0)
		return rond_fail(error, EACCES,
				 "encrypted, names included: extract with "
				 "`7z x -pPASSWORD FILE` (%s)",
				 cause->message);
	g_propagate_error(error, g_steal_pointer(&cause));
	return FALSE;
}

static gboolean walk_entries(Walk *self, GError **error)
{
	struct archive_entry *from;

	for (;;) {
		int state = archive_read_next_header(self->reader, &from);

		if (state == ARCHIVE_EOF)
			return TRUE;
		if (!check_cancelled(self, error))
			return FALSE;
		if (state == ARCHIVE_FATAL ||
		    (state == ARCHIVE_RETRY && self->retries++ >= RETRIES_MAX))
			return header_failed(self, error);
		if (self->count++ >= ENTRIES_MAX)
			return rond_fail(error, E2BIG,
					 "more than %d entries in one archive",
					 ENTRIES_MAX);
		if (state == ARCHIVE_WARN)
			tell(self, ROND_FINDING_NOTE, NULL, message_of(self));
		if (state == ARCHIVE_FAILED)
			tell(self, ROND_FINDING_DAMAGED, NULL,
			     message_of(self));
		if ((state == ARCHIVE_OK || state == ARCHIVE_WARN) &&
		    !take(self, from, error))
			return FALSE;
	}
}

/* libarchive converts names to the locale's character set: without a UTF-8
 * one it loses them. Of this thread only, and only for the walk. */
static locale_t enter_utf8(locale_t *before)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

	*before = utf8 ? uselocale(utf8) : (locale_t)0;
	return utf8;
}

static void leave_utf8(locale_t utf8, locale_t before)
{
	if (!utf8)
		return;
	uselocale(before);
	freelocale(utf8);
}

gboolean rond_libarchive_walk(const RondLibarchiveReader *reader,
			      RondStream *stream, const RondArchiveSink *sink,
			      GCancellable *cancellable, GError **error)
{
	locale_t before, utf8 = enter_utf8(&before);
	Walk self = {
	    .format = reader,
	    .stream = stream,
	    .sink = sink,
	    .cancellable = cancellable,
	    .held = g_byte_array_new(),
	};
	gboolean ok;

	memcpy(self.tallies, TALLIES, sizeof(TALLIES));
	ok = open_reader(&self, error) && walk_entries(&self, error);
	rond_tally_report(self.tallies, N_TALLIES, sink);
	rond_libarchive_entry_clear(&self.taken);
	g_byte_array_unref(self.held);
	close_reader(&self);
	leave_utf8(utf8, before);
	return ok;
}
