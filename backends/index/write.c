/* SPDX-License-Identifier: BSD-2-Clause */
/* Lays the built tree out as the index file. */
#include "backends/index/builder-private.h"

#include "backends/error.h"
#include "backends/index/seal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SECTIONS 24
#define MAX_LINKS G_MAXUINT16

/* The tree in the order of the file: breadth first, each folder's children
 * together and sorted. */
typedef struct {
	RondIndexBuilder *builder;
	GArray *order;	  /* guint32: node of each entry */
	GArray *entries;  /* RondIndexEntry */
	GArray *archived; /* guint32: children in the archive's order */
	guint32 *primary; /* inode → its first entry, ROND_INDEX_NONE */
} Layout;

static gint compare_nodes(gconstpointer a, gconstpointer b, gpointer data)
{
	const RondNodes *nodes = data;
	const RondNode *left = rond_node(nodes, *(const guint32 *)a);
	const RondNode *right = rond_node(nodes, *(const guint32 *)b);
	int order = memcmp(nodes->names->data + left->name,
			   nodes->names->data + right->name,
			   MIN(left->name_len, right->name_len));

	return order ? order : (int)left->name_len - (int)right->name_len;
}

static const RondIndexEntry *inode_of(const Layout *self, guint32 entry)
{
	guint32 node = g_array_index(self->order, guint32, entry);

	return rond_builder_inode(
	    self->builder, rond_node(&self->builder->nodes, node)->inode);
}

static gint compare_inodes(gconstpointer a, gconstpointer b, gpointer data)
{
	const RondIndexEntry *entries = data;
	guint32 left = entries[*(const guint32 *)a].inode;
	guint32 right = entries[*(const guint32 *)b].inode;

	return left < right ? -1 : left > right;
}

static gboolean is_listed(const Layout *self, guint32 entry)
{
	guint32 inode =
	    g_array_index(self->entries, RondIndexEntry, entry).inode;

	return !g_hash_table_contains(self->builder->hidden,
				      GUINT_TO_POINTER(inode));
}

/* Entries [first, end), a folder's children, in the archive's order: those that
 * are listed, then none. */
static void order_children(Layout *self, guint32 first, guint32 end)
{
	const guint32 none = ROND_INDEX_NONE;
	guint32 listed;

	for (guint32 i = first; i < end; i++)
		if (is_listed(self, i))
			g_array_append_val(self->archived, i);
	listed = self->archived->len;
	if (first < listed)
		g_qsort_with_data(
		    &g_array_index(self->archived, guint32, first),
		    (gint)(listed - first), sizeof(guint32), compare_inodes,
		    self->entries->data);
	while (self->archived->len < end)
		g_array_append_val(self->archived, none);
}

/* The children of folder @dir behind all that is there. */
static void place_children(Layout *self, guint32 dir)
{
	const RondNodes *nodes = &self->builder->nodes;
	guint32 first = self->order->len, folders = 0;
	guint32 node =
	    rond_node(nodes, g_array_index(self->order, guint32, dir))
		->first_child;

	for (; node != ROND_NODE_NONE; node = rond_node(nodes, node)->next)
		if (rond_node(nodes, node)->inode != ROND_NODE_NONE)
			g_array_append_val(self->order, node);
	guint32 count = self->order->len - first;

	if (count)
		g_qsort_with_data(&g_array_index(self->order, guint32, first),
				  (gint)count, sizeof(guint32), compare_nodes,
				  (gpointer)nodes);
	for (guint32 i = first; i < self->order->len; i++) {
		const RondNode *child =
		    rond_node(nodes, g_array_index(self->order, guint32, i));
		RondIndexEntry entry =
		    *rond_builder_inode(self->builder, child->inode);

		entry.name = child->name;
		entry.name_len = (guint8)child->name_len;
		entry.parent = dir;
		entry.inode = child->inode;
		g_array_append_val(self->entries, entry);
		folders += S_ISDIR(entry.mode) && is_listed(self, i);
	}
	order_children(self, first, self->order->len);
	RondIndexEntry *entry =
	    &g_array_index(self->entries, RondIndexEntry, dir);

	entry->data = first;
	entry->aux = count;
	entry->links = folders <= MAX_LINKS - 2 ? (guint16)(2 + folders) : 1;
	entry->size = 0;
}

