/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies in the root: snapshots, aliases and generated texts. */
#include "fs/tree-changes.h"
#include "fs/tree-lineage.h"

#include "fs/dates.h"
#include "fs/view.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define NSEC G_GINT64_CONSTANT(1000000000)
#define BLOCK 4096

/* What is generated belongs to who mounted it. */
void rond_tree_generated(RondTree *self, guint64 number, mode_t mode,
			 RondAttr *attr)
{
	gint64 changed = rond_library_changed_ns(self->library);

	*attr = (RondAttr){
	    .node = number,
	    .st = {.st_ino = number,
		   .st_mode = mode,
		   .st_nlink = S_ISDIR(mode) ? 2 : 1,
		   .st_uid = getuid(),
		   .st_gid = getgid(),
		   .st_blksize = BLOCK,
		   .st_mtim = {changed / NSEC, changed % NSEC}},
	    .entry_life = ROND_LIFE_SHORT,
	    .attr_life = ROND_LIFE_SHORT,
	};
	if (S_ISDIR(mode)) {
		attr->st.st_size = BLOCK;
		attr->st.st_blocks = BLOCK / 512;
	}
}

void rond_tree_finish_generated(RondTree *self, RondAttr *attr)
{
	attr->st.st_atim = attr->st.st_ctim = attr->st.st_mtim;
	rond_view_adjust(self->config, &attr->st);
}

int rond_tree_text_attr(RondTree *self, guint64 node, RondAttr *attr)
{
	RondTreeTextKind kind;
	gint64 changed;
	g_autoptr(GBytes) text = rond_tree_text(self, node, &kind, &changed);

	if (!text)
		return ESTALE;
	rond_tree_generated(self, node, S_IFREG | 0644, attr);
	attr->st.st_ino = ROND_TEXT_INO + kind;
	attr->st.st_size = (off_t)g_bytes_get_size(text);
	attr->st.st_blocks = (attr->st.st_size + 511) / 512;
	attr->st.st_mtim = (struct timespec){changed / NSEC, changed % NSEC};
	attr->entry_life = attr->attr_life = ROND_LIFE_NONE;
	rond_tree_finish_generated(self, attr);
	return 0;
}

static int lookup_text(RondTree *self, RondTreeTextKind kind, RondAttr *attr)
{
	guint64 node = rond_tree_text_now(self, kind, TRUE);

	return node ? rond_tree_text_attr(self, node, attr) : ENOENT;
}

void rond_tree_root_attr(RondTree *self, RondAttr *attr)
{
	const guint64 number = ROND_NODE_OF_ROOT;
	g_autoptr(RondCatalog) catalog = NULL;

	rond_tree_generated(self, number, S_IFDIR | 0755, attr);
	catalog = rond_library_catalog(self->library);
	attr->st.st_nlink += catalog->snapshots->len;
	/* Aliases turn with the day: then the root has changed. */
	gint64 midnight, now = rond_library_now(self->library);
	g_autofree char *today = rond_day_name(now, catalog->zone);
	gboolean has_time;

	if (rond_snapshot_name_parse(today, catalog->zone, &midnight,
				     &has_time) &&
	    midnight > attr->st.st_mtim.tv_sec &&
	    midnight <= g_get_real_time() / G_USEC_PER_SEC)
		attr->st.st_mtim = (struct timespec){.tv_sec = midnight};
	rond_tree_finish_generated(self, attr);
}

/* Who may read one of a snapshot's backups may enter it: as open as the most
 * open of them, for @owner's owner. Another's counts among the others. */
static mode_t open_for(const RondStoreItem *item, const struct stat *owner)
{
	mode_t mode = rond_view_folder_mode(item->mode);

	if (item->uid != owner->st_uid)
		mode |= (mode & 0500) >> 6;
	if (item->gid != owner->st_gid)
		mode |= (mode & 0050) >> 3;
	return mode;
}

static void snapshot_attr(RondTree *self, const RondSnapshot *snapshot,
			  RondAttr *attr)
{
	mode_t mode = 0;

	rond_tree_generated(self, rond_tree_name_node(self, snapshot->name),
			    S_IFDIR | 0755, attr);
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *part = snapshot->parts->pdata[i];
		const RondStoreItem *item = part->backup->item;

		if (!i) {
			attr->st.st_uid = item->uid;
			attr->st.st_gid = item->gid;
		}
		mode |= open_for(item, &attr->st);
	}
	attr->st.st_mode = S_IFDIR | mode;
	/* Each has a folder; a dump has a file beside it. */
	attr->st.st_nlink = 2 + snapshot->parts->len;
	attr->st.st_mtim = (struct timespec){.tv_sec = snapshot->time};
	rond_tree_finish_generated(self, attr);
}

char *rond_tree_alias_target(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash ? g_strdup(slash + 1) : NULL;
}

/* An alias that leads elsewhere is another node: the kernel keeps what a link
 * says. So the node's name is ALIAS/TARGET, and who asks for that asks whether
 * it is still so. */
static int alias_attr(RondTree *self, RondCatalog *catalog, const char *name,
		      RondAttr *attr)
{
	g_autofree char *alias = g_strndup(name, strcspn(name, "/"));
	g_autofree char *target = rond_tree_alias_target(name);
	g_autofree char *full = NULL;
	const RondSnapshot *snapshot = rond_catalog_resolve(
	    catalog, rond_library_now(self->library), alias);

	if (!snapshot)
		return ENOENT;
	if (target && strcmp(target, snapshot->name))
		return ESTALE;
	full = g_strconcat(alias, "/", snapshot->name, NULL);
	rond_tree_generated(self, rond_tree_name_node(self, full),
			    S_IFLNK | 0777, attr);
	attr->st.st_size = (off_t)strlen(snapshot->name);
	attr->st.st_mtim = (struct timespec){.tv_sec = snapshot->time};
	rond_tree_finish_generated(self, attr);
	return 0;
}

int rond_tree_name_attr(RondTree *self, const char *name, RondAttr *attr)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *snapshot = rond_catalog_find(catalog, name);

	if (snapshot) {
		snapshot_attr(self, snapshot, attr);
		return 0;
	}
	return alias_attr(self, catalog, name, attr);
}

int rond_tree_lookup_root(RondTree *self, const char *name, RondAttr *attr)
{
	const RondTreeNode changes = {.kind = ROND_NODE_CHANGES,
				      .number = ROND_NODE_OF_CHANGES};
	const RondTreeNode versions = {.kind = ROND_NODE_LINEAGE,
				       .number = ROND_NODE_OF_VERSIONS};

	if (!strcmp(name, ".status"))
		return lookup_text(self, ROND_TEXT_STATUS, attr);
	if (!strcmp(name, "PROBLEMS.txt"))
		return lookup_text(self, ROND_TEXT_PROBLEMS, attr);
	if (!strcmp(name, ".changes"))
		return rond_tree_changes_attr(self, &changes, attr, NULL);
	if (!strcmp(name, ".versions"))
		return rond_tree_lineage_attr(self, &versions, attr, NULL);
	return rond_tree_name_attr(self, name, attr);
}
