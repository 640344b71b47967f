/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of its own for each test of the scan, backups in it, and what a
 * scan finds as text.
 */
#pragma once

#include "fs/scan.h"

typedef struct {
	char *dir;
	GTimeZone *zone;     /* UTC */
	GPtrArray *patterns; /* RondPattern *, none yet */
	RondSourceScanner *scanner;
} ScanFixture;

void scan_set_up(ScanFixture *f, gconstpointer data);
void scan_tear_down(ScanFixture *f, gconstpointer data);

/* Where @name is in the folder; new. */
char *path_of(const ScanFixture *f, const char *name);

/* Files in the folder, with the folders above them: of @text, a small SQL dump,
 * a small archive packed as its name says. */
void write_bytes(const ScanFixture *f, const char *name, const char *text);
void make_dump(const ScanFixture *f, const char *name);
void make_tar(const ScanFixture *f, const char *name);
/* @time: in seconds since 1970. */
void set_mtime(const ScanFixture *f, const char *name, gint64 time);

/* Give the scanner @name in the folder, behind @prefix ("SNAPSHOT/PART="). */
void add_source(const ScanFixture *f, const char *prefix, const char *name);

/* Scan. @expected: the backups, sorted, a line "KIND PATH FOLDER|STEM WHEN"
 * each (KIND is A, D or F, "~" before WHEN: from the file's time), with " in
 * SNAPSHOT" and " as PART" where given. @skipped: lines "PATH: WHY" of what is
 * none; NULL: anything. Returns how many have to be looked at again. */
guint scan(const ScanFixture *f, const char *expected, const char *skipped);
