/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Giving up powers, for good: one implementation with libseccomp, one without.
 */
#pragma once

#include <glib.h>

/* From here on this process can read, write and seek in the descriptors it
 * has, and use memory and threads; anything else fails. @socket_fd: one of them
 * (connected), at which it may ask as remote.h says, too; -1: none. FALSE with
 * @error when that could not be had. */
gboolean rond_confine(int socket_fd, GError **error);
