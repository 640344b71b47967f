/* SPDX-License-Identifier: BSD-2-Clause */
/* GNU incremental archives list what a folder holds; what is not in the list
 * was deleted (GNU tar manual, "Dumpdir"). */
#include "backends/index/builder-private.h"

#include <stdlib.h>
#include <string.h>

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean is_listed(const char *name, gsize len, gpointer data)
{
	const GPtrArray *names = data;

	return names->len && bsearch(&name, names->pdata, names->len,
				     sizeof name, compare_names);
}

/* The names in @list, which ends with a NUL, sorted: borrowed from it. */
static GPtrArray *names_in(const char *list, gsize len)
{
	GPtrArray *names = g_ptr_array_new();
	const char *at = list, *end = list + len;

	while (at < end && *at) {
		if (strchr("YND", *at))
			g_ptr_array_add(names, (gpointer)(at + 1));
		at += strlen(at) + 1;
	}
	g_ptr_array_sort(names, compare_names);
	return names;
}

void rond_builder_apply_dumpdir(RondIndexBuilder *self, guint32 node,
				const RondEntry *entry)
{
	g_autofree char *list = g_malloc(entry->dumpdir_len + 1);

	memcpy(list, entry->dumpdir, entry->dumpdir_len);
	list[entry->dumpdir_len] = '\0';
	g_autoptr(GPtrArray) names = names_in(list, entry->dumpdir_len);

	rond_nodes_filter(&self->nodes, node, is_listed, names);
}
