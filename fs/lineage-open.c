/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of versions. */
#include "fs/lineage.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

static void take_entry(const char *path, guint32 entry, gpointer into)
{
	*(guint32 *)into = entry;
}

/* Of a folder that is passed through nothing is kept but names. */
static guint32 find_again(const RondLineages *self, const RondLineage *line,
			  const RondLineageTree *tree)
{
	g_autoptr(RondGlob) glob =
	    rond_glob_new_literal(line->path + strlen(self->part));
	guint32 top, entry = ROND_GLOB_NONE;
	const RondGlobTree *names = rond_lineage_tree_names(tree, &top);

	rond_glob_find(glob, names, top, take_entry, &entry);
	return entry;
}

static void sleep_for(RondPart *part)
{
	g_autoptr(RondJob) job = rond_part_job(part);

	rond_job_sleep(job, G_MAXINT64);
}

/* NULL with @error. */
static RondLineageTree *wait_for_tree(RondLibrary *library, RondPart *part,
				      GError **error)
{
	g_autoptr(GError) cause = NULL;

	for (;;) {
		RondLineageTree *tree =
		    rond_lineage_tree_new(library, part, &cause);

		if (tree)
			return tree;
		if (cause) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return NULL;
		}
		rond_library_request(library, part);
		sleep_for(part);
	}
}

static RondStream *open_link(const RondVersion *version)
{
	const char *target = version->look.target;
	g_autoptr(GBytes) bytes = g_bytes_new(target, strlen(target));

	return rond_memory_stream_new(bytes);
}

RondStream *rond_lineages_open(const RondLineages *self, RondLibrary *library,
			       const RondLineage *line,
			       const RondVersion *version, GError **error)
{
	const RondLineageStop *stop =
	    rond_lineages_stop(self, rond_version_run(version, 0)->first);
	g_autoptr(RondPart) part =
	    rond_library_part_by_number(library, stop->part);
	g_autoptr(RondLineageTree) tree = NULL;
	guint32 entry = version->look.entry;

	if (S_ISLNK(version->look.type))
		return open_link(version);
	if (part)
		tree = wait_for_tree(library, part, error);
	else
		rond_fail(error, ESTALE, "%s: its backup was deleted",
			  stop->snapshot);
	if (!tree)
		return NULL;
	if (entry == ROND_INDEX_NONE)
		entry = find_again(self, line, tree);
	if (entry != ROND_GLOB_NONE)
		return rond_lineage_tree_open(tree, entry, error);
	rond_fail(error, ENOENT, "%s: it is there no more", line->path);
	return NULL;
}
