/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/build.h"

#include "backends/archive/zip.h"
#include "backends/error.h"
#include "backends/index/dumpmembers.h"
#include "backends/index/dumppass.h"
#include "backends/index/firstpass.h"
#include "backends/index/member.h"
#include "backends/index/members.h"
#include "backends/index/watched.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	const RondBuild *build;
	const RondDetected *detected;
	RondWatched source;
	RondIndexBuilder *builder;
	RondIndexMeta meta;
	RondCopyWriter *copy;
	RondFirstPass *pass;
	RondMembers *members;	/* of a zip, to be decoded */
	RondDumpMembers *dumps; /* among the files of an archive */
	RondStream *walked;	/* what they lie in, or NULL; borrowed */
	/* NULL where there is nothing to hash. */
	RondHasher *hasher;
	RondFileHashes *files;
	/* A link's inode and size, until its first content comes. */
	guint32 link;
	guint64 link_size;
	guint64 entries;
	gboolean lost;	 /* a finding says that the end is missing */
	gboolean ended;	 /* of a dump: end() was called, */
	GError *failure; /* with this */
} Pass;

static void pass_init(Pass *self, const RondBuild *build)
{
	*self = (Pass){.build = build, .detected = build->detected};
	rond_watched_init(&self->source, build->source);
	self->source.cancellable = build->cancellable;
	self->source.progress = build->progress;
	self->source.data = build->data;
	self->builder = rond_index_builder_new();
	self->members = rond_members_new();
	self->dumps = rond_dump_members_new(self->builder, build->cancellable);
	self->link = ROND_INDEX_NONE;
	self->meta.source_size = rond_stream_size(build->source);
}

