/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an index file is made of.
 *
 *	index-sizes FILE
 *
 * Prints a line for each section, its tag and its bytes, and one for the file,
 * called "file". Ends with 1 when FILE is no index of this version.
 */
#include "backends/index/layout.h"

#include <stdio.h>
#include <string.h>

static gboolean print_sections(FILE *in)
{
	RondIndexHeader header;
	RondIndexSection section;

	if (fread(&header, sizeof header, 1, in) != 1 ||
	    memcmp(header.magic, ROND_INDEX_MAGIC, sizeof header.magic) ||
	    header.version != ROND_INDEX_VERSION)
		return FALSE;
	for (guint32 i = 0; i < header.n_sections; i++) {
		if (fread(&section, sizeof section, 1, in) != 1)
			return FALSE;
		printf("%.4s %" G_GUINT64_FORMAT "\n", (char *)&section.tag,
		       section.length);
	}
	printf("file %" G_GUINT64_FORMAT "\n", header.file_size);
	return TRUE;
}

int main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (!in) {
		fprintf(stderr, "usage: index-sizes FILE\n");
		return 2;
	}
	gboolean is_index = print_sections(in);

	fclose(in);
	return is_index ? 0 : 1;
}
