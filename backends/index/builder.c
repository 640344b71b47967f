/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/builder-private.h"

#include "backends/archive/tally.h"
#include "backends/error.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define MAX_NODES 50000000
#define MAX_NAMES 0x7fffffff
#define MAX_FINDINGS 1000
/* Where no data is: a place behind every stream, so that reading it fails. */
#define NOWHERE (G_MAXUINT64 / 4)

RondIndexBuilder *rond_index_builder_new(void)
{
	RondIndexBuilder *self = g_new0(RondIndexBuilder, 1);
	RondIndexEntry root = {.mode = S_IFDIR | 0755,
			       .flags = ROND_ENTRY_MADE_UP,
			       .mtime = G_MININT64};

	rond_nodes_init(&self->nodes);
	self->inodes = g_array_new(FALSE, TRUE, sizeof(RondIndexEntry));
	g_array_append_val(self->inodes, root);
	self->extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
	self->hashes = g_byte_array_new();
	self->owners = g_array_new(FALSE, FALSE, sizeof(RondIndexOwner));
	self->owner_numbers = g_hash_table_new_full(
	    g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	self->xattrs = g_byte_array_new();
	self->pending = g_array_new(FALSE, FALSE, sizeof(RondPendingLink));
	self->parts = g_array_new(FALSE, FALSE, sizeof(RondPathPart));
	self->dir_path = g_string_new(NULL);
	self->last = ROND_NODE_NONE;
	self->findings = g_array_new(FALSE, FALSE, sizeof(RondIndexFinding));
	self->maps = g_array_new(FALSE, TRUE, sizeof(RondIndexMap));
	self->points = g_array_new(FALSE, TRUE, sizeof(RondIndexPoint));
	self->windows = g_byte_array_new();
	self->blocks = g_array_new(FALSE, FALSE, sizeof(guint32));
	self->damage = g_array_new(FALSE, FALSE, sizeof(RondRange));
	self->texts = g_byte_array_new();
	self->tables = g_array_new(FALSE, FALSE, sizeof(RondIndexTable));
	self->runs = g_array_new(FALSE, FALSE, sizeof(RondIndexRun));
	self->marks = g_array_new(FALSE, FALSE, sizeof(RondRowMark));
	self->dumps = g_array_new(FALSE, FALSE, sizeof(guint32));
	self->hidden = g_hash_table_new(NULL, NULL);
	/* Made-up folders are root's until they have a child. */
	rond_builder_owner(self, &(RondEntry){0});
	return self;
}

void rond_index_builder_free(RondIndexBuilder *self)
{
	rond_nodes_clear(&self->nodes);
	g_array_unref(self->inodes);
	g_array_unref(self->extents);
	g_byte_array_unref(self->hashes);
	g_array_unref(self->owners);
	g_hash_table_unref(self->owner_numbers);
	g_byte_array_unref(self->xattrs);
	g_array_unref(self->pending);
	g_array_unref(self->parts);
	g_string_free(self->dir_path, TRUE);
	g_array_unref(self->findings);
	g_array_unref(self->maps);
	g_array_unref(self->points);
	g_byte_array_unref(self->windows);
	g_array_unref(self->blocks);
	g_array_unref(self->damage);
	g_byte_array_unref(self->texts);
	g_array_unref(self->tables);
	g_array_unref(self->runs);
	g_array_unref(self->marks);
	g_array_unref(self->dumps);
	g_hash_table_unref(self->hidden);
	g_free(self);
}

static void append_finding(RondIndexBuilder *self, const RondFinding *finding)
{
	RondIndexFinding record = {
	    .from = finding->from,
	    .to = finding->to,
	    .kind = finding->kind,
	    .message = rond_nodes_add_name(&self->nodes, finding->message,
					   strlen(finding->message)),
	};

	g_array_append_val(self->findings, record);
}

/* The graver, the more of them, so that what decides is never left out. */
void rond_index_builder_add_finding(RondIndexBuilder *self,
				    const RondFinding *finding)
{
	if (self->findings->len < MAX_FINDINGS * (guint)(finding->kind + 1))
		append_finding(self, finding);
	else
		self->unlisted++;
}

void rond_builder_settle_findings(RondIndexBuilder *self)
{
	if (!self->unlisted)
		return;
	g_autofree char *message = g_strdup_printf(
	    "%" G_GUINT64_FORMAT " more findings are not listed",
	    self->unlisted);

	append_finding(self, &(RondFinding){ROND_FINDING_NOTE, 0, 0, message});
	self->unlisted = 0;
}

void rond_builder_note(RondIndexBuilder *self, const char *path,
		       const char *what)
{
	g_autofree char *shown = rond_tally_name(path, strlen(path));
	g_autofree char *message = g_strdup_printf("%s: %s", shown, what);

	rond_index_builder_add_finding(
	    self, &(RondFinding){ROND_FINDING_NOTE, 0, 0, message});
}

/* No empty part, no ".", and ".." takes one away but never the root. */
gboolean rond_builder_split(RondIndexBuilder *self, const char *path)
{
	g_array_set_size(self->parts, 0);
	self->path = path;
	while (*path) {
		gsize len = strcspn(path, "/");
		RondPathPart part = {path, len};

		if (len > NAME_MAX)
			return FALSE;
		if (len == 2 && !memcmp(path, "..", 2)) {
			if (self->parts->len)
				g_array_set_size(self->parts,
						 self->parts->len - 1);
		} else if (len && !(len == 1 && *path == '.')) {
			g_array_append_val(self->parts, part);
		}
		path += len + (path[len] == '/');
	}
	return TRUE;
}

static guint32 add_inode(RondIndexBuilder *self, const RondIndexEntry *inode)
{
	g_array_append_val(self->inodes, *inode);
	return self->inodes->len - 1;
}

gboolean rond_builder_is_dir(const RondIndexBuilder *self, guint32 node)
{
	guint32 inode = rond_node(&self->nodes, node)->inode;

	return inode != ROND_NODE_NONE &&
	       S_ISDIR(rond_builder_inode(self, inode)->mode);
}

/* The folder @part of @dir, made up where the archive has none. A file that
 * is in its way gives way: the later entry wins. */
static guint32 step(RondIndexBuilder *self, guint32 dir,
		    const RondPathPart *part)
{
	const RondIndexEntry made_up = {.mode = S_IFDIR | 0755,
					.flags = ROND_ENTRY_MADE_UP,
					.mtime = G_MININT64};
	gboolean added;
	guint32 node =
	    rond_nodes_make(&self->nodes, dir, part->text, part->len, &added);

	if (!added && rond_builder_is_dir(self, node))
		return node;
	rond_node(&self->nodes, node)->inode = add_inode(self, &made_up);
	return node;
}

/* The folder that all parts but the last lead to. */
static guint32 find_dir(RondIndexBuilder *self, const RondPathPart *name)
{
	gsize len = (gsize)(name->text - self->path);
	guint32 dir = ROND_NODE_ROOT;

	/* With "a/.." at its end, the path isn't that of the last part. */
	if (name->text[name->len])
		len = 0;
	if (len && len == self->dir_path->len &&
	    !memcmp(self->path, self->dir_path->str, len) &&
	    !rond_node(&self->nodes, self->dir)->dead &&
	    rond_builder_is_dir(self, self->dir))
		return self->dir;
	for (guint i = 0; i + 1 < self->parts->len; i++)
		dir = step(self, dir,
			   &g_array_index(self->parts, RondPathPart, i));
	g_string_truncate(self->dir_path, 0);
	g_string_append_len(self->dir_path, self->path, (gssize)len);
	self->dir = dir;
	return dir;
}

guint32 rond_builder_make_node(RondIndexBuilder *self)
{
	if (!self->parts->len)
		return ROND_NODE_ROOT;
	const RondPathPart *name =
	    &g_array_index(self->parts, RondPathPart, self->parts->len - 1);
	guint32 dir = find_dir(self, name);
	gboolean added;
	guint32 node =
	    rond_nodes_make(&self->nodes, dir, name->text, name->len, &added);

	if (added)
		rond_node(&self->nodes, node)->inode = ROND_NODE_NONE;
	return node;
}

static void set_extents(RondIndexBuilder *self, RondIndexEntry *inode,
			const RondExtent *extents, gsize n)
{
	inode->data = self->extents->len;
	g_array_append_vals(self->extents, extents, (guint)n);
}

void rond_builder_set_content(RondIndexBuilder *self, RondIndexEntry *inode,
			      const RondEntry *entry)
{
	const guint8 content = ROND_ENTRY_EXTENTS | ROND_ENTRY_DEFLATED |
			       ROND_ENTRY_ZIP_STORED | ROND_ENTRY_UNREADABLE;
	gsize n = entry->n_extents;

	inode->flags &= (guint8)~content;
	inode->aux = 0;
	inode->size = entry->size;
	if (entry->method == ROND_UNREADABLE) {
		inode->flags |= ROND_ENTRY_UNREADABLE;
	} else if (entry->method != ROND_STORED && n == 1) {
		inode->flags |= entry->method == ROND_DEFLATED
				    ? ROND_ENTRY_DEFLATED
				    : ROND_ENTRY_ZIP_STORED;
		inode->aux = entry->crc32;
		set_extents(self, inode, entry->extents, 1);
	} else if (n == 1 && !entry->extents->offset &&
		   entry->extents->length == entry->size) {
		inode->data = entry->extents->at;
	} else if (entry->size) {
		inode->flags |= ROND_ENTRY_EXTENTS;
		inode->aux = (guint32)n;
		set_extents(self, inode, entry->extents, n);
	}
}

static void fill_inode(RondIndexBuilder *self, RondIndexEntry *inode,
		       const RondEntry *entry)
{
	inode->mode = (guint16)entry->mode;
	inode->owner = rond_builder_owner(self, entry);
	inode->mtime = entry->mtime;
	inode->mtime_nsec = entry->mtime_nsec;
	if (S_ISREG(entry->mode)) {
		rond_builder_set_content(self, inode, entry);
	} else if (S_ISLNK(entry->mode)) {
		const char *target = entry->symlink ? entry->symlink : "";

		inode->size = strlen(target);
		inode->data =
		    rond_nodes_add_name(&self->nodes, target, inode->size);
	} else if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode)) {
		inode->data = makedev(entry->rdev_major, entry->rdev_minor);
	}
}

