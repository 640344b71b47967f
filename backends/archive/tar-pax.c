/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-pax.h"
#include "backends/archive/tar-acl.h"
#include "backends/archive/tar-xattr.h"

#include <string.h>

/* What is not a list of many things. */
#define MAX_VALUE (1024UL * 1024)
/* A path for all members at that is copied for each. */
#define MAX_GLOBAL_PATH 4096

/* NUL-terminated where '=' and the newline were. */
typedef struct {
	char *key; /* what follows the prefix, for keys that have one */
	char *value;
	gsize len;
} Record;

RondTarPax *rond_tar_pax_new(gboolean global)
{
	RondTarPax *self = g_new0(RondTarPax, 1);

	self->global = global;
	self->path = g_string_new(NULL);
	self->linkpath = g_string_new(NULL);
	self->volume = g_string_new(NULL);
	self->xattrs = g_array_new(FALSE, FALSE, sizeof(RondXattr));
	self->access_acl = g_byte_array_new();
	self->default_acl = g_byte_array_new();
	rond_tar_sparse_init(&self->sparse);
	return self;
}

void rond_tar_pax_free(RondTarPax *self)
{
	g_string_free(self->path, TRUE);
	g_string_free(self->linkpath, TRUE);
	g_string_free(self->volume, TRUE);
	g_array_unref(self->xattrs);
	g_byte_array_unref(self->access_acl);
	g_byte_array_unref(self->default_acl);
	rond_tar_sparse_clear(&self->sparse);
	g_free(self->body);
	g_free(self);
}

void rond_tar_pax_reset(RondTarPax *self)
{
	self->have = 0;
	self->unset = 0;
	self->sparse_major = 0;
	self->sparse_minor = 0;
	self->sparse_offset = 0;
	self->xattr_bytes = 0;
	self->libarchive = FALSE;
	self->dumpdir = NULL;
	self->dumpdir_len = 0;
	g_array_set_size(self->xattrs, 0);
	rond_tar_sparse_reset(&self->sparse);
}

void *rond_tar_pax_body(RondTarPax *self, gsize size)
{
	char *body = g_try_realloc(self->body, size + 1);

	if (!body)
		return NULL;
	self->body = body;
	self->body_len = size;
	return body;
}

static gboolean take_text(RondTarPax *self, GString *to, const Record *record)
{
	/* One byte more than the limit, so that the reader sees it. */
	const gsize len = MIN(record->len, ROND_TAR_MAX_PATH + 1);

	if (self->global && record->len > MAX_GLOBAL_PATH)
		return FALSE;
	g_string_truncate(to, 0);
	g_string_append_len(to, record->value, (gssize)len);
	return TRUE;
}

static gboolean take_path(RondTarPax *self, const Record *record)
{
	/* GNU's real name of a sparse file stands, whatever the order. */
	return (self->have & ROND_TAR_PAX_SPARSE_NAME) ||
	       take_text(self, self->path, record);
}

static gboolean take_sparse_name(RondTarPax *self, const Record *record)
{
	self->have |= ROND_TAR_PAX_PATH;
	return take_text(self, self->path, record);
}

static gboolean take_linkpath(RondTarPax *self, const Record *record)
{
	return take_text(self, self->linkpath, record);
}

static gboolean parse_number(const Record *record, guint64 max, guint64 *to)
{
	return g_ascii_string_to_unsigned(record->value, 10, 0, max, to, NULL);
}

static gboolean take_size(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXINT64, &self->size);
}

static gboolean take_uid(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32 - 1, &self->uid);
}

static gboolean take_gid(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32 - 1, &self->gid);
}

static gboolean take_devmajor(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32, &self->devmajor);
}

static gboolean take_devminor(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32, &self->devminor);
}

/* Digits behind the point, as nanoseconds; what is finer is cut off. */
static guint32 parse_fraction(const char **text)
{
	guint32 nsec = 0, unit = 100000000;

	for (; g_ascii_isdigit(**text); (*text)++) {
		nsec += (guint32)(**text - '0') * unit;
		unit /= 10;
	}
	return nsec;
}

/* [-]SECONDS[.FRACTION]: "-1.5" is half a second before -1. */
static gboolean take_mtime(RondTarPax *self, const Record *record)
{
	const gboolean negative = record->value[0] == '-';
	const char *text = record->value + negative;
	guint64 seconds = 0;
	guint32 nsec = 0;
	char *end;

	if (!g_ascii_isdigit(*text) && *text != '.')
		return FALSE;
	if (*text != '.') {
		seconds = g_ascii_strtoull(text, &end, 10);
		text = end;
	}
	if (*text == '.') {
		text++;
		nsec = parse_fraction(&text);
	}
	if (*text || seconds > G_MAXINT64 - 1)
		return FALSE;
	self->mtime = negative ? -(gint64)seconds : (gint64)seconds;
	if (negative && nsec) {
		self->mtime--;
		nsec = 1000000000 - nsec;
	}
	self->mtime_nsec = nsec;
	return TRUE;
}

