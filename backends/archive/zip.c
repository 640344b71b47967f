/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip.h"

#include "backends/archive/libarchive.h"
#include "backends/archive/tally.h"
#include "backends/archive/zip-attributes.h"
#include "backends/archive/zip-directory.h"
#include "backends/archive/zip-end.h"
#include "backends/archive/zip-link.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MEMBERS_MAX (4 << 20)
#define DEFLATE_RATIO_MAX 1032 /* deflate can't do better */
/* Records looked at for their methods: that many bytes, which is some ten
 * thousand members. Who uses another method uses it throughout, and a mount
 * looks at all archives of a folder. */
#define PROBE_BYTES (1 << 20)

typedef enum {
	ENCRYPTED,
	OTHER_METHOD,
	DAMAGED,
	OVERLAPPING,
	NAMELESS,
	DAMAGED_LINK,
	N_FLAWS,
	SOUND,
} Flaw;

static const RondTally FLAWS[N_FLAWS] = {
    [ENCRYPTED] = {ROND_FINDING_NOTE,
		   "encrypted; extract with `7z x -pPASSWORD FILE`"},
    [OTHER_METHOD] = {ROND_FINDING_NOTE,
		      "packed by a method that isn't supported; extract with "
		      "`7z x FILE`"},
    [DAMAGED] = {ROND_FINDING_DAMAGED,
		 "left out, the sizes or the place that the directory has for "
		 "it can't be; the archive is damaged"},
    [OVERLAPPING] = {ROND_FINDING_DAMAGED,
		     "left out, the data overlaps that of others, as in an "
		     "archive made to do harm"},
    [NAMELESS] = {ROND_FINDING_NOTE, "left out, that can't be a name"},
    [DAMAGED_LINK] = {ROND_FINDING_DAMAGED,
		      "left out, a symbolic link whose target is damaged"},
};

typedef struct {
	RondStream *zip;
	const RondArchiveSink *sink;
	RondTally flaws[N_FLAWS];
	guint64 count; /* of members so far */
	guint64 used;  /* bytes that they take in the archive */
	GString *path;
} Walk;

static gboolean is_encrypted(const RondZipRecord *record)
{
	return record->flags & ROND_ZIP_FLAG_ENCRYPTED ||
	       record->method == ROND_ZIP_METHOD_AES;
}

/* The name as unzip has it: backslashes separate folders in an archive from
 * DOS that has no slash. FALSE: no name. */
static gboolean take_name(const RondZipRecord *record, GString *path)
{
	if (record->name_len == 0 ||
	    memchr(record->name, '\0', record->name_len))
		return FALSE;
	g_string_truncate(path, 0);
	g_string_append_len(path, record->name, (gssize)record->name_len);
	if (rond_zip_made_on_dos(record) && !strchr(path->str, '/'))
		g_strdelimit(path->str, "\\", '/');
	return TRUE;
}

static gboolean is_folder(const GString *path)
{
	return path->str[path->len - 1] == '/';
}

/* Whether the member's data can be where and what the directory says. */
static Flaw check_data(Walk *self, const RondZipRecord *record)
{
	guint64 size = rond_stream_size(self->zip);
	guint64 head = ROND_ZIP_LOCAL_SIZE + record->name_len;

	if (record->local > size || size - record->local < head ||
	    record->packed > size - record->local - head)
		return DAMAGED;
	self->used += head + record->packed;
	if (self->used > size)
		return OVERLAPPING;
	if (is_encrypted(record))
		return ENCRYPTED;
	if (record->method == ROND_ZIP_METHOD_STORED)
		return record->size == record->packed ? SOUND : DAMAGED;
	if (record->method != ROND_ZIP_METHOD_DEFLATED)
		return OTHER_METHOD;
	return record->size / DEFLATE_RATIO_MAX > record->packed ? DAMAGED
								 : SOUND;
}

static RondMethod method_of(const RondZipRecord *record, Flaw flaw)
{
	if (flaw != SOUND)
		return ROND_UNREADABLE;
	return record->method == ROND_ZIP_METHOD_STORED ? ROND_ZIP_STORED
							: ROND_DEFLATED;
}

static gboolean give_file(Walk *self, const RondZipRecord *record,
			  RondEntry *entry, Flaw flaw, GError **error)
{
	RondExtent extent = {.at = record->local, .length = record->packed};

	entry->method = method_of(record, flaw);
	if (S_ISREG(entry->mode)) {
		entry->size = record->size;
		entry->has_crc32 = flaw == SOUND;
		entry->crc32 = record->crc32;
		entry->extents = &extent;
		entry->n_extents = 1;
	}
	return self->sink->entry(self->sink->data, entry, error);
}

