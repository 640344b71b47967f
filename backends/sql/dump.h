/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SQL dumps: recognising one.
 */
#pragma once

#include <glib.h>

/* Whether @head, the first @len bytes of a (decoded) file, look like a MySQL
 * or MariaDB dump: the banners of mysqldump, mariadb-dump, phpMyAdmin, Adminer,
 * mydumper, MySQL Shell, or, for dumps without comments, a text whose first
 * statement is one that dumps begin with. 4 KiB suffice. */
gboolean rond_dump_probe(const guint8 *head, gsize len);

/* Whether one of those says which tool made it: else it may also be a script
 * that somebody wrote. */
gboolean rond_dump_has_banner(const guint8 *head, gsize len);
