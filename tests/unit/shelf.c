/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/shelf.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define TODAY 1715342400 /* 2024-05-10 12:00 */

Shelf *shelf_new(void)
{
	Shelf *self = g_new0(Shelf, 1);

	self->scratch = scratch_new();
	scratch_run(self->scratch, "mkdir shelf");
	self->config = rond_config_new();
	g_time_zone_unref(self->config->zone);
	self->config->zone = g_time_zone_new_utc();
	self->config->now = TODAY;
	self->config->memory = 8 << 20;
	self->config->sources = g_new0(char *, 2);
	self->config->sources[0] =
	    g_build_filename(self->scratch->path, "shelf", NULL);
	self->config->cache_dir =
	    g_build_filename(self->scratch->path, "cache", NULL);
	self->warnings = g_ptr_array_new_with_free_func(g_free);
	return self;
}

static void close_shelf(Shelf *self)
{
	g_clear_pointer(&self->tree, rond_tree_free);
	g_clear_pointer(&self->library, rond_library_free);
}

void shelf_free(Shelf *self)
{
	close_shelf(self);
	rond_config_free(self->config);
	scratch_free(self->scratch);
	g_ptr_array_unref(self->warnings);
	g_free(self);
}

void shelf_run(const Shelf *self, const char *command)
{
	g_autofree char *line = g_strconcat("cd shelf && ", command, NULL);

	scratch_run(self->scratch, line);
}

static void on_warning(const char *message, gpointer data)
{
	g_ptr_array_add(data, g_strdup(message));
}

void shelf_open(Shelf *self)
{
	g_autoptr(GError) error = NULL;

	self->library =
	    rond_library_new(self->config, on_warning, self->warnings, &error);
	g_assert_no_error(error);
	self->tree = rond_tree_new(self->library);
}

void shelf_reopen(Shelf *self)
{
	close_shelf(self);
	shelf_open(self);
}

/* Whether to ask again: @err was ROND_WAIT, and that is over. */
static gboolean waited(int err, RondJob **wait)
{
	if (err != ROND_WAIT) {
		g_assert_null(*wait);
		return FALSE;
	}
	rond_job_sleep(*wait, G_MAXINT64);
	g_clear_pointer(wait, rond_job_unref);
	return TRUE;
}

int shelf_stat(const Shelf *self, const char *path, RondAttr *attr)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	guint64 node = ROND_NODE_OF_ROOT;
	RondJob *wait = NULL;
	int err;

	do
		err = rond_tree_getattr(self->tree, node, attr, &wait);
	while (waited(err, &wait));
	for (char **name = names; *name && !err; name++) {
		if (!**name)
			continue;
		do
			err = rond_tree_lookup(self->tree, node, *name, attr,
					       &wait);
		while (waited(err, &wait));
		node = attr->node;
	}
	return err;
}

static guint64 node_at(const Shelf *self, const char *path)
{
	RondAttr attr;

	g_assert_cmpint(shelf_stat(self, path, &attr), ==, 0);
	return attr.node;
}

static int open_file(const Shelf *self, const char *path, RondFile **file)
{
	guint64 node = node_at(self, path);
	RondJob *wait = NULL;
	int err;

	do
		err = rond_tree_open(self->tree, node, file, &wait);
	while (waited(err, &wait));
	return err;
}

/* All of @file, up to its end or the first error. */
static GString *read_file(RondFile *file, GError **error)
{
	GString *text = g_string_new(NULL);
	char buf[4096];
	gssize n;

	while ((n = rond_file_pread(file, buf, sizeof buf, text->len, error)) >
	       0)
		g_string_append_len(text, buf, n);
	return text;
}

char *shelf_read(const Shelf *self, const char *path)
{
	g_autoptr(RondFile) file = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(open_file(self, path, &file), ==, 0);
	GString *text = read_file(file, &error);

	g_assert_no_error(error);
	return g_string_free(text, FALSE);
}

int shelf_read_error(const Shelf *self, const char *path)
{
	g_autoptr(RondFile) file = NULL;
	g_autoptr(GError) error = NULL;
	int err = open_file(self, path, &file);

	if (err)
		return err;
	g_string_free(read_file(file, &error), TRUE);
	return error ? rond_error_errno(error) : 0;
}

char *shelf_readlink(const Shelf *self, const char *path)
{
	RondJob *wait = NULL;
	char *target = NULL;

	g_assert_cmpint(
	    rond_tree_readlink(self->tree, node_at(self, path), &target, &wait),
	    ==, 0);
	return target;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *shelf_list(const Shelf *self, const char *path)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	guint64 node = node_at(self, path), offset = 0;
	RondDirItem item;
	RondDir *dir = NULL;
	RondJob *wait = NULL;
	int err;

	do
		err = rond_tree_opendir(self->tree, node, &dir, &wait);
	while (waited(err, &wait));
	g_assert_cmpint(err, ==, 0);
	for (; dir->read(dir, offset, &item); offset = item.next) {
		g_assert_cmpuint(item.next, >, offset);
		if (strcmp(item.name, ".") && strcmp(item.name, ".."))
			g_ptr_array_add(names, g_strdup(item.name));
	}
	g_assert_false(dir->read(dir, G_MAXUINT64 / 2, &item));
	dir->free(dir);
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **)names->pdata);
}

RondPart *shelf_part(const Shelf *self, const char *snapshot, const char *name)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *at = rond_catalog_find(catalog, snapshot);

	g_assert_nonnull(at);
	for (guint i = 0; i < at->parts->len; i++) {
		const RondPlacedPart *placed = at->parts->pdata[i];

		if (!strcmp(placed->name, name))
			return rond_library_part(self->library, placed->backup);
	}
	g_assert_not_reached();
}
