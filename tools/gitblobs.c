/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/gitblobs.h"

#include "backends/error.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define PIECE (256 * 1024)

struct RondGitBlobs {
	char *path;
	GChecksumType type; /* of the repository's ids */
	GHashTable *blobs;  /* id → RondGitBlob */
	GHashTable *paths;  /* of the commit checked out; NULL: not asked yet */
};

static void blob_free(gpointer data)
{
	RondGitBlob *self = data;

	g_free(self->commit);
	g_free(self->date);
	g_free(self);
}

void rond_git_blobs_free(RondGitBlobs *self)
{
	g_clear_pointer(&self->paths, g_hash_table_unref);
	g_hash_table_unref(self->blobs);
	g_free(self->path);
	g_free(self);
}

/* Start git with @arguments (NULL at the end) on the repository. */
static GSubprocess *start(const RondGitBlobs *self,
			  const char *const *arguments, GSubprocessFlags flags,
			  GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher =
	    g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | flags);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	const char *const head[] = {"git", "--no-pager",
				    "-C",  self->path,
				    "-c",  "core.fsmonitor=false"};
	g_autoptr(GError) cause = NULL;
	GSubprocess *git;

	for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
		g_ptr_array_add(argv, (gpointer)head[i]);
	for (; *arguments; arguments++)
		g_ptr_array_add(argv, (gpointer)*arguments);
	g_ptr_array_add(argv, NULL);
	/* Nothing is written, fetched or asked. */
	g_subprocess_launcher_setenv(launcher, "GIT_OPTIONAL_LOCKS", "0", TRUE);
	g_subprocess_launcher_setenv(launcher, "GIT_NO_LAZY_FETCH", "1", TRUE);
	g_subprocess_launcher_setenv(launcher, "GIT_TERMINAL_PROMPT", "0",
				     TRUE);
	git = g_subprocess_launcher_spawnv(
	    launcher, (const char *const *)argv->pdata, &cause);
	if (!git)
		rond_fail(error, ENOENT, _("git can't be run: %s"),
			  cause->message);
	return git;
}

/* What git wrote to stderr, or how it ended, for people. */
static gboolean failed(const RondGitBlobs *self, const char *said,
		       GError **error)
{
	g_autofree char *line =
	    g_strndup(said ? said : "", said ? strcspn(said, "\n") : 0);

	return rond_fail(error, EIO, "%s: git: %s", self->path,
			 *line ? line : _("it failed"));
}

/* Run git with @input to its end: what it writes, new. NULL with @error. */
static char *run(const RondGitBlobs *self, const char *const *arguments,
		 const char *input, GError **error)
{
	g_autoptr(GSubprocess) git = start(self, arguments,
					   G_SUBPROCESS_FLAGS_STDIN_PIPE |
					       G_SUBPROCESS_FLAGS_STDERR_PIPE,
					   error);
	g_autofree char *out = NULL;
	g_autofree char *err = NULL;

	if (!git)
		return NULL;
	if (!g_subprocess_communicate_utf8(git, input, NULL, &out, &err,
					   NULL) ||
	    !g_subprocess_get_successful(git)) {
		failed(self, err, error);
		return NULL;
	}
	return g_steal_pointer(&out);
}

RondGitBlobs *rond_git_blobs_new(const char *path, GError **error)
{
	static const char *const format[] = {"rev-parse",
					     "--show-object-format", NULL};
	g_autoptr(RondGitBlobs) self = g_new0(RondGitBlobs, 1);
	g_autofree char *said = NULL;

	self->path = g_strdup(path);
	self->blobs =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, blob_free);
	said = run(self, format, NULL, error);
	if (!said)
		return NULL;
	self->type = g_str_has_prefix(said, "sha256") ? G_CHECKSUM_SHA256
						      : G_CHECKSUM_SHA1;
	return g_steal_pointer(&self);
}

/* As git makes it: of a header and the content; new. */
static char *id_of(const RondGitBlobs *self, RondStream *content,
		   GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(self->type);
	g_autofree char *header = g_strdup_printf("blob %" G_GUINT64_FORMAT,
						  rond_stream_size(content));
	g_autofree guint8 *buf = g_malloc(PIECE);
	guint64 at = 0;
	gssize n;

	g_checksum_update(sum, (guint8 *)header, (gssize)strlen(header) + 1);
	while ((n = rond_stream_pread(content, buf, PIECE, at, error)) > 0) {
		g_checksum_update(sum, buf, n);
		at += (guint64)n;
	}
	return n < 0 ? NULL : g_strdup(g_checksum_get_string(sum));
}

const char *rond_git_blobs_add(RondGitBlobs *self, RondStream *content,
			       GError **error)
{
	g_autofree char *id = id_of(self, content, error);
	gpointer known;

	if (!id)
		return NULL;
	if (g_hash_table_lookup_extended(self->blobs, id, &known, NULL))
		return known;
	known = g_steal_pointer(&id);
	g_hash_table_insert(self->blobs, known, g_new0(RondGitBlob, 1));
	return known;
}

