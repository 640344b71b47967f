/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-pax.h"
#include "backends/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void put_octal(char *field, gsize len, guint64 value)
{
	g_autofree char *text =
	    g_strdup_printf("%0*" G_GINT64_MODIFIER "o", (int)len - 1, value);

	memcpy(field, text, len);
}

void kit_seal(RondTarHeader *header)
{
	guint sum = 0;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (gsize i = 0; i < sizeof(*header); i++)
		sum += ((const guint8 *)header)[i];
	put_octal(header->checksum, 7, sum);
}

RondTarHeader *kit_header(GByteArray *tar, char type, const char *name,
			  guint64 size)
{
	RondTarHeader *header;
	const gsize len = strlen(name);

	g_byte_array_set_size(tar, tar->len + ROND_TAR_BLOCK);
	header = (RondTarHeader *)(tar->data + tar->len - ROND_TAR_BLOCK);
	memset(header, 0, sizeof(*header));
	memcpy(header->name, name, MIN(len, sizeof(header->name)));
	put_octal(header->mode, sizeof(header->mode), 0644);
	put_octal(header->uid, sizeof(header->uid), 1000);
	put_octal(header->gid, sizeof(header->gid), 100);
	put_octal(header->size, sizeof(header->size), size);
	put_octal(header->mtime, sizeof(header->mtime), 1714521600);
	header->type = type;
	memcpy(header->magic, "ustar", 6);
	memcpy(header->version, "00", 2);
	kit_seal(header);
	return header;
}

void kit_data(GByteArray *tar, const void *data, gsize len)
{
	static const guint8 zeros[ROND_TAR_BLOCK];

	g_byte_array_append(tar, data, (guint)len);
	if (len % ROND_TAR_BLOCK)
		g_byte_array_append(
		    tar, zeros, (guint)(ROND_TAR_BLOCK - len % ROND_TAR_BLOCK));
}

void kit_file(GByteArray *tar, char type, const char *name, const char *text)
{
	kit_header(tar, type, name, strlen(text));
	kit_data(tar, text, strlen(text));
}

void kit_record(GByteArray *body, const char *key, const void *value, gsize len)
{
	const gsize rest = strlen(key) + len + 3;
	gsize length = rest + 1;
	g_autofree char *head = NULL;

	/* The length counts its own digits. */
	for (;;) {
		g_free(head);
		head = g_strdup_printf("%" G_GSIZE_FORMAT, length);
		if (strlen(head) + rest == length)
			break;
		length = strlen(head) + rest;
	}
	g_byte_array_append(body, (guint8 *)head, (guint)strlen(head));
	g_byte_array_append(body, (const guint8 *)" ", 1);
	g_byte_array_append(body, (const guint8 *)key, (guint)strlen(key));
	g_byte_array_append(body, (const guint8 *)"=", 1);
	g_byte_array_append(body, value, (guint)len);
	g_byte_array_append(body, (const guint8 *)"\n", 1);
}

void kit_pax(GByteArray *tar, int type, ...)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	const char *record;
	va_list args;

	va_start(args, type);
	while ((record = va_arg(args, const char *))) {
		const char *equals = strchr(record, '=');
		g_autofree char *key =
		    g_strndup(record, (gsize)(equals - record));

		kit_record(body, key, equals + 1, strlen(equals + 1));
	}
	va_end(args);
	kit_header(tar, (char)type, "PaxHeaders/x", body->len);
	kit_data(tar, body->data, body->len);
}

void kit_end(GByteArray *tar)
{
	static const guint8 zeros[2 * ROND_TAR_BLOCK];

	g_byte_array_append(tar, zeros, sizeof(zeros));
}

static gssize stream_pread(RondStream *stream, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	KitStream *self = (KitStream *)stream;

	g_assert_cmpuint(offset, >=, self->next);
	self->reads++;
	if (self->fail_at && (self->reads == self->fail_at ||
			      (self->stays && self->reads > self->fail_at))) {
		rond_fail(error, EIO, "read %u failed", self->reads);
		return -1;
	}
	if (offset >= self->len)
		return 0;
	len = MIN(len, self->len - offset);
	if (offset + len > self->bad_from) {
		rond_fail(error, EIO, "bad bytes");
		return -1;
	}
	memcpy(buf, self->data + offset, len);
	self->next = offset + len;
	return (gssize)len;
}

static const RondStreamOps stream_ops = {.pread = stream_pread};

void kit_stream_init(KitStream *self, const void *data, gsize len,
		     gboolean known)
{
	*self = (KitStream){.data = data, .len = len, .bad_from = G_MAXSIZE};
	rond_stream_init(&self->stream, &stream_ops,
			 known ? len : ROND_SIZE_UNKNOWN);
}

static void entry_free(gpointer data)
{
	KitEntry *self = data;

	g_ptr_array_unref(self->owned);
	g_free(self);
}

