/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/confine.h"

/* Built without libseccomp: the child is still a process of its own. */
gboolean rond_confine(int socket_fd, GError **error)
{
	return TRUE;
}
