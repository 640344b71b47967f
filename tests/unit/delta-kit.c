/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/delta-kit.h"

static char *path_in(const RondIndex *index, guint32 number)
{
	GString *path = g_string_new(NULL);

	while (number != ROND_INDEX_ROOT) {
		const RondIndexEntry *entry = rond_index_entry(index, number);
		gsize len;
		const char *name = rond_index_name(index, entry, &len);

		g_assert_nonnull(entry);
		if (path->len)
			g_string_prepend_c(path, '/');
		g_string_prepend_len(path, name, (gssize)len);
		number = entry->parent;
	}
	return g_string_free(path, FALSE);
}

char *delta_shown(const RondIndex *old, const RondIndex *new,
		  const GArray *changes)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < changes->len; i++) {
		const RondChange *change =
		    &g_array_index(changes, RondChange, i);
		gboolean is_new = change->new != ROND_INDEX_NONE;
		g_autofree char *path = path_in(
		    is_new ? new : old, is_new ? change->new : change->old);

		g_assert_true(is_new || change->old != ROND_INDEX_NONE);
		g_string_append_printf(
		    text, "%c %s%s%s%s\n", "ADMTU"[change->kind], path,
		    change -> flags &ROND_DELTA_BELOW ? " below" : "",
		    change->flags &ROND_DELTA_SAME_LOOKS ? " looks" : "",
		    change->flags &ROND_DELTA_UNSURE ? " unsure" : "");
	}
	return g_string_free(text, FALSE);
}

static Built *pack(const Scratch *scratch, const DeltaHow *how,
		   const char *name)
{
	g_autofree char *file = g_strconcat(name, how->ending, NULL);
	g_autofree char *above = g_strconcat("../", file, NULL);
	g_auto(GStrv) pieces = g_strsplit(how->pack, "%s", -1);
	g_autofree char *command = g_strjoinv(above, pieces);
	g_autofree char *all =
	    g_strconcat("cd tree && sh -c '", command, "'", NULL);

	scratch_run(scratch, all);
	g_autoptr(RondStream) source = scratch_stream(scratch, file);
	const BuiltHow built = {
	    .source = source, .name = file, .thorough = !how->quick};

	return built_with(&built);
}

static void change_tree(const Scratch *scratch, const char *commands)
{
	g_autofree char *all =
	    g_strconcat("cd tree && { ", commands, "\n}", NULL);

	scratch_run(scratch, all);
}

DeltaPair *delta_pair_with(const DeltaHow *how, const char *prepare,
			   const char *change)
{
	DeltaPair *self = g_new0(DeltaPair, 1);
	RondDeltaTree old, new;

	self->scratch = scratch_new();
	scratch_run(self->scratch, "mkdir tree");
	change_tree(self->scratch, prepare);
	scratch_run(self->scratch,
		    "find tree -exec touch -h -d 2024-05-01 {} +");
	self->old = pack(self->scratch, how, "old");
	change_tree(self->scratch, change);
	self->new = pack(self->scratch, how, "new");
	old = (RondDeltaTree){self->old->index, ROND_INDEX_ROOT};
	new = (RondDeltaTree){self->new->index, ROND_INDEX_ROOT};
	self->changes = rond_delta(&old, &new, FALSE);
	self->text =
	    delta_shown(self->old->index, self->new->index, self->changes);
	return self;
}

DeltaPair *delta_pair_new(const char *prepare, const char *change)
{
	const DeltaHow how = {"tar -czf %s *", ".tar.gz", FALSE};

	return delta_pair_with(&how, prepare, change);
}

void delta_pair_free(DeltaPair *self)
{
	g_array_unref(self->changes);
	g_free(self->text);
	built_free(self->old);
	built_free(self->new);
	scratch_free(self->scratch);
	g_free(self);
}

void delta_expect(const char *prepare, const char *change, const char *expected)
{
	g_autoptr(DeltaPair) pair = delta_pair_new(prepare, change);

	g_assert_cmpstr(pair->text, ==, expected);
}
