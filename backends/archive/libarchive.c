/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/libarchive.h"

#include "backends/archive/libarchive-walk.h"

#include <archive.h>
#include <string.h>

#define ISO_MAGIC_AT 32769 /* ECMA-119: sector 16, after the type byte */

static gboolean has_at(const guint8 *head, gsize len, gsize at,
		       const char *magic)
{
	gsize n = strlen(magic);

	return len >= n && at <= len - n && memcmp(head + at, magic, n) == 0;
}

static gboolean probe_7z(RondStream *stream, const guint8 *head, gsize len)
{
	return has_at(head, len, 0, "7z\xbc\xaf\x27\x1c");
}

static gboolean are_digits(const guint8 *p, gsize n)
{
	while (n > 0 && g_ascii_isxdigit(*p)) {
		p++;
		n--;
	}
	return n == 0;
}

/* cpio(5): 26 bytes in words of two bytes, whose own order the magic number
 * shows; two bytes alone would be too little to go by. */
static gboolean is_binary_cpio(const guint8 *head, gsize len, gsize low)
{
	gsize mode_at = 6, names_at = 20;
	guint mode, name_len;

	if (len < 27)
		return FALSE;
	mode = (guint)(head[mode_at + low] | head[mode_at + 1 - low] << 8);
	name_len =
	    (guint)(head[names_at + low] | head[names_at + 1 - low] << 8);
	return (head[low] | head[1 - low] << 8) == 070707 &&
	       (mode & 0170000) != 0 && name_len >= 2 && name_len <= 4096 &&
	       (len < 26 + name_len || head[26 + name_len - 1] == '\0');
}

static gboolean probe_cpio(RondStream *stream, const guint8 *head, gsize len)
{
	if (has_at(head, len, 0, "070701") || has_at(head, len, 0, "070702"))
		return len >= 110 && are_digits(head + 6, 104);
	if (has_at(head, len, 0, "070707"))
		return len >= 76 && are_digits(head + 6, 70);
	return is_binary_cpio(head, len, 0) || is_binary_cpio(head, len, 1);
}

static gboolean probe_rar(RondStream *stream, const guint8 *head, gsize len)
{
	return len >= 7 && memcmp(head, "Rar!\x1a\x07\x00", 7) == 0;
}

static gboolean probe_rar5(RondStream *stream, const guint8 *head, gsize len)
{
	return len >= 8 && memcmp(head, "Rar!\x1a\x07\x01\x00", 8) == 0;
}

static gboolean probe_iso(RondStream *stream, const guint8 *head, gsize len)
{
	guint8 magic[5];

	if (len > ISO_MAGIC_AT + sizeof(magic))
		return has_at(head, len, ISO_MAGIC_AT, "CD001");
	/* A stream of unknown size is read at rising offsets only. */
	return stream && rond_stream_size(stream) != ROND_SIZE_UNKNOWN &&
	       rond_stream_pread(stream, magic, sizeof(magic), ISO_MAGIC_AT,
				 NULL) == sizeof(magic) &&
	       memcmp(magic, "CD001", sizeof(magic)) == 0;
}

static gboolean probe_cab(RondStream *stream, const guint8 *head, gsize len)
{
	return len >= 8 && memcmp(head, "MSCF\0\0\0\0", 8) == 0;
}

static gboolean probe_ar(RondStream *stream, const guint8 *head, gsize len)
{
	return has_at(head, len, 0, "!<arch>\n");
}

static gboolean probe_xar(RondStream *stream, const guint8 *head, gsize len)
{
	return has_at(head, len, 0, "xar!");
}

static gboolean probe_lha(RondStream *stream, const guint8 *head, gsize len)
{
	return len >= 22 && head[2] == '-' && head[3] == 'l' &&
	       (head[4] == 'h' || head[4] == 'z') && head[6] == '-' &&
	       head[20] <= 3;
}

static gboolean walk_7z(RondStream *stream, const RondArchiveSink *sink,
			GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_7zip, .seeks = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_cpio(RondStream *stream, const RondArchiveSink *sink,
			  GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_cpio, .full_links = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_rar(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_rar, .seeks = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_rar5(RondStream *stream, const RondArchiveSink *sink,
			  GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_rar5, .seeks = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_iso(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_iso9660, .seeks = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_cab(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_cab};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_ar(RondStream *stream, const RondArchiveSink *sink,
			GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_ar};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_xar(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_xar};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static gboolean walk_lha(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_lha};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

gboolean rond_libarchive_walk_zip(RondStream *stream,
				  const RondArchiveSink *sink,
				  GCancellable *cancellable, GError **error)
{
	static const RondLibarchiveReader reader = {
	    .enable = archive_read_support_format_zip_seekable, .seeks = TRUE};

	return rond_libarchive_walk(&reader, stream, sink, cancellable, error);
}

static const RondArchiveFormat format_7z = {
    .name = "7z",
    .copies = TRUE,
    .random = TRUE,
    .probe = probe_7z,
    .walk = walk_7z,
};

static const RondArchiveFormat format_cpio = {
    .name = "cpio",
    .copies = TRUE,
    .probe = probe_cpio,
    .walk = walk_cpio,
};

static const RondArchiveFormat format_rar = {
    .name = "rar",
    .copies = TRUE,
    .random = TRUE,
    .untrusted = TRUE,
    .probe = probe_rar,
    .walk = walk_rar,
};

static const RondArchiveFormat format_rar5 = {
    .name = "rar5",
    .copies = TRUE,
    .random = TRUE,
    .untrusted = TRUE,
    .probe = probe_rar5,
    .walk = walk_rar5,
};

static const RondArchiveFormat format_iso = {
    .name = "iso9660",
    .copies = TRUE,
    .random = TRUE,
    .untrusted = TRUE,
    .probe = probe_iso,
    .walk = walk_iso,
};

static const RondArchiveFormat format_cab = {
    .name = "cab",
    .copies = TRUE,
    .untrusted = TRUE,
    .probe = probe_cab,
    .walk = walk_cab,
};

static const RondArchiveFormat format_ar = {
    .name = "ar",
    .copies = TRUE,
    .untrusted = TRUE,
    .probe = probe_ar,
    .walk = walk_ar,
};

static const RondArchiveFormat format_xar = {
    .name = "xar",
    .copies = TRUE,
    .untrusted = TRUE,
    .probe = probe_xar,
    .walk = walk_xar,
};

static const RondArchiveFormat format_lha = {
    .name = "lha",
    .copies = TRUE,
    .untrusted = TRUE,
    .probe = probe_lha,
    .walk = walk_lha,
};

const RondArchiveFormat *const rond_libarchive_formats[] = {
    &format_7z,	 &format_cpio, &format_rar, &format_rar5, &format_iso,
    &format_cab, &format_ar,   &format_xar, &format_lha,  NULL,
};