guint32 rond_index_builder_last(const RondIndexBuilder *self)
{
	return self->last;
}

void rond_index_builder_set_sha256(RondIndexBuilder *self, guint32 inode,
				   const guint8 *sha256)
{
	guint end = (inode + 1) * ROND_SHA256_LEN;
	guint before = self->hashes->len;

	if (before < end) {
		g_byte_array_set_size(self->hashes, end);
		memset(self->hashes->data + before, 0, end - before);
	}
	memcpy(self->hashes->data + end - ROND_SHA256_LEN, sha256,
	       ROND_SHA256_LEN);
}

void rond_index_builder_set_copied(RondIndexBuilder *self)
{
	self->copied = TRUE;
}

/* Content that came through extend(), as far as it came: what is missing is
 * nowhere, so that reading it fails. */
static void settle_copied(RondIndexBuilder *self, RondIndexEntry *inode)
{
	const guint64 got = self->received;
	RondExtent parts[2] = {{0, NOWHERE, 0}};
	guint32 n = 0;

	/* A link that brought nothing leaves its file what it has. */
	if (!got && !(inode->flags & ROND_ENTRY_EXTENTS && !inode->aux))
		return;
	if (got) {
		parts[n++] = (RondExtent){
		    0, g_array_index(self->extents, RondExtent, inode->data).at,
		    got};
		g_array_set_size(self->extents, (guint)inode->data);
	}
	inode->size = MAX(inode->size, got);
	if (got < inode->size)
		parts[n++] = (RondExtent){got, NOWHERE, inode->size - got};
	inode->flags &= ~ROND_ENTRY_EXTENTS;
	inode->data = parts[0].at;
	inode->aux = 0;
	if (n < 2)
		return;
	inode->flags |= ROND_ENTRY_EXTENTS;
	inode->aux = n;
	set_extents(self, inode, parts, n);
}

