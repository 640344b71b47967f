/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/four-files.h"

const char *const four_files[] = {"a", "b", "c", "d", NULL};

Scratch *four_files_new(void)
{
	Scratch *scratch = scratch_new();

	scratch_run(scratch,
		    "mkdir tree && cd tree && "
		    "for i in a b; do head -c 150000 /dev/urandom > $i; done; "
		    "seq 30000 > c; seq 50000 90000 > d; "
		    "{ echo '-- MySQL dump 10.19'; cat c d; } > ../db.sql");
	return scratch;
}
