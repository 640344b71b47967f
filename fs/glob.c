/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/glob.h"

#include <fnmatch.h>
#include <string.h>

/* A tree that is deeper is not one that ** goes on into. */
#define MAX_DEPTH 1000

struct RondGlob {
	char **components; /* without empty ones */
	gboolean literal;
	gboolean children; /* of what it names */
};

/* On the way through a tree. */
typedef struct {
	const RondGlob *glob;
	const RondGlobTree *tree;
	RondGlobName found;
	gpointer into;
	GString *path;
	guint depth;
	GHashTable *met; /* paths that were found; NULL: none can be twice */
} Walk;

/* A folder that is listed, for the components from @rest on. */
typedef struct {
	Walk *walk;
	char **rest;
} Listing;

static void walk_folder(Walk *self, guint32 dir, char **rest);
static void walk_below(Walk *self, guint32 dir, char **rest);

static gboolean is_deep(const char *component)
{
	return !strcmp(component, "**");
}

static gboolean is_pattern(const char *component)
{
	return strpbrk(component, "*?[\\") != NULL;
}

static RondGlob *glob_new(const char *pattern, gboolean literal)
{
	RondGlob *self = g_new0(RondGlob, 1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) names = g_strsplit(pattern, "/", -1);
	gboolean deep = FALSE;

	for (char **name = names; *name; name++) {
		/* Two of them are one. */
		if (!**name || !strcmp(*name, ".") || (deep && is_deep(*name)))
			continue;
		deep = !literal && is_deep(*name);
		g_strv_builder_add(builder, *name);
	}
	self->components = g_strv_builder_end(builder);
	self->literal = literal;
	return self;
}

RondGlob *rond_glob_new(const char *pattern)
{
	return glob_new(pattern, FALSE);
}

RondGlob *rond_glob_new_literal(const char *path)
{
	return glob_new(path, TRUE);
}

void rond_glob_free(RondGlob *self)
{
	g_strfreev(self->components);
	g_free(self);
}

static gboolean matches(const char *pattern, const char *name)
{
	return !strcmp(pattern, name) ||
	       (is_pattern(pattern) && !fnmatch(pattern, name, 0));
}

gboolean rond_glob_is_deep(const RondGlob *self)
{
	return !self->literal && self->components[0] &&
	       is_deep(self->components[0]);
}

gboolean rond_glob_is_empty(const RondGlob *self)
{
	return !self->components[0];
}

gboolean rond_glob_is_of_children(const RondGlob *self)
{
	return self->children;
}

gboolean rond_glob_begins(const RondGlob *self, const char *name)
{
	const char *first = self->components[0];

	if (!first)
		return FALSE;
	return self->literal ? !strcmp(first, name) : matches(first, name);
}

RondGlob *rond_glob_new_children(const char *path)
{
	RondGlob *self = glob_new(path, TRUE);

	self->children = TRUE;
	return self;
}

static RondGlob *glob_of(const RondGlob *from, char **components)
{
	RondGlob *self = g_new0(RondGlob, 1);

	self->components = g_strdupv(components);
	self->literal = from->literal;
	self->children = from->children;
	return self;
}

RondGlob *rond_glob_copy(const RondGlob *self)
{
	return glob_of(self, self->components);
}

RondGlob *rond_glob_rest(const RondGlob *self)
{
	return glob_of(self, self->components + !rond_glob_is_empty(self));
}

/* Whether the names are those that @components stand for. */
static gboolean is(const RondGlob *self, char **components, char **names)
{
	for (; *components; components++, names++) {
		if (!self->literal && is_deep(*components)) {
			/* At the end it is one name at least. */
			if (!components[1])
				return *names != NULL;
			for (; *names; names++)
				if (is(self, components + 1, names))
					return TRUE;
			return FALSE;
		}
		if (!*names || (self->literal ? strcmp(*components, *names)
					      : !matches(*components, *names)))
			return FALSE;
	}
	return !*names;
}

