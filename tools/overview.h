/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondOverview: all snapshots, what is in them, and whether they can be
 * trusted; what `rondctl list` shows.
 */
#pragma once

#include "fs/library.h"

/* Raised when a member of the JSON changes its meaning. */
#define ROND_OVERVIEW_SCHEMA 1

typedef struct {
	char *name;
	gint64 time; /* seconds since the epoch */
	gboolean dated;
	gint64 days;	     /* of the calendar, before today; as in J-N */
	GPtrArray *parts;    /* char *: their names */
	gboolean is_counted; /* FALSE: all are folders, which nobody counts */
	guint64 entries;     /* files and folders */
	guint64 bytes;	     /* of their content */
	/* Files beside those of the same parts the time before. */
	gboolean has_changes; /* FALSE: there is no time before, or no index */
	guint64 added, removed, changed;
	/* What is wrong, a line each, with the part; none: it is complete. */
	GPtrArray *health; /* char * */
} RondOverviewRow;

typedef struct {
	GPtrArray *rows; /* RondOverviewRow, oldest first */
} RondOverview;

/* Of @library, which is indexed: what is not counts as unknown. */
RondOverview *rond_overview_new(RondLibrary *library);
void rond_overview_free(RondOverview *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondOverview, rond_overview_free)

/* Whether nothing is wrong anywhere. */
gboolean rond_overview_is_sound(const RondOverview *self);

/* A table; new. @terminal: nothing in it is a command to a terminal. */
char *rond_overview_format(const RondOverview *self, gboolean terminal);
/* {schema, snapshots: [{name, date, days, parts: [], entries, bytes, added,
 * removed, changed, health: []}]}; days as in J-N, counts null where they
 * are not known. New, ends with a newline. */
char *rond_overview_json(const RondOverview *self);