static void pass_clear(Pass *self)
{
	g_clear_pointer(&self->pass, rond_first_pass_free);
	g_clear_pointer(&self->copy, rond_copy_writer_free);
	g_clear_pointer(&self->files, rond_file_hashes_free);
	g_clear_pointer(&self->hasher, rond_hasher_free);
	g_clear_pointer(&self->dumps, rond_dump_members_free);
	g_clear_pointer(&self->builder, rond_index_builder_free);
	g_clear_pointer(&self->members, rond_members_free);
	g_clear_error(&self->failure);
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

static gboolean is_dump(const Pass *self)
{
	return self->detected->kind == ROND_KIND_DUMP;
}

/* Whether content comes through the sink; then there must be a copy. */
static gboolean copies(const Pass *self)
{
	return self->detected->format && self->detected->format->copies;
}

/* Its frames hold about what the source holds, hardly packed tighter. */
static gboolean begin_copy(Pass *self)
{
	guint64 estimate = self->meta.source_size * 2 + ROND_COPY_BLOCK_SIZE;
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
	if (self->detected->codec &&
	    !rond_codec_enterable(self->detected->codec, &self->source.base) &&
	    begin_copy(self))
		return ROND_KEEP_COPY;
	self->meta.place = ROND_DATA_PACKED;
	return ROND_KEEP_POINTS;
}

/* What the source is decoded by; NULL: it is read as it is. */
static const RondCodec *choose_codec(const Pass *self)
{
	const RondDetected *detected = self->detected;

	if (detected->codec)
		return detected->codec;
	if (copies(self) || (detected->format && detected->format->random))
		return NULL;
	/* For its checksums; what is in a dump only all of it tells. */
	return self->build->thorough || !detected->format
		   ? rond_codec_by_name("stored")
		   : NULL;
}

static void begin_hashing(Pass *self)
{
	self->hasher = rond_hasher_new();
	self->files = rond_file_hashes_new(self->hasher);
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
	const RondCodec *codec = choose_codec(self);

	self->meta.thorough = self->build->thorough || codec || copies(self);
	if (codec || copies(self))
		begin_hashing(self);
	if (!codec)
		return &self->source.base;
	g_strlcpy(self->meta.codec, codec->name, sizeof self->meta.codec);
	RondFirstPassConfig config = {
	    .source = &self->source.base,
	    .codec = codec,
	    .builder = self->builder,
	    .hasher = self->hasher,
	    .files = self->files,
	    .keep = choose_keep(self),
	    .in_order = is_dump(self),
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

/* Content that is given while walking. Whose it is, somebody must be. */
static void hash_copied(Pass *self, guint32 inode, const RondEntry *entry)
{
	self->link = ROND_INDEX_NONE;
	if (entry->method == ROND_UNREADABLE)
		inode = ROND_INDEX_NONE;
	/* A link that brings none leaves its file what it has. */
	if (entry->hardlink && inode != ROND_INDEX_NONE) {
		self->link = inode;
		self->link_size = entry->size;
		return;
	}
	rond_file_hashes_add_fed(self->files, inode, entry->size);
}

static void hash_placed(Pass *self, guint32 inode, const RondEntry *entry)
{
	RondEntry file = *entry;

	if (inode == ROND_INDEX_NONE)
		return;
	/* Whether a link without content has its file's, who knows. */
	if (entry->hardlink && !entry->n_extents)
		file.method = ROND_UNREADABLE;
	rond_file_hashes_add(self->files, inode, &file);
}

/* Whether that member of a zip is decoded now. */
static gboolean is_scanned(const Pass *self, const RondEntry *entry)
{
	return self->build->thorough || is_dump(self) ||
	       entry->size > ROND_SMALL_MEMBER;
}

static void on_member(gpointer data, guint32 inode, RondStream *content)
{
	Pass *self = data;

	if (self->build->thorough || is_dump(self))
		rond_dump_members_read_noted(self->dumps, inode, content);
}

static gboolean on_entry(gpointer data, const RondEntry *entry, GError **error)
{
	Pass *self = data;

	self->entries++;
	if (!rond_index_builder_add(self->builder, entry, error))
		return FALSE;
	const guint32 inode = rond_index_builder_last(self->builder);

	if (copies(self))
		hash_copied(self, inode, entry);
	else if (self->pass)
		hash_placed(self, inode, entry);
	else if (rond_members_fit(entry) && is_scanned(self, entry))
		rond_members_add(self->members, entry, inode);
	if (!self->pass && rond_dump_members_fit(entry))
		rond_dump_members_note(self->dumps, entry, inode,
				       is_dump(self) ? ROND_DUMP_FOLDER : NULL);
	if (self->walked && inode != ROND_INDEX_NONE)
		rond_dump_members_read(self->dumps, self->walked, entry, inode);
	return TRUE;
}

/* It is there also where nothing is in it. */
static gboolean add_folder(Pass *self, const RondEntry *dump,
			   const RondDumpFiles *files, GError **error)
{
	RondEntry folder = *dump;
	const RondDumpPlace place = {
	    .dump = rond_index_builder_last(self->builder),
	    .like = dump,
	    .folder = ROND_DUMP_FOLDER,
	    .listed = TRUE,
	};

	if (files)
		return rond_index_builder_add_dump(self->builder, &place, files,
						   error);
	folder.path = ROND_DUMP_FOLDER;
	folder.mode = S_IFDIR | 0755;
	folder.n_extents = folder.size = 0;
	return rond_index_builder_add(self->builder, &folder, error);
}

/* A dump is the only .sql of its zip; what lies beside it is no part of it. */
static gboolean on_dump_entry(gpointer data, const RondEntry *entry,
			      GError **error)
{
	RondEntry dump = *entry;

	if (!S_ISREG(entry->mode) || !g_str_has_suffix(entry->path, ".sql"))
		return TRUE;
	dump.path = ROND_DUMP_FILE;
	return on_entry(data, &dump, error) &&
	       add_folder(data, &dump, NULL, error);
}

static gboolean on_content(gpointer data, const void *buf, gsize len,
			   GError **error)
{
	Pass *self = data;
	guint64 at;

	if (!rond_copy_writer_append(self->copy, buf, len, &at, error))
		return FALSE;
	rond_index_builder_extend(self->builder, at, len);
	if (self->link != ROND_INDEX_NONE)
		rond_file_hashes_add_fed(self->files, self->link,
					 self->link_size);
	self->link = ROND_INDEX_NONE;
	rond_file_hashes_feed(self->files, buf, len);
	return TRUE;
}

static void on_finding(gpointer data, const RondFinding *finding)
{
	Pass *self = data;

	rond_index_builder_add_finding(self->builder, finding);
	self->lost |= finding->kind == ROND_FINDING_LOST;
	if (finding->kind == ROND_FINDING_DAMAGED && self->files)
		rond_file_hashes_doubt(self->files, finding->from, finding->to);
}

static void scan_members(Pass *self)
{
	if (!rond_members_any(self->members))
		return;
	begin_hashing(self);
	RondMemberScan scan = {
	    .zip = &self->source.base,
	    .builder = self->builder,
	    .hasher = self->hasher,
	    .files = self->build->thorough ? self->files : NULL,
	    .cancellable = self->build->cancellable,
	    .look = on_member,
	    .data = self,
	};

	rond_members_scan(self->members, &scan);
}

static gboolean build_tree(Pass *self, GError **error)
{
	RondArchiveSink sink = {
	    .entry = is_dump(self) ? on_dump_entry : on_entry,
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
	if (self->pass && !copies(self))
		self->walked = stream;
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
	scan_members(self);
	return rond_dump_members_add(self->dumps, error) &&
	       check_source(self, error);
}

static gboolean finish_dump(gpointer data)
{
	Pass *self = data;

	self->ended = TRUE;
	return end(self, &self->failure);
}

/* NULL: there is nothing in it, or @error is set. */
static RondDumpFiles *read_dump(Pass *self, RondStream *stream, GError **error)
{
	const RondDumpPass config = {
	    .dump = stream,
	    .builder = self->builder,
	    .cancellable = self->build->cancellable,
	    .files = self->files,
	    .finish = finish_dump,
	    .data = self,
	};
	RondDumpFiles *files = rond_dump_pass_read(&config, NULL);

	if (!self->ended)
		finish_dump(self);
	if (self->failure)
		g_propagate_error(error, g_steal_pointer(&self->failure));
	return files;
}

/* A dump's one file, and the folder of what is in it. Where its end is missing,
 * it has one byte more than can be read: a copy of it then fails instead of
 * looking whole. */
static gboolean build_dump(Pass *self, GError **error)
{
	RondStream *stream = begin(self, error);
	g_autoptr(RondDumpFiles) files = NULL;
	GError *failure = NULL;

	if (!stream)
		return FALSE;
	files = read_dump(self, stream, &failure);
	if (failure) {
		g_propagate_error(error, failure);
		return FALSE;
	}
	if (self->lost && !self->meta.data_size)
		return rond_fail(error, EIO, "nothing of it can be decoded");
	guint64 size = self->meta.data_size + self->lost;
	RondExtent whole = {0, 0, size};
	RondEntry dump = {
	    .path = ROND_DUMP_FILE,
	    .mode = S_IFREG | 0644,
	    .size = size,
	    .extents = &whole,
	    .n_extents = 1,
	};

	g_strlcpy(self->meta.format, "dump", sizeof self->meta.format);
	return rond_index_builder_add(self->builder, &dump, error) &&
	       add_folder(self, &dump, files, error);
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
	if (self.files)
		rond_file_hashes_settle(self.files, self.builder);
	return rond_index_builder_write(self.builder, &self.meta, fd, error);
}
