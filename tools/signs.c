/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/signs.h"

#include <glib/gi18n.h>
#include <string.h>

/* What visitors, not programmers, put files into. */
static const char *const folders[] = {
    "upload",	"uploads", "uploaded", "files",	  "image",	 "images",
    "img",	"imgs",	   "media",    "medias",  "photo",	 "photos",
    "pictures", "avatars", "thumbs",   "gallery", "attachments", NULL,
};

/* Endings that servers run, as PHP's, Apache's and Debian's settings have
 * them. */
static const char *const endings[] = {
    "php",  "php3",  "php4", "php5", "php6", "php7", "php8",  "phps", "pht",
    "phtm", "phtml", "phar", "inc",  "cgi",  "fcgi", "pl",    "py",   "rb",
    "sh",   "asp",   "aspx", "jsp",  "jspx", "cfm",  "shtml", NULL,
};

/* What else programmers write, and an intruder adds to. */
static const char *const others[] = {
    "js", "mjs", "htm", "html", "tpl", "twig", "latte", "vue", NULL,
};

static const char *const pictures[] = {
    "jpg", "jpeg", "jpe", "jfif", "png",  "gif",  "webp", "avif",
    "ico", "bmp",  "svg", "tif",  "tiff", "heic", NULL,
};

/* What is said of each, by its bit: for people, for programs. */
static const struct {
	const char *text, *name;
} words[] = {
    {N_("program among uploads"), "program-in-upload"},
    {N_("mtime older than first seen"), "mtime-older-than-first-seen"},
    {N_("other content under the same size and mtime"), "same-size-and-mtime"},
    {N_("PHP inside a picture"), "php-in-picture"},
    {N_("in no commit"), "not-in-git"},
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

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static gboolean ends_in(const char *path, const char *const *all)
{
	const char *dot = strrchr(name_of(path), '.');
	g_autofree char *lower = dot ? g_ascii_strdown(dot + 1, -1) : NULL;

	return lower && g_strv_contains(all, lower);
}

gboolean rond_signs_is_run(const char *path)
{
	return is_run(name_of(path));
}

gboolean rond_signs_is_code(const char *path)
{
	return rond_signs_is_run(path) || ends_in(path, others);
}

gboolean rond_signs_is_picture(const char *path)
{
	return ends_in(path, pictures);
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
	return _(words[g_bit_nth_lsf(sign, -1)].text);
}

const char *rond_signs_name(RondSigns sign)
{
	return words[g_bit_nth_lsf(sign, -1)].name;
}
