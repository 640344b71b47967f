/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where GLib's log messages go: "TAG: message" lines.
 */
#pragma once

#include <glib.h>

/* To stderr; with @debug also what is only for who looks for a mistake. */
void rond_log_to_stderr(const char *tag, gboolean debug);
/* To the system log (syslog(3)). */
void rond_log_to_syslog(const char *tag);

/* A RondWarn that logs. */
void rond_log_warning(const char *message, gpointer data);
