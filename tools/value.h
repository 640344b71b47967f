/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values that options take. Each: FALSE with @error (EINVAL), one line
 * that says what is expected, when @text is none.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Bytes: a number, with K, M, G or T (binary; "KiB" and "KB" say the same). */
gboolean rond_value_size(const char *text, guint64 *bytes, GError **error);
/* A number from 0 to @max. */
gboolean rond_value_number(const char *text, guint max, guint *number,
			   GError **error);
/* Permission bits to clear, octal: 0 to 777. */
gboolean rond_value_mask(const char *text, mode_t *mask, GError **error);
/* A number or a name of a user or a group of this machine. */
gboolean rond_value_user(const char *text, guint32 *uid, GError **error);
gboolean rond_value_group(const char *text, guint32 *gid, GError **error);
/* "Europe/Paris", "UTC", "+02:00"; NULL: not known. */
GTimeZone *rond_value_timezone(const char *text, GError **error);
/* "now" (G_MININT64), YYYY-MM-DDTHHMM, or YYYY-MM-DD: that day's last second,
 * so that all of the day's backups are in the past. Seconds since the epoch. */
gboolean rond_value_date(const char *text, GTimeZone *zone, gint64 *time,
			 GError **error);
/* The place of @text in @names (NULL-terminated). */
gboolean rond_value_choice(const char *text, const char *const *names,
			   guint *number, GError **error);
