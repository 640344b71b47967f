/* SPDX-License-Identifier: BSD-2-Clause */
#include "make-zip.h"

#include <string.h>
#include <zlib.h>

static void put(GByteArray *out, guint64 value, guint bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		g_byte_array_append(out, &(guint8){(guint8)value}, 1);
}

static void put_text(GByteArray *out, const char *text, gsize len)
{
	if (len > 0)
		g_byte_array_append(out, (const guint8 *)text, (guint)len);
}

static gsize name_len(const MakeMember *m)
{
	return m->name_len ? m->name_len : strlen(m->name);
}

static gsize content_len(const MakeMember *m)
{
	return m->content ? strlen(m->content) : 0;
}

static guint32 checksum(const MakeMember *m)
{
	return (guint32)crc32(0, (const guint8 *)m->content,
			      (uInt)content_len(m));
}

static void put_local(GByteArray *out, const MakeMember *m)
{
	put(out, 0x04034b50, 4);
	put(out, 20, 2);
	put(out, m->flags, 2);
	put(out, m->method, 2);
	put(out, m->dos_time, 2);
	put(out, m->dos_date, 2);
	put(out, checksum(m), 4);
	put(out, content_len(m), 4);
	put(out, content_len(m), 4);
	put(out, name_len(m), 2);
	put(out, 0, 2);
	put_text(out, m->name, name_len(m));
	put_text(out, m->content ? m->content : "", content_len(m));
}

static void put_record(GByteArray *out, const MakeMember *m, guint64 local)
{
	guint64 size = m->size ? m->size : content_len(m);
	guint64 packed = m->packed ? m->packed : content_len(m);

	local = m->local ? m->local : local;
	put(out, 0x02014b50, 4);
	put(out, m->made_by, 2);
	put(out, 20, 2);
	put(out, m->flags, 2);
	put(out, m->method, 2);
	put(out, m->dos_time, 2);
	put(out, m->dos_date, 2);
	put(out, checksum(m), 4);
	put(out, m->zip64 ? G_MAXUINT32 : packed, 4);
	put(out, m->zip64 ? G_MAXUINT32 : size, 4);
	put(out, name_len(m), 2);
	put(out, m->extra_len + (m->zip64 ? 28u : 0u), 2);
	put(out, 0, 2 + 2 + 2);
	put(out, m->external, 4);
	put(out, m->zip64 ? G_MAXUINT32 : local, 4);
	put_text(out, m->name, name_len(m));
	put_text(out, (const char *)m->extra, m->extra_len);
	if (!m->zip64)
		return;
	put(out, 1, 2);
	put(out, 24, 2);
	put(out, size, 8);
	put(out, packed, 8);
	put(out, local, 8);
}

static void put_end64(GByteArray *out, guint64 n, guint64 from, guint64 to)
{
	put(out, 0x06064b50, 4);
	put(out, 44, 8);
	put(out, 45, 2);
	put(out, 45, 2);
	put(out, 0, 4 + 4);
	put(out, n, 8);
	put(out, n, 8);
	put(out, to - from, 8);
	put(out, from, 8);
	put(out, 0x07064b50, 4);
	put(out, 0, 4);
	put(out, to, 8);
	put(out, 1, 4);
}

static void put_end(GByteArray *out, const MakeZip *zip, guint64 n,
		    guint64 from, guint64 to)
{
	gsize comment = zip->comment ? strlen(zip->comment) : 0;

	put(out, 0x06054b50, 4);
	put(out, zip->disk, 2);
	put(out, zip->disk, 2);
	put(out, zip->zip64 ? G_MAXUINT16 : n, 2);
	put(out, zip->zip64 ? G_MAXUINT16 : n, 2);
	put(out, zip->zip64 ? G_MAXUINT32 : to - from, 4);
	put(out, zip->zip64 ? G_MAXUINT32 : from, 4);
	put(out, comment, 2);
	put_text(out, zip->comment ? zip->comment : "", comment);
}

GBytes *make_zip(const MakeMember *members, gsize n, const MakeZip *zip)
{
	static const MakeZip plain;
	GByteArray *out = g_byte_array_new();
	g_autofree guint64 *locals = g_new0(guint64, n + 1);
	gsize before;
	guint64 from, to, count;

	zip = zip ? zip : &plain;
	before = zip->before ? strlen(zip->before) : 0;
	put_text(out, zip->before ? zip->before : "", before);
	for (gsize i = 0; i < n; i++) {
		locals[i] =
		    members[i].reuse ? locals[i - 1] : out->len - before;
		if (!members[i].reuse)
			put_local(out, &members[i]);
	}
	from = out->len - before;
	for (gsize i = 0; i < n; i++)
		put_record(out, &members[i], locals[i]);
	to = out->len - before;
	count = n + (guint64)(gint64)zip->announced;
	if (zip->zip64)
		put_end64(out, count, from, to);
	put_end(out, zip, count, from, to);
	return g_byte_array_free_to_bytes(out);
}