static char *all_ids(const RondGitBlobs *self)
{
	GString *text = g_string_new(NULL);
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, self->blobs);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		g_string_append_printf(text, "%s\n", (char *)id);
	return g_string_free(text, FALSE);
}

/* "ID blob SIZE", or "ID missing". Returns how many are known; -1 with
 * @error. */
static gssize ask_known(const RondGitBlobs *self, GError **error)
{
	static const char *const check[] = {"cat-file", "--batch-check", NULL};
	g_autofree char *ids = all_ids(self);
	g_autofree char *said = run(self, check, ids, error);
	g_auto(GStrv) lines = said ? g_strsplit(said, "\n", -1) : NULL;
	gssize known = 0;

	if (!lines)
		return -1;
	for (char **line = lines; *line; line++) {
		gsize len = strcspn(*line, " ");
		g_autofree char *id = g_strndup(*line, len);
		RondGitBlob *blob = g_hash_table_lookup(self->blobs, id);

		if (!blob || !g_str_has_prefix(*line + len, " blob "))
			continue;
		blob->known = TRUE;
		known++;
	}
	return known;
}

/* A line of the log: "commit ID DATE", or ":MODE MODE OLD NEW LETTER…"
 * of what became what in it. Returns whether a blob got its commit. */
static gboolean take_line(const RondGitBlobs *self, const char *line,
			  char **commit)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 5);
	g_auto(GStrv) of = NULL;
	RondGitBlob *blob;

	if (g_str_has_prefix(line, "commit ")) {
		g_free(*commit);
		*commit = g_strdup(line + strlen("commit "));
	}
	if (*line != ':' || g_strv_length(words) < 5 || !*commit)
		return FALSE;
	blob = g_hash_table_lookup(self->blobs, words[3]);
	if (!blob || !blob->known || blob->commit)
		return FALSE;
	of = g_strsplit(*commit, " ", 2);
	blob->commit = g_strdup(of[0]);
	blob->date = g_strdup(of[0] && of[1] ? of[1] : "");
	return TRUE;
}

/* From the oldest commit on until each of the @left blobs has one. */
static gboolean read_log(const RondGitBlobs *self, GSubprocess *git,
			 gssize left, GError **error)
{
	g_autoptr(GDataInputStream) in =
	    g_data_input_stream_new(g_subprocess_get_stdout_pipe(git));
	g_autofree char *commit = NULL;
	char *line;

	while (left > 0 &&
	       (line = g_data_input_stream_read_line(in, NULL, NULL, NULL))) {
		left -= take_line(self, line, &commit);
		g_free(line);
	}
	if (left <= 0) {
		g_subprocess_force_exit(git);
		return g_subprocess_wait(git, NULL, error);
	}
	return g_subprocess_wait_check(git, NULL, NULL) ||
	       failed(self, NULL, error);
}

gboolean rond_git_blobs_ask(RondGitBlobs *self, GError **error)
{
	static const char *const log[] = {
	    "-c",	   "log.showRoot=true",
	    "-c",	   "log.showSignature=false",
	    "log",	   "--all",
	    "--reverse",   "--date-order",
	    "-m",	   "--raw",
	    "--no-abbrev", "--no-renames",
	    "--no-color",  "--format=commit %H %cs",
	    NULL};
	g_autoptr(GSubprocess) git = NULL;
	gssize known;

	if (!g_hash_table_size(self->blobs))
		return TRUE;
	known = ask_known(self, error);
	if (known <= 0)
		return known == 0;
	git = start(self, log, G_SUBPROCESS_FLAGS_NONE, error);
	return git && read_log(self, git, known, error);
}

/* Names are bytes, each with a NUL behind it. */
static void take_paths(RondGitBlobs *self, GBytes *said)
{
	gsize len, at = 0;
	const char *text = g_bytes_get_data(said, &len);

	while (at < len) {
		gsize n = strnlen(text + at, len - at);

		g_hash_table_add(self->paths, g_strndup(text + at, n));
		at += n + 1;
	}
}

/* Where nothing is committed yet there is none. */
static void read_paths(RondGitBlobs *self)
{
	static const char *const list[] = {"ls-tree",	  "-r",	  "-z",
					   "--name-only", "HEAD", NULL};
	g_autoptr(GSubprocess) git =
	    start(self, list, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
	g_autoptr(GBytes) said = NULL;

	self->paths =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (git &&
	    g_subprocess_communicate(git, NULL, NULL, &said, NULL, NULL) &&
	    said)
		take_paths(self, said);
}

gboolean rond_git_blobs_has_path(RondGitBlobs *self, const char *path)
{
	if (!self->paths)
		read_paths(self);
	return g_hash_table_contains(self->paths, path);
}

const RondGitBlob *rond_git_blobs_get(const RondGitBlobs *self, const char *id)
{
	return g_hash_table_lookup(self->blobs, id);
}
