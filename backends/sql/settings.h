/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSettings: what the SET statements of a dump say, and whose they are.
 *
 * Those at its beginning hold for all of it: each file made of the dump begins
 * with them and ends with their restoring. Later ones stand around an object
 * (the variable is saved before and restored behind it), or hold from there on.
 * For one thread.
 */
#pragma once

#include "backends/sql/mode.h"

typedef enum {
	ROND_SETTING_HELD,   /* kept here: for all that follows */
	ROND_SETTING_AROUND, /* belongs to the object that follows */
	ROND_SETTING_BACK,   /* belongs to the object before */
	ROND_SETTING_NONE,   /* no business of a single table's file */
} RondSettingRole;

typedef struct RondSettings RondSettings;

RondSettings *rond_settings_new(void);
void rond_settings_free(RondSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSettings, rond_settings_free)

/* A SET statement, with its delimiter. */
RondSettingRole rond_settings_take(RondSettings *self, const char *text,
				   gsize len);
/* The first object comes: the header is over. Adds what importing one table
 * needs and the dump doesn't say. Again: nothing. */
void rond_settings_seal(RondSettings *self);

/* How text is to be read from here on. */
RondSqlMode rond_settings_mode(const RondSettings *self);
/* Of its own knowledge (a banner) or of what it says: always on. */
void rond_settings_add_mode(RondSettings *self, RondSqlMode mode);
/* What text is in, lower case. */
const char *rond_settings_charset(const RondSettings *self);
/* As the header says; NULL: it doesn't. */
const char *rond_settings_time_zone(const RondSettings *self);

/* The header is part 0, and settings that hold from some place on are parts
 * behind it, a few at most: how many there are now. */
guint rond_settings_parts(const RondSettings *self);
const char *rond_settings_part(const RondSettings *self, guint i);
/* What restores the header's. New. */
char *rond_settings_footer(const RondSettings *self);
/* Whether variables were saved in the header, and never restored since. */
gboolean rond_settings_open(const RondSettings *self);
