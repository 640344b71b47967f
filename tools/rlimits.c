/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/rlimits.h"

#include <sys/resource.h>

void rond_rlimits_raise(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}
