/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/quote.h"
#include "tools/treepath.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <grp.h>
#include <json-glib/json-glib.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA 1

typedef struct {
	RondTreePaths *tree;
	const RondOptions *options;
	GTimeZone *zone;
	gboolean terminal;
	gboolean whole; /* all attributes are wanted */
	guint64 count;
	GHashTable *users, *groups; /* number → name, as asked so far */
} Lister;

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "dir";
	case S_IFREG:
		return "file";
	case S_IFLNK:
		return "symlink";
	}
	return "other";
}

static char letter_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return 'd';
	case S_IFREG:
		return '-';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFBLK:
		return 'b';
	case S_IFIFO:
		return 'p';
	}
	return 's';
}

/* "drwxr-xr-x". */
static void format_mode(mode_t mode, char text[11])
{
	static const char rwx[] = "rwxrwxrwx";
	static const char set[] = "sst", set_only[] = "SST";

	text[0] = letter_of(mode);
	for (guint i = 0; i < 9; i++)
		text[1 + i] = mode & (0400u >> i) ? rwx[i] : '-';
	for (guint i = 0; i < 3; i++)
		if (mode & (04000u >> i))
			text[3 + 3 * i] =
			    mode & (0100u >> 3 * i) ? set[i] : set_only[i];
	text[10] = '\0';
}

/* As this machine calls them, or their numbers. */
static const char *user_name(Lister *self, uid_t uid)
{
	const char *known =
	    g_hash_table_lookup(self->users, GUINT_TO_POINTER(uid));
	const struct passwd *user;
	char *name;

	if (known)
		return known;
	user = getpwuid(uid);
	name = user ? g_strdup(user->pw_name) : g_strdup_printf("%u", uid);
	g_hash_table_insert(self->users, GUINT_TO_POINTER(uid), name);
	return name;
}

static const char *group_name(Lister *self, gid_t gid)
{
	const char *known =
	    g_hash_table_lookup(self->groups, GUINT_TO_POINTER(gid));
	const struct group *group;
	char *name;

	if (known)
		return known;
	group = getgrgid(gid);
	name = group ? g_strdup(group->gr_name) : g_strdup_printf("%u", gid);
	g_hash_table_insert(self->groups, GUINT_TO_POINTER(gid), name);
	return name;
}

static char *shown(const Lister *self, const char *name)
{
	return self->terminal ? rond_quote(name) : g_strdup(name);
}

static char *format_time(const Lister *self, gint64 time)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
	g_autoptr(GDateTime) here =
	    utc ? g_date_time_to_timezone(utc, self->zone) : NULL;

	return here ? g_date_time_format(here, "%Y-%m-%d %H:%M:%S")
		    : g_strdup_printf("%" G_GINT64_FORMAT, time);
}

static void print_details(Lister *self, const RondTreePath *item)
{
	const struct stat *st = &item->attr.st;
	g_autofree char *time = format_time(self, st->st_mtim.tv_sec);
	char mode[11];

	format_mode(st->st_mode, mode);
	printf("%s %3u %-8s %-8s %12" G_GINT64_FORMAT " %s ", mode,
	       (guint)st->st_nlink, user_name(self, st->st_uid),
	       group_name(self, st->st_gid), (gint64)st->st_size, time);
}

/* Behind a link's name, where it leads. */
static gboolean print_target(Lister *self, const RondTreePath *item,
			     GError **error)
{
	g_autofree char *target = NULL;
	g_autofree char *text = NULL;

	if (!S_ISLNK(item->attr.st.st_mode))
		return TRUE;
	target = rond_tree_paths_link(self->tree, item, error);
	if (!target)
		return FALSE;
	text = shown(self, target);
	printf(" -> %s", text);
	return TRUE;
}

static void set_text(JsonBuilder *json, const char *name, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, valid);
}

static void set_int(JsonBuilder *json, const char *name, gint64 value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, value);
}

static void set_time(JsonBuilder *json, const struct timespec *time)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time->tv_sec);
	g_autofree char *seconds =
	    utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S") : NULL;
	g_autofree char *text = NULL;

	if (!seconds)
		return;
	text = g_strdup_printf("%s.%09ldZ", seconds, (long)time->tv_nsec);
	set_text(json, "mtime", text);
}

static void set_hash(JsonBuilder *json, Lister *self, const RondTreePath *item)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint8 hash[ROND_SHA256_LEN];

	if (!S_ISREG(item->attr.st.st_mode) ||
	    !rond_tree_paths_sha256(self->tree, item, hash))
		return;
	for (guint i = 0; i < sizeof(hash); i++)
		g_string_append_printf(text, "%02x", hash[i]);
	set_text(json, "sha256", text->str);
}

static void print_object(JsonBuilder *json)
{
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;

	json_builder_end_object(json);
	root = json_builder_get_root(json);
	text = json_to_string(root, FALSE);
	printf("%s\n", text);
}

