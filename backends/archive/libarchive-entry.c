/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/libarchive-entry.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_MAX_BYTES 65535

static guint32 id(gint64 value)
{
	return value < 0 || value > G_MAXUINT32 ? 0 : (guint32)value;
}

/* As bytes; as UTF-8 where libarchive can't give them in the locale. */
static const char *either(const char *bytes, const char *utf8)
{
	return bytes ? bytes : utf8;
}

static void take_links(RondEntry *entry, struct archive_entry *from)
{
	entry->hardlink = either(archive_entry_hardlink(from),
				 archive_entry_hardlink_utf8(from));
	if (!entry->hardlink && S_ISLNK(entry->mode))
		entry->symlink = either(archive_entry_symlink(from),
					archive_entry_symlink_utf8(from));
}

static void take_xattrs(RondLibarchiveEntry *self, struct archive_entry *from)
{
	RondXattr xattr;
	size_t len;

	archive_entry_xattr_reset(from);
	while (archive_entry_xattr_next(from, &xattr.name, &xattr.value,
					&len) == ARCHIVE_OK) {
		xattr.len = len;
		g_array_append_val(self->xattrs, xattr);
	}
	self->entry.xattrs = (const RondXattr *)(void *)self->xattrs->data;
	self->entry.n_xattrs = self->xattrs->len;
}

static void take_attributes(RondEntry *entry, struct archive_entry *from)
{
	entry->mode = archive_entry_mode(from);
	entry->uid = id(archive_entry_uid(from));
	entry->gid = id(archive_entry_gid(from));
	entry->mtime = archive_entry_mtime(from);
	entry->mtime_nsec = (guint32)archive_entry_mtime_nsec(from);
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode)) {
		entry->rdev_major = (guint32)archive_entry_rdevmajor(from);
		entry->rdev_minor = (guint32)archive_entry_rdevminor(from);
	}
	if (archive_entry_is_encrypted(from) > 0)
		entry->method = ROND_UNREADABLE;
}

static const char *what_lacks(const RondEntry *entry,
			      struct archive_entry *from)
{
	if (!entry->path || !*entry->path)
		return "left out, the name can't be had";
	if (strlen(entry->path) > NAME_MAX_BYTES)
		return "left out, the name is too long";
	if (S_ISLNK(entry->mode) && !entry->symlink && !entry->hardlink)
		return "left out, a symbolic link without a target";
	if (S_ISREG(entry->mode) && !entry->hardlink &&
	    (!archive_entry_size_is_set(from) || archive_entry_size(from) < 0))
		return "left out, the size can't be had";
	return NULL;
}

gboolean rond_libarchive_entry_take(RondLibarchiveEntry *self,
				    struct archive_entry *from,
				    const char **why)
{
	RondEntry *entry = &self->entry;

	if (!self->xattrs)
		self->xattrs = g_array_new(FALSE, FALSE, sizeof(RondXattr));
	g_array_set_size(self->xattrs, 0);
	memset(entry, 0, sizeof(*entry));
	entry->path = either(archive_entry_pathname(from),
			     archive_entry_pathname_utf8(from));
	take_attributes(entry, from);
	take_links(entry, from);
	take_xattrs(self, from);
	if ((entry->mode & S_IFMT) == 0)
		entry->mode |= S_IFREG;
	*why = what_lacks(entry, from);
	if (S_ISREG(entry->mode) && archive_entry_size(from) > 0)
		entry->size = (guint64)archive_entry_size(from);
	return !*why;
}

void rond_libarchive_entry_clear(RondLibarchiveEntry *self)
{
	g_clear_pointer(&self->xattrs, g_array_unref);
}
