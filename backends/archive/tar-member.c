/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-member.h"

#include <string.h>
#include <sys/stat.h>

#define NOBODY 65534

/* Where @flag's value is: an extended header, or NULL for the block. */
static const RondTarPax *source(const RondTarMember *self, guint flag)
{
	if ((self->local->have | self->local->unset) & flag)
		return self->local->have & flag ? self->local : NULL;
	return self->global->have & flag ? self->global : NULL;
}

static const char *header_path(RondTarMember *self)
{
	const RondTarHeader *header = self->header;
	gsize at = 0;

	if (rond_tar_header_layout(header) == ROND_TAR_USTAR &&
	    header->prefix[0]) {
		at = strnlen(header->prefix, sizeof(header->prefix));
		memcpy(self->name, header->prefix, at);
		self->name[at++] = '/';
	}

	const gsize len = strnlen(header->name, sizeof(header->name));

	memcpy(self->name + at, header->name, len);
	self->name[at + len] = '\0';
	return self->name;
}

const char *rond_tar_member_path(RondTarMember *self)
{
	const RondTarPax *pax = source(self, ROND_TAR_PAX_PATH);

	/* GNU's name is about this member, a global header about all. */
	if (pax && (pax == self->local || !self->long_name))
		return pax->path->str;
	return self->long_name ? self->long_name->str : header_path(self);
}

const char *rond_tar_member_link(RondTarMember *self)
{
	const RondTarPax *pax = source(self, ROND_TAR_PAX_LINKPATH);
	const char *block = self->header->linkname;

	if (pax && (pax == self->local || !self->long_link))
		return pax->linkpath->str;
	if (self->long_link)
		return self->long_link->str;

	const gsize len = strnlen(block, sizeof(self->header->linkname));

	memcpy(self->linkname, block, len);
	self->linkname[len] = '\0';
	return self->linkname;
}

gboolean rond_tar_member_known(const RondTarMember *self)
{
	return self->header->type == '\0' ||
	       strchr("01234567DMS", self->header->type);
}

mode_t rond_tar_member_type(const RondTarMember *self, const char *path)
{
	switch (self->header->type) {
	case '1':
		return S_IFREG;
	case '2':
		return S_IFLNK;
	case '3':
		return S_IFCHR;
	case '4':
		return S_IFBLK;
	case '5':
	case 'D':
		return S_IFDIR;
	case '6':
		return S_IFIFO;
	default:
		/* v7 has no type for folders. */
		return g_str_has_suffix(path, "/") ? S_IFDIR : S_IFREG;
	}
}

gboolean rond_tar_member_size(const RondTarMember *self, gint64 *size)
{
	const RondTarPax *pax = source(self, ROND_TAR_PAX_SIZE);
	const RondTarHeader *header = self->header;

	if (!pax)
		return rond_tar_number(header->size, sizeof(header->size),
				       size);
	*size = (gint64)pax->size;
	return TRUE;
}

/* An owner: some tars write those over 2^31 as negative numbers. */
static gboolean owner(const char *field, gsize len, guint32 *id)
{
	gint64 number;

	*id = NOBODY;
	if (!rond_tar_number(field, len, &number) || number < G_MININT32 ||
	    number == -1 || number >= G_MAXUINT32)
		return FALSE;
	*id = (guint32)number;
	return TRUE;
}

static guint32 device(const char *field, gsize len)
{
	gint64 number;

	if (!rond_tar_number(field, len, &number) || number < 0 ||
	    number > G_MAXUINT32)
		return 0;
	return (guint32)number;
}

static gboolean set_owners(const RondTarMember *self, RondEntry *entry)
{
	const RondTarHeader *header = self->header;
	const RondTarPax *uid = source(self, ROND_TAR_PAX_UID);
	const RondTarPax *gid = source(self, ROND_TAR_PAX_GID);
	gboolean good = TRUE;

	if (uid)
		entry->uid = (guint32)uid->uid;
	else
		good = owner(header->uid, sizeof(header->uid), &entry->uid);
	if (gid)
		entry->gid = (guint32)gid->gid;
	else if (!owner(header->gid, sizeof(header->gid), &entry->gid))
		good = FALSE;
	return good;
}

static void set_mtime(const RondTarMember *self, RondEntry *entry)
{
	const RondTarHeader *header = self->header;
	const RondTarPax *pax = source(self, ROND_TAR_PAX_MTIME);

	if (pax) {
		entry->mtime = pax->mtime;
		entry->mtime_nsec = pax->mtime_nsec;
	} else if (!rond_tar_number(header->mtime, sizeof(header->mtime),
				    &entry->mtime)) {
		entry->mtime = 0;
	}
}

static void set_device(const RondTarMember *self, RondEntry *entry)
{
	const RondTarHeader *header = self->header;
	const RondTarPax *major = source(self, ROND_TAR_PAX_DEVMAJOR);
	const RondTarPax *minor = source(self, ROND_TAR_PAX_DEVMINOR);

	/* What v7 has there is nothing, or rubbish. */
	if (rond_tar_header_layout(header) == ROND_TAR_V7)
		return;
	entry->rdev_major = device(header->devmajor, sizeof(header->devmajor));
	entry->rdev_minor = device(header->devminor, sizeof(header->devminor));
	if (major)
		entry->rdev_major = (guint32)major->devmajor;
	if (minor)
		entry->rdev_minor = (guint32)minor->devminor;
}

gboolean rond_tar_member_attributes(const RondTarMember *self, mode_t type,
				    RondEntry *entry)
{
	const RondTarHeader *header = self->header;
	gint64 mode;

	if (!rond_tar_number(header->mode, sizeof(header->mode), &mode))
		mode = 0;
	/* Some writers put the file type there, too. */
	entry->mode = type | (mode & 07777);
	set_mtime(self, entry);
	if (S_ISCHR(type) || S_ISBLK(type))
		set_device(self, entry);
	entry->xattrs = (const RondXattr *)self->local->xattrs->data;
	entry->n_xattrs = self->local->xattrs->len;
	if (S_ISDIR(type)) {
		entry->dumpdir = self->local->dumpdir;
		entry->dumpdir_len = self->local->dumpdir_len;
	}
	return set_owners(self, entry);
}