/* As restic's ls has it. */
static gboolean print_json(Lister *self, const RondTreePath *item,
			   GError **error)
{
	const struct stat *st = &item->attr.st;
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autofree char *path = g_strconcat("/", item->path, NULL);
	g_autofree char *target = NULL;
	char mode[11];

	if (S_ISLNK(st->st_mode)) {
		target = rond_tree_paths_link(self->tree, item, error);
		if (!target)
			return FALSE;
	}
	format_mode(st->st_mode, mode);
	json_builder_begin_object(json);
	set_text(json, "message_type", "node");
	set_text(json, "name", item->name);
	set_text(json, "type", type_of(st->st_mode));
	set_text(json, "path", path);
	set_int(json, "uid", st->st_uid);
	set_int(json, "gid", st->st_gid);
	set_int(json, "size", S_ISDIR(st->st_mode) ? 0 : st->st_size);
	set_int(json, "mode", st->st_mode & 07777);
	set_text(json, "permissions", mode);
	set_time(json, &st->st_mtim);
	set_hash(json, self, item);
	if (target)
		set_text(json, "linktarget", target);
	print_object(json);
	return TRUE;
}

static void print_summary(const Lister *self)
{
	g_autoptr(JsonBuilder) json = json_builder_new();

	json_builder_begin_object(json);
	set_text(json, "message_type", "summary");
	set_int(json, "schema", SCHEMA);
	set_int(json, "nodes", (gint64)self->count);
	print_object(json);
}

/* @name: the item's, or the path by which it was asked for. */
static gboolean print_item(Lister *self, RondTreePath *item, const char *name,
			   GError **error)
{
	g_autofree char *text = shown(self, name);
	gboolean good = TRUE;

	if (self->whole && !rond_tree_paths_complete(self->tree, item, error))
		return FALSE;
	self->count++;
	if (self->options->json)
		return print_json(self, item, error);
	if (self->options->null) {
		fwrite(name, 1, strlen(name) + 1, stdout);
		return TRUE;
	}
	if (self->options->details)
		print_details(self, item);
	fputs(text, stdout);
	if (self->options->details)
		good = print_target(self, item, error);
	putchar('\n');
	return good;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const RondTreePath *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

/* What can't be shown is told, and the others are shown. */
static gboolean say(GError *error)
{
	gboolean interrupted = rond_error_errno(error) == EINTR;

	g_critical("%s", error->message);
	g_error_free(error);
	return !interrupted;
}

static gboolean print_folder(Lister *self, const RondTreePath *folder,
			     gboolean *all, GError **error)
{
	g_autoptr(GPtrArray) items =
	    rond_tree_paths_list(self->tree, folder, error);

	if (!items)
		return FALSE;
	/* The root's order is that of time. */
	if (*folder->path)
		g_ptr_array_sort(items, by_name);
	for (guint i = 0; i < items->len; i++) {
		RondTreePath *item = items->pdata[i];
		GError *failure = NULL;

		if (print_item(self, item, item->name, &failure))
			continue;
		*all = FALSE;
		if (!say(failure))
			return TRUE;
	}
	return TRUE;
}

static gboolean print_path(Lister *self, const char *path, gboolean heading,
			   gboolean *all, GError **error)
{
	g_autoptr(RondTreePath) item =
	    rond_tree_paths_find(self->tree, path, FALSE, error);
	g_autofree char *text = shown(self, path);

	if (!item)
		return FALSE;
	if (!S_ISDIR(item->attr.st.st_mode))
		return print_item(self, item, path, error);
	if (heading && !self->options->json && !self->options->null)
		printf("%s%s:\n", self->count ? "\n" : "", text);
	return print_folder(self, item, all, error);
}

static gboolean print_all(Lister *self, const GPtrArray *args)
{
	gboolean all = TRUE;

	for (guint i = 0; i < MAX(args->len, 1); i++) {
		const char *path = args->len ? args->pdata[i] : "";
		GError *failure = NULL;

		if (print_path(self, path, args->len > 1, &all, &failure))
			continue;
		all = FALSE;
		if (!say(failure))
			break;
	}
	if (self->options->json)
		print_summary(self);
	return all;
}

static gboolean list(RondTreePaths *tree, const RondOptions *options)
{
	RondWhere *where = rond_tree_paths_where(tree);
	g_autoptr(GHashTable) users =
	    g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_autoptr(GHashTable) groups =
	    g_hash_table_new_full(NULL, NULL, NULL, g_free);
	Lister lister = {
	    .tree = tree,
	    .options = options,
	    .zone = rond_library_config(where->library)->zone,
	    .terminal = isatty(STDOUT_FILENO),
	    .whole = options->details || options->json,
	    .users = users,
	    .groups = groups,
	};
	gboolean all = print_all(&lister, where->args);

	if (!fflush(stdout))
		return all;
	if (errno != EPIPE)
		g_critical(_("can't write: %s"), g_strerror(errno));
	return FALSE;
}

RondCtlStatus rond_ctl_ls(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_autoptr(RondTreePaths) tree =
	    where ? rond_tree_paths_new(where, options) : NULL;

	if (tree)
		return list(tree, options) ? ROND_CTL_FINE : ROND_CTL_TROUBLE;
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
