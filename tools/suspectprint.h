/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forms in which `rondctl suspects` shows what is worth a second look.
 */
#pragma once

#include "tools/suspectlist.h"

#include <stdio.h>

/* For people: a line for each, and for each burst. @terminal: names are
 * quoted. */
void rond_suspects_print_text(const RondSuspectList *list, gboolean terminal,
			      FILE *out);

/* SNAPSHOT/PART/PATH of each, a zero byte behind it. */
void rond_suspects_print_paths(const RondSuspectList *list, FILE *out);

/* An object a line for each, then one of how many there are. */
void rond_suspects_print_json(const RondSuspectList *list, FILE *out);
/* Raised when a member changes its meaning. */
#define ROND_SUSPECTS_SCHEMA 1