static gboolean take_real_size(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXINT64, &self->real_size);
}

static gboolean take_sparse_major(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32, &self->sparse_major);
}

static gboolean take_sparse_minor(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXUINT32, &self->sparse_minor);
}

static gboolean take_sparse_map(RondTarPax *self, const Record *record)
{
	rond_tar_sparse_reset(&self->sparse);
	rond_tar_sparse_add_text(&self->sparse, record->value);
	return TRUE;
}

static gboolean take_sparse_offset(RondTarPax *self, const Record *record)
{
	return parse_number(record, G_MAXINT64, &self->sparse_offset);
}

static gboolean take_sparse_length(RondTarPax *self, const Record *record)
{
	guint64 length;

	if (!parse_number(record, G_MAXINT64, &length))
		return FALSE;
	rond_tar_sparse_add(&self->sparse, self->sparse_offset, length);
	return TRUE;
}

static gboolean take_volume(RondTarPax *self, const Record *record)
{
	return take_text(self, self->volume, record);
}

static gboolean take_dumpdir(RondTarPax *self, const Record *record)
{
	self->dumpdir = record->value;
	self->dumpdir_len = record->len;
	return TRUE;
}

/* The same attribute may come in two notations: the later one stands. */
static gboolean add_xattr(RondTarPax *self, const char *name, const void *value,
			  gsize len)
{
	const RondXattr xattr = {.name = name, .value = value, .len = len};
	guint i = 0;

	self->xattr_bytes += strlen(name) + 1 + len;
	if (!*name || self->xattr_bytes > ROND_TAR_MAX_XATTR_BYTES)
		return FALSE;
	while (i < self->xattrs->len &&
	       strcmp(g_array_index(self->xattrs, RondXattr, i).name, name) !=
		   0)
		i++;
	if (i == ROND_TAR_MAX_XATTRS)
		return FALSE;
	if (i == self->xattrs->len)
		g_array_set_size(self->xattrs, i + 1);
	g_array_index(self->xattrs, RondXattr, i) = xattr;
	return TRUE;
}

static gboolean take_schily_xattr(RondTarPax *self, const Record *record)
{
	/* libarchive writes each attribute in both notations, its own first,
	 * and encodes the names of both in its own way. */
	if (!self->libarchive)
		rond_xattr_decode_schily(record->key);
	else if (!rond_xattr_decode_url(record->key))
		return FALSE;
	return add_xattr(self, record->key, record->value, record->len);
}

static gboolean take_libarchive_xattr(RondTarPax *self, const Record *record)
{
	gsize len = record->len;

	self->libarchive = TRUE;
	return rond_xattr_decode_url(record->key) &&
	       rond_xattr_decode_base64(record->value, &len) &&
	       add_xattr(self, record->key, record->value, len);
}

static gboolean take_access_acl(RondTarPax *self, const Record *record)
{
	GByteArray *acl = self->access_acl;

	return rond_acl_from_text(record->value, acl) &&
	       add_xattr(self, ROND_ACL_ACCESS, acl->data, acl->len);
}

static gboolean take_default_acl(RondTarPax *self, const Record *record)
{
	GByteArray *acl = self->default_acl;

	return rond_acl_from_text(record->value, acl) &&
	       add_xattr(self, ROND_ACL_DEFAULT, acl->data, acl->len);
}

typedef struct {
	const char *key; /* ending in a dot: a prefix */
	/* FALSE: it can't be used. NULL: that it is there is enough. */
	gboolean (*take)(RondTarPax *self, const Record *record);
	guint flag;
	gboolean in_global;
	gsize max; /* longest value; 0: as long as it likes */
} Key;

#define SPARSE ROND_TAR_PAX_SPARSE

