/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/detect.h"

#include "backends/archive/zip.h"
#include "backends/index/foreign.h"
#include "backends/sql/dump.h"

#include <string.h>

#define HEAD_SIZE 65536 /* of the file */
/* Of what is in a compressed one: enough for an iso9660's magic. */
#define INNER_SIZE (40 << 10)

#define WHY_EMPTY "empty file: the backup was probably interrupted (disk full?)"
#define WHY_EMPTY_INSIDE                                                  \
	"compressed, but empty inside: the command that made the backup " \
	"probably failed"
#define WHY_NEITHER "not an archive and not an SQL dump"
#define WHY_NEITHER_INSIDE \
	"compressed, but neither a tar nor an SQL dump inside"
#define WHY_DAMAGED "compressed, but damaged at its very start: fetch it again"
#define WHY_PACKED_ARCHIVE \
	"a %s archive that was compressed again: decompress it once"
#define WHY_UNTRUSTED "%s archive: mount with --formats=all to read it"

/* What is being looked at. */
typedef struct {
	RondStream *stream;
	const char *name;
	gboolean all;
	const guint8 *head;
	gsize len;
	RondDetected *found;
} Look;

static void found(Look *self, RondKind kind, const RondCodec *codec,
		  const RondArchiveFormat *format)
{
	self->found->kind = kind;
	self->found->codec = codec;
	self->found->format = format;
}

static void none(Look *self, const char *why)
{
	self->found->why = g_strdup(why);
}

static gboolean ends_in(const char *name, const char *ending)
{
	gsize len = strlen(name), n = strlen(ending);

	return len > n && g_ascii_strcasecmp(name + len - n, ending) == 0;
}

static gboolean is_short_tar_name(const char *name)
{
	static const char *const endings[] = {".tgz", ".taz", ".tbz", ".tbz2",
					      ".tb2", ".txz", ".tlz", ".tzst",
					      ".tzs", ".tar", NULL};

	for (const char *const *p = endings; *p; p++)
		if (ends_in(name, *p))
			return TRUE;
	return FALSE;
}

/* The name without the ending that a compressor adds. */
static char *bare_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot && dot > name && rond_codec_by_suffix(dot + 1))
		return g_strndup(name, (gsize)(dot - name));
	return g_strdup(name);
}

/* By the name alone, for a file whose inside can't be seen. FALSE: the name
 * says nothing either. */
static gboolean by_name(Look *self, const RondCodec *codec)
{
	g_autofree char *bare = bare_name(self->name);

	if (is_short_tar_name(self->name) || is_short_tar_name(bare))
		found(self, ROND_KIND_TREE, codec, rond_archive_by_name("tar"));
	else if (ends_in(bare, ".sql"))
		found(self, ROND_KIND_DUMP, codec, NULL);
	else
		return FALSE;
	return TRUE;
}

static gboolean is_single_dump(Look *self, const RondArchiveFormat *format)
{
	g_autofree char *member = NULL;

	if (format != &rond_zip_format && format != &rond_zip_copied_format)
		return FALSE;
	member = rond_zip_single_dump(self->stream);
	return member != NULL;
}

static gboolean plain_archive(Look *self)
{
	const RondArchiveFormat *format =
	    rond_archive_probe(self->stream, self->head, self->len, self->all);

	if (!format)
		return FALSE;
	found(self,
	      is_single_dump(self, format) ? ROND_KIND_DUMP : ROND_KIND_TREE,
	      NULL, format);
	return TRUE;
}

/* What is no backup, but known. */
static void plain_other(Look *self)
{
	const char *foreign = rond_foreign_by_head(self->head, self->len);
	const RondArchiveFormat *format =
	    rond_archive_probe(self->stream, self->head, self->len, TRUE);

	if (!foreign && format) {
		self->found->why = g_strdup_printf(WHY_UNTRUSTED, format->name);
		return;
	}
	if (!foreign)
		foreign = rond_foreign_by_name(self->name);
	none(self, foreign ? foreign : WHY_NEITHER);
}

