/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes versions different, and which stops have each. */
#include "fs/lineage-private.h"

#include <string.h>

static void version_free(gpointer data)
{
	RondVersion *self = data;

	rond_look_clear(&self->look);
	g_array_unref(self->runs);
	g_free(self);
}

RondLineage *rond_lineage_new(const char *path)
{
	RondLineage *self = g_new0(RondLineage, 1);

	self->path = g_strdup(path);
	self->versions = g_ptr_array_new_with_free_func(version_free);
	return self;
}

void rond_lineage_free(RondLineage *self)
{
	g_ptr_array_unref(self->versions);
	g_free(self->path);
	g_free(self);
}

const RondLineageStop *rond_lineages_stop(const RondLineages *self, guint n)
{
	return self->stops->pdata[n];
}

const RondVersion *rond_lineage_version(const RondLineage *self, guint n)
{
	return self->versions->pdata[n];
}

const RondLineageRun *rond_version_run(const RondVersion *self, guint n)
{
	return &g_array_index(self->runs, RondLineageRun, n);
}

/* The stops between @from and @to that are read. */
static guint known_between(const RondLineages *self, guint from, guint to)
{
	return rond_lineages_stop(self, to - 1)->known -
	       rond_lineages_stop(self, from)->known;
}

gboolean rond_look_is_same_file(const RondLook *a, const RondLook *b)
{
	return a->ino && a->ino == b->ino && a->dev == b->dev &&
	       rond_looks_alike(&a->looks, &b->looks);
}

/* Whether @b is another version than @a; @flags gets UNSURE. */
static gboolean is_other(const RondLook *a, const RondLook *b, guint *flags)
{
	if (a->type != b->type)
		return TRUE;
	if (S_ISLNK(a->type))
		return g_strcmp0(a->target, b->target) != 0;
	if (!S_ISREG(a->type) || rond_look_is_same_file(a, b))
		return FALSE;
	switch (rond_looks_compare(&a->looks, &b->looks)) {
	case ROND_LOOKS_SAME:
		return FALSE;
	case ROND_LOOKS_UNSURE:
		*flags |= ROND_DELTA_UNSURE;
		return TRUE;
	case ROND_LOOKS_OTHER:
		break;
	}
	return TRUE;
}

/* The latest first: most are that. */
static RondVersion *find_version(const RondLineage *line, const RondLook *look)
{
	guint flags = 0;

	if (line->at_last && !is_other(&line->at_last->look, look, &flags))
		return line->at_last;
	for (guint i = line->versions->len; i-- > 0;) {
		RondVersion *each = line->versions->pdata[i];

		if (!is_other(&each->look, look, &flags))
			return each;
	}
	return NULL;
}

static guint flags_of(const RondLook *before, const RondLook *look)
{
	guint flags = 0;

	is_other(before, look, &flags);
	if (S_ISREG(look->type) && look->type == before->type &&
	    look->is_stamped && before->is_stamped &&
	    rond_looks_alike(&before->looks, &look->looks))
		flags |= ROND_DELTA_SAME_LOOKS;
	return flags;
}

/* Takes the content of @look over. */
static RondVersion *add_version(RondLineage *line, RondLook *look)
{
	RondVersion *self = g_new0(RondVersion, 1);

	self->look = *look;
	look->target = NULL;
	self->runs = g_array_new(FALSE, FALSE, sizeof(RondLineageRun));
	g_ptr_array_add(line->versions, self);
	return self;
}

static void set_hash(RondVersion *version, const RondLooks *looks)
{
	if (version->look.looks.has_hash || !looks->has_hash)
		return;
	version->look.looks.has_hash = TRUE;
	memcpy(version->look.looks.sha256, looks->sha256, ROND_SHA256_LEN);
}

/* Where the owners are different ones, they are nobody special. */
static void add_access(RondLineage *self, const RondLook *look)
{
	mode_t mode = look->mode;

	if (!self->at_last) {
		self->mode = mode;
		self->uid = look->uid;
		self->gid = look->gid;
		return;
	}
	self->mode &= mode;
	if (self->uid != look->uid)
		self->mode &= (self->mode & 0007) << 6 | 0077;
	if (self->gid != look->gid)
		self->mode &= (self->mode & 0007) << 3 | 0707;
}

void rond_lineage_see(const RondLineages *lineages, RondLineage *self,
		      guint stop, RondLook *look)
{
	RondVersion *before = self->at_last, *now = find_version(self, look);
	const RondLineageRun run = {stop, stop};

	if (before && known_between(lineages, self->last, stop))
		before = NULL;
	if (!now) {
		now = add_version(self, look);
		if (before)
			now->flags = flags_of(&before->look, &now->look);
	}
	set_hash(now, &look->looks);
	if (now == before)
		g_array_index(now->runs, RondLineageRun, now->runs->len - 1)
		    .last = stop;
	else
		g_array_append_val(now->runs, run);
	add_access(self, look);
	self->last = stop;
	self->at_last = now;
}

guint rond_lineages_end(const RondLineages *self, const RondLineageRun *run)
{
	for (guint i = run->last + 1; i < self->stops->len; i++)
		if (!rond_lineages_stop(self, i)->unread)
			return i;
	return ROND_NO_STOP;
}

guint rond_lineages_before(const RondLineages *self, const RondLineageRun *run)
{
	for (guint i = run->first; i-- > 0;)
		if (!rond_lineages_stop(self, i)->unread)
			return i;
	return ROND_NO_STOP;
}
