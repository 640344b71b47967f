/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/signs.h"

#include <glib/gi18n.h>
#include <string.h>

/* What visitors, not programmers, put files into. */
static const char *const folders[] = {
    "upload",	"uploads", "uploaded", "files",	  "image",	 "images",
    "img",	"imgs",	   "media",    "medias",  "photo",	 "photos",
    "pictures", "avatars", "thumbs",   "gallery", "attachments", "cache",
    "tmp",	"temp",	   NULL,
};

/* Endings that servers run, as PHP's, Apache's and Debian's settings have
 * them. */
static const char *const endings[] = {
    "php",  "php3",  "php4", "php5", "php6", "php7", "php8",  "phps", "pht",
    "phtm", "phtml", "phar", "inc",  "cgi",  "fcgi", "pl",    "py",   "rb",
    "sh",   "asp",   "aspx", "jsp",  "jspx", "cfm",  "shtml", NULL,
};

static gboolean is_for_files(const char *name, gsize len)
{
	g_autofree char *lower = g_ascii_strdown(name, (gssize)len);

	return g_strv_contains(folders, lower);
}

/* A server with several handlers runs "x.php.jpg", too. */
static gboolean is_run(const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_auto(GStrv) pieces = NULL;

	if (g_str_equal(lower, ".htaccess") || g_str_equal(lower, ".user.ini"))
		return TRUE;
	pieces = g_strsplit(lower, ".", -1);
	for (char **piece = pieces + 1; pieces[0] && *piece; piece++)
		if (g_strv_contains(endings, *piece))
			return TRUE;
	return FALSE;
}

gboolean rond_signs_is_program(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash || !is_run(slash + 1))
		return FALSE;
	while (path < slash) {
		gsize len = strcspn(path, "/");

		if (is_for_files(path, len))
			return TRUE;
		path += len + 1;
	}
	return FALSE;
}

const char *rond_signs_text(RondSigns sign)
{
	return sign == ROND_SIGN_PROGRAM ? _("program among uploads")
					 : _("mtime older than first seen");
}

const char *rond_signs_name(RondSigns sign)
{
	return sign == ROND_SIGN_PROGRAM ? "program-in-upload"
					 : "mtime-older-than-first-seen";
}
