/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times what programs do to files, without what a program itself costs.
 *
 *	probe lstat <PATHS	lstat each; prints the seconds for all
 *	probe read <PATHS	open each, read its first 4 KiB, close it;
 *prints the milliseconds of each, one a line
 *
 * PATHS is what find -print0 prints. Ends with 1 when one of them fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_BYTES 4096

typedef struct {
	GString *text;
	GPtrArray *paths;
} Paths;

static Paths paths_read(FILE *in)
{
	Paths self = {g_string_new(NULL), g_ptr_array_new()};
	char buffer[65536];
	gsize len;

	while ((len = fread(buffer, 1, sizeof buffer, in)))
		g_string_append_len(self.text, buffer, (gssize)len);
	for (gsize at = 0; at < self.text->len;
	     at += strlen(self.text->str + at) + 1)
		g_ptr_array_add(self.paths, self.text->str + at);
	return self;
}

static void paths_clear(Paths *self)
{
	g_ptr_array_unref(self->paths);
	g_string_free(self->text, TRUE);
}

static gboolean fail(const char *path)
{
	fprintf(stderr, "probe: %s: %s\n", path, g_strerror(errno));
	return FALSE;
}

static gboolean lstat_all(const GPtrArray *paths)
{
	gint64 began = g_get_monotonic_time();
	struct stat st;

	for (guint i = 0; i < paths->len; i++)
		if (lstat(paths->pdata[i], &st))
			return fail(paths->pdata[i]);
	printf("%.6f\n", (double)(g_get_monotonic_time() - began) / 1e6);
	return TRUE;
}

static gboolean read_first(const char *path)
{
	char buffer[FIRST_BYTES];
	int fd = open(path, O_RDONLY);
	ssize_t got;

	if (fd < 0)
		return fail(path);
	got = read(fd, buffer, sizeof buffer);
	close(fd);
	return got < 0 ? fail(path) : TRUE;
}

static gboolean read_all(const GPtrArray *paths)
{
	g_autofree double *ms = g_new(double, paths->len + 1);

	for (guint i = 0; i < paths->len; i++) {
		gint64 began = g_get_monotonic_time();

		if (!read_first(paths->pdata[i]))
			return FALSE;
		ms[i] = (double)(g_get_monotonic_time() - began) / 1e3;
	}
	for (guint i = 0; i < paths->len; i++)
		printf("%.3f\n", ms[i]);
	return TRUE;
}

int main(int argc, char **argv)
{
	gboolean lstats = argc == 2 && !strcmp(argv[1], "lstat");
	gboolean reads = argc == 2 && !strcmp(argv[1], "read");

	if (!lstats && !reads) {
		fprintf(stderr, "usage: probe lstat|read <PATHS\n");
		return 2;
	}
	Paths paths = paths_read(stdin);
	gboolean done = lstats ? lstat_all(paths.paths) : read_all(paths.paths);

	paths_clear(&paths);
	return done ? 0 : 1;
}