gboolean rond_glob_is(const RondGlob *self, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);

	return is(self, self->components, names);
}

static void report(Walk *self, guint32 entry)
{
	const char *path = self->path->str;

	if (!self->met || g_hash_table_add(self->met, g_strdup(path)))
		self->found(path, entry, self->into);
}

static void take_child(const char *name, guint32 entry, gpointer into)
{
	Walk *self = into;
	gsize len = self->path->len;

	if (!self->tree->type(self->tree->data, entry))
		return;
	if (len)
		g_string_append_c(self->path, '/');
	g_string_append(self->path, name);
	report(self, entry);
	g_string_truncate(self->path, len);
}

/* All names are matched. */
static void arrive(Walk *self, guint32 entry)
{
	if (self->glob->children)
		self->tree->list(self->tree->data, entry, take_child, self);
	else
		report(self, entry);
}

/* The entry @name of the folder that is at work matches the component before
 * @rest: go on with those. */
static void enter(Walk *self, const char *name, guint32 entry, char **rest)
{
	mode_t type = self->tree->type(self->tree->data, entry);
	gboolean named = !strcmp(rest[-1], name);
	gsize len = self->path->len;

	if (!type)
		return;
	if (len)
		g_string_append_c(self->path, '/');
	g_string_append(self->path, name);
	if (*rest)
		walk_folder(self, entry, rest);
	else if (named || !S_ISDIR(type))
		arrive(self, entry);
	g_string_truncate(self->path, len);
}

static void take_name(const char *name, guint32 entry, gpointer into)
{
	const Listing *self = into;

	if (matches(*self->rest, name))
		enter(self->walk, name, entry, self->rest + 1);
}

/* A folder may be one of those that ** stands for. */
static void take_deep(const char *name, guint32 entry, gpointer into)
{
	const Listing *self = into;
	Walk *walk = self->walk;
	gsize len = walk->path->len;

	if (walk->depth >= MAX_DEPTH ||
	    !S_ISDIR(walk->tree->type(walk->tree->data, entry)))
		return;
	if (len)
		g_string_append_c(walk->path, '/');
	g_string_append(walk->path, name);
	walk->depth++;
	walk_below(walk, entry, self->rest);
	walk->depth--;
	g_string_truncate(walk->path, len);
}

/* @rest[0] is **. At its end it stands for all that is below. */
static void walk_below(Walk *self, guint32 dir, char **rest)
{
	static char any[] = "*";
	char *all[] = {any, NULL};
	Listing listing = {self, rest};

	walk_folder(self, dir, rest[1] ? rest + 1 : all);
	self->tree->list(self->tree->data, dir, take_deep, &listing);
}

static void walk_folder(Walk *self, guint32 dir, char **rest)
{
	Listing listing = {self, rest};
	guint32 entry;

	if (!S_ISDIR(self->tree->type(self->tree->data, dir)))
		return;
	if (!self->glob->literal && is_deep(*rest)) {
		walk_below(self, dir, rest);
	} else if (!self->glob->literal && is_pattern(*rest)) {
		self->tree->list(self->tree->data, dir, take_name, &listing);
	} else {
		entry = self->tree->lookup(self->tree->data, dir, *rest);
		if (entry != ROND_GLOB_NONE)
			enter(self, *rest, entry, rest + 1);
	}
}

/* Two ** may find one path on several ways. */
static gboolean may_repeat(const RondGlob *self)
{
	guint deep = 0;

	for (char **each = self->components; *each; each++)
		deep += is_deep(*each);
	return !self->literal && deep > 1;
}

void rond_glob_find(const RondGlob *self, const RondGlobTree *tree, guint32 dir,
		    RondGlobName found, gpointer into)
{
	g_autoptr(GString) path = g_string_new(NULL);
	g_autoptr(GHashTable) met =
	    may_repeat(self)
		? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)
		: NULL;
	Walk walk = {self, tree, found, into, path, 0, met};

	if (!*self->components)
		arrive(&walk, dir);
	else
		walk_folder(&walk, dir, self->components);
}
