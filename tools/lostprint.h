/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forms in which `rondctl lost` shows what is lost.
 */
#pragma once

#include "tools/lostlist.h"

#include <stdio.h>

/* For people: a line for each, and how many there are. Folders that are lost as
 * a whole are one line. Times in @zone; @terminal: names are quoted. */
void rond_lost_print_text(const RondLostList *list, GTimeZone *zone,
			  gboolean terminal, FILE *out);

/* SNAPSHOT/PART/PATH of each that is no folder, a zero byte behind it. */
void rond_lost_print_paths(const RondLostList *list, FILE *out);

/* An object a line for each, then one of how many there are. */
void rond_lost_print_json(const RondLostList *list, FILE *out);
/* Raised when a member changes its meaning. */
#define ROND_LOST_SCHEMA 1
