/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/view.h"

#include <string.h>

#define BLOCK 4096
#define NSEC G_GINT64_CONSTANT(1000000000)

/* The only child of @dir, if that is a folder. */
static guint32 only_folder(const RondIndex *index, guint32 dir)
{
	guint32 first, count;

	if (!rond_index_children(index, dir, &first, &count) || count != 1)
		return ROND_INDEX_NONE;
	const RondIndexEntry *entry = rond_index_entry(index, first);

	return entry && S_ISDIR(entry->mode) ? first : ROND_INDEX_NONE;
}

static gboolean is_called(const RondIndex *index, guint32 number,
			  const char *name)
{
	gsize len;
	const char *is =
	    rond_index_name(index, rond_index_entry(index, number), &len);

	return strlen(name) == len && !memcmp(is, name, len);
}

guint32 rond_view_root(const RondConfig *config, const RondPart *part,
		       const RondIndex *index)
{
	guint32 root = ROND_INDEX_ROOT, below;

	if (config->strip == ROND_NO_STRIP) {
		below = only_folder(index, root);
		if (below != ROND_INDEX_NONE &&
		    (is_called(index, below, rond_part_name(part)) ||
		     is_called(index, below, rond_part_backup(part)->stem)))
			root = below;
		return root;
	}
	for (guint i = 0; i < config->strip; i++) {
		below = only_folder(index, root);
		if (below == ROND_INDEX_NONE)
			return ROND_INDEX_ROOT;
		root = below;
	}
	return root;
}

guint32 rond_view_top(const RondConfig *config, const RondPart *part,
		      const RondIndex *index)
{
	if (rond_part_backup(part)->kind == ROND_BACKUP_DUMP)
		return ROND_DUMP_FOLDER_ENTRY;
	return rond_view_root(config, part, index);
}

char *rond_view_path(const RondIndex *index, guint32 top, guint32 entry)
{
	GString *path = g_string_new(NULL);

	/* A folder lies before what is in it: no loop, however broken. */
	while (entry != top && entry != ROND_INDEX_ROOT) {
		const RondIndexEntry *record = rond_index_entry(index, entry);
		gsize len;
		const char *name = rond_index_name(index, record, &len);

		if (!record || record->parent >= entry)
			break;
		if (path->len)
			g_string_prepend_c(path, '/');
		g_string_prepend_len(path, name, (gssize)len);
		entry = record->parent;
	}
	return g_string_free(path, FALSE);
}

guint32 rond_view_find(const RondIndex *index, guint32 top, const char *path)
{
	while (*path && top != ROND_INDEX_NONE) {
		gsize len = strcspn(path, "/");

		top = rond_index_lookup(index, top, path, len);
		path += len + (path[len] == '/');
	}
	return top;
}

gboolean rond_view_shows(const RondConfig *config, const RondIndexEntry *entry)
{
	return config->keep_special || S_ISREG(entry->mode) ||
	       S_ISDIR(entry->mode) || S_ISLNK(entry->mode);
}

mode_t rond_view_folder_mode(mode_t mode)
{
	mode &= 0777;
	return S_IFDIR | mode | (mode & 0444) >> 2;
}

void rond_view_adjust(const RondConfig *config, struct stat *st)
{
	mode_t mask = config->umask;

	mask |= S_ISDIR(st->st_mode) ? config->dmask : config->fmask;
	if (!S_ISDIR(st->st_mode) && !config->keep_special)
		mask |= S_ISUID | S_ISGID;
	if (!S_ISLNK(st->st_mode))
		st->st_mode &= ~(mask & 07777);
	if (config->uid != ROND_NO_ID)
		st->st_uid = config->uid;
	if (config->gid != ROND_NO_ID)
		st->st_gid = config->gid;
}

/* The date of a dump's data: its name's, made precise by the file's time where
 * that is of the same day. */
