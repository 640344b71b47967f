/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names for a terminal: a backup of an attacked site may hold names that are
 * commands to it.
 */
#pragma once

#include <glib.h>

/* @name as a shell reads it, quoted only where it must be; control bytes and
 * what is no UTF-8 become $'\ooo', as ls shows them. New. */
char *rond_quote(const char *name);

/* @text for a terminal as it is, but for control characters and what is no
 * UTF-8, which become '?'. For sentences that hold names. New. */
char *rond_printable(const char *text);
