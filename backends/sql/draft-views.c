/* SPDX-License-Identifier: BSD-2-Clause */
/* The order in which views can be created. */
#include "backends/sql/draft.h"

#include "backends/sql/words.h"

/* A view of more names is created where it stands. */
#define MAX_MENTIONS 65536

void rond_draft_view_note(RondDraftView *self, const char *text, gsize len,
			  RondSqlMode mode)
{
	RondWords w = rond_words(text, len, mode);

	g_array_set_size(self->mentions, 0);
	rond_words_skip(&w);
	while (w.p < w.end && self->mentions->len < MAX_MENTIONS) {
		g_autofree char *name = NULL;
		gboolean quoted = *w.p == '`' || *w.p == '"';

		if (!quoted || !rond_words_take_name(&w, &name)) {
			if (!rond_words_take_any(&w))
				return;
			continue;
		}
		guint hash = g_str_hash(name);

		g_array_append_val(self->mentions, hash);
	}
}

typedef struct {
	guint view, next; /* the next of its mentions to look at */
} Visit;

typedef struct {
	const GPtrArray *views;
	GHashTable *by_hash; /* of a name → number + 1 */
	guint8 *seen;
	GArray *stack; /* Visit: not recursion, there may be many */
	GPtrArray *order;
} Sorting;

static void push(Sorting *s, guint view)
{
	Visit visit = {view, 0};

	s->seen[view] = 1;
	g_array_append_val(s->stack, visit);
}

/* Behind all that it mentions; what mentions each other stays as it was. */
static void visit(Sorting *s, guint first)
{
	push(s, first);
	while (s->stack->len > 0) {
		Visit *top = &g_array_index(s->stack, Visit, s->stack->len - 1);
		RondDraftView *view = g_ptr_array_index(s->views, top->view);
		guint hash, other;

		if (top->next == view->mentions->len) {
			g_ptr_array_add(s->order, view);
			g_array_set_size(s->stack, s->stack->len - 1);
			continue;
		}
		hash = g_array_index(view->mentions, guint, top->next++);
		other = GPOINTER_TO_UINT(
		    g_hash_table_lookup(s->by_hash, GUINT_TO_POINTER(hash)));
		if (other > 0 && !s->seen[other - 1])
			push(s, other - 1);
	}
}

GPtrArray *rond_draft_views_in_order(const RondDraftDatabase *self)
{
	g_autoptr(GHashTable) by_hash = g_hash_table_new(NULL, NULL);
	g_autofree guint8 *seen = g_malloc0(self->views->len + 1);
	g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Visit));
	Sorting s = {self->views, by_hash, seen, stack, g_ptr_array_new()};

	for (guint i = 0; i < self->views->len; i++) {
		const RondDraftView *view = g_ptr_array_index(self->views, i);

		g_hash_table_insert(by_hash,
				    GUINT_TO_POINTER(g_str_hash(view->name)),
				    GUINT_TO_POINTER(i + 1));
	}
	for (guint i = 0; i < self->views->len; i++)
		if (!seen[i])
			visit(&s, i);
	return s.order;
}
