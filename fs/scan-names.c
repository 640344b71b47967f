/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-names.h"

#include <string.h>

static const char *const unfinished[] = {
    ".part",	   ".partial",	".tmp", ".temp", ".swp",
    ".crdownload", ".filepart", "~",	NULL,
};

static const char *const side_files[] = {
    ".md5",	  ".sha1",	".sha256", ".sha512", ".md5sum", ".sha1sum",
    ".sha256sum", ".sha512sum", ".asc",	   ".sig",    ".log",	 NULL,
};

static const char *const packings[] = {
    ".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".z", NULL,
};

static const char *const encryptions[] = {
    ".gpg", ".pgp", ".age", ".enc", ".crypt", NULL,
};

static const char *const backups[] = {
    ".tar", ".tgz",  ".taz",  ".tbz",	 ".tbz2", ".tb2",  ".txz",
    ".tlz", ".tzst", ".tlz4", ".zip",	 ".7z",	  ".cpio", ".sql",
    ".rar", ".iso",  ".jpa",  ".wpress", ".daf",  NULL,
};

/* The length of @name without the one of @endings that it has, or 0. */
static gsize ends_with(const char *name, gsize len, const char *const *endings)
{
	for (guint i = 0; endings[i]; i++) {
		gsize n = strlen(endings[i]);

		if (len > n &&
		    !g_ascii_strncasecmp(name + len - n, endings[i], n))
			return len - n;
	}
	return 0;
}

gboolean rond_name_is_unfinished(const char *name)
{
	return ends_with(name, strlen(name), unfinished) > 0;
}

gboolean rond_name_is_side_file(const char *name)
{
	return ends_with(name, strlen(name), side_files) > 0;
}

static gsize without(const char *name, gsize len, const char *const *endings)
{
	gsize shorter = ends_with(name, len, endings);

	return shorter ? shorter : len;
}

gboolean rond_name_is_backup(const char *name)
{
	gsize len = without(name, strlen(name), encryptions);

	return ends_with(name, without(name, len, packings), backups) > 0;
}

gboolean rond_name_is_packed(const char *name)
{
	return rond_name_is_backup(name) ||
	       ends_with(name, strlen(name), packings) > 0 ||
	       ends_with(name, strlen(name), encryptions) > 0;
}
