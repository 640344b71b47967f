/* SPDX-License-Identifier: BSD-2-Clause */
/* Extended attributes: archived ones and our own, user.rondfs.*. */
#include "fs/tree-private.h"

#include "backends/index/summaries.h"
#include "fs/view.h"

#include <errno.h>
#include <linux/limits.h>
#include <string.h>

#define OURS "user.rondfs."

/* File capabilities give power as setuid bits do: a copy made by root would
 * have them again (xattr(7), capabilities(7)). */
static gboolean shows(const RondTree *self, const char *name)
{
	return self->config->keep_special ||
	       strcmp(name, "security.capability") != 0;
}

/* The value of our own attribute @name of @part, new; NULL: no such one. */
static char *our_value(RondPart *part, const char *name)
{
	g_auto(RondPartInfo) info = {0};

	if (!strcmp(name, OURS "source"))
		return g_strdup(rond_part_backup(part)->source);
	if (strcmp(name, OURS "state"))
		return NULL;
	rond_part_info(part, &info);
	return g_strdup(rond_part_state_name(info.state));
}

static char *hex(const guint8 *bytes, gsize len)
{
	GString *text = g_string_sized_new(2 * len);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

/* The date as names of snapshots have it, with the time, in UTC. */
static char *iso_date(gint64 time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date ? g_date_time_format_iso8601(date) : NULL;
}

/* How many rows the table has whose file it is, where they were counted. */
static char *rows_value(const RondTreeNode *node, guint32 inode)
{
	RondTableSummary summary;

	if (!rond_summaries_find(node->content, inode, &summary) ||
	    !summary.counted)
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, summary.rows);
}

/* That of our own attributes of the file @node. */
static char *file_value(RondTree *self, const RondTreeNode *node,
			const char *name)
{
	guint32 inode;
	RondAttr attr;

	if (!node->index)
		return NULL;
	inode = rond_index_inode(node->index, node->low);

	const guint8 *hash = rond_index_sha256(node->index, inode);

	/* A table's is that of what it is made of. */
	if (!strcmp(name, OURS "sha256") && hash &&
	    !rond_view_is_table(node->index, inode))
		return hex(hash, ROND_SHA256_LEN);
	if (!strcmp(name, OURS "rows"))
		return rows_value(node, inode);
	if (strcmp(name, OURS "first-seen") || !rond_tree_version(node, inode))
		return NULL;
	rond_tree_entry_attr(self, node, node->low, &attr);
	return iso_date(attr.st.st_ctim.tv_sec);
}

static const RondIndexEntry *inode_of(const RondTreeNode *node)
{
	return rond_index_entry(node->index,
				rond_index_inode(node->index, node->low));
}

static int archived_value(const RondTreeNode *node, const char *name,
			  GBytes **value)
{
	const RondIndexEntry *entry = inode_of(node);
	RondXattr xattr;

	for (gsize i = 0;
	     entry && rond_index_xattr(node->index, entry, i, &xattr); i++) {
		if (strcmp(xattr.name, name))
			continue;
		*value = g_bytes_new(xattr.value, xattr.len);
		return 0;
	}
	return ENODATA;
}

static int folder_value(const RondTreeNode *node, const char *name,
			GBytes **value)
{
	g_autofree char *buf = g_malloc(XATTR_SIZE_MAX);
	gssize n = rond_folder_getxattr(node->folder, node->low, name, buf,
					XATTR_SIZE_MAX);

	if (n < 0)
		return errno;
	*value = g_bytes_new(buf, (gsize)n);
	return 0;
}

static int get_value(RondTree *self, const RondTreeNode *node, const char *name,
		     GBytes **value)
{
	char *ours = our_value(node->part, name);

	if (!ours)
		ours = file_value(self, node, name);
	if (ours) {
		*value = g_bytes_new_take(ours, strlen(ours));
		return 0;
	}
	return node->index ? archived_value(node, name, value)
			   : folder_value(node, name, value);
}

int rond_tree_getxattr(RondTree *self, guint64 number, const char *name,
		       GBytes **value, RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	g_autoptr(GBytes) found = NULL;
	int err = rond_tree_node(self, number, &node, wait);

	if (err)
		return err;
	if (!node.part || !shows(self, name))
		return ENODATA;
	err = get_value(self, &node, name, &found);
	err = rond_tree_confirm(&node, err, wait);
	if (!err)
		*value = g_steal_pointer(&found);
	return err;
}

static void add_name(GByteArray *list, const char *name)
{
	g_byte_array_append(list, (const guint8 *)name,
			    (guint)strlen(name) + 1);
}

static int add_folder_names(const RondTree *self, const RondTreeNode *node,
			    GByteArray *list)
{
	g_autofree char *buf = g_malloc(XATTR_LIST_MAX);
	gssize n =
	    rond_folder_listxattr(node->folder, node->low, buf, XATTR_LIST_MAX);

	if (n < 0)
		return errno == ENOTSUP ? 0 : errno;
	for (const char *name = buf; name < buf + n; name += strlen(name) + 1)
		if (shows(self, name))
			add_name(list, name);
	return 0;
}

int rond_tree_listxattr(RondTree *self, guint64 number, GBytes **result,
			RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	int err = rond_tree_node(self, number, &node, wait);
	static const char *const of_files[] = {OURS "sha256", OURS "first-seen",
					       OURS "rows", NULL};
	GByteArray *list;
	RondXattr xattr;

	if (err)
		return err;
	list = g_byte_array_new();
	if (node.part) {
		add_name(list, OURS "source");
		add_name(list, OURS "state");
	}
	for (const char *const *name = of_files; *name; name++) {
		g_autofree char *value = file_value(self, &node, *name);

		if (value)
			add_name(list, *name);
	}
	if (node.kind == ROND_NODE_FOLDER)
		err = add_folder_names(self, &node, list);
	for (gsize i = 0;
	     node.index && inode_of(&node) &&
	     rond_index_xattr(node.index, inode_of(&node), i, &xattr);
	     i++)
		if (shows(self, xattr.name))
			add_name(list, xattr.name);
	g_autoptr(GBytes) names = g_byte_array_free_to_bytes(list);

	err = rond_tree_confirm(&node, err, wait);
	if (!err)
		*result = g_steal_pointer(&names);
	return err;
}