void rond_builder_settle_content(RondIndexBuilder *self)
{
	if (self->last != ROND_NODE_NONE && self->copied)
		settle_copied(self, rond_builder_inode(self, self->last));
	self->last = ROND_NODE_NONE;
}

void rond_index_builder_extend(RondIndexBuilder *self, guint64 at,
			       guint64 length)
{
	/* Of an entry that can't be shown. */
	if (self->last == ROND_NODE_NONE)
		return;
	if (!self->received) {
		RondIndexEntry *inode = rond_builder_inode(self, self->last);
		RondExtent start = {0, at, 0};

		inode->flags |= ROND_ENTRY_EXTENTS;
		set_extents(self, inode, &start, 1);
	}
	self->received += length;
}

static void add_dir(RondIndexBuilder *self, guint32 node,
		    const RondEntry *entry)
{
	RondIndexEntry inode = {0};

	fill_inode(self, &inode, entry);
	if (rond_builder_is_dir(self, node))
		*rond_builder_inode(
		    self, rond_node(&self->nodes, node)->inode) = inode;
	else
		rond_node(&self->nodes, node)->inode = add_inode(self, &inode);
	if (entry->dumpdir)
		rond_builder_apply_dumpdir(self, node, entry);
}

static void add_other(RondIndexBuilder *self, guint32 node,
		      const RondEntry *entry)
{
	RondIndexEntry inode = {0};

	fill_inode(self, &inode, entry);
	rond_nodes_remove_below(&self->nodes, node);
	guint32 number = add_inode(self, &inode);

	rond_node(&self->nodes, node)->inode = number;
	if (S_ISREG(entry->mode))
		self->last = number;
}

gboolean rond_index_builder_add(RondIndexBuilder *self, const RondEntry *entry,
				GError **error)
{
	rond_builder_settle_content(self);
	self->received = 0;
	if (self->nodes.nodes->len > MAX_NODES ||
	    self->nodes.names->len > MAX_NAMES)
		return rond_fail(error, E2BIG,
				 "more than %u files, or too many long names",
				 MAX_NODES);
	if (entry->hardlink) {
		if (!rond_builder_add_link(self, entry))
			rond_builder_note(self, entry->path,
					  "this hard link can't be shown");
		return TRUE;
	}
	if (!rond_builder_split(self, entry->path)) {
		rond_builder_note(self, entry->path,
				  "a name of over 255 bytes can't be shown");
		return TRUE;
	}
	if (!self->parts->len && !S_ISDIR(entry->mode)) {
		rond_builder_note(self, entry->path,
				  "a file without a name can't be shown");
		return TRUE;
	}
	guint32 node = rond_builder_make_node(self);

	if (S_ISDIR(entry->mode))
		add_dir(self, node, entry);
	else
		add_other(self, node, entry);
	return TRUE;
}
