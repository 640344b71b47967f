/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What confinement costs: the first pass in this process and in a confined
 * child, by turns.
 *
 *	first-pass TIMES FILE
 *
 * Prints one line a turn: the seconds of the first, those of the second.
 */
#include "backends/error.h"
#include "backends/index/confined.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef gboolean (*Pass)(const RondBuild *build, int fd, GError **error);

/* An unnamed file, as where the cache is. */
static int scratch_file(void)
{
	return open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

typedef struct {
	int fd;
} Copy;

static int make_copy(gpointer data, guint64 bytes)
{
	Copy *copy = data;

	copy->fd = scratch_file();
	return copy->fd;
}

static double seconds_of(Pass pass, RondStream *source,
			 const RondDetected *detected, GError **error)
{
	Copy copy = {-1};
	const RondBuild build = {.source = source,
				 .detected = detected,
				 .make_copy = make_copy,
				 .data = &copy};
	int fd = scratch_file();
	gint64 began = g_get_monotonic_time();
	gboolean done = pass(&build, fd, error);
	gint64 ended = g_get_monotonic_time();

	if (fd >= 0)
		close(fd);
	if (copy.fd >= 0)
		close(copy.fd);
	return done ? (double)(ended - began) / 1e6 : -1;
}

static const Pass passes[] = {rond_index_build, rond_index_build_confined};

static gboolean compare(int times, const char *path, GError **error)
{
	g_autoptr(RondStream) source = NULL;
	g_auto(RondDetected) detected = {0};
	g_autofree char *name = g_path_get_basename(path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return rond_fail_errno(error, errno, "%s", path);
	source = rond_file_stream_new(fd, error);
	if (!source || !rond_detect(source, name, FALSE, &detected, error))
		return FALSE;
	if (detected.kind == ROND_KIND_NONE)
		return rond_fail(error, EINVAL, "%s: %s", path, detected.why);
	for (int i = 0; i < times; i++) {
		double took[2];

		/* Who goes first finds another machine: by turns too. */
		for (int j = 0; j < 2; j++) {
			int which = (i + j) % 2;

			took[which] =
			    seconds_of(passes[which], source, &detected, error);
			if (took[which] < 0)
				return FALSE;
		}
		printf("%.4f %.4f\n", took[0], took[1]);
		fflush(stdout);
	}
	return TRUE;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc > 1 && !strcmp(argv[1], ROND_CHILD_ARGUMENT))
		return rond_index_child_main(argc, argv);
	if (argc != 3) {
		fprintf(stderr, "usage: first-pass TIMES FILE\n");
		return 2;
	}
	if (compare(atoi(argv[1]), argv[2], &error))
		return 0;
	fprintf(stderr, "first-pass: %s\n", error->message);
	return 1;
}
