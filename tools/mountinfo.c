/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/mountinfo.h"

#include "backends/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OUR_TYPE "fuse.rondfs"

void rond_mount_info_clear(RondMountInfo *info)
{
	g_clear_pointer(&info->root, g_free);
	g_clear_pointer(&info->type, g_free);
	g_clear_pointer(&info->path, g_free);
}

gboolean rond_mount_info_is_ours(const RondMountInfo *info)
{
	return g_str_equal(info->type, OUR_TYPE) &&
	       g_str_equal(info->root, info->path);
}

/* "ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS [TAGS...] - TYPE SOURCE …" */
static gboolean parse_line(const char *line, int id, RondMountInfo *info)
{
	g_auto(GStrv) fields = g_strsplit(line, " ", -1);
	guint n = g_strv_length(fields);
	guint dash = 6;

	if (n < 10 || atoi(fields[0]) != id)
		return FALSE;
	while (dash < n && !g_str_equal(fields[dash], "-"))
		dash++;
	if (dash + 1 >= n)
		return FALSE;
	/* Blanks and backslashes are octal escapes. */
	info->root = g_strcompress(fields[4]);
	info->type = g_strdup(fields[dash + 1]);
	return TRUE;
}

gboolean rond_mount_info_parse(const char *text, int id, RondMountInfo *info)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		if (parse_line(lines[i], id, info))
			return TRUE;
	}
	return FALSE;
}

/* The kernel's number of the mount that @fd lies in, -1: not known. Unlike
 * statx() this asks the mount nothing. */
static int mount_id(int fd)
{
	g_autofree char *name = g_strdup_printf("/proc/self/fdinfo/%d", fd);
	g_autofree char *text = NULL;
	const char *at;

	if (!g_file_get_contents(name, &text, NULL, NULL))
		return -1;
	at = strstr(text, "mnt_id:");
	return at ? atoi(at + strlen("mnt_id:")) : -1;
}

static void look_up(int fd, RondMountInfo *info)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree char *text = NULL;
	int id = mount_id(fd);

	info->path = g_file_read_link(link, NULL);
	if (id < 0 || !info->path ||
	    !g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL))
		return;
	rond_mount_info_parse(text, id, info);
}

gboolean rond_mount_info(const char *path, RondMountInfo *info, GError **error)
{
	/* O_PATH goes through to a dead mount, where stat() fails. */
	int fd = open(path, O_PATH | O_CLOEXEC);

	memset(info, 0, sizeof(*info));
	if (fd < 0)
		return rond_fail_errno(error, errno, "%s", path);
	look_up(fd, info);
	close(fd);
	if (!info->path)
		info->path = g_canonicalize_filename(path, NULL);
	if (!info->type) {
		info->root = g_strdup("");
		info->type = g_strdup("");
	}
	return TRUE;
}
