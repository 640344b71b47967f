/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/verdict.h"

RondPartState rond_verdict(const RondIndex *index, char **message)
{
	RondPartState state = ROND_PART_READY;
	RondFinding finding, worst = {.kind = ROND_FINDING_NOTE};
	gsize n = rond_index_n_findings(index);

	for (gsize i = 0; i < n; i++) {
		if (!rond_index_finding(index, i, &finding) ||
		    (worst.message && finding.kind <= worst.kind))
			continue;
		worst = finding;
	}
	if (!worst.message)
		return state;
	if (worst.kind == ROND_FINDING_LOST)
		state = ROND_PART_INCOMPLETE;
	else if (worst.kind == ROND_FINDING_DAMAGED)
		state = ROND_PART_DAMAGED;
	*message = n > 1 ? g_strdup_printf("%s (and %" G_GSIZE_FORMAT " more)",
					   worst.message, n - 1)
			 : g_strdup(worst.message);
	return state;
}

RondPartInfo rond_verdict_info(const RondIndex *index)
{
	const RondIndexMeta *meta = rond_index_meta(index);

	return (RondPartInfo){
	    .entries = rond_index_n_entries(index) - 1,
	    .content_bytes = meta->content_bytes,
	    .specials = meta->specials,
	    .setids = meta->setids,
	};
}
