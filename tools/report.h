/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondReport: what each backup is, and how sound; what `rondctl status` shows.
 */
#pragma once

#include "fs/library.h"

#include <glib.h>

typedef struct {
	char *snapshot, *part;
	char *state;	 /* as rond_part_state_name() */
	double progress; /* 0 to 1 */
	guint64 entries, bytes;
	char *message; /* one line, or NULL */
} RondReportRow;

typedef struct {
	GPtrArray *rows;    /* RondReportRow, oldest snapshot first */
	GPtrArray *skipped; /* RondSkipped */
	/* What caches hold, in bytes, and were good for. */
	char *disk; /* where; NULL: it has no place, or nothing is known */
	guint64 disk_bytes, disk_limit, memory_bytes, memory_limit;
	guint64 hits, misses;
} RondReport;

RondReport *rond_report_new(void);
/* Of the backups in @library, as they are now. */
RondReport *rond_report_from_library(RondLibrary *library);
/* Of a mount's .status. NULL with @error when @text is none, or of a schema
 * that is not known. What is missing in it is empty. */
RondReport *rond_report_from_json(const char *text, GError **error);
void rond_report_free(RondReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondReport, rond_report_free)

/* How many backups are damaged, incomplete, failed or left out. */
guint rond_report_problems(const RondReport *self);

/* A table; new. @terminal: nothing in it is a command to a terminal. */
char *rond_report_format(const RondReport *self, gboolean terminal);
/* Lines about the caches; new. */
char *rond_report_format_caches(const RondReport *self, gboolean terminal);
