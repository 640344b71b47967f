/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Giving up powers, for good: one implementation with libseccomp, one without.
 */
#pragma once

#include <glib.h>

/* From here on this process can read, write and seek in the descriptors it
 * has, and use memory and threads; anything else fails. FALSE with @error when
 * that could not be had. */
gboolean rond_confine(GError **error);
