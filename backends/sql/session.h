/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What generated scripts say to the server before their statements, and after
 * them: rows mean the same whatever session they are loaded in.
 */
#pragma once

#include <glib.h>

/* The session is made one where zeros in AUTO_INCREMENT columns stay, dates are
 * taken that once were, text is UTF-8, parents may be missing, and times are
 * @time_zone's; NULL: that stays as it is. Appended to @out. */
void rond_session_begin(GString *out, const char *time_zone);
/* The same @time_zone: everything is as it was. */
void rond_session_end(GString *out, const char *time_zone);

/* @text between two @quote: ' (a backslash is doubled) or `. */
void rond_session_quote(GString *out, char quote, const char *text);