static gboolean give_link(Walk *self, const RondZipRecord *record,
			  RondEntry *entry, GError **error)
{
	g_autofree char *target = rond_zip_link_target(self->zip, record, NULL);

	if (!target) {
		rond_tally_add(&self->flaws[DAMAGED_LINK], record->name,
			       record->name_len);
		return TRUE;
	}
	entry->symlink = target;
	return self->sink->entry(self->sink->data, entry, error);
}

static gboolean take(Walk *self, const RondZipRecord *record, GError **error)
{
	RondEntry entry = {0};
	Flaw flaw;

	if (!take_name(record, self->path)) {
		rond_tally_add(&self->flaws[NAMELESS], record->name,
			       record->name_len);
		return TRUE;
	}
	entry.path = self->path->str;
	rond_zip_attributes(record, is_folder(self->path), &entry);
	if (S_ISDIR(entry.mode))
		return self->sink->entry(self->sink->data, &entry, error);
	flaw = check_data(self, record);
	if (flaw != SOUND)
		rond_tally_add(&self->flaws[flaw], record->name,
			       record->name_len);
	if (flaw == DAMAGED || flaw == OVERLAPPING)
		return TRUE;
	if (S_ISLNK(entry.mode) && flaw == SOUND)
		return give_link(self, record, &entry, error);
	/* A target that can't be read: show it as a file that can't. */
	if (S_ISLNK(entry.mode))
		entry.mode = S_IFREG | (entry.mode & 07777);
	return give_file(self, record, &entry, flaw, error);
}

static gboolean walk_directory(Walk *self, RondZipDirectory *directory,
			       GCancellable *cancellable, GError **error)
{
	RondZipRecord record;
	int got;

	while ((got = rond_zip_directory_next(directory, &record, error)) > 0) {
		if (g_cancellable_is_cancelled(cancellable))
			return rond_fail(error, ECANCELED, "cancelled");
		if (self->count++ >= MEMBERS_MAX)
			return rond_fail(error, E2BIG,
					 "more than %d members in one zip",
					 MEMBERS_MAX);
		if (!take(self, &record, error))
			return FALSE;
	}
	return got == 0;
}

static void check_count(const Walk *self, const RondZipDirectory *directory)
{
	guint64 announced = rond_zip_directory_announced(directory);
	g_autofree char *message = NULL;
	RondFinding finding = {.kind = ROND_FINDING_NOTE};

	/* Without zip64 the field has 16 bits, and tools let it run over. */
	if (self->count == announced ||
	    (announced <= G_MAXUINT16 &&
	     (self->count & G_MAXUINT16) == announced))
		return;
	message = g_strdup_printf("%" G_GUINT64_FORMAT
				  " members are in the zip's directory, which "
				  "should have %" G_GUINT64_FORMAT,
				  self->count, announced);
	finding.message = message;
	self->sink->finding(self->sink->data, &finding);
}

/* The directory is the last thing in the file; without it what is whole is
 * found from the front. */
static gboolean walk_cut(Walk *self, GCancellable *cancellable, GError **error)
{
	g_autoptr(RondZipDirectory) directory =
	    rond_zip_directory_open_cut(self->zip);
	guint8 head[4] = {0};

	if (rond_stream_pread(self->zip, head, 4, 0, error) < 0)
		return FALSE;
	if (memcmp(head, "PK\7\10", 4) == 0)
		return rond_fail(error, EINVAL,
				 "the first part of a split zip: put the parts "
				 "together with `zip -s 0 FILE.zip --out "
				 "WHOLE.zip`");
	if (!walk_directory(self, directory, cancellable, error))
		return FALSE;
	return rond_fail(error, EIO,
			 "the zip's directory is missing, the file was "
			 "probably cut: only its first %" G_GUINT64_FORMAT
			 " members are there, without their permissions",
			 self->count);
}

static gboolean walk_all(Walk *self, GCancellable *cancellable, GError **error)
{
	g_autoptr(GError) none = NULL;
	g_autoptr(RondZipDirectory) directory =
	    rond_zip_directory_open(self->zip, &none);

	if (!directory && rond_error_errno(none) == ENODATA)
		return walk_cut(self, cancellable, error);
	if (!directory) {
		g_propagate_error(error, g_steal_pointer(&none));
		return FALSE;
	}
	if (!walk_directory(self, directory, cancellable, error))
		return FALSE;
	check_count(self, directory);
	return TRUE;
}

