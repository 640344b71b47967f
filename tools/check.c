/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/check.h"

#include "backends/index/cachedir.h"
#include "backends/index/confined.h"
#include "backends/index/delta.h"
#include "fs/backup-open.h"
#include "fs/verdict.h"
#include "fs/view.h"
#include "tools/checkfolder.h"

#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many of a kind as somebody reads. */
#define MAX_FINDINGS 10
#define MAX_NAMES 5

struct RondCheck {
	RondWhere *where;
	RondCacheDir *cache;
	RondCheckProgress progress;
	gpointer data;
};

/* One backup at work. */
typedef struct {
	RondCheck *check;
	const RondBackup *backup;
	GCancellable *cancellable;
	RondChecked *result;
	RondStream *source;
	char *key;
} Pass;

static void pass_clear(Pass *self)
{
	g_clear_pointer(&self->source, rond_stream_unref);
	g_clear_pointer(&self->key, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pass, pass_clear)

void rond_checked_clear(RondChecked *self)
{
	g_clear_pointer(&self->problems, g_ptr_array_unref);
	g_clear_pointer(&self->notes, g_ptr_array_unref);
}

RondCheck *rond_check_new(RondWhere *where, RondCheckProgress progress,
			  gpointer data)
{
	RondCheck *self = g_new0(RondCheck, 1);
	const RondConfig *config = rond_library_config(where->library);
	g_autofree char *warning = NULL;

	self->where = where;
	self->progress = progress;
	self->data = data;
	/* What is wrong with it the library has said. */
	self->cache =
	    rond_cache_dir_new(config->cache_dir, config->cache_size, &warning);
	return self;
}

void rond_check_free(RondCheck *self)
{
	rond_cache_dir_free(self->cache);
	g_free(self);
}

static void add_problem(Pass *self, char *line)
{
	g_ptr_array_add(self->result->problems, line);
}

static const char *kind_text(RondFindingKind kind)
{
	return kind == ROND_FINDING_LOST ? _("incomplete") : _("damaged");
}

static void add_findings(Pass *self, const RondIndex *index)
{
	gsize n = rond_index_n_findings(index), shown[2] = {0}, left = 0;
	RondFinding finding;

	for (gsize i = 0; i < n; i++) {
		gboolean note;

		if (!rond_index_finding(index, i, &finding))
			continue;
		note = finding.kind == ROND_FINDING_NOTE;
		if (shown[note]++ >= MAX_FINDINGS)
			left++;
		else if (note)
			g_ptr_array_add(self->result->notes,
					g_strdup(finding.message));
		else
			add_problem(self, g_strdup_printf(
					      "%s: %s", kind_text(finding.kind),
					      finding.message));
	}
	if (left)
		g_ptr_array_add(
		    self->result->notes,
		    g_strdup_printf(_("and %" G_GSIZE_FORMAT
				      " more findings; rondctl status and "
				      "PROBLEMS.txt have the worst"),
				    left));
}

/* "a/b, c and 3 more"; new. */
typedef struct {
	GString *names;
	guint64 n;
} Names;

static void add_name(Names *self, const RondIndex *index, guint32 entry)
{
	g_autofree char *path = NULL;

	if (++self->n > MAX_NAMES)
		return;
	path = rond_view_path(index, ROND_INDEX_ROOT, entry);
	g_string_append_printf(self->names, "%s%s",
			       self->names->len ? ", " : "", path);
}

static char *names_end(Names *self)
{
	if (self->n > MAX_NAMES)
		g_string_append_printf(self->names,
				       _(" and %" G_GUINT64_FORMAT " more"),
				       self->n - MAX_NAMES);
	return g_string_free(self->names, FALSE);
}

static gboolean is_file(const RondIndexEntry *entry)
{
	return entry && S_ISREG(entry->mode) &&
	       !(entry->flags & ROND_ENTRY_TABLE);
}

/* What is in it, and which files of a damaged one can't be vouched for. */
static void count_files(Pass *self, const RondIndex *index, gboolean sound)
{
	Names doubtful = {g_string_new(NULL), 0};
	guint32 n = rond_index_n_entries(index);
	g_autofree char *names = NULL;

	for (guint32 i = 0; i < n; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);

		if (!is_file(entry))
			continue;
		self->result->files++;
		if (!sound && entry->size &&
		    !(entry->flags & ROND_ENTRY_UNREADABLE) &&
		    !rond_index_sha256(index, rond_index_inode(index, i)))
			add_name(&doubtful, index, i);
	}
	self->result->bytes = rond_index_meta(index)->content_bytes;
	names = names_end(&doubtful);
	/* Of a dump there is but one, which its line is about. */
	if (doubtful.n && self->backup->kind != ROND_BACKUP_DUMP)
		add_problem(self, g_strdup_printf(
				      _("not to be trusted in it: %s"), names));
}

static gboolean judge(Pass *self, const RondIndex *index)
{
	g_autofree char *message = NULL;
	gboolean sound = rond_verdict(index, &message) == ROND_PART_READY;

	add_findings(self, index);
	count_files(self, index, sound);
	return sound;
}

/* That the files are what they were when @known was made. */
static void compare(Pass *self, const RondIndex *known, const RondIndex *fresh)
{
	const RondDeltaTree old = {known, ROND_INDEX_ROOT};
	const RondDeltaTree new = {fresh, ROND_INDEX_ROOT};
	g_autoptr(GArray) changes = rond_delta(&old, &new, TRUE);
	Names changed = {g_string_new(NULL), 0};
	g_autofree char *names = NULL;

	for (guint i = 0; i < changes->len; i++) {
		const RondChange *each = &g_array_index(changes, RondChange, i);
		gboolean gone = each->new == ROND_INDEX_NONE;

		if (!(each->flags & ROND_DELTA_UNSURE))
			add_name(&changed, gone ? known : fresh,
				 gone ? each->old : each->new);
	}
	names = names_end(&changed);
	if (changed.n)
		add_problem(
		    self,
		    g_strdup_printf(_("changed since it was read first, though "
				      "its size and time were kept; take "
				      "another copy of it: %s"),
				    names));
}

