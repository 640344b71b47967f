/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/lineage-tree.h"

#include "backends/error.h"
#include "backends/sha256.h"
#include "fs/folder.h"
#include "fs/view.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

struct RondLineageTree {
	const RondConfig *config;
	RondPart *part;
	RondGlobTree names;
	guint32 top;
	RondContent *content; /* of an archive or a dump */
	RondIndex *index;     /* borrowed from it */
	RondFolder *folder;   /* of one that is passed through */
	/* What was looked up in it last. */
	guint32 slot;
	struct stat st;
};

void rond_look_clear(RondLook *self)
{
	g_clear_pointer(&self->target, g_free);
}

static RondLineageTree *tree_new(const RondConfig *config, RondPart *part)
{
	RondLineageTree *self = g_new0(RondLineageTree, 1);

	self->config = config;
	self->part = rond_part_ref(part);
	self->names.data = self;
	return self;
}

void rond_lineage_tree_free(RondLineageTree *self)
{
	g_clear_pointer(&self->folder, rond_folder_free);
	g_clear_pointer(&self->content, rond_content_unref);
	rond_part_unref(self->part);
	g_free(self);
}

static const RondIndexEntry *inode_of(const RondLineageTree *self,
				      guint32 entry)
{
	return rond_index_entry(self->index,
				rond_index_inode(self->index, entry));
}

static mode_t entry_type(gpointer data, guint32 entry)
{
	const RondLineageTree *self = data;
	const RondIndexEntry *inode = inode_of(self, entry);

	if (!inode || !rond_view_shows(self->config, inode))
		return 0;
	return inode->mode & S_IFMT;
}

static guint32 entry_lookup(gpointer data, guint32 dir, const char *name)
{
	const RondLineageTree *self = data;

	return rond_index_lookup(self->index, dir, name, strlen(name));
}

static void entry_list(gpointer data, guint32 dir, RondGlobName each,
		       gpointer into)
{
	const RondLineageTree *self = data;
	guint32 first, count, entry;
	char text[NAME_MAX + 1];

	if (!rond_index_children(self->index, dir, &first, &count))
		return;
	for (guint32 i = 0; i < count; i++) {
		gsize len;
		const char *name;

		entry = rond_index_nth_child(self->index, dir, i);
		if (entry == ROND_INDEX_NONE)
			continue;
		name = rond_index_name(
		    self->index, rond_index_entry(self->index, entry), &len);
		if (!len || len > NAME_MAX)
			continue;
		memcpy(text, name, len);
		text[len] = '\0';
		each(text, entry, into);
	}
}

static RondLineageTree *tree_of_content(const RondConfig *config,
					RondPart *part, RondContent *content)
{
	RondLineageTree *self = tree_new(config, part);

	self->content = rond_content_ref(content);
	self->index = rond_content_index(content);
	self->top = rond_view_top(config, part, self->index);
	self->names.lookup = entry_lookup;
	self->names.type = entry_type;
	self->names.list = entry_list;
	return self;
}

static guint32 slot_lookup(gpointer data, guint32 dir, const char *name)
{
	RondLineageTree *self = data;
	guint32 slot;

	if (!strcmp(name, "..") ||
	    rond_folder_lookup(self->folder, dir, name, &slot, &self->st))
		return ROND_GLOB_NONE;
	self->slot = slot;
	return slot;
}

/* FALSE: it is not there any more. */
static gboolean stat_slot(RondLineageTree *self, guint32 slot)
{
	if (slot == self->slot)
		return TRUE;
	if (rond_folder_stat(self->folder, slot, &self->st))
		return FALSE;
	self->slot = slot;
	return TRUE;
}

static mode_t slot_type(gpointer data, guint32 slot)
{
	RondLineageTree *self = data;
	RondIndexEntry like = {0};

	if (!stat_slot(self, slot))
		return 0;
	like.mode = (guint16)self->st.st_mode;
	return rond_view_shows(self->config, &like) ? self->st.st_mode & S_IFMT
						    : 0;
}

static void list_stream(RondLineageTree *self, DIR *stream, guint32 dir,
			RondGlobName each, gpointer into)
{
	const struct dirent *entry;
	guint32 slot;

	while ((entry = readdir(stream))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		slot = slot_lookup(self, dir, entry->d_name);
		if (slot != ROND_GLOB_NONE)
			each(entry->d_name, slot, into);
	}
}

static void slot_list(gpointer data, guint32 dir, RondGlobName each,
		      gpointer into)
{
	RondLineageTree *self = data;
	DIR *stream;
	int fd;

	if (rond_folder_open_dir(self->folder, dir, &fd))
		return;
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return;
	}
	list_stream(self, stream, dir, each, into);
	closedir(stream);
}

static RondLineageTree *tree_of_folder(const RondConfig *config, RondPart *part,
				       GError **error)
{
	const RondBackup *backup = rond_part_backup(part);
	g_autoptr(RondLineageTree) self = tree_new(config, part);
	int fd = backup->store->ops->open_folder(backup->store,
						 backup->item->path, error);

	if (fd < 0)
		return NULL;
	self->folder = rond_folder_new(fd);
	self->top = ROND_FOLDER_ROOT;
	self->slot = ROND_GLOB_NONE;
	self->names.lookup = slot_lookup;
	self->names.type = slot_type;
	self->names.list = slot_list;
	return g_steal_pointer(&self);
}

