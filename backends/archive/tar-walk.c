/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-walk.h"
#include "backends/archive/tar-member.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define MAX_LONG_NAME (1024UL * 1024)
/* Beyond it positions would overflow. */
#define MAX_POSITION (G_MAXINT64 - 1048576)

RondTarWalk *rond_tar_walk_new(RondStream *stream, const RondArchiveSink *sink,
			       GCancellable *cancellable)
{
	RondTarWalk *self = g_new0(RondTarWalk, 1);

	self->stream = stream;
	self->input = rond_tar_input_new(stream);
	self->report.sink = sink;
	self->cancellable = cancellable;
	self->local = rond_tar_pax_new(FALSE);
	self->global = rond_tar_pax_new(TRUE);
	self->long_name = g_string_new(NULL);
	self->long_link = g_string_new(NULL);
	self->dumpdir = g_byte_array_new();
	return self;
}

void rond_tar_walk_free(RondTarWalk *self)
{
	rond_tar_input_free(self->input);
	rond_tar_pax_free(self->local);
	rond_tar_pax_free(self->global);
	g_string_free(self->long_name, TRUE);
	g_string_free(self->long_link, TRUE);
	g_byte_array_unref(self->dumpdir);
	g_free(self);
}

gboolean rond_tar_walk_cancelled(RondTarWalk *self, GError **error)
{
	if (!g_cancellable_is_cancelled(self->cancellable))
		return FALSE;
	rond_fail(error, ECANCELED, "cancelled");
	return TRUE;
}

void rond_tar_walk_garbage(RondTarWalk *self)
{
	rond_tar_note(&self->report,
		      "what follows the archive's end at byte "
		      "%" G_GUINT64_FORMAT " is no archive and is ignored",
		      self->pos);
}

/* Each entry ends what was said about it, also one that is left out. */
static void forget_pending(RondTarWalk *self)
{
	self->pending = FALSE;
	rond_tar_pax_reset(self->local);
	g_string_truncate(self->long_name, 0);
	g_string_truncate(self->long_link, 0);
}

void rond_tar_walk_drop_pending(RondTarWalk *self)
{
	if (!self->pending)
		return;
	rond_tar_note(&self->report,
		      "the entry that the header before byte "
		      "%" G_GUINT64_FORMAT " is about is not there",
		      self->pos);
	forget_pending(self);
}

static gboolean fail_truncated(RondTarWalk *self, const char *path, guint64 end,
			       GError **error)
{
	const guint64 size = rond_stream_size(self->stream);
	g_autofree char *what =
	    path ? rond_tar_quote(path) : g_strdup("an extended header");

	if (size == ROND_SIZE_UNKNOWN)
		return rond_fail(error, EIO,
				 "the archive ends in %s, before byte "
				 "%" G_GUINT64_FORMAT,
				 what, end);
	return rond_fail(error, EIO,
			 "the archive ends at byte %" G_GUINT64_FORMAT
			 " in %s, which goes on to byte %" G_GUINT64_FORMAT,
			 size, what, end);
}

gboolean rond_tar_walk_skip(RondTarWalk *self, const char *path, guint64 data,
			    guint64 size, GError **error)
{
	gboolean reached;

	if (size > 0 &&
	    !rond_tar_input_reaches(self->input, data + size, &reached, error))
		return FALSE;
	if (size > 0 && !reached)
		return fail_truncated(self, path, data + size, error);
	self->pos = data + (size + ROND_TAR_BLOCK - 1) / ROND_TAR_BLOCK *
			       ROND_TAR_BLOCK;
	return TRUE;
}

gboolean rond_tar_walk_read(RondTarWalk *self, const char *path, void *buf,
			    guint64 size, GError **error)
{
	const guint64 data = self->pos + ROND_TAR_BLOCK;
	gsize got;

	if (!rond_tar_input_read(self->input, data, buf, size, &got, error))
		return FALSE;
	if (got < size)
		return fail_truncated(self, path, data + size, error);
	return rond_tar_walk_skip(self, path, data, size, error);
}

