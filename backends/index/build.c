/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/build.h"

#include "backends/archive/zip.h"
#include "backends/error.h"
#include "backends/index/firstpass.h"
#include "backends/index/member.h"
#include "backends/index/watched.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A zip member that is too large to be decoded whole at each read. */
typedef struct {
	guint64 local_offset, packed_size, size;
	guint32 crc32;
	const char *codec;
	char *name;
} LargeMember;

typedef struct {
	const RondBuild *build;
	const RondDetected *detected;
	RondWatched source;
	RondIndexBuilder *builder;
	RondIndexMeta meta;
	RondCopyWriter *copy;
	RondFirstPass *pass;
	GArray *large; /* LargeMember */
	guint64 entries;
	gboolean lost; /* a finding says that the end is missing */
} Pass;

static void clear_large(gpointer data)
{
	g_free(((LargeMember *)data)->name);
}

static void pass_init(Pass *self, const RondBuild *build)
{
	*self = (Pass){.build = build, .detected = build->detected};
	rond_watched_init(&self->source, build->source);
	self->source.cancellable = build->cancellable;
	self->source.progress = build->progress;
	self->source.data = build->data;
	self->builder = rond_index_builder_new();
	self->large = g_array_new(FALSE, FALSE, sizeof(LargeMember));
	g_array_set_clear_func(self->large, clear_large);
	self->meta.source_size = rond_stream_size(build->source);
}