RondLineageTree *rond_lineage_tree_new(RondLibrary *library, RondPart *part,
				       GError **error)
{
	const RondConfig *config = rond_library_config(library);
	g_autoptr(RondContent) content = NULL;

	if (rond_part_backup(part)->kind == ROND_BACKUP_FOLDER)
		return tree_of_folder(config, part, error);
	content = rond_part_content(part, error);
	return content ? tree_of_content(config, part, content) : NULL;
}

const RondGlobTree *rond_lineage_tree_names(const RondLineageTree *self,
					    guint32 *top)
{
	*top = self->top;
	return &self->names;
}

static void set_access(const RondLineageTree *self, struct stat st,
		       RondLook *look)
{
	rond_view_adjust(self->config, &st);
	look->type = st.st_mode & S_IFMT;
	look->mode = st.st_mode & 0777;
	look->uid = st.st_uid;
	look->gid = st.st_gid;
}

static gboolean look_at_slot(RondLineageTree *self, guint32 slot,
			     RondLook *look)
{
	if (!stat_slot(self, slot))
		return FALSE;
	set_access(self, self->st, look);
	look->mtime = self->st.st_mtim;
	look->has_time = look->is_stamped = TRUE;
	look->dev = self->st.st_dev;
	look->ino = self->st.st_ino;
	look->looks = (RondLooks){
	    .size = (guint64)self->st.st_size,
	    .mtime = self->st.st_mtim.tv_sec,
	    .mtime_nsec = (guint32)self->st.st_mtim.tv_nsec,
	    .has_time = TRUE,
	    .sampled = TRUE,
	};
	return !S_ISLNK(look->type) ||
	       !rond_folder_readlink(self->folder, slot, &look->target);
}

static gboolean is_listed_table(const RondIndex *index,
				const RondIndexEntry *entry)
{
	gsize len;
	const char *name = rond_index_name(index, entry, &len);

	return entry && entry->flags & ROND_ENTRY_TABLE &&
	       S_ISREG(entry->mode) && len && *name != '.';
}

/* Nobody has hashed the dump itself, which has the date in it, but all that it
 * says: two of the same size that say the same are the same. */
static void hash_tables(const RondIndex *index, RondLooks *looks)
{
	g_autoptr(RondSha256) sum = rond_sha256_new();
	guint32 n = rond_index_n_entries(index);
	gsize len;

	for (guint32 i = 0; i < n; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);
		const guint8 *hash = rond_index_sha256(index, i);
		const char *name = rond_index_name(index, entry, &len);

		if (!is_listed_table(index, entry))
			continue;
		if (!hash)
			return;
		/* The end of the name, too. */
		rond_sha256_add(sum, name, len);
		rond_sha256_add(sum, "", 1);
		rond_sha256_add(sum, hash, ROND_SHA256_LEN);
	}
	rond_sha256_end(sum, looks->sha256);
	looks->has_hash = TRUE;
}

static gboolean look_at_entry(const RondLineageTree *self, guint32 entry,
			      RondLook *look)
{
	guint32 inode = rond_index_inode(self->index, entry);
	struct stat st;

	if (!rond_looks_of(self->index, inode, &look->looks))
		return FALSE;
	rond_view_stat(self->config, self->part, self->index, entry, &st);
	set_access(self, st, look);
	look->entry = entry;
	look->mtime = st.st_mtim;
	look->has_time = look->looks.has_time;
	look->is_stamped =
	    rond_part_backup(self->part)->kind == ROND_BACKUP_ARCHIVE;
	look->is_dump =
	    rond_part_backup(self->part)->kind == ROND_BACKUP_DUMP &&
	    entry == ROND_DUMP_FILE_ENTRY;
	if (look->is_dump && !look->looks.has_hash)
		hash_tables(self->index, &look->looks);
	if (S_ISLNK(look->type))
		look->target =
		    rond_index_symlink(self->index, inode_of(self, entry));
	return TRUE;
}

gboolean rond_lineage_tree_look(RondLineageTree *self, guint32 entry,
				RondLook *look)
{
	*look = (RondLook){.entry = ROND_INDEX_NONE};
	return self->folder ? look_at_slot(self, entry, look)
			    : look_at_entry(self, entry, look);
}

RondStream *rond_lineage_tree_open(RondLineageTree *self, guint32 entry,
				   GError **error)
{
	int fd, err;

	if (self->content)
		return rond_content_open(self->content, entry, error);
	err = rond_folder_open(self->folder, entry, &fd);
	if (!err)
		return rond_file_stream_new(fd, error);
	rond_fail(error, err, "%s: %s", rond_part_backup(self->part)->source,
		  g_strerror(err));
	return NULL;
}

gboolean rond_lineage_tree_is_sound(const RondLineageTree *self)
{
	return !self->index || rond_index_recheck(self->index);
}