static gint64 dump_time(const RondBackup *backup)
{
	const gint64 day = 24 * 60 * 60;
	gint64 mtime = backup->item->mtime_ns / NSEC;

	if (!backup->has_time && mtime >= backup->time &&
	    mtime < backup->time + day)
		return mtime;
	return backup->time;
}

/* Who may not read the archive may not enter its tree; a dump is as open as
 * its file. */
static void guard(const RondPart *part, gboolean is_root, struct stat *st)
{
	const RondBackup *backup = rond_part_backup(part);
	mode_t mode = backup->item->mode & 07777;

	if (backup->kind == ROND_BACKUP_DUMP) {
		st->st_mode = S_ISDIR(st->st_mode) ? rond_view_folder_mode(mode)
						   : S_IFREG | (mode & 0777);
		st->st_mtim = (struct timespec){.tv_sec = dump_time(backup)};
	} else if (is_root && !(mode & S_IROTH)) {
		st->st_mode = rond_view_folder_mode(mode);
	} else {
		return;
	}
	st->st_uid = backup->item->uid;
	st->st_gid = backup->item->gid;
}

static void set_size(const RondIndex *index, const RondIndexEntry *entry,
		     struct stat *st)
{
	if (S_ISDIR(entry->mode)) {
		st->st_size = BLOCK;
		st->st_blocks = BLOCK / 512;
		return;
	}
	st->st_size = (off_t)entry->size;
	st->st_blocks =
	    (blkcnt_t)((rond_index_stored_bytes(index, entry) + BLOCK - 1) /
		       BLOCK * (BLOCK / 512));
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode))
		st->st_rdev = entry->data;
}

gboolean rond_view_is_table(const RondIndex *index, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(index, number);

	return entry && entry->flags & ROND_ENTRY_TABLE;
}

void rond_view_stat(const RondConfig *config, const RondPart *part,
		    const RondIndex *index, guint32 number, struct stat *st)
{
	guint32 inode = rond_index_inode(index, number);
	const RondIndexEntry *entry = rond_index_entry(index, inode);
	const RondIndexOwner *owner = rond_index_owner(index, entry);

	/* The index is broken, which is found out elsewhere. */
	if (!entry) {
		*st = (struct stat){0};
		return;
	}
	*st = (struct stat){
	    .st_mode = entry->mode,
	    .st_uid = owner->uid,
	    .st_gid = owner->gid,
	    .st_nlink = MAX(entry->links, 1),
	    .st_blksize = BLOCK,
	    .st_mtim = {entry->mtime, entry->mtime_nsec},
	    .st_ctim = {rond_part_backup(part)->time, 0},
	};
	set_size(index, entry, st);
	guard(part, number == rond_view_root(config, part, index), st);
	st->st_atim = st->st_mtim;
	rond_view_adjust(config, st);
}

/* Whether @target, seen from a folder @depth levels below the root, leads to a
 * place below it. Going up is allowed at the start only: behind a name, which
 * may be a link itself, nobody knows what it goes up from. */
static gboolean stays_inside(const char *target, guint depth)
{
	gboolean named = FALSE;

	if (*target == '/')
		return FALSE;
	while (*target) {
		gsize len = strcspn(target, "/");

		if (len == 2 && !memcmp(target, "..", 2)) {
			if (named || !depth)
				return FALSE;
			depth--;
		} else if (len && !(len == 1 && *target == '.')) {
			named = TRUE;
		}
		target += len + (target[len] == '/');
	}
	return TRUE;
}

char *rond_view_symlink(const RondConfig *config, const char *target,
			guint depth)
{
	if (config->symlinks == ROND_SYMLINKS_CONTAIN &&
	    !stays_inside(target, depth))
		return NULL;
	if (config->symlinks != ROND_SYMLINKS_RELATIVE || *target != '/')
		return g_strdup(target);
	GString *relative = g_string_new(NULL);

	for (guint i = 0; i < depth; i++)
		g_string_append(relative, "../");
	while (*target == '/')
		target++;
	g_string_append(relative, *target ? target : ".");
	return g_string_free(relative, FALSE);
}
