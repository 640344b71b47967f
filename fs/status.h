/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each backup is, and how sound: `.status` for programs and
 * `PROBLEMS.txt` for people.
 */
#pragma once

#include "fs/library.h"

/* The schema of .status; raised when a field changes its meaning. */
#define ROND_STATUS_SCHEMA 1

/* JSON: {schema, version, sources, arguments, first_seen,
 * skipped: [{path, why}], cache: {memory_bytes, memory_limit, hits, misses,
 * disk, disk_bytes, disk_limit}, snapshots: [{name, date, parts: [{name, kind,
 * source, state, progress, message, size, entries, bytes, left_out,
 * stripped}]}]}. hits and misses count decoded blocks since the mount;
 * arguments are what rondctl is to be told to see the same, sources included;
 * left_out counts device nodes and the like, stripped the files whose setuid or
 * setgid bits are not shown. New, ends with a newline. Bytes of names that are
 * not UTF-8 appear as U+FFFD. */
char *rond_status_json(RondLibrary *library);

/* A line for each thing that is skipped, damaged, missing or suspiciously
 * small, with what to do; new. NULL: there is none. Makes nothing be indexed:
 * damage is known once a backup was entered. */
char *rond_status_problems(RondLibrary *library);
