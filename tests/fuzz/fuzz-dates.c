/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of files, patterns and snapshot names: the input is a pattern, a line
 * break, and a name.
 */
#include "fs/dates.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const char *name, gboolean is_dir, GPtrArray *patterns,
		  GTimeZone *zone)
{
	g_auto(RondDated) dated = {0};
	g_autofree char *minute = NULL;
	gboolean has_time;
	gint64 time;

	if (!rond_date_parse(name, is_dir, patterns, zone, &dated)) {
		g_assert(dated.stem && !dated.part);
		return;
	}
	g_assert(dated.stem && strlen(dated.stem) <= strlen(name) + 1);
	/* What is read from a name can be written as one, and read again;
	 * another zone may move it out of the years that names have. */
	minute = rond_minute_name(dated.time, zone);
	if (strcmp(minute, "1970-01-01") < 0 || strcmp(minute, "2101") > 0)
		return;
	g_assert(rond_snapshot_name_parse(minute, zone, &time, &has_time));
	g_assert(time <= dated.time && dated.time - time < 60);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(5 * 3600 + 45 * 60);
	g_autoptr(GPtrArray) patterns =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_pattern_free);
	g_autofree char *text = NULL;
	RondPattern *pattern;
	const char *name;
	char *line_break;
	gboolean has_time;
	gint64 time;

	/* No file system has longer names. */
	if (size > 512)
		return 0;
	text = g_strndup((const char *)data, size);
	line_break = strchr(text, '\n');
	name = line_break ? line_break + 1 : text;
	if (line_break)
		*line_break = '\0';
	pattern = line_break ? rond_pattern_new(text, NULL) : NULL;
	if (pattern)
		g_ptr_array_add(patterns, pattern);
	parse(name, FALSE, patterns, zone);
	parse(name, TRUE, patterns, zone);
	rond_snapshot_name_parse(name, zone, &time, &has_time);
	return 0;
}