/* A second name of an inode refers to the first. */
static void link_names(Layout *self)
{
	RondIndexEntry *entries = (RondIndexEntry *)self->entries->data;

	for (guint32 i = 0; i < self->entries->len; i++) {
		guint32 *primary = &self->primary[entries[i].inode];

		if (S_ISDIR(entries[i].mode))
			continue;
		if (*primary == ROND_INDEX_NONE) {
			*primary = i;
			entries[i].links = 1;
			continue;
		}
		if (entries[*primary].links < MAX_LINKS)
			entries[*primary].links++;
		entries[*primary].flags |= ROND_ENTRY_SHARED;
		entries[i].flags = ROND_ENTRY_HARDLINK;
		entries[i].data = *primary;
		entries[i].aux = 0;
	}
}

/* Made-up folders take the time and owner of their newest child: from the end,
 * for children come behind their folder. */
static void date_made_up(Layout *self)
{
	RondIndexEntry *entries = (RondIndexEntry *)self->entries->data;

	for (guint32 i = self->entries->len; i-- > 1;) {
		RondIndexEntry *entry = &entries[i];
		RondIndexEntry *dir = &entries[entry->parent];

		if (entry->flags & ROND_ENTRY_MADE_UP &&
		    entry->mtime == G_MININT64)
			entry->mtime = 0;
		if (!(dir->flags & ROND_ENTRY_MADE_UP) ||
		    (dir->mtime > entry->mtime ||
		     (dir->mtime == entry->mtime &&
		      dir->mtime_nsec >= entry->mtime_nsec)))
			continue;
		dir->mtime = entry->mtime;
		dir->mtime_nsec = entry->mtime_nsec;
		dir->owner = entry->owner;
	}
	if (entries[0].mtime == G_MININT64)
		entries[0].mtime = 0;
}

static void layout_init(Layout *self, RondIndexBuilder *builder)
{
	guint32 root = ROND_NODE_ROOT;
	RondIndexEntry entry = *rond_builder_inode(builder, 0);

	self->builder = builder;
	self->order = g_array_new(FALSE, FALSE, sizeof(guint32));
	self->entries = g_array_new(FALSE, FALSE, sizeof(RondIndexEntry));
	self->archived = g_array_new(FALSE, FALSE, sizeof(guint32));
	self->primary = g_new(guint32, builder->inodes->len);
	memset(self->primary, 0xff,
	       builder->inodes->len * sizeof *self->primary);
	g_array_append_val(self->order, root);
	g_array_append_val(self->entries, entry);
	g_array_append_val(self->archived, root);
	for (guint32 i = 0; i < self->order->len; i++)
		if (S_ISDIR(inode_of(self, i)->mode))
			place_children(self, i);
	link_names(self);
	date_made_up(self);
}

static void layout_clear(Layout *self)
{
	g_array_unref(self->order);
	g_array_unref(self->entries);
	g_array_unref(self->archived);
	g_free(self->primary);
}

/* Each entry's hash, new; NULL: there are none. */
static guint8 *lay_hashes(const Layout *self)
{
	const GByteArray *hashes = self->builder->hashes;
	guint8 *laid;

	if (!hashes->len)
		return NULL;
	laid = g_new0(guint8, (gsize)self->entries->len * ROND_SHA256_LEN);
	for (guint32 i = 0; i < self->entries->len; i++) {
		const RondIndexEntry *entry =
		    &g_array_index(self->entries, RondIndexEntry, i);
		gsize at = (gsize)entry->inode * ROND_SHA256_LEN;

		if (at < hashes->len)
			memcpy(laid + (gsize)i * ROND_SHA256_LEN,
			       hashes->data + at, ROND_SHA256_LEN);
	}
	return laid;
}

static void count(const Layout *self, RondIndexMeta *meta)
{
	for (guint32 i = 0; i < self->entries->len; i++) {
		const RondIndexEntry *entry =
		    &g_array_index(self->entries, RondIndexEntry, i);

		if (entry->flags & (ROND_ENTRY_HARDLINK | ROND_ENTRY_TABLE))
			continue;
		if (S_ISREG(entry->mode))
			meta->content_bytes += entry->size;
		else if (!S_ISDIR(entry->mode) && !S_ISLNK(entry->mode))
			meta->specials++;
		if (!S_ISDIR(entry->mode) && entry->mode & (S_ISUID | S_ISGID))
			meta->setids++;
	}
}

typedef struct {
	RondIndexSection table[MAX_SECTIONS];
	const void *bytes[MAX_SECTIONS];
	guint n;
	guint64 end;
} Sections;

static void add_section(Sections *self, guint32 tag, const void *bytes,
			gsize length)
{
	RondIndexSection *section = &self->table[self->n];

	g_assert(self->n < MAX_SECTIONS);
	*section = (RondIndexSection){
	    .tag = tag,
	    .version = 1,
	    .offset = self->end,
	    .length = length,
	};
	self->bytes[self->n++] = bytes;
	self->end = (self->end + length + 7) & ~(guint64)7;
}

