/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the catalog share: backups made of nothing but a path, and
 * a catalog as text.
 */
#pragma once

#include "fs/catalog.h"

/* A new backup as the scan would make it, last changed at @mtime: @path is
 * FOLDER/NAME, a dump when it ends in .sql…, a plain tree when it ends in a
 * slash; a date in NAME is read in @zone. */
RondBackup *backup_at(const char *path, GTimeZone *zone, gint64 mtime);
/* Say where @backup belongs, as a source SNAPSHOT/PART=PATH does; NULL: not.
 * Returns @backup. */
RondBackup *backup_give(RondBackup *backup, const char *snapshot,
			const char *part);

/* New lists that own their backups: an empty one, and one of @paths, up to a
 * NULL. */
GPtrArray *backups_new(void);
GPtrArray *backups_at(GTimeZone *zone, const char *const *paths);
/* Put a backup at @path, read in UTC, in the list, which keeps it. */
RondBackup *backups_add(GPtrArray *backups, const char *path);

/* "2024-05-01: db=a.sql www=b.tar; …", a star behind an undated name; new. */
char *catalog_shown(const RondCatalog *catalog);
/* The new catalog of @backups; as text it must be @expected. */
RondCatalog *expect_after(GPtrArray *backups, GTimeZone *zone,
			  const RondCatalog *earlier, const char *expected);