static const Key keys[] = {
    {"mtime", take_mtime, ROND_TAR_PAX_MTIME, TRUE, MAX_VALUE},
    {"path", take_path, ROND_TAR_PAX_PATH, TRUE, MAX_VALUE},
    {"linkpath", take_linkpath, ROND_TAR_PAX_LINKPATH, TRUE, MAX_VALUE},
    {"size", take_size, ROND_TAR_PAX_SIZE, TRUE, MAX_VALUE},
    {"uid", take_uid, ROND_TAR_PAX_UID, TRUE, MAX_VALUE},
    {"gid", take_gid, ROND_TAR_PAX_GID, TRUE, MAX_VALUE},
    {"SCHILY.xattr.", take_schily_xattr, 0, FALSE, MAX_VALUE},
    {"LIBARCHIVE.xattr.", take_libarchive_xattr, 0, FALSE, 2 * MAX_VALUE},
    {"SCHILY.acl.access", take_access_acl, 0, FALSE, MAX_VALUE},
    {"SCHILY.acl.default", take_default_acl, 0, FALSE, MAX_VALUE},
    {"SCHILY.devmajor", take_devmajor, ROND_TAR_PAX_DEVMAJOR, FALSE, MAX_VALUE},
    {"SCHILY.devminor", take_devminor, ROND_TAR_PAX_DEVMINOR, FALSE, MAX_VALUE},
    {"GNU.sparse.name", take_sparse_name, ROND_TAR_PAX_SPARSE_NAME, FALSE,
     MAX_VALUE},
    {"GNU.sparse.size", take_real_size, ROND_TAR_PAX_REAL_SIZE, FALSE,
     MAX_VALUE},
    {"GNU.sparse.realsize", take_real_size, ROND_TAR_PAX_REAL_SIZE, FALSE,
     MAX_VALUE},
    {"GNU.sparse.major", take_sparse_major, SPARSE, FALSE, MAX_VALUE},
    {"GNU.sparse.minor", take_sparse_minor, SPARSE, FALSE, MAX_VALUE},
    {"GNU.sparse.numblocks", NULL, SPARSE, FALSE, MAX_VALUE},
    {"GNU.sparse.map", take_sparse_map, SPARSE, FALSE, 0},
    {"GNU.sparse.offset", take_sparse_offset, SPARSE, FALSE, MAX_VALUE},
    {"GNU.sparse.numbytes", take_sparse_length, SPARSE, FALSE, MAX_VALUE},
    {"GNU.dumpdir", take_dumpdir, 0, FALSE, 0},
    {"GNU.volume.filename", take_volume, ROND_TAR_PAX_VOLUME, TRUE, MAX_VALUE},
};

/* The line of the table for @record, whose key loses its prefix; or NULL. */
static const Key *find_key(Record *record)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		const gsize len = strlen(keys[i].key);

		if (record->key[0] != keys[i].key[0] ||
		    strncmp(record->key, keys[i].key, len) != 0)
			continue;
		if (keys[i].key[len - 1] == '.') {
			record->key += len;
			return &keys[i];
		}
		if (record->key[len] == '\0')
			return &keys[i];
	}
	return NULL;
}

/* FALSE: it is one of ours and can't be used. */
static gboolean take_record(RondTarPax *self, Record *record)
{
	const Key *key = find_key(record);

	if (!key || (self->global && !key->in_global))
		return TRUE;
	/* "If the <value> field is zero length, it shall delete any header
	 * block field, previously entered extended header value, or global
	 * extended header value of the same name." */
	if (record->len == 0 && key->flag) {
		self->have &= ~key->flag;
		self->unset |= key->flag;
		return TRUE;
	}
	if (key->max && record->len > key->max)
		return FALSE;
	if (key->take && !key->take(self, record))
		return FALSE;
	self->have |= key->flag;
	self->unset &= ~key->flag;
	return TRUE;
}

/* Cut "LENGTH KEY=VALUE\n" off the @left bytes at *@at. */
static gboolean next_record(char **at, gsize *left, Record *record)
{
	gsize length = 0, i = 0;

	for (; i < *left && i < 10 && g_ascii_isdigit((*at)[i]); i++)
		length = length * 10 + (gsize)((*at)[i] - '0');
	if (i == *left || (*at)[i] != ' ' || length > *left || length < i + 3 ||
	    (*at)[length - 1] != '\n')
		return FALSE;
	record->key = *at + i + 1;
	record->value = memchr(record->key, '=', length - i - 2);
	if (!record->value)
		return FALSE;
	*record->value++ = '\0';
	record->len = (gsize)(*at + length - 1 - record->value);
	record->value[record->len] = '\0';
	*at += length;
	*left -= length;
	return TRUE;
}

void rond_tar_pax_parse(RondTarPax *self, guint64 at, RondTarReport *report)
{
	char *next = self->body;
	gsize left = self->body_len;
	Record record;

	if (!self->global)
		rond_tar_pax_reset(self);
	/* Some writers pad with zeros. */
	while (left > 0 && *next != '\0') {
		if (!next_record(&next, &left, &record)) {
			rond_tar_damage(report, at, at + self->body_len,
					"the extended header at byte "
					"%" G_GUINT64_FORMAT " is malformed",
					at);
			return;
		}
		if (!take_record(self, &record)) {
			g_autofree char *key = rond_tar_quote(record.key);

			rond_tar_note(report,
				      "%s in the extended header at byte "
				      "%" G_GUINT64_FORMAT
				      " can't be used and is left out",
				      key, at);
		}
	}
}