KitSeen *kit_seen_new(void)
{
	KitSeen *self = g_new0(KitSeen, 1);

	self->entries = g_ptr_array_new_with_free_func(entry_free);
	self->findings = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void kit_seen_free(KitSeen *self)
{
	g_ptr_array_unref(self->entries);
	g_ptr_array_unref(self->findings);
	g_free(self);
}

const RondEntry *kit_seen_entry(const KitSeen *self, guint i)
{
	const KitEntry *entry;

	g_assert_cmpuint(i, <, self->entries->len);
	entry = g_ptr_array_index(self->entries, i);
	return &entry->entry;
}

static void *keep(KitEntry *self, const void *data, gsize len)
{
	char *copy;

	if (!data)
		return NULL;
	copy = g_malloc(len + 1);
	memcpy(copy, data, len);
	copy[len] = '\0';
	g_ptr_array_add(self->owned, copy);
	return copy;
}

static const char *keep_text(KitEntry *self, const char *text)
{
	return keep(self, text, text ? strlen(text) : 0);
}

static void check_entry(const RondEntry *entry)
{
	guint64 end = 0;
	gsize xattr_bytes = 0;

	g_assert_cmpuint(strlen(entry->path), <=, ROND_TAR_MAX_PATH);
	g_assert_true(*entry->path);
	g_assert_true(S_ISREG(entry->mode) || entry->size == 0);
	g_assert_true(S_ISREG(entry->mode) || entry->n_extents == 0);
	g_assert_true(S_ISLNK(entry->mode) == (entry->symlink != NULL));
	g_assert_cmpuint(entry->mtime_nsec, <, 1000000000);
	for (gsize i = 0; i < entry->n_extents; i++) {
		const RondExtent *extent = &entry->extents[i];

		g_assert_cmpuint(extent->offset, >=, end);
		g_assert_cmpuint(extent->length, >, 0);
		g_assert_cmpuint(extent->at, <=, G_MAXINT64 - extent->length);
		end = extent->offset + extent->length;
		g_assert_cmpuint(end, >, extent->offset);
	}
	g_assert_cmpuint(end, <=, entry->size);
	for (gsize i = 0; i < entry->n_xattrs; i++)
		xattr_bytes +=
		    strlen(entry->xattrs[i].name) + entry->xattrs[i].len;
	g_assert_cmpuint(xattr_bytes, <=, ROND_TAR_MAX_XATTR_BYTES);
	if (entry->dumpdir)
		g_assert_cmpint(entry->dumpdir[entry->dumpdir_len], ==, '\0');
}

static gboolean take_entry(gpointer data, const RondEntry *entry,
			   GError **error)
{
	KitSeen *seen = data;
	KitEntry *copy;
	RondXattr *xattrs;

	if (seen->refuse_after && seen->entries->len == seen->refuse_after)
		return rond_fail(error, ENOSPC, "the sink is full");
	check_entry(entry);
	copy = g_new0(KitEntry, 1);
	copy->owned = g_ptr_array_new_with_free_func(g_free);
	copy->entry = *entry;
	copy->entry.path = keep_text(copy, entry->path);
	copy->entry.symlink = keep_text(copy, entry->symlink);
	copy->entry.hardlink = keep_text(copy, entry->hardlink);
	copy->entry.dumpdir = keep(copy, entry->dumpdir, entry->dumpdir_len);
	copy->entry.extents =
	    keep(copy, entry->extents, entry->n_extents * sizeof(RondExtent));
	xattrs = keep(copy, entry->xattrs, entry->n_xattrs * sizeof(RondXattr));
	for (gsize i = 0; i < entry->n_xattrs; i++) {
		xattrs[i].name = keep_text(copy, xattrs[i].name);
		xattrs[i].value = keep(copy, xattrs[i].value, xattrs[i].len);
	}
	copy->entry.xattrs = xattrs;
	g_ptr_array_add(seen->entries, copy);
	return TRUE;
}

static void take_finding(gpointer data, const RondFinding *finding)
{
	KitSeen *seen = data;

	g_assert_cmpuint(finding->from, <=, finding->to);
	g_assert_null(strchr(finding->message, '\n'));
	g_assert_true(g_utf8_validate(finding->message, -1, NULL));
	g_ptr_array_add(seen->findings, g_strdup(finding->message));
	if (finding->kind == ROND_FINDING_NOTE) {
		seen->notes++;
		return;
	}
	g_assert_cmpint(finding->kind, ==, ROND_FINDING_DAMAGED);
	seen->damaged++;
	seen->from = finding->from;
	seen->to = finding->to;
}

gboolean kit_walk_stream(RondStream *stream, KitSeen *seen, GError **error)
{
	const RondArchiveSink sink = {
	    .entry = take_entry,
	    .finding = take_finding,
	    .data = seen,
	};

	return rond_tar_format.walk(stream, &sink, NULL, error);
}

gboolean kit_walk(const GByteArray *tar, KitSeen *seen, GError **error)
{
	KitStream stream;

	kit_stream_init(&stream, tar->data, tar->len, FALSE);
	return kit_walk_stream(&stream.stream, seen, error);
}

KitSeen *kit_walk_clean(const GByteArray *tar)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_walk(tar, seen, &error);
	g_assert_no_error(error);
	if (seen->findings->len)
		g_error("finding: %s",
			(char *)g_ptr_array_index(seen->findings, 0));
	return g_steal_pointer(&seen);
}

GBytes *kit_content(const RondEntry *entry, const guint8 *tar, gsize len)
{
	guint8 *content;

	g_assert_cmpuint(entry->size, <, 64 * 1024 * 1024);
	content = g_malloc0(entry->size + 1);
	for (gsize i = 0; i < entry->n_extents; i++) {
		const RondExtent *extent = &entry->extents[i];

		if (extent->at > len || extent->length > len - extent->at) {
			g_free(content);
			return NULL;
		}
		memcpy(content + extent->offset, tar + extent->at,
		       extent->length);
	}
	return g_bytes_new_take(content, entry->size);
}

void kit_check_text(const GByteArray *tar, const RondEntry *entry,
		    const char *text)
{
	g_autoptr(GBytes) content = kit_content(entry, tar->data, tar->len);

	g_assert_nonnull(content);
	g_assert_cmpmem(g_bytes_get_data(content, NULL),
			g_bytes_get_size(content), text, strlen(text));
}
