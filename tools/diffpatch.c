/* SPDX-License-Identifier: BSD-2-Clause */
/* Contents beside each other, by diff(1). */
#include "tools/diffpatch.h"

#include "backends/error.h"
#include "tools/diffprint.h"
#include "tools/diffrows.h"
#include "tools/progress.h"
#include "tools/quote.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (256 * 1024)
/* Both sides are held in memory, and diff has them once more. */
#define MAX_TEXT (64 * 1024 * 1024)

/* The descriptors that diff reads from. */
enum {
	OLD_FD = 3,
	NEW_FD,
};

/* What became of an item. */
typedef struct {
	GBytes *text; /* of diff; NULL: see the others */
	gboolean too_large;
} Compared;

static void compared_clear(Compared *self)
{
	g_clear_pointer(&self->text, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Compared, compared_clear)

/* The regular file @number of @side; NULL: there is none. */
static const RondIndexEntry *file_of(const RondComparedSide *side,
				     guint32 number)
{
	const RondIndex *index;
	const RondIndexEntry *entry;

	if (!side->content || number == ROND_INDEX_NONE)
		return NULL;
	index = rond_content_index(side->content);
	entry = rond_index_entry(index, rond_index_inode(index, number));
	return entry && S_ISREG(entry->mode) ? entry : NULL;
}

static gboolean write_all(int fd, const guint8 *data, gsize len)
{
	while (len) {
		gssize n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return FALSE;
		n = MAX(n, 0);
		data += n;
		len -= (gsize)n;
	}
	return TRUE;
}

static gboolean copy(RondStream *stream, int fd, GError **error)
{
	g_autofree guint8 *chunk = g_malloc(CHUNK);
	guint64 at = 0;
	gssize n;

	while ((n = rond_stream_pread(stream, chunk, CHUNK, at, error)) > 0) {
		if (!write_all(fd, chunk, (gsize)n))
			return rond_fail_errno(error, errno,
					       "can't hold a file in memory");
		at += (guint64)n;
	}
	return n == 0;
}

/* A file in memory with the content of @number, empty where there is none; -1
 * with @error. */
static int hold(const RondComparedSide *side, guint32 number, GError **error)
{
	g_autoptr(RondStream) stream = NULL;
	int fd = memfd_create("rondctl", MFD_CLOEXEC);

	if (fd < 0) {
		rond_fail_errno(error, errno, "can't hold a file in memory");
		return -1;
	}
	if (!file_of(side, number))
		return fd;
	stream = rond_content_open(side->content, number, error);
	if (stream && copy(stream, fd, error))
		return fd;
	close(fd);
	return -1;
}

char *rond_patch_label(const char *side, const char *path)
{
	char high[129];
	g_autofree char *escaped = NULL;

	for (guint i = 0; i < 128; i++)
		high[i] = (char)(128 + i);
	high[128] = '\0';
	escaped = g_strescape(path, high);
	if (g_str_equal(escaped, path))
		return g_strconcat(side, "/", path, NULL);
	return g_strconcat("\"", side, "/", escaped, "\"", NULL);
}

static char *label_of(const char *side, const RondIndexEntry *file,
		      const char *path)
{
	return file ? rond_patch_label(side, path) : g_strdup("/dev/null");
}

/* What diff says of the two descriptors, which are taken; NULL with @error. */
static GBytes *run_diff(const char *old, const char *new, const int fds[2],
			GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher =
	    g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	const char *const argv[] = {"diff",	 "-u", "--label", old,
				    "--label",	 new,  "--",	  "/dev/fd/3",
				    "/dev/fd/4", NULL};
	g_autoptr(GSubprocess) diff = NULL;
	GBytes *text = NULL;

	g_subprocess_launcher_take_fd(launcher, fds[0], OLD_FD);
	g_subprocess_launcher_take_fd(launcher, fds[1], NEW_FD);
	/* "Binary files … differ", as scripts expect it. */
	g_subprocess_launcher_setenv(launcher, "LC_ALL", "C", TRUE);
	diff = g_subprocess_launcher_spawnv(launcher, argv, error);
	if (!diff ||
	    !g_subprocess_communicate(diff, NULL, NULL, &text, NULL, error))
		return NULL;
	if (g_subprocess_get_if_exited(diff) &&
	    g_subprocess_get_exit_status(diff) < 2)
		return text;
	g_bytes_unref(text);
	rond_fail(error, EIO, _("diff could not compare it"));
	return NULL;
}

static gboolean compare(const RondDiffItem *item, Compared *result,
			GError **error)
{
	const RondComparedPart *part = item->part;
	const RondIndexEntry *old = file_of(&part->old, item->old);
	const RondIndexEntry *new = file_of(&part->new, item->new);
	g_autofree char *left = label_of("a", old, item->path);
	g_autofree char *right = label_of("b", new, item->path);
	int fds[2];

	*result = (Compared){0};
	if (MAX(item->old_size, item->new_size) > MAX_TEXT) {
		result->too_large = TRUE;
		return TRUE;
	}
	fds[0] = hold(&part->old, item->old, error);
	if (fds[0] < 0)
		return FALSE;
	fds[1] = hold(&part->new, item->new, error);
	if (fds[1] < 0) {
		close(fds[0]);
		return FALSE;
	}
	result->text = run_diff(left, right, fds, error);
	return result->text != NULL;
}

/* The rows of a table are shown by its .tsv, if there is one. */
static gboolean is_compared(const RondDiffList *list, guint i)
{
	const RondDiffItem *item = list->items->pdata[i];
	const RondDiffItem *next =
	    i + 1 < list->items->len ? list->items->pdata[i + 1] : NULL;

	if (item->letter == 'U' || (!file_of(&item->part->old, item->old) &&
				    !file_of(&item->part->new, item->new)))
		return FALSE;
	return !item->table || !next || !next->table ||
	       !g_str_equal(item->table, next->table);
}

/* For each item, until stdout is closed. FALSE: some could not be read. */
typedef gboolean (*Show)(const RondDiffItem *item, const RondDiffStyle *style,
			 FILE *out, GError **error);
static gboolean each(const RondDiffList *list, const RondDiffStyle *style,
		     Show show, FILE *out)
{
	gboolean ok = TRUE;

	for (guint i = 0; i < list->items->len && !ferror(out); i++) {
		const RondDiffItem *item = list->items->pdata[i];
		g_autoptr(GError) error = NULL;

		if (!is_compared(list, i) || show(item, style, out, &error))
			continue;
		g_warning("%s: %s", item->path, error->message);
		ok = FALSE;
	}
	return ok;
}

void rond_patch_text(const char *text, gsize len, gboolean terminal, FILE *out)
{
	if (!terminal) {
		fwrite(text, 1, len, out);
		return;
	}
	while (len) {
		gsize run = 0;
		g_autofree char *piece = NULL;
		g_autofree char *shown = NULL;

		while (run < len && text[run] != '\n' && text[run] != '\t')
			run++;
		piece = g_strndup(text, run);
		shown = rond_printable(piece);
		fputs(shown, out);
		if (run < len)
			fputc(text[run++], out);
		text += run;
		len -= run;
	}
}

/* Of a table whose rows are the same, the patch is that of its script. */
static gboolean has_row_patch(const RondDiffItem *item)
{
	return g_str_has_suffix(item->path, ".tsv") &&
	       rond_diff_rows_are_there(item);
}

static gboolean show_patch(const RondDiffItem *item, const RondDiffStyle *style,
			   FILE *out, GError **error)
{
	g_auto(Compared) compared = {0};
	g_autofree char *name = NULL;
	const char *text;
	gsize len;

	if (has_row_patch(item))
		return rond_patch_rows(item, style->terminal, out, error);
	if (!compare(item, &compared, error))
		return FALSE;
	if (!compared.too_large) {
		text = g_bytes_get_data(compared.text, &len);
		rond_patch_text(text, len, style->terminal, out);
		return TRUE;
	}
	name = rond_quote(item->path);
	fprintf(out, _("Files a/%s and b/%s differ (too large for a patch)\n"),
		name, name);
	return TRUE;
}

/* Lines that came and went; FALSE: it is no text. */
static gboolean count_lines(const Compared *compared, guint64 *more,
			    guint64 *less)
{
	gsize len = 0;
	const char *at =
	    compared->text ? g_bytes_get_data(compared->text, &len) : NULL;
	const char *end = at ? at + len : NULL;
	guint header = 2;

	*more = *less = 0;
	if (!at || !len)
		return compared->text != NULL;
	if (len < 4 || strncmp(at, "--- ", 4))
		return FALSE;
	for (; at && at < end;
	     at = memchr(at, '\n', (gsize)(end - at)), at += !!at) {
		if (header) {
			header--;
			continue;
		}
		*more += *at == '+';
		*less += *at == '-';
	}
	return TRUE;
}

static void print_rows(const RondDiffItem *item, const RondDiffStyle *style,
		       FILE *out)
{
	g_autofree char *name =
	    style->terminal ? rond_quote(item->table) : g_strdup(item->table);
	g_autofree char *rows = rond_diff_table_text(item);

	if (item->letter == 'A')
		fprintf(out, _("%s | %s: a new table\n"), name, rows);
	else if (item->letter == 'D')
		fprintf(out, _("%s | %s: the table is gone\n"), name, rows);
	else
		fprintf(out, "%s | %s\n", name, rows);
}

static gboolean has_rows(const RondDiffItem *item)
{
	if (!item->table || !strchr("AD", item->letter))
		return item->rows_counted;
	return item->letter == 'A' ? item->new_rows >= 0 : item->old_rows >= 0;
}

static gboolean show_stat(const RondDiffItem *item, const RondDiffStyle *style,
			  FILE *out, GError **error)
{
	g_autofree char *old = rond_progress_bytes(item->old_size);
	g_autofree char *new = rond_progress_bytes(item->new_size);
	g_autofree char *name =
	    style->terminal ? rond_quote(item->path) : g_strdup(item->path);
	g_auto(Compared) compared = {0};
	guint64 more, less;

	if (has_rows(item)) {
		print_rows(item, style, out);
		return TRUE;
	}
	if (!compare(item, &compared, error))
		return FALSE;
	if (count_lines(&compared, &more, &less))
		fprintf(out,
			"%s | +%" G_GUINT64_FORMAT " -%" G_GUINT64_FORMAT "\n",
			name, more, less);
	else
		fprintf(out, _("%s | binary, %s -> %s\n"), name, old, new);
	return TRUE;
}

gboolean rond_diff_print_patch(const RondDiffList *list,
			       const RondDiffStyle *style, FILE *out)
{
	return each(list, style, show_patch, out);
}

gboolean rond_diff_print_stat(const RondDiffList *list,
			      const RondDiffStyle *style, FILE *out)
{
	return each(list, style, show_stat, out);
}
