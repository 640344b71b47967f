/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Backups that can't be read here, but can be named: encrypted files, and
 * formats of one product (see the table of backup names in the manual).
 */
#pragma once

#include <glib.h>

/* What the file @name is, whose first @len bytes are @head, and the command
 * that opens it, in one static line; NULL when it isn't known. By content. */
const char *rond_foreign_by_head(const guint8 *head, gsize len);

/* The same by the ending of its name. */
const char *rond_foreign_by_name(const char *name);
