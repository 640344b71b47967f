/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/treepath.h"

#include "backends/error.h"
#include "fs/view.h"
#include "tools/progress.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* As the kernel has it. */
#define MAX_LINKS 40
/* How often it is looked whether to go on waiting. */
#define PATIENCE_US (G_USEC_PER_SEC / 10)

struct RondTreePaths {
	RondWhere *where;
	RondTree *tree;
	char *root; /* of the mount that WHERE lies in, or NULL */
};

/* A path being followed. */
typedef struct {
	const char *asked;
	GPtrArray *stack; /* RondTreePath, from the root on */
	GPtrArray *names; /* that are still to be looked up, the last first */
	gboolean follow;
	guint links;
} Walk;

static void walk_clear(Walk *self)
{
	g_clear_pointer(&self->stack, g_ptr_array_unref);
	g_clear_pointer(&self->names, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static void free_item(gpointer item)
{
	rond_tree_path_free(item);
}

/* What of @path is behind @root; NULL: it isn't below it. */
static const char *behind(const char *root, const char *path)
{
	gsize len = strlen(root);

	while (len && root[len - 1] == '/')
		len--;
	if (strncmp(path, root, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path + len + strspn(path + len, "/");
}

static gboolean is_root(const char *path, const char *root)
{
	g_autofree char *real = realpath(path, NULL);

	return real && !strcmp(real, root);
}

/* What of @where, a path in the mount at @root by whatever links, is behind
 * it: new, or NULL. Not by realpath(3): links in a backup may lead anywhere. */
static char *below_mount(const char *where, const char *root)
{
	g_autofree char *full = g_canonicalize_filename(where, NULL);
	const char *at = full;

	while (*at) {
		g_autofree char *above = NULL;

		at += 1 + strcspn(at + 1, "/");
		above = g_strndup(full, (gsize)(at - full));
		if (is_root(above, root))
			break;
	}
	at += *at == '/';
	if (!*at)
		return NULL;
	return g_strconcat(at, g_str_has_suffix(where, "/.") ? "/." : NULL,
			   NULL);
}

RondTreePaths *rond_tree_paths_new(RondWhere *where, RondOptions *options)
{
	RondTreePaths *self = g_new0(RondTreePaths, 1);
	char *rest = NULL;

	self->where = where;
	self->tree = rond_tree_new(where->library);
	self->root = rond_where_mount(options);
	if (self->root)
		rest = below_mount(options->operands->pdata[0], self->root);
	if (rest) {
		g_ptr_array_add(options->operands, rest);
		g_ptr_array_insert(where->args, 0, rest);
	}
	return self;
}

void rond_tree_paths_free(RondTreePaths *self)
{
	rond_tree_free(self->tree);
	g_free(self->root);
	g_free(self);
}

RondWhere *rond_tree_paths_where(RondTreePaths *self)
{
	return self->where;
}

void rond_tree_path_free(RondTreePath *item)
{
	/* A look-up is counted where its kind is, none otherwise. */
	if (item->known)
		rond_tree_forget(item->tree, item->attr.node, 1);
	g_free(item->path);
	g_free(item->name);
	g_free(item);
}

static void unref_part(gpointer part)
{
	rond_part_unref(part);
}

static gboolean interrupted(GError **error)
{
	return rond_fail(error, EINTR,
			 _("interrupted; what was read through is kept"));
}

/* See @job through; if it is a part's, with a bar. */
static gboolean wait_for(RondTreePaths *self, RondJob **wait, GError **error)
{
	RondWhere *where = self->where;
	g_autoptr(RondJob) job = g_steal_pointer(wait);
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(unref_part);
	RondPart *part =
	    rond_library_part_by_number(where->library, rond_job_subject(job));

	if (part)
		g_ptr_array_add(parts, part);
	if (!rond_progress_index_parts(where->library, parts, where->signals))
		return interrupted(error);
	while (rond_job_sleep(job, g_get_monotonic_time() + PATIENCE_US))
		if (rond_signals_stopped(where->signals))
			return interrupted(error);
	return TRUE;
}

/* @err ROND_WAIT: @error says already that the waiting was interrupted. */
static gboolean check(const char *path, int err, GError **error)
{
	if (!err)
		return TRUE;
	return err != ROND_WAIT && rond_fail_errno(error, err, "%s", path);
}

static int look_up(RondTreePaths *self, guint64 folder, const char *name,
		   RondAttr *attr, GError **error)
{
	RondJob *wait = NULL;
	int err;

	do {
		err = rond_tree_lookup(self->tree, folder, name, attr, &wait);
	} while (err == ROND_WAIT && wait_for(self, &wait, error));
	return err;
}

static RondTreePath *item_new(RondTreePaths *self, const RondTreePath *folder,
			      const char *name)
{
	RondTreePath *item = g_new0(RondTreePath, 1);

	item->tree = self->tree;
	item->name = g_strdup(name);
	item->folder = folder ? folder->attr.node : 0;
	item->path = folder && *folder->path
			 ? g_strconcat(folder->path, "/", name, NULL)
			 : g_strdup(name);
	return item;
}

static gboolean add_root(RondTreePaths *self, Walk *walk, GError **error)
{
	RondTreePath *item = item_new(self, NULL, "");
	RondJob *wait = NULL;

	g_ptr_array_add(walk->stack, item);
	item->known = TRUE;
	return check("/",
		     rond_tree_getattr(self->tree, ROND_NODE_OF_ROOT,
				       &item->attr, &wait),
		     error);
}

static void push_names(Walk *walk, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);

	for (guint i = g_strv_length(names); i-- > 0;)
		g_ptr_array_add(walk->names, g_steal_pointer(&names[i]));
}

static const RondTreePath *top(const Walk *walk)
{
	return walk->stack->pdata[walk->stack->len - 1];
}

/* What is in the snapshot @folder, for a message; new. */
static char *parts_of(RondTreePaths *self, const RondTreePath *folder)
{
	g_autoptr(GPtrArray) items = rond_tree_paths_list(self, folder, NULL);
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	g_auto(GStrv) all = NULL;

	for (guint i = 0; items && i < items->len; i++) {
		const RondTreePath *item = items->pdata[i];

		g_strv_builder_add(names, item->name);
	}
	all = g_strv_builder_end(names);
	return g_strjoinv(", ", all);
}

static gboolean say_missing(RondTreePaths *self, const Walk *walk,
			    const char *name, GError **error)
{
	const RondTreePath *folder = top(walk);
	g_autofree char *parts = NULL;

	if (walk->stack->len != 2 || *folder->name == '.')
		return rond_fail(error, ENOENT, _("%s: there is no %s in %s"),
				 walk->asked, name, folder->path);
	parts = parts_of(self, folder);
	return rond_fail(error, ENOENT,
			 _("%s: there is no %s in %s; there are %s"),
			 walk->asked, name, folder->path, parts);
}

/* The root has names that no folder lists: latest~1. */
static int look_up_snapshot(RondTreePaths *self, const char *name,
			    RondAttr *attr, char **real, GError **error)
{
	g_autoptr(RondCatalog) catalog =
	    rond_library_catalog(self->where->library);
	const RondSnapshot *snapshot =
	    rond_where_snapshot(self->where, catalog, name, error);

	if (!snapshot)
		return ROND_WAIT;
	g_free(*real);
	*real = g_strdup(snapshot->name);
	return look_up(self, ROND_NODE_OF_ROOT, *real, attr, error);
}

static gboolean is_followed(const Walk *walk, const RondTreePath *item)
{
	if (!S_ISLNK(item->attr.st.st_mode))
		return FALSE;
	return walk->names->len || walk->follow ||
	       rond_tree_is_generated(item->attr.node);
}

static gboolean follow(RondTreePaths *self, Walk *walk, RondTreePath *link,
		       GError **error)
{
	g_autofree char *target = rond_tree_paths_link(self, link, error);

	if (!target)
		return FALSE;
	if (*target == '/')
		return rond_fail(error, EXDEV,
				 _("%s: a link to %s, which is not in the "
				   "backup"),
				 link->path, target);
	if (++walk->links > MAX_LINKS)
		return check(link->path, ELOOP, error);
	push_names(walk, target);
	return TRUE;
}

static gboolean enter(RondTreePaths *self, Walk *walk, char **name,
		      GError **error)
{
	gboolean at_root = walk->stack->len == 1;
	RondAttr attr;
	int err = look_up(self, top(walk)->attr.node, *name, &attr, error);

	if (err == ENOENT && at_root)
		err = look_up_snapshot(self, *name, &attr, name, error);
	if (err == ENOENT)
		return say_missing(self, walk, *name, error);
	if (err)
		return check(walk->asked, err, error);

	g_autoptr(RondTreePath) item = item_new(self, top(walk), *name);

	item->attr = attr;
	item->known = TRUE;
	if (is_followed(walk, item))
		return follow(self, walk, item, error);
	g_ptr_array_add(walk->stack, g_steal_pointer(&item));
	return TRUE;
}

static gboolean step(RondTreePaths *self, Walk *walk, GError **error)
{
	g_autofree char *name =
	    g_ptr_array_steal_index(walk->names, walk->names->len - 1);

	if (!S_ISDIR(top(walk)->attr.st.st_mode))
		return check(top(walk)->path, ENOTDIR, error);
	if (!*name || !strcmp(name, "."))
		return TRUE;
	if (strcmp(name, ".."))
		return enter(self, walk, &name, error);
	if (walk->stack->len == 1)
		return rond_fail(error, EXDEV,
				 _("%s: it leads out of the backups"),
				 walk->asked);
	g_ptr_array_set_size(walk->stack, (gint)walk->stack->len - 1);
	return TRUE;
}

RondTreePath *rond_tree_paths_find(RondTreePaths *self, const char *path,
				   gboolean follow_last, GError **error)
{
	const char *below = self->root ? behind(self->root, path) : NULL;
	g_auto(Walk) walk = {
	    .asked = path,
	    .stack = g_ptr_array_new_with_free_func(free_item),
	    .names = g_ptr_array_new_with_free_func(g_free),
	    .follow = follow_last,
	};

	if (!add_root(self, &walk, error))
		return NULL;
	push_names(&walk, below ? below : path + strspn(path, "/"));
	while (walk.names->len)
		if (!step(self, &walk, error))
			return NULL;
	return g_ptr_array_steal_index(walk.stack, walk.stack->len - 1);
}

static RondTreePath *listed(RondTreePaths *self, const RondTreePath *folder,
			    const RondDirItem *item)
{
	RondTreePath *found = item_new(self, folder, item->name);

	found->attr = item->attr;
	found->known = item->known;
	if (item->known)
		rond_tree_hold(self->tree, &item->attr);
	return found;
}

static void read_all(RondTreePaths *self, const RondTreePath *folder,
		     RondDir *dir, GPtrArray *items)
{
	RondDirItem item = {0};
	guint64 offset = 2; /* behind "." and ".." */

	g_ptr_array_set_size(items, 0);
	while (dir->read(dir, offset, &item)) {
		g_ptr_array_add(items, listed(self, folder, &item));
		offset = item.next;
		item = (RondDirItem){0};
	}
}

static int renew(RondTreePaths *self, RondDir *dir, gboolean *renewed,
		 GError **error)
{
	RondJob *wait = NULL;
	int err;

	*renewed = FALSE;
	if (!dir->renew)
		return 0;
	do {
		err = dir->renew(dir, renewed, &wait);
	} while (err == ROND_WAIT && wait_for(self, &wait, error));
	return err;
}

GPtrArray *rond_tree_paths_list(RondTreePaths *self, const RondTreePath *folder,
				GError **error)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(free_item);
	RondJob *wait = NULL;
	RondDir *dir = NULL;
	gboolean renewed;
	int err;

	do {
		err = rond_tree_opendir(self->tree, folder->attr.node, &dir,
					&wait);
	} while (err == ROND_WAIT && wait_for(self, &wait, error));
	if (err) {
		check(folder->path, err, error);
		return NULL;
	}
	do {
		read_all(self, folder, dir, items);
		err = renew(self, dir, &renewed, error);
	} while (!err && renewed);
	dir->free(dir);
	return check(folder->path, err, error) ? g_steal_pointer(&items) : NULL;
}

gboolean rond_tree_paths_complete(RondTreePaths *self, RondTreePath *item,
				  GError **error)
{
	int err;

	if (item->known)
		return TRUE;
	err = look_up(self, item->folder, item->name, &item->attr, error);
	item->known = !err;
	return check(item->path, err, error);
}

RondFile *rond_tree_paths_open(RondTreePaths *self, const RondTreePath *file,
			       GError **error)
{
	g_autoptr(RondFile) opened = NULL;
	RondJob *wait = NULL;
	int err;

	do {
		err =
		    rond_tree_open(self->tree, file->attr.node, &opened, &wait);
	} while (err == ROND_WAIT && wait_for(self, &wait, error));
	return check(file->path, err, error) ? g_steal_pointer(&opened) : NULL;
}

char *rond_tree_paths_link(RondTreePaths *self, const RondTreePath *link,
			   GError **error)
{
	g_autofree char *target = NULL;
	RondJob *wait = NULL;
	int err;

	do {
		err = rond_tree_readlink(self->tree, link->attr.node, &target,
					 &wait);
	} while (err == ROND_WAIT && wait_for(self, &wait, error));
	return check(link->path, err, error) ? g_steal_pointer(&target) : NULL;
}

gboolean rond_tree_paths_sha256(RondTreePaths *self, const RondTreePath *file,
				guint8 hash[ROND_SHA256_LEN])
{
	const RondPlace place = file->attr.place;
	g_autoptr(RondPart) part =
	    rond_library_part_by_number(self->where->library, place.part);
	g_autoptr(RondContent) content =
	    part ? rond_part_content(part, NULL) : NULL;
	const RondIndex *index = content ? rond_content_index(content) : NULL;
	const guint8 *known;

	/* A table's is that of what it is made of. */
	if (!index || rond_view_is_table(index, place.entry))
		return FALSE;
	known = rond_index_sha256(index, place.entry);
	if (known)
		memcpy(hash, known, ROND_SHA256_LEN);
	return known && rond_index_recheck(index);
}