static gboolean too_large(RondTarWalk *self, GError **error)
{
	return rond_fail(error, E2BIG,
			 "the extended header at byte %" G_GUINT64_FORMAT
			 " is too large",
			 self->pos);
}

/* GNU's types L and K: the data is a name. */
static gboolean take_long(RondTarWalk *self, GString *name, guint64 size,
			  GError **error)
{
	if (size > MAX_LONG_NAME)
		return too_large(self, error);
	/* GNU counts the terminating NUL, others don't write one. */
	g_string_set_size(name, size);
	if (!rond_tar_walk_read(self, NULL, name->str, size, error))
		return FALSE;
	g_string_truncate(name, strlen(name->str));
	self->pending = TRUE;
	return TRUE;
}

static gboolean take_pax(RondTarWalk *self, RondTarPax *pax, guint64 size,
			 GError **error)
{
	const guint64 data = self->pos + ROND_TAR_BLOCK;
	void *body = NULL;

	if (size <= ROND_TAR_MAX_BODY)
		body = rond_tar_pax_body(pax, size);
	if (!body)
		return too_large(self, error);
	if (!rond_tar_walk_read(self, NULL, body, size, error))
		return FALSE;
	rond_tar_pax_parse(pax, data, &self->report);
	self->pax = TRUE;
	if (!pax->global)
		self->pending = TRUE;
	/* The member itself has a name of its own: it is shown as it is. */
	if (pax->have & ROND_TAR_PAX_VOLUME) {
		g_autofree char *name = rond_tar_quote(pax->volume->str);

		rond_tar_note(&self->report,
			      "the archive is a later volume: of %s only the "
			      "last part is in it",
			      name);
		pax->have &= ~(guint)ROND_TAR_PAX_VOLUME;
	}
	return TRUE;
}

/* What is skipped with a word about it, once. */
static gboolean take_left_out(RondTarWalk *self, char type, guint64 size,
			      GError **error)
{
	const char *what = "volume labels";

	if (type == 'A')
		what = "Solaris access control lists";
	else if (type == 'E')
		what = "Solaris extended attributes";
	if (type != 'V' && !self->noted[(guint8)type])
		rond_tar_note(&self->report, "%s are left out", what);
	self->noted[(guint8)type] = TRUE;
	return rond_tar_walk_skip(self, NULL, self->pos + ROND_TAR_BLOCK, size,
				  error);
}

/* TRUE: the header is about another one. */
static gboolean is_extension(const RondTarHeader *block)
{
	return block->type && strchr("LKxXgVAE", block->type);
}

static gboolean take_extension(RondTarWalk *self, char type, guint64 size,
			       GError **error)
{
	switch (type) {
	case 'L':
		return take_long(self, self->long_name, size, error);
	case 'K':
		return take_long(self, self->long_link, size, error);
	case 'x':
	case 'X':
		return take_pax(self, self->local, size, error);
	case 'g':
		return take_pax(self, self->global, size, error);
	default:
		return take_left_out(self, type, size, error);
	}
}

gboolean rond_tar_walk_header(RondTarWalk *self, const RondTarHeader *block,
			      GError **error)
{
	/* The input moves on while it is needed. */
	const RondTarHeader header = *block;
	RondTarMember member = {
	    .header = &header,
	    .local = self->local,
	    .global = self->global,
	    .long_name = self->long_name->len ? self->long_name : NULL,
	    .long_link = self->long_link->len ? self->long_link : NULL,
	};
	const gboolean extension = is_extension(&header);
	gint64 size = -1;
	gboolean good;

	/* A size that an extended header gives is never its own kind's. */
	if (extension)
		rond_tar_number(header.size, sizeof(header.size), &size);
	else
		rond_tar_member_size(&member, &size);
	if (size < 0 || (guint64)size > MAX_POSITION - self->pos)
		return rond_fail(error, EINVAL,
				 "the size in the header at byte "
				 "%" G_GUINT64_FORMAT " is impossible",
				 self->pos);
	if (extension)
		return take_extension(self, header.type, (guint64)size, error);
	good = rond_tar_walk_member(self, &member, (guint64)size, error);
	forget_pending(self);
	return good;
}
