/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/log.h"

#include "tools/quote.h"

#include <stdio.h>
#include <syslog.h>

#define DETAILS (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)

/* @data is the tag. A name in a message must not fake another one, nor command
 * the terminal that shows the log later. */
static void write_all(const char *domain, GLogLevelFlags level,
		      const char *message, gpointer data)
{
	g_autofree char *text = rond_printable(message);

	fprintf(stderr, "%s: %s\n", (const char *)data, text);
}

static void write_no_details(const char *domain, GLogLevelFlags level,
			     const char *message, gpointer data)
{
	if (!(level & DETAILS))
		write_all(domain, level, message, data);
}

static int priority(GLogLevelFlags level)
{
	if (level & DETAILS)
		return LOG_DEBUG;
	if (level & G_LOG_LEVEL_MESSAGE)
		return LOG_INFO;
	if (level & G_LOG_LEVEL_WARNING)
		return LOG_WARNING;
	return LOG_ERR;
}

static void write_syslog(const char *domain, GLogLevelFlags level,
			 const char *message, gpointer data)
{
	g_autofree char *text = rond_printable(message);

	syslog(priority(level), "%s", text);
}

/* Tags are interned: GLib and libc keep the pointers. */
void rond_log_to_stderr(const char *tag, gboolean debug)
{
	g_log_set_default_handler(debug ? write_all : write_no_details,
				  (gpointer)g_intern_string(tag));
}

void rond_log_to_syslog(const char *tag)
{
	openlog(g_intern_string(tag), LOG_PID, LOG_DAEMON);
	g_log_set_default_handler(write_syslog, NULL);
}

void rond_log_warning(const char *message, gpointer data)
{
	g_warning("%s", message);
}
