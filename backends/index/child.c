/* SPDX-License-Identifier: BSD-2-Clause */
/* The child's side of a confined first pass. */
#include "backends/index/child.h"
#include "backends/index/confine.h"
#include "backends/index/confined.h"

#include "backends/error.h"
#include "backends/stream/remote.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Address space: an index of fifty million entries, and the largest window of
 * a decoder, fit. */
#define MAX_MEMORY ((rlim_t)8 << 30)

static gboolean put(const RondChildMessage *message)
{
	return write(ROND_CHILD_PIPE, message, sizeof *message) ==
	       (gssize)sizeof *message;
}

static void tell_progress(gpointer data, guint64 bytes)
{
	put(&(RondChildMessage){.kind = ROND_CHILD_PROGRESS, .bytes = bytes});
}

static int tell_failure(GError *error)
{
	RondChildMessage message = {.kind = ROND_CHILD_FAILED,
				    .code = rond_error_errno(error)};

	g_strlcpy(message.text, error->message, sizeof message.text);
	g_error_free(error);
	return put(&message) ? 1 : 2;
}

static int give_copy(gpointer data, guint64 bytes)
{
	struct stat st;

	return fstat(ROND_CHILD_COPY, &st) ? -1 : ROND_CHILD_COPY;
}

static void limit(void)
{
	const struct rlimit none = {0, 0};
	const struct rlimit memory = {MAX_MEMORY, MAX_MEMORY};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &none);
	/* A sanitizer's shadow memory takes terabytes of addresses. */
	if (!ROND_SHADOW_MEMORY)
		setrlimit(RLIMIT_AS, &memory);
}

/* argv: program, argument, kind, codec, format, limit of the copy, whether to
 * be thorough, the source's size. */
static gboolean parse(char **argv, RondDetected *detected, GError **error)
{
	*detected = (RondDetected){
	    .kind = !strcmp(argv[2], "dump") ? ROND_KIND_DUMP : ROND_KIND_TREE,
	    .codec = rond_codec_by_name(argv[3]),
	    .format = rond_archive_by_name(argv[4]),
	};
	if ((detected->codec || !strcmp(argv[3], "-")) &&
	    (detected->format || !strcmp(argv[4], "-")))
		return TRUE;
	return rond_fail(error, EINVAL, "no such codec or format");
}

/* Whether the source is a socket, and somebody tells what is in it. */
static gboolean is_remote(char **argv)
{
	return strcmp(argv[7], "-") != 0;
}

static RondStream *open_source(char **argv, GError **error)
{
	if (!is_remote(argv))
		return rond_file_stream_new(ROND_CHILD_SOURCE, error);
	return rond_remote_stream_new(ROND_CHILD_SOURCE,
				      g_ascii_strtoull(argv[7], NULL, 10));
}

static gboolean work(char **argv, GError **error)
{
	g_autoptr(RondStream) source = NULL;
	RondDetected detected;
	RondBuild build = {
	    .detected = &detected,
	    .thorough = !strcmp(argv[6], "thorough"),
	    .make_copy = give_copy,
	    .copy_limit = g_ascii_strtoull(argv[5], NULL, 10),
	    .progress = tell_progress,
	};

	/* Loaded while files can still be opened. */
	setlocale(LC_CTYPE, "C.UTF-8");
	limit();
	if (!parse(argv, &detected, error) ||
	    !rond_confine(is_remote(argv) ? ROND_CHILD_SOURCE : -1, error))
		return FALSE;
	source = open_source(argv, error);
	build.source = source;
	return source && rond_index_build(&build, ROND_CHILD_INDEX, error);
}

int rond_index_child_main(int argc, char **argv)
{
	GError *error = NULL;

	if (argc != 8) {
		fprintf(stderr, "this option is the program's own\n");
		return 2;
	}
	int status = work(argv, &error) ? 0 : tell_failure(error);

	/* Without the handlers of exit(3): nothing of them is needed, and
	 * some would do what is no longer allowed. */
	_exit(status);
}