/* Where content has to be copied out of an archive to be looked at, it is, to
 * a file that has no name. */
static int make_copy(gpointer data, guint64 bytes)
{
	Pass *self = ((gpointer *)data)[0];
	int *copy = ((gpointer *)data)[1];
	const RondArchiveFormat *format = self->backup->detected.format;

	if (format && format->copies)
		*copy = rond_cache_dir_create(self->check->cache, bytes, FALSE,
					      NULL);
	return *copy;
}

static void on_progress(gpointer data, guint64 bytes)
{
	Pass *self = ((gpointer *)data)[0];

	if (self->check->progress)
		self->check->progress(bytes, self->check->data);
}

static gboolean read_into(Pass *self, int fd, GError **error)
{
	const RondConfig *config =
	    rond_library_config(self->check->where->library);
	int copy = -1;
	gpointer data[] = {self, &copy};
	const RondBuild build = {
	    .source = self->source,
	    .detected = &self->backup->detected,
	    .thorough = TRUE,
	    .make_copy = make_copy,
	    .copy_limit = rond_cache_dir_limit(self->check->cache),
	    .progress = on_progress,
	    .data = data,
	    .cancellable = self->cancellable,
	};
	gboolean ok = config->confine && !access("/proc/self/exe", X_OK)
			  ? rond_index_build_confined(&build, fd, error)
			  : rond_index_build(&build, fd, error);

	if (copy >= 0)
		close(copy);
	return ok;
}

/* A fresh index of all of the source, that nobody keeps; NULL with @error. */
static RondIndex *read_again(Pass *self, GError **error)
{
	int fd = rond_cache_dir_create_in_memory(error);

	if (fd < 0)
		return NULL;
	if (read_into(self, fd, error))
		return rond_index_open(fd, error);
	close(fd);
	return NULL;
}

static void check_again(Pass *self, const RondIndex *known)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondIndex) fresh = read_again(self, &error);

	self->result->interrupted =
	    g_cancellable_is_cancelled(self->cancellable);
	if (self->result->interrupted)
		return;
	if (!fresh)
		add_problem(self, g_strdup(error->message));
	else if (judge(self, fresh))
		compare(self, known, fresh);
}

static void on_index_progress(const RondProgress *progress, gpointer data)
{
	Pass *self = data;

	if (self->check->progress)
		self->check->progress(progress->all_bytes, self->check->data);
}

/* The cache has nothing to compare with: reading it for that is the check. */
static void check_first(Pass *self)
{
	RondLibrary *library = self->check->where->library;
	g_autoptr(RondPart) part = rond_library_part(library, self->backup);
	g_autoptr(GPtrArray) parts = g_ptr_array_new();
	g_autoptr(RondContent) content = NULL;
	g_autoptr(GError) error = NULL;

	if (!part) {
		add_problem(self, g_strdup(_("it has just gone")));
		return;
	}
	g_ptr_array_add(parts, part);
	/* Twice where the index that was made proves to be broken. */
	do {
		if (!rond_library_index(library, parts, on_index_progress, self,
					self->cancellable)) {
			self->result->interrupted = TRUE;
			return;
		}
		content = rond_part_content(part, &error);
	} while (!content && !error);
	if (content)
		judge(self, rond_content_index(content));
	else
		add_problem(self, g_strdup(error->message));
}

/* The index in the cache, if it is one to compare with; otherwise it is
 * there no more. */
static RondIndex *take_known(Pass *self)
{
	RondCacheDir *cache = self->check->cache;
	int fd = rond_cache_dir_open(cache, self->key, "index");
	g_autofree char *message = NULL;
	g_autoptr(RondIndex) known = NULL;
	gboolean intact;

	if (fd < 0)
		return NULL;
	known = rond_index_open(fd, NULL);
	intact = known && rond_index_verify(known);
	if (intact && rond_index_meta(known)->thorough &&
	    rond_verdict(known, &message) == ROND_PART_READY)
		return g_steal_pointer(&known);
	/* It says less than another look. */
	self->result->index_renewed = !intact;
	rond_cache_dir_discard(cache, self->key, "index");
	return NULL;
}

static gboolean open_source(Pass *self, GError **error)
{
	self->source = rond_backup_open(self->backup, error);
	if (!self->source)
		return FALSE;
	self->key = rond_cache_dir_key(self->check->cache, self->source,
				       rond_backup_stamp(self->backup), error);
	return self->key != NULL;
}

static void check_packed(Pass *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondIndex) known = NULL;

	if (!open_source(self, &error)) {
		add_problem(self, g_strdup(error->message));
		return;
	}
	known = take_known(self);
	if (known)
		check_again(self, known);
	else
		check_first(self);
}

void rond_check_run(RondCheck *self, const RondBackup *backup,
		    GCancellable *cancellable, RondChecked *result)
{
	g_auto(Pass) pass = {self, backup, cancellable, result};

	*result = (RondChecked){
	    .problems = g_ptr_array_new_with_free_func(g_free),
	    .notes = g_ptr_array_new_with_free_func(g_free),
	};
	if (backup->kind == ROND_BACKUP_FOLDER)
		rond_check_folder(backup, self->progress, self->data,
				  cancellable, result);
	else
		check_packed(&pass);
}