static void pass_clear(Pass *self)
{
	g_clear_pointer(&self->pass, rond_first_pass_free);
	g_clear_pointer(&self->copy, rond_copy_writer_free);
	g_clear_pointer(&self->builder, rond_index_builder_free);
	g_clear_pointer(&self->large, g_array_unref);
	rond_watched_clear(&self->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pass, pass_clear)

static void add_finding(Pass *self, RondFindingKind kind, guint64 from,
			const char *message)
{
	rond_index_builder_add_finding(
	    self->builder, &(RondFinding){kind, from, G_MAXUINT64, message});
	self->lost |= kind == ROND_FINDING_LOST;
}

/* Whether content comes through the sink; then there must be a copy. */
static gboolean copies(const Pass *self)
{
	return self->detected->format && self->detected->format->copies;
}

/* Its frames hold about what the source holds, hardly packed tighter. */
static gboolean begin_copy(Pass *self)
{
	guint64 estimate = self->meta.source_size * 2 + ROND_BLOCK_SIZE;
	int fd = self->build->make_copy
		     ? self->build->make_copy(self->build->data, estimate)
		     : -1;

	if (fd < 0)
		return FALSE;
	self->copy =
	    rond_copy_writer_new(fd, self->build->copy_limit, self->builder);
	if (copies(self))
		rond_index_builder_set_copied(self->builder);
	self->meta.place = ROND_DATA_COPY;
	g_strlcpy(self->meta.copy_codec, "zstd", sizeof self->meta.copy_codec);
	return TRUE;
}

static RondKeep choose_keep(Pass *self)
{
	if (copies(self))
		return ROND_KEEP_NOTHING;
	if (!rond_codec_enterable(self->detected->codec, &self->source.base) &&
	    begin_copy(self))
		return ROND_KEEP_COPY;
	self->meta.place = ROND_DATA_PACKED;
	return ROND_KEEP_POINTS;
}

/* Open what is walked: the source, or its decoded side. NULL: failed. */
static RondStream *begin(Pass *self, GError **error)
{
	if (copies(self) && !begin_copy(self)) {
		rond_fail(error, ENOSPC,
			  "no room in the cache for the seekable copy that a "
			  "%s needs (about %" G_GUINT64_FORMAT " MB); make "
			  "room or give --cache-dir and --cache-size",
			  self->detected->format->name,
			  (self->meta.source_size * 2 >> 20) + 1);
		return NULL;
	}
	if (!self->detected->codec)
		return &self->source.base;
	g_strlcpy(self->meta.codec, self->detected->codec->name,
		  sizeof self->meta.codec);
	RondFirstPassConfig config = {
	    .source = &self->source.base,
	    .codec = self->detected->codec,
	    .builder = self->builder,
	    .keep = choose_keep(self),
	    .copy = self->copy,
	};

	self->pass = rond_first_pass_new(&config, error);
	return self->pass ? rond_first_pass_stream(self->pass) : NULL;
}

static gboolean check_source(const Pass *self, GError **error)
{
	if (self->source.failure) {
		g_propagate_error(error, g_error_copy(self->source.failure));
		return FALSE;
	}
	return !g_cancellable_set_error_if_cancelled(self->build->cancellable,
						     error);
}

/* The first pass went to the end, or as far as it goes. FALSE: the source
 * failed or the pass was cancelled, and nothing is to be kept. */
static gboolean end(Pass *self, GError **error)
{
	g_autoptr(GError) damage = NULL;

	if (self->pass) {
		if (!rond_first_pass_finish(self->pass, &self->meta.data_size,
					    &damage) &&
		    rond_error_errno(damage) != EIO && !self->source.failure)
			self->source.failure = g_error_copy(damage);
		self->lost |= damage != NULL;
	} else if (!copies(self)) {
		self->meta.data_size = self->meta.source_size;
	}
	if (self->copy) {
		if (!rond_copy_writer_finish(self->copy, error))
			return FALSE;
		self->meta.data_size = rond_copy_writer_size(self->copy);
	}
	return check_source(self, error);
}

static gboolean is_zip_member(const RondEntry *entry)
{
	return (entry->method == ROND_DEFLATED ||
		entry->method == ROND_ZIP_STORED) &&
	       entry->n_extents == 1;
}

static void note_large(Pass *self, const RondEntry *entry)
{
	LargeMember member = {
	    .local_offset = entry->extents->at,
	    .packed_size = entry->extents->length,
	    .size = entry->size,
	    .crc32 = entry->crc32,
	    .codec = entry->method == ROND_DEFLATED ? "deflate" : "stored",
	    .name = g_strdup(entry->path),
	};

	g_array_append_val(self->large, member);
}

static gboolean on_entry(gpointer data, const RondEntry *entry, GError **error)
{
	Pass *self = data;

	if (entry->size > ROND_SMALL_MEMBER && is_zip_member(entry))
		note_large(self, entry);
	self->entries++;
	return rond_index_builder_add(self->builder, entry, error);
}

/* A dump is the only .sql of its zip; what lies beside it is no part of it. */
static gboolean on_dump_entry(gpointer data, const RondEntry *entry,
			      GError **error)
{
	RondEntry dump = *entry;

	if (!S_ISREG(entry->mode) || !g_str_has_suffix(entry->path, ".sql"))
		return TRUE;
	dump.path = "dump.sql";
	return on_entry(data, &dump, error);
}

static gboolean on_content(gpointer data, const void *buf, gsize len,
			   GError **error)
{
	Pass *self = data;
	guint64 at;

	if (!rond_copy_writer_append(self->copy, buf, len, &at, error))
		return FALSE;
	rond_index_builder_extend(self->builder, at, len);
	return TRUE;
}

static void on_finding(gpointer data, const RondFinding *finding)
{
	Pass *self = data;

	rond_index_builder_add_finding(self->builder, finding);
	self->lost |= finding->kind == ROND_FINDING_LOST;
}

/* Learn how to enter a large zip member in the middle, and whether it is
 * sound. A member that can't be decoded gets no map: reading it fails. */
static void scan_member(Pass *self, const LargeMember *member)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStream) packed = NULL;
	g_autoptr(RondFirstPass) pass = NULL;
	guint64 at, size = 0;

	if (!rond_zip_data_offset(&self->source.base, member->local_offset, &at,
				  &error)) {
		add_finding(self, ROND_FINDING_DAMAGED, 0, error->message);
		return;
	}
	packed =
	    rond_slice_stream_new(&self->source.base, at, member->packed_size);
	RondFirstPassConfig config = {
	    .source = packed,
	    .codec = rond_codec_by_name(member->codec),
	    .builder = self->builder,
	    .member = member->local_offset + 1,
	    .keep = ROND_KEEP_POINTS,
	};

	pass = rond_first_pass_new(&config, &error);
	if (pass && rond_first_pass_finish(pass, &size, &error) &&
	    size == member->size &&
	    rond_first_pass_crc32(pass) == member->crc32)
		return;
	g_autofree char *message = g_strdup_printf(
	    "%s: %s", member->name,
	    error ? error->message : "its content doesn't match its checksum");

	if (!error) {
		rond_index_builder_add_damage(self->builder, 0, size);
		rond_index_builder_end_map(self->builder, size);
	}
	add_finding(self, ROND_FINDING_DAMAGED, 0, message);
}

