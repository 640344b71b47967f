/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors: one GError domain whose code is an errno.
 *
 * A function that fails sets a message that a person can act on, with the
 * name of the file in it where the caller does not know it, and an errno that
 * a program can: it is what a FUSE reply carries.
 */
#pragma once

#include <glib.h>

#define ROND_ERROR (rond_error_quark())
GQuark rond_error_quark(void);

/* Set @error to @code (an errno) with a formatted message. Always returns
 * FALSE, so that a caller can `return rond_fail(error, EIO, ...)`. */
gboolean rond_fail(GError **error, int code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The same, with ": " and the text of @code appended to the message. */
gboolean rond_fail_errno(GError **error, int code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The errno to reply for @error: its code in our domain, the nearest errno for
 * GIO's and GLib's domains, EIO otherwise and for NULL. Never 0. */
int rond_error_errno(const GError *error);
