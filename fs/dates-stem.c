/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/dates.h"

#include <string.h>

#define SEPARATORS "-_. "

/* Endings that say how a backup is packed, not whose it is. */
static const char *const endings[] = {
    ".tar",  ".tgz",  ".taz",	 ".tbz",  ".tbz2", ".tb2", ".txz", ".tlz",
    ".tzst", ".tlz4", ".gz",	 ".bz2",  ".xz",   ".zst", ".lz4", ".lzma",
    ".z",    ".zip",  ".7z",	 ".cpio", ".rar",  ".iso", ".cab", ".ar",
    ".sql",  ".dump", ".mysql",	 ".gpg",  ".pgp",  ".age", ".enc", ".crypt",
    ".jpa",  ".daf",  ".wpress", NULL,
};

static gsize without_ending(const char *name, gsize len)
{
	for (guint i = 0; endings[i]; i++) {
		gsize n = strlen(endings[i]);

		if (len > n &&
		    !g_ascii_strncasecmp(name + len - n, endings[i], n))
			return len - n;
	}
	return len;
}

/* "www (1)", "www(2)": a browser's second download. */
static gsize without_copy_count(const char *name, gsize len)
{
	gsize at = len;

	if (at < 4 || name[at - 1] != ')')
		return len;
	for (at--; at > 0 && g_ascii_isdigit(name[at - 1]); at--)
		;
	return at > 1 && at < len - 1 && name[at - 1] == '(' ? at - 1 : len;
}

static gsize without_separators(const char *name, gsize len)
{
	while (len > 0 && strchr(SEPARATORS, name[len - 1]))
		len--;
	return len;
}

char *rond_name_stem(const char *name)
{
	gsize skip = strspn(name, SEPARATORS);
	gsize len = strlen(name) - skip;
	gsize before;

	name += skip;
	do {
		before = len;
		len = without_ending(name, len);
		len = without_copy_count(name, len);
		len = without_separators(name, len);
	} while (len < before);
	return g_strndup(name, len);
}
