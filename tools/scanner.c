/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scanner.h"

#include "backends/error.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *path_of(const RondOneContent *content, const char *root)
{
	const RondSpan *span =
	    &g_array_index(content->line->spans, RondSpan, content->span);
	const RondStop *stop = content->line->stops->pdata[span->first];
	g_autofree char *path = rond_timeline_path(content->line, span);

	return g_build_filename(root, stop->snapshot, content->line->name, path,
				NULL);
}

static void write_list(const RondContents *contents, const char *root,
		       FILE *list, RondScanned *scan)
{
	for (guint i = 0; i < contents->all->len; i++) {
		g_autofree char *path =
		    path_of(rond_contents_get(contents, i), root);

		if (strchr(path, '\n')) {
			scan->left_out++;
			continue;
		}
		fprintf(list, "%s\n", path);
		scan->contents++;
	}
}

static void count_files(const RondContents *contents, RondScanned *scan)
{
	for (guint i = 0; i < contents->of->len; i++) {
		const GArray *of = contents->of->pdata[i];

		for (guint j = 0; j < of->len; j++)
			scan->files +=
			    g_array_index(of, guint32, j) != ROND_NO_CONTENT;
	}
}

/* Replaced as it is: the name has nothing that a shell minds. */
static gboolean run(const char *command, const char *list, int *status,
		    GError **error)
{
	g_autofree char *quoted = g_shell_quote(list);
	g_auto(GStrv) pieces = g_strsplit(command, "{}", -1);
	g_autofree char *line = g_strjoinv(quoted, pieces);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GSubprocess) shell = g_subprocess_new(
	    G_SUBPROCESS_FLAGS_STDIN_INHERIT, &cause, "sh", "-c", line, NULL);

	if (!shell || !g_subprocess_wait(shell, NULL, &cause))
		return rond_fail(error, EIO, _("the scanner can't be run: %s"),
				 cause->message);
	*status = g_subprocess_get_if_exited(shell)
		      ? g_subprocess_get_exit_status(shell)
		      : 128 + g_subprocess_get_term_sig(shell);
	return TRUE;
}

static gboolean write_and_run(const RondContents *contents, const char *root,
			      const char *command, RondScanned *scan,
			      GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GError) cause = NULL;
	int fd = g_file_open_tmp("rondctl-XXXXXX", &name, &cause);
	FILE *list = fd < 0 ? NULL : fdopen(fd, "w");
	gboolean written, ok = FALSE;

	if (!list)
		return rond_fail(error, EIO, "%s",
				 cause ? cause->message : g_strerror(errno));
	write_list(contents, root, list, scan);
	written = !ferror(list);
	if (fclose(list) || !written)
		rond_fail(error, EIO, "%s: %s", name, g_strerror(errno));
	else
		ok = run(command, name, &scan->status, error);
	unlink(name);
	return ok;
}

gboolean rond_scanner_run(const RondContents *contents, const char *root,
			  const char *command, RondScanned *scan,
			  GError **error)
{
	*scan = (RondScanned){0};
	count_files(contents, scan);
	/* Scanners given no names at all look at the folder they are in. */
	return !contents->all->len ||
	       write_and_run(contents, root, command, scan, error);
}
