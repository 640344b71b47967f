/* SPDX-License-Identifier: BSD-2-Clause */
#include "walked.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void free_entry(gpointer data)
{
	WalkedEntry *self = data;

	g_free((char *)self->entry.path);
	g_free((char *)self->entry.symlink);
	g_free((char *)self->entry.hardlink);
	g_byte_array_unref(self->content);
	g_free(self);
}

static gboolean on_entry(gpointer data, const RondEntry *entry, GError **error)
{
	Walked *self = data;
	WalkedEntry *kept = g_new0(WalkedEntry, 1);

	g_assert_nonnull(entry->path);
	g_assert_cmpuint(entry->mode & S_IFMT, !=, 0);
	g_assert_cmpuint(entry->mtime_nsec, <, 1000000000);
	kept->entry = *entry;
	kept->entry.path = g_strdup(entry->path);
	kept->entry.symlink = g_strdup(entry->symlink);
	kept->entry.hardlink = g_strdup(entry->hardlink);
	kept->content = g_byte_array_new();
	for (gsize i = 0; i < entry->n_extents; i++)
		kept->stored += entry->extents[i].length;
	if (entry->n_extents > 0)
		kept->extent = entry->extents[0];
	g_ptr_array_add(self->entries, kept);
	if (self->refuse_at == self->entries->len)
		return rond_fail(error, ENOSPC, "refused");
	return TRUE;
}

static gboolean on_content(gpointer data, const void *buf, gsize len,
			   GError **error)
{
	Walked *self = data;
	WalkedEntry *last;

	g_assert_cmpuint(self->entries->len, >, 0);
	last = g_ptr_array_index(self->entries, self->entries->len - 1);
	g_assert_cmpuint(len, >, 0);
	g_assert_cmpuint(last->content->len + len, <=, last->entry.size);
	g_byte_array_append(last->content, buf, (guint)len);
	return TRUE;
}

static void on_finding(gpointer data, const RondFinding *finding)
{
	Walked *self = data;

	g_assert_null(strchr(finding->message, '\n'));
	g_assert_true(g_utf8_validate(finding->message, -1, NULL));
	g_ptr_array_add(self->findings, g_strdup(finding->message));
	self->damaged += finding->kind != ROND_FINDING_NOTE;
}

static Walked *walk(const RondArchiveFormat *format, RondStream *stream,
		    GCancellable *cancellable, guint refuse_at)
{
	Walked *self = g_new0(Walked, 1);
	RondArchiveSink sink = {on_entry, on_content, on_finding, self};

	self->entries = g_ptr_array_new_with_free_func(free_entry);
	self->findings = g_ptr_array_new_with_free_func(g_free);
	self->refuse_at = refuse_at;
	self->ok = format->walk(stream, &sink, cancellable, &self->error);
	g_assert_true(self->ok == !self->error);
	return self;
}

Walked *walked_new(const RondArchiveFormat *format, RondStream *stream,
		   GCancellable *cancellable)
{
	return walk(format, stream, cancellable, 0);
}

Walked *walked_new_refusing(const RondArchiveFormat *format, RondStream *stream,
			    guint n)
{
	return walk(format, stream, NULL, n);
}

void walked_free(Walked *self)
{
	g_clear_error(&self->error);
	g_ptr_array_unref(self->entries);
	g_ptr_array_unref(self->findings);
	g_free(self);
}

const WalkedEntry *walked_find(const Walked *self, const char *path)
{
	for (guint i = self->entries->len; i-- > 0;) {
		const WalkedEntry *entry = self->entries->pdata[i];

		if (g_str_equal(entry->entry.path, path))
			return entry;
	}
	return NULL;
}

gboolean walked_tells(const Walked *self, const char *text)
{
	for (guint i = 0; i < self->findings->len; i++)
		if (strstr(self->findings->pdata[i], text))
			return TRUE;
	return FALSE;
}