/* A tar whose first header is damaged: listed, so that it is not missed. */
static gboolean is_damaged_tar(const guint8 *head, gsize len)
{
	return len >= 512 && memcmp(head + 257, "ustar", 5) == 0;
}

static void look_inside(Look *self, const RondCodec *codec, const guint8 *inner,
			gsize len)
{
	const RondArchiveFormat *format =
	    rond_archive_probe(NULL, inner, len, TRUE);

	if (format && format->untrusted && !self->all)
		self->found->why = g_strdup_printf(WHY_UNTRUSTED, format->name);
	else if (format && format->random)
		self->found->why =
		    g_strdup_printf(WHY_PACKED_ARCHIVE, format->name);
	else if (format)
		found(self, ROND_KIND_TREE, codec, format);
	else if (rond_dump_probe(inner, len))
		found(self, ROND_KIND_DUMP, codec, NULL);
	else if (!is_damaged_tar(inner, len) || !by_name(self, codec))
		none(self, WHY_NEITHER_INSIDE);
}

/* Decode the first bytes; up to @len of them, how many is in @got. FALSE: it
 * stopped at damage. */
static gboolean decode_head(Look *self, const RondCodec *codec, guint8 *buf,
			    gsize len, gsize *got)
{
	g_autoptr(RondDecoder) decoder =
	    codec->open(self->stream, NULL, NULL, NULL);
	gssize n = decoder ? 1 : -1;

	*got = 0;
	while (n > 0 && *got < len) {
		n = rond_decoder_read(decoder, buf + *got, len - *got, NULL);
		if (n > 0)
			*got += (gsize)n;
	}
	return n >= 0;
}

static void look_packed(Look *self, const RondCodec *codec)
{
	g_autofree guint8 *inner = NULL;
	gboolean sound;
	gsize len;

	/* The first block of a bzip2 is 900 KB, tens of milliseconds for each
	 * file of a folder: where the name says what is inside it is believed.
	 */
	if (g_str_equal(codec->name, "bzip2") && by_name(self, codec))
		return;
	inner = g_malloc(INNER_SIZE);
	sound = decode_head(self, codec, inner, INNER_SIZE, &len);
	if (len == 0 && sound) {
		none(self, WHY_EMPTY_INSIDE);
		return;
	}
	if (len > 0)
		look_inside(self, codec, inner, len);
	/* Damaged at its head: as what its name says it is listed, and its
	 * damage found; else it would be missing without a word. */
	if (self->found->kind != ROND_KIND_NONE || sound)
		return;
	g_clear_pointer(&self->found->why, g_free);
	if (!by_name(self, codec))
		none(self, WHY_DAMAGED);
}

static void look(Look *self)
{
	const RondCodec *codec;

	if (plain_archive(self))
		return;
	codec = rond_codec_probe(self->head, self->len);
	if (codec)
		look_packed(self, codec);
	else if (rond_dump_probe(self->head, self->len))
		found(self, ROND_KIND_DUMP, NULL, NULL);
	else if (is_damaged_tar(self->head, self->len) && by_name(self, NULL))
		return;
	else
		plain_other(self);
}

gboolean rond_detect(RondStream *stream, const char *name, gboolean all,
		     RondDetected *detected, GError **error)
{
	g_autofree guint8 *head = g_malloc(HEAD_SIZE);
	gssize n = rond_stream_pread(stream, head, HEAD_SIZE, 0, error);
	Look self = {
	    .stream = stream,
	    .name = name,
	    .all = all,
	    .head = head,
	    .found = detected,
	};

	memset(detected, 0, sizeof(*detected));
	if (n < 0)
		return FALSE;
	self.len = (gsize)n;
	if (n == 0)
		none(&self, WHY_EMPTY);
	else
		look(&self);
	return TRUE;
}

void rond_detected_clear(RondDetected *detected)
{
	g_clear_pointer(&detected->why, g_free);
	detected->kind = ROND_KIND_NONE;
	detected->codec = NULL;
	detected->format = NULL;
}
