/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#define NAME "secret"

/* Whole, or it is none: a crash may have left an empty one. */
static gboolean read_secret(const char *path, guint8 secret[ROND_SECRET_LEN])
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	gssize n;

	if (fd < 0)
		return FALSE;
	n = read(fd, secret, ROND_SECRET_LEN);
	close(fd);
	return n == ROND_SECRET_LEN;
}

static gboolean write_secret(const char *path,
			     const guint8 secret[ROND_SECRET_LEN])
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	gboolean ok;

	if (fd < 0)
		return FALSE;
	ok =
	    write(fd, secret, ROND_SECRET_LEN) == ROND_SECRET_LEN && !fsync(fd);
	return !close(fd) && ok;
}

/* Of several processes one makes it: a link never replaces. */
static void keep(const char *path, const guint8 secret[ROND_SECRET_LEN])
{
	g_autofree char *made = g_strdup_printf("%s.%ld", path, (long)getpid());

	if (write_secret(made, secret) && link(made, path) && errno == EEXIST &&
	    !read_secret(path, (guint8[ROND_SECRET_LEN]){0}))
		rename(made, path);
	unlink(made);
}

void rond_secret_load(const RondCacheDir *cache, guint8 secret[ROND_SECRET_LEN])
{
	const char *folder = rond_cache_dir_path(cache);
	g_autofree char *path =
	    folder ? g_build_filename(folder, NAME, NULL) : NULL;

	if (path && read_secret(path, secret))
		return;
	/* getrandom(2): up to 256 bytes come whole. */
	g_assert(getrandom(secret, ROND_SECRET_LEN, 0) == ROND_SECRET_LEN);
	if (!path)
		return;
	keep(path, secret);
	read_secret(path, secret);
}
