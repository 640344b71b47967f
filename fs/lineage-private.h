/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of lineages: what is found (lineage.c) becomes versions
 * (lineage-version.c).
 */
#pragma once

#include "fs/lineage.h"

RondLineage *rond_lineage_new(const char *path);
void rond_lineage_free(RondLineage *self);

/* At @stop, the last of @lineages by now, @self is @look, whose texts are taken
 * over. Once for each stop. */
void rond_lineage_see(const RondLineages *lineages, RondLineage *self,
		      guint stop, RondLook *look);

/* Whether both are one passed-through file, linked into two snapshots. */
gboolean rond_look_is_same_file(const RondLook *a, const RondLook *b);