static gboolean build_tree(Pass *self, GError **error)
{
	RondArchiveSink sink = {
	    .entry = self->detected->kind == ROND_KIND_DUMP ? on_dump_entry
							    : on_entry,
	    .content = on_content,
	    .finding = on_finding,
	    .data = self,
	};
	const RondArchiveFormat *format = self->detected->format;
	g_autoptr(GError) damage = NULL;
	RondStream *stream = begin(self, error);

	if (!stream)
		return FALSE;
	g_strlcpy(self->meta.format, format->name, sizeof self->meta.format);
	gboolean walked =
	    format->walk(stream, &sink, self->build->cancellable, &damage);

	if (!end(self, error))
		return FALSE;
	if (!walked && (!self->entries || rond_error_errno(damage) == ENOSPC)) {
		g_propagate_error(error, g_steal_pointer(&damage));
		return FALSE;
	}
	if (!walked && !self->lost)
		add_finding(self, ROND_FINDING_LOST, self->meta.data_size,
			    damage->message);
	for (guint i = 0; i < self->large->len; i++)
		scan_member(self, &g_array_index(self->large, LargeMember, i));
	return check_source(self, error);
}

/* A dump's one file. Where its end is missing, it has one byte more than can
 * be read: a copy of it then fails instead of looking whole. */
static gboolean build_dump(Pass *self, GError **error)
{
	if (!begin(self, error) || !end(self, error))
		return FALSE;
	if (self->lost && !self->meta.data_size)
		return rond_fail(error, EIO, "nothing of it can be decoded");
	guint64 size = self->meta.data_size + self->lost;
	RondExtent whole = {0, 0, size};
	RondEntry dump = {
	    .path = "dump.sql",
	    .mode = S_IFREG | 0644,
	    .size = size,
	    .extents = &whole,
	    .n_extents = 1,
	};

	g_strlcpy(self->meta.format, "dump", sizeof self->meta.format);
	return rond_index_builder_add(self->builder, &dump, error);
}

static gboolean build(Pass *self, GError **error)
{
	return self->detected->format ? build_tree(self, error)
				      : build_dump(self, error);
}

gboolean rond_index_build(const RondBuild *config, int fd, GError **error)
{
	RondBuild without = *config;
	g_autoptr(GError) failure = NULL;
	g_auto(Pass) self;

	g_assert(config->detected->kind != ROND_KIND_NONE);
	without.make_copy = NULL;
	pass_init(&self, config);
	if (!build(&self, &failure)) {
		if (!self.copy || copies(&self) ||
		    rond_error_errno(failure) != ENOSPC) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		/* No room for the copy: slower to read, but served. */
		pass_clear(&self);
		pass_init(&self, &without);
		if (!build(&self, error))
			return FALSE;
	}
	return rond_index_builder_write(self.builder, &self.meta, fd, error);
}