static gboolean walk(RondStream *stream, const RondArchiveSink *sink,
		     GCancellable *cancellable, GError **error)
{
	Walk self = {.zip = stream, .sink = sink, .path = g_string_new(NULL)};
	gboolean ok;

	g_assert(rond_stream_size(stream) != ROND_SIZE_UNKNOWN);
	memcpy(self.flaws, FLAWS, sizeof(FLAWS));
	ok = walk_all(&self, cancellable, error);
	rond_tally_report(self.flaws, N_FLAWS, sink);
	g_string_free(self.path, TRUE);
	return ok;
}

static gboolean begins_with(const guint8 *head, gsize len, const char *magic)
{
	gsize n = strlen(magic);

	return len >= n && memcmp(head, magic, n) == 0;
}

static gboolean has_directory(RondStream *stream)
{
	RondZipEnd end;

	return rond_zip_end_find(stream, &end, NULL);
}

static gboolean is_zip(RondStream *stream, const guint8 *head, gsize len)
{
	if (begins_with(head, len, "PK\3\4") ||
	    begins_with(head, len, "PK\5\6") ||
	    begins_with(head, len, "PK\7\10") ||
	    begins_with(head, len, "PK00PK\3\4"))
		return TRUE;
	/* A self-extractor: a program, or a script, before the archive. */
	return stream && rond_stream_size(stream) != ROND_SIZE_UNKNOWN &&
	       (begins_with(head, len, "MZ") ||
		begins_with(head, len, "\177ELF") ||
		begins_with(head, len, "#!")) &&
	       has_directory(stream);
}

/* Methods that libarchive knows and we don't: bzip2, LZMA, zstd, xz, PPMd. */
static gboolean is_for_libarchive(const RondZipRecord *record)
{
	static const guint16 methods[] = {12, 14, 93, 95, 98};

	if (is_encrypted(record))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (record->method == methods[i])
			return TRUE;
	return FALSE;
}

static gboolean needs_libarchive(RondStream *stream)
{
	g_autoptr(RondZipDirectory) directory = NULL;
	RondZipRecord record;

	if (!stream || rond_stream_size(stream) == ROND_SIZE_UNKNOWN)
		return FALSE;
	directory = rond_zip_directory_open(stream, NULL);
	if (!directory)
		return FALSE;
	while (rond_zip_directory_passed(directory) < PROBE_BYTES &&
	       rond_zip_directory_next(directory, &record, NULL) > 0)
		if (is_for_libarchive(&record))
			return TRUE;
	return FALSE;
}

static gboolean probe(RondStream *stream, const guint8 *head, gsize len)
{
	return is_zip(stream, head, len) && !needs_libarchive(stream);
}

static gboolean probe_copied(RondStream *stream, const guint8 *head, gsize len)
{
	return is_zip(stream, head, len) && needs_libarchive(stream);
}

/* The name if @record is a regular file that can be read. */
static gboolean is_file(const RondZipRecord *record, GString *path)
{
	RondEntry entry = {0};

	if (!take_name(record, path))
		return FALSE;
	rond_zip_attributes(record, is_folder(path), &entry);
	return S_ISREG(entry.mode);
}

char *rond_zip_single_dump(RondStream *zip)
{
	g_autoptr(RondZipDirectory) directory =
	    rond_zip_directory_open(zip, NULL);
	g_autoptr(GString) path = g_string_new(NULL);
	g_autofree char *found = NULL;
	RondZipRecord record;
	int got = directory ? 1 : -1;

	while (got > 0 &&
	       (got = rond_zip_directory_next(directory, &record, NULL)) > 0) {
		if (!is_file(&record, path))
			continue;
		if (found || is_encrypted(&record) ||
		    !g_str_has_suffix(path->str, ".sql"))
			return NULL;
		found = g_strdup(path->str);
	}
	return got == 0 ? g_steal_pointer(&found) : NULL;
}

const RondArchiveFormat rond_zip_format = {
    .name = "zip",
    .random = TRUE,
    .probe = probe,
    .walk = walk,
};

const RondArchiveFormat rond_zip_copied_format = {
    .name = "zip-copied",
    .copies = TRUE,
    .random = TRUE,
    .probe = probe_copied,
    .walk = rond_libarchive_walk_zip,
};