static void add_array(Sections *self, guint32 tag, const GArray *array)
{
	add_section(self, tag, array->data,
		    (gsize)array->len *
			g_array_get_element_size((GArray *)array));
}

static gboolean write_sections(Sections *self, int fd, GError **error)
{
	guint64 blocks = (self->end + ROND_INDEX_BLOCK - 1) / ROND_INDEX_BLOCK;
	const RondIndexHeader header = {
	    .magic = ROND_INDEX_MAGIC,
	    .version = ROND_INDEX_VERSION,
	    .n_sections = self->n,
	    .file_size = self->end + blocks * sizeof(guint32),
	    .checks = self->end,
	};

	for (guint i = 0; i < self->n; i++)
		if (!rond_index_put(fd, self->bytes[i], self->table[i].length,
				    self->table[i].offset, error))
			return FALSE;
	if (ftruncate(fd, (off_t)header.file_size))
		return rond_fail_errno(error, errno, "writing the index");
	return rond_index_put(fd, self->table, self->n * sizeof *self->table,
			      sizeof header, error) &&
	       rond_index_put(fd, &header, sizeof header, 0, error) &&
	       rond_index_seal(fd, error);
}

static gint compare_maps(gconstpointer a, gconstpointer b)
{
	const RondIndexMap *left = a, *right = b;

	return left->member < right->member ? -1 : left->member > right->member;
}

/* Dumps are inodes until their entries have numbers. */
static void number_dumps(const Layout *self)
{
	GArray *dumps = self->builder->dumps;

	for (guint i = 0; i < dumps->len; i++) {
		guint32 *dump = &g_array_index(dumps, guint32, i);

		*dump = self->primary[*dump];
	}
}

static void add_decoding(Sections *sections, const RondIndexBuilder *self)
{
	add_array(sections, ROND_TAG_MAPS, self->maps);
	add_array(sections, ROND_TAG_POINTS, self->points);
	add_section(sections, ROND_TAG_WINDOWS, self->windows->data,
		    self->windows->len);
	add_array(sections, ROND_TAG_BLOCKS, self->blocks);
	add_array(sections, ROND_TAG_DAMAGE, self->damage);
}

static void add_dumps(Sections *sections, const RondIndexBuilder *self)
{
	if (!self->dumps->len)
		return;
	add_section(sections, ROND_TAG_TEXTS, self->texts->data,
		    self->texts->len);
	add_array(sections, ROND_TAG_TABLES, self->tables);
	add_array(sections, ROND_TAG_RUNS, self->runs);
	add_array(sections, ROND_TAG_MARKS, self->marks);
	add_array(sections, ROND_TAG_DUMPS, self->dumps);
}

gboolean rond_index_builder_write(RondIndexBuilder *self,
				  const RondIndexMeta *meta, int fd,
				  GError **error)
{
	Sections sections = {
	    .end = sizeof(RondIndexHeader) +
		   MAX_SECTIONS * sizeof(RondIndexSection),
	};
	RondIndexMeta full = *meta;
	g_autofree guint64 *origins = g_new0(guint64, ROND_MAX_ORIGINS);
	g_autofree guint8 *hashes = NULL;
	Layout layout;

	rond_builder_settle_content(self);
	rond_builder_settle_links(self);
	rond_builder_settle_findings(self);
	layout_init(&layout, self);
	hashes = lay_hashes(&layout);
	number_dumps(&layout);
	count(&layout, &full);
	g_array_sort(self->maps, compare_maps);
	add_section(&sections, ROND_TAG_META, &full, sizeof full);
	add_array(&sections, ROND_TAG_ENTRIES, layout.entries);
	add_array(&sections, ROND_TAG_ORDER, layout.archived);
	if (hashes)
		add_section(&sections, ROND_TAG_HASHES, hashes,
			    (gsize)layout.entries->len * ROND_SHA256_LEN);
	add_section(&sections, ROND_TAG_ORIGINS, origins,
		    ROND_MAX_ORIGINS * sizeof *origins);
	add_array(&sections, ROND_TAG_OWNERS, self->owners);
	add_section(&sections, ROND_TAG_NAMES, self->nodes.names->data,
		    self->nodes.names->len);
	add_array(&sections, ROND_TAG_EXTENTS, self->extents);
	add_section(&sections, ROND_TAG_XATTRS, self->xattrs->data,
		    self->xattrs->len);
	add_decoding(&sections, self);
	add_array(&sections, ROND_TAG_FINDINGS, self->findings);
	add_dumps(&sections, self);
	gboolean ok = write_sections(&sections, fd, error);

	layout_clear(&layout);
	return ok;
}
