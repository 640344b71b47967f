/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/members.h"

#include "backends/archive/tally.h"
#include "backends/archive/zip.h"
#include "backends/codec/inflate-whole.h"
#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/index/firstpass.h"
#include "backends/index/member.h"
#include "backends/index/small-member.h"

#include <errno.h>
#include <string.h>

typedef struct {
	guint64 local_offset, packed_size, size;
	gsize name; /* place among the names */
	guint32 crc32, inode;
	gboolean deflated;
} Member;

struct RondMembers {
	GArray *members;	    /* Member */
	GByteArray *names;	    /* each NUL-terminated */
	GByteArray *packed, *whole; /* of the small one at hand */
};

RondMembers *rond_members_new(void)
{
	RondMembers *self = g_new(RondMembers, 1);

	self->members = g_array_new(FALSE, FALSE, sizeof(Member));
	self->names = g_byte_array_new();
	self->packed = g_byte_array_new();
	self->whole = g_byte_array_new();
	return self;
}

void rond_members_free(RondMembers *self)
{
	g_array_unref(self->members);
	g_byte_array_unref(self->names);
	g_byte_array_unref(self->packed);
	g_byte_array_unref(self->whole);
	g_free(self);
}

gboolean rond_members_fit(const RondEntry *entry)
{
	return (entry->method == ROND_DEFLATED ||
		entry->method == ROND_ZIP_STORED) &&
	       entry->n_extents == 1;
}

gboolean rond_members_any(const RondMembers *self)
{
	return self->members->len > 0;
}

void rond_members_add(RondMembers *self, const RondEntry *entry, guint32 inode)
{
	Member member = {
	    .local_offset = entry->extents->at,
	    .packed_size = entry->extents->length,
	    .size = entry->size,
	    .name = self->names->len,
	    .crc32 = entry->crc32,
	    .inode = inode,
	    .deflated = entry->method == ROND_DEFLATED,
	};

	g_byte_array_append(self->names, (const guint8 *)entry->path,
			    (guint)strlen(entry->path) + 1);
	g_array_append_val(self->members, member);
}

static void add_finding(const RondMemberScan *scan, const char *message)
{
	rond_index_builder_add_finding(
	    scan->builder,
	    &(RondFinding){ROND_FINDING_DAMAGED, 0, G_MAXUINT64, message});
}

static gboolean wrong(GError **error)
{
	return rond_fail(error, EIO, "its content doesn't match its checksum");
}

/* Where its packed bytes begin, and that there are as many as it has. */
static RondStream *open_packed(const RondMemberScan *scan, const Member *member,
			       GError **error)
{
	guint64 at;

	if (!rond_zip_data_offset(scan->zip, member->local_offset, &at, error))
		return NULL;
	return rond_slice_stream_new(scan->zip, at, member->packed_size);
}

/* Learn how to enter it in the middle. One that can't be decoded gets no map:
 * reading it fails. */
static gboolean scan_large(const RondMemberScan *scan, const Member *member,
			   RondStream *packed, GError **error)
{
	guint32 file = ROND_FILE_NONE;
	guint64 size = 0;
	RondFirstPassConfig config = {
	    .source = packed,
	    .codec =
		rond_codec_by_name(member->deflated ? "deflate" : "stored"),
	    .builder = scan->builder,
	    .hasher = scan->hasher,
	    .files = scan->files,
	    .member = member->local_offset + 1,
	    .keep = ROND_KEEP_POINTS,
	};
	g_autoptr(RondFirstPass) pass = rond_first_pass_new(&config, error);

	if (!pass)
		return FALSE;
	if (scan->files)
		file = rond_file_hashes_add_whole(scan->files, member->inode);
	if (scan->look)
		scan->look(scan->data, member->inode,
			   rond_first_pass_stream(pass));
	gboolean decoded = rond_first_pass_finish(pass, &size, error);

	if (decoded && size == member->size &&
	    rond_first_pass_crc32(pass) == member->crc32)
		return TRUE;
	if (scan->files)
		rond_file_hashes_spoil(scan->files, file);
	if (!decoded)
		return FALSE;
	rond_index_builder_add_damage(scan->builder, 0, size);
	rond_index_builder_end_map(scan->builder, size);
	return wrong(error);
}

static gboolean decode(RondMembers *self, const Member *member,
		       RondStream *packed, GError **error)
{
	GByteArray *from = member->deflated ? self->packed : self->whole;

	g_byte_array_set_size(self->whole, (guint)member->size);
	g_byte_array_set_size(from, (guint)member->packed_size);
	if (!member->deflated && member->packed_size != member->size)
		return rond_fail(error, EIO, "the zip contradicts itself");
	if (!rond_stream_pread_full(packed, from->data, from->len, 0, error))
		return FALSE;
	return !member->deflated ||
	       rond_inflate_whole(from->data, from->len, self->whole->data,
				  self->whole->len, error);
}

static void look_at_whole(RondMembers *self, const RondMemberScan *scan,
			  const Member *member)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(RondStream) content = NULL;

	if (!scan->look)
		return;
	bytes = g_bytes_new_static(self->whole->data, self->whole->len);
	content = rond_memory_stream_new(bytes);
	scan->look(scan->data, member->inode, content);
}

static gboolean scan_small(RondMembers *self, const RondMemberScan *scan,
			   const Member *member, RondStream *packed,
			   GError **error)
{
	if (!decode(self, member, packed, error))
		return FALSE;
	if (rond_crc32(0, self->whole->data, self->whole->len) != member->crc32)
		return wrong(error);
	look_at_whole(self, scan, member);
	if (!scan->files)
		return TRUE;
	rond_file_hashes_add_fed(scan->files, member->inode, member->size);
	rond_file_hashes_feed(scan->files, self->whole->data, self->whole->len);
	return TRUE;
}

static gboolean scan_member(RondMembers *self, const RondMemberScan *scan,
			    const Member *member, GError **error)
{
	g_autoptr(RondStream) packed = open_packed(scan, member, error);

	if (!packed)
		return FALSE;
	if (member->size <= ROND_SMALL_MEMBER &&
	    rond_small_member_fits(member->packed_size, member->size))
		return scan_small(self, scan, member, packed, error);
	return scan_large(scan, member, packed, error);
}

static gint compare_places(gconstpointer a, gconstpointer b)
{
	const Member *left = a, *right = b;

	if (left->local_offset == right->local_offset)
		return 0;
	return left->local_offset < right->local_offset ? -1 : 1;
}

/* A failure of the zip itself is known to who watches it, and is no damage. */
void rond_members_scan(RondMembers *self, const RondMemberScan *scan)
{
	g_array_sort(self->members, compare_places);
	for (guint i = 0; i < self->members->len; i++) {
		const Member *member = &g_array_index(self->members, Member, i);
		const char *name =
		    (const char *)self->names->data + member->name;
		g_autoptr(GError) error = NULL;
		g_autofree char *shown = NULL, *message = NULL;

		if (g_cancellable_is_cancelled(scan->cancellable))
			return;
		if (scan_member(self, scan, member, &error))
			continue;
		shown = rond_tally_name(name, strlen(name));
		message = g_strdup_printf("%s: %s", shown, error->message);
		add_finding(scan, message);
	}
}
