/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder's owners: whom entries belong to, each kept once. */
#include "backends/index/builder-private.h"

#include <string.h>

#define MAX_XATTRS 0x7fffffff

static void append_xattrs(GByteArray *bytes, const RondEntry *entry)
{
	guint32 count = (guint32)entry->n_xattrs;

	g_byte_array_append(bytes, (guint8 *)&count, sizeof count);
	for (guint32 i = 0; i < count; i++) {
		const RondXattr *xattr = &entry->xattrs[i];
		guint32 lens[2] = {(guint32)strlen(xattr->name),
				   (guint32)xattr->len};

		g_byte_array_append(bytes, (guint8 *)lens, sizeof lens);
		g_byte_array_append(bytes, (const guint8 *)xattr->name,
				    lens[0] + 1);
		g_byte_array_append(bytes, xattr->value, lens[1]);
	}
}

/* Keep the attributes in @bytes from @at on; 0: there is no room. */
static guint32 add_xattrs(RondIndexBuilder *self, const GByteArray *bytes,
			  guint at)
{
	guint32 place = self->xattrs->len + 1;

	if (self->xattrs->len > MAX_XATTRS - (bytes->len - at))
		return 0;
	g_byte_array_append(self->xattrs, bytes->data + at, bytes->len - at);
	return place;
}

static guint32 add_owner(RondIndexBuilder *self, RondIndexOwner owner,
			 GByteArray *key)
{
	guint32 number = self->owners->len;

	if (key->len > sizeof owner)
		owner.xattrs = add_xattrs(self, key, sizeof owner);
	g_array_append_val(self->owners, owner);
	g_hash_table_insert(self->owner_numbers,
			    g_byte_array_free_to_bytes(key),
			    GUINT_TO_POINTER(number + 1));
	return number;
}

/* What the archive says is the key: the record, then the attributes. */
static guint32 find_owner(RondIndexBuilder *self, const RondEntry *entry)
{
	const RondIndexOwner owner = {entry->uid, entry->gid, 0};
	GByteArray *key = g_byte_array_new();
	gpointer known;

	g_byte_array_append(key, (const guint8 *)&owner, sizeof owner);
	if (entry->n_xattrs)
		append_xattrs(key, entry);

	g_autoptr(GBytes) probe = g_bytes_new_static(key->data, key->len);

	known = g_hash_table_lookup(self->owner_numbers, probe);
	if (!known)
		return add_owner(self, owner, key);
	g_byte_array_unref(key);
	return GPOINTER_TO_UINT(known) - 1;
}

/* Most entries belong to whom the one before belongs. */
guint32 rond_builder_owner(RondIndexBuilder *self, const RondEntry *entry)
{
	if (self->owner < self->owners->len && !entry->n_xattrs) {
		const RondIndexOwner *last =
		    &g_array_index(self->owners, RondIndexOwner, self->owner);

		if (last->uid == entry->uid && last->gid == entry->gid &&
		    !last->xattrs)
			return self->owner;
	}
	self->owner = find_owner(self, entry);
	return self->owner;
}
