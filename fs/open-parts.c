/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/open-parts.h"

#include <sys/resource.h>

/* Each is two or three descriptors, and a mapping, of which a process may have
 * 65,530. */
#define MIN_OPEN 8
#define MAX_OPEN 1024

typedef struct {
	RondPart *part;
	gint64 used;
} OpenPart;

void rond_open_parts_init(RondOpenParts *self)
{
	struct rlimit files;

	*self = (RondOpenParts){.limit = MIN_OPEN};
	if (!getrlimit(RLIMIT_NOFILE, &files))
		self->limit =
		    (guint)CLAMP(files.rlim_cur / 8, MIN_OPEN, MAX_OPEN);
}

static gint compare_use(gconstpointer a, gconstpointer b)
{
	const OpenPart *left = a, *right = b;

	return left->used < right->used ? -1 : left->used > right->used;
}

/* Longest unused first; OpenPart. */
static GArray *list_open(const GPtrArray *parts)
{
	GArray *open = g_array_new(FALSE, FALSE, sizeof(OpenPart));

	for (guint i = 0; i < parts->len; i++) {
		OpenPart one = {parts->pdata[i], 0};

		if (one.part)
			one.used = rond_part_last_use(one.part);
		if (one.used)
			g_array_append_val(open, one);
	}
	g_array_sort(open, compare_use);
	return open;
}

/* A quarter goes at once, so that it is seldom that all are looked through. */
void rond_open_parts_opened(RondOpenParts *self, const GPtrArray *parts)
{
	guint keep = self->limit - self->limit / 4;
	g_autoptr(GArray) open = NULL;

	if (++self->open <= self->limit)
		return;
	open = list_open(parts);
	self->open = open->len;
	for (guint i = 0; i < open->len && self->open > keep; i++)
		self->open -=
		    rond_part_let_go(g_array_index(open, OpenPart, i).part);
	/* What is being read stays, and isn't looked at each time. */
	self->open = MIN(self->open, keep);
}
