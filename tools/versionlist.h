/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondVersionList: what `rondctl log` shows of the versions of paths.
 */
#pragma once

#include "fs/lineage.h"
#include "tools/gitblobs.h"
#include "tools/signs.h"

#include <stdio.h>

#define ROND_VERSIONS_SCHEMA 1

typedef struct {
	GTimeZone *zone; /* of times for people */
	gboolean terminal;
	gboolean headings; /* each path above its versions */
	/* What git says; NULL: it wasn't asked. */
	const RondGitBlobs *git;
	/* RondVersion → its id, where it has one. */
	GHashTable *ids;
} RondVersionStyle;

/* What is worth a second look about @version of @line: RondSigns. */
guint rond_version_signs(const RondLineages *lineages, const RondLineage *line,
			 const RondVersion *version);

/* Where @line was absent though earlier snapshots had it: RondLineageRun, new;
 * the last one reaches to the newest stop that is read, if it is gone. */
GArray *rond_version_gaps(const RondLineages *lineages,
			  const RondLineage *line);

/* One path: a table of its versions, and since when it is gone. */
void rond_versions_print_text(const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersionStyle *style, FILE *out);
/* The same as lines of JSON: "version", and "path" at the end. */
void rond_versions_print_json(const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersionStyle *style, FILE *out);
/* The last line of JSON, about @all (RondLineages). */
void rond_versions_print_summary(const GPtrArray *all, FILE *out);
