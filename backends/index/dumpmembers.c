/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/dumpmembers.h"

#include "backends/archive/tally.h"
#include "backends/index/dumppass.h"
#include "backends/sql/dump.h"

#include <string.h>
#include <sys/stat.h>

#define HEAD 4096
#define SUFFIX ".sql"
/* What is kept of all of them until the archive's end: who has more is out to
 * fill our memory. About so much of it is a table's. */
#define MAX_KEPT (256U << 20)
#define TABLE_KEPT 8192

typedef struct {
	RondEntry entry; /* nothing that it points to, but: */
	char *path;
	char *folder;
	gboolean listed;
	guint32 inode;
	RondDumpFiles *files; /* NULL: not read yet, or it is no dump */
} Member;

struct RondDumpMembers {
	RondIndexBuilder *builder;
	GCancellable *cancellable;
	GArray *members;     /* Member */
	GHashTable *numbers; /* inode → the number, + 1, of the last one */
	guint64 kept;	     /* bytes, about */
};

static void clear_member(gpointer data)
{
	Member *self = data;

	g_free(self->path);
	g_free(self->folder);
	g_clear_pointer(&self->files, rond_dump_files_free);
}

RondDumpMembers *rond_dump_members_new(RondIndexBuilder *builder,
				       GCancellable *cancellable)
{
	RondDumpMembers *self = g_new0(RondDumpMembers, 1);

	self->builder = builder;
	self->cancellable = cancellable;
	self->members = g_array_new(FALSE, FALSE, sizeof(Member));
	g_array_set_clear_func(self->members, clear_member);
	self->numbers = g_hash_table_new(NULL, NULL);
	return self;
}

void rond_dump_members_free(RondDumpMembers *self)
{
	g_array_unref(self->members);
	g_hash_table_unref(self->numbers);
	g_free(self);
}

gboolean rond_dump_members_fit(const RondEntry *entry)
{
	return S_ISREG(entry->mode) && !entry->hardlink && entry->size &&
	       g_str_has_suffix(entry->path, SUFFIX);
}

/* In one piece, so that places of the dump are places of the stream. */
static gboolean is_whole(const RondEntry *entry)
{
	return entry->method == ROND_STORED && entry->n_extents == 1 &&
	       entry->extents->length == entry->size;
}

/* @script: a site's software brings such, too, which no tool has written. */
static gboolean is_dump(RondStream *stream, gboolean *script)
{
	guint8 head[HEAD];
	gssize len = rond_stream_pread(stream, head, sizeof head, 0, NULL);

	if (len <= 0 || !rond_dump_probe(head, (gsize)len))
		return FALSE;
	*script = !rond_dump_has_banner(head, (gsize)len);
	return TRUE;
}

void rond_dump_members_read(RondDumpMembers *self, RondStream *stream,
			    const RondEntry *entry, guint32 inode)
{
	g_autoptr(RondStream) dump = NULL;
	gboolean script;

	if (!rond_dump_members_fit(entry) || !is_whole(entry))
		return;
	dump = rond_slice_stream_new(stream, entry->extents->at, entry->size);
	if (!is_dump(dump, &script))
		return;
	rond_dump_members_note(self, entry, inode, NULL);
	rond_dump_members_read_noted(self, inode, dump);
}

void rond_dump_members_note(RondDumpMembers *self, const RondEntry *entry,
			    guint32 inode, const char *folder)
{
	const gsize stem = strlen(entry->path) - strlen(SUFFIX);
	Member member = {
	    .entry = *entry,
	    .path = g_strdup(entry->path),
	    .folder = folder ? g_strdup(folder) : g_strndup(entry->path, stem),
	    .listed = folder != NULL,
	    .inode = inode,
	};

	member.entry.path = member.path;
	member.entry.xattrs = NULL;
	member.entry.n_xattrs = 0;
	g_array_append_val(self->members, member);
	g_hash_table_insert(self->numbers, GUINT_TO_POINTER(inode),
			    GUINT_TO_POINTER(self->members->len));
}

static guint64 size_of(const RondDumpFiles *files)
{
	return files->texts->len +
	       (guint64)files->marks->len * sizeof(RondRowMark) +
	       (guint64)files->tables->len * TABLE_KEPT;
}

static void leave_out(RondDumpMembers *self, const Member *member)
{
	g_autofree char *shown =
	    rond_tally_name(member->path, strlen(member->path));
	g_autofree char *message = g_strdup_printf(
	    "%s: not shown as tables: too many dumps before it", shown);

	rond_index_builder_add_finding(
	    self->builder, &(RondFinding){ROND_FINDING_NOTE, 0, 0, message});
}

void rond_dump_members_read_noted(RondDumpMembers *self, guint32 inode,
				  RondStream *content)
{
	RondDumpPass config = {
	    .dump = content,
	    .builder = self->builder,
	    .cancellable = self->cancellable,
	};
	guint number = GPOINTER_TO_UINT(
	    g_hash_table_lookup(self->numbers, GUINT_TO_POINTER(inode)));
	Member *member;

	if (!number)
		return;
	member = &g_array_index(self->members, Member, number - 1);
	/* One that is listed is all there is. */
	config.name = member->listed ? NULL : member->path;
	if (member->files || !is_dump(content, &config.script))
		return;
	if (self->kept > MAX_KEPT) {
		leave_out(self, member);
		return;
	}
	member->files = rond_dump_pass_read(&config, NULL);
	if (member->files)
		self->kept += size_of(member->files);
}

gboolean rond_dump_members_add(RondDumpMembers *self, GError **error)
{
	for (guint i = 0; i < self->members->len; i++) {
		Member *member = &g_array_index(self->members, Member, i);
		const RondDumpPlace place = {
		    .dump = member->inode,
		    .like = &member->entry,
		    .folder = member->folder,
		    .listed = member->listed,
		};

		if (member->files &&
		    !rond_index_builder_add_dump(self->builder, &place,
						 member->files, error))
			return FALSE;
	}
	return TRUE;
}
