/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-acl.h"

#include <string.h>

/* As many as fit into an attribute of 64 KiB, the kernel's limit. */
#define MAX_ENTRIES 8191
#define MAX_FIELDS 5

enum {
	ACL_VERSION = 2,
	ACL_USER_OBJ = 0x01,
	ACL_USER = 0x02,
	ACL_GROUP_OBJ = 0x04,
	ACL_GROUP = 0x08,
	ACL_MASK = 0x10,
	ACL_OTHER = 0x20,
};

typedef struct {
	guint16 tag;
	guint16 perm;
	guint32 id;
} Entry;

static guint16 tag_of(const char *word, gboolean qualified)
{
	static const struct {
		const char *word;
		guint16 plain, qualified;
	} tags[] = {
	    {"user", ACL_USER_OBJ, ACL_USER},
	    {"group", ACL_GROUP_OBJ, ACL_GROUP},
	    {"mask", ACL_MASK, 0},
	    {"other", ACL_OTHER, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
		if (g_str_equal(word, tags[i].word) ||
		    (word[0] == tags[i].word[0] && word[1] == '\0'))
			return qualified ? tags[i].qualified : tags[i].plain;
	}
	return 0;
}

static gboolean parse_perm(const char *text, guint16 *perm)
{
	*perm = 0;
	/* Writers differ in order and in what they leave out. */
	for (; *text; text++) {
		if (*text == 'r')
			*perm |= 4;
		else if (*text == 'w')
			*perm |= 2;
		else if (*text == 'x')
			*perm |= 1;
		else if (*text != '-')
			return FALSE;
	}
	return TRUE;
}

static gboolean parse_id(const char *text, guint32 *id)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32 - 1, &value,
					NULL))
		return FALSE;
	*id = (guint32)value;
	return TRUE;
}

/* Cut @text at its colons; more of them than fields is no ACL. */
static gsize split(char *text, char *fields[MAX_FIELDS])
{
	gsize n = 0;

	for (char *at = text; at; n++) {
		char *colon = strchr(at, ':');

		if (n == MAX_FIELDS)
			return 0;
		if (colon)
			*colon++ = '\0';
		fields[n] = g_strstrip(at);
		at = colon;
	}
	return n;
}

/* TAG:[QUALIFIER]:PERM[:ID], or TAG:PERM for mask and other. */
static gboolean parse_entry(char *text, Entry *entry)
{
	char *all[MAX_FIELDS];
	char **fields = all;
	gsize n = split(text, all);

	/* getfacl's notation: which of the two it is says the record. */
	if (n > 1 && g_str_equal(fields[0], "default")) {
		fields++;
		n--;
	}
	if (n < 2 || n > 4)
		return FALSE;

	const gboolean qualified = n > 2 && fields[1][0];
	const char *perm = n == 2 ? fields[1] : fields[2];

	entry->tag = tag_of(fields[0], qualified);
	entry->id = G_MAXUINT32;
	if (!entry->tag || !parse_perm(perm, &entry->perm))
		return FALSE;
	/* Only mask and other may leave the empty qualifier out. */
	if (!qualified)
		return n == 3 || entry->tag == ACL_MASK ||
		       entry->tag == ACL_OTHER;
	return parse_id(n == 4 ? fields[3] : fields[1], &entry->id);
}

/* The kernel wants them by tag, then by id. */
static gint compare(gconstpointer a, gconstpointer b)
{
	const Entry *x = a;
	const Entry *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static gboolean parse(const char *text, GArray *entries)
{
	g_auto(GStrv) lines = g_strsplit_set(text, ",\n", MAX_ENTRIES + 2);

	for (char **line = lines; *line; line++) {
		Entry entry;
		char *comment = strchr(*line, '#');

		/* "#effective:r--", and the headings of getfacl. */
		if (comment)
			*comment = '\0';
		if (!*g_strstrip(*line))
			continue;
		if (entries->len == MAX_ENTRIES || !parse_entry(*line, &entry))
			return FALSE;
		g_array_append_val(entries, entry);
	}
	g_array_sort(entries, compare);
	return entries->len > 0;
}

static void put16(GByteArray *to, guint16 value)
{
	value = GUINT16_TO_LE(value);
	g_byte_array_append(to, (const guint8 *)&value, sizeof(value));
}

static void put32(GByteArray *to, guint32 value)
{
	value = GUINT32_TO_LE(value);
	g_byte_array_append(to, (const guint8 *)&value, sizeof(value));
}

gboolean rond_acl_from_text(const char *text, GByteArray *acl)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

	g_byte_array_set_size(acl, 0);
	if (!parse(text, entries))
		return FALSE;
	put32(acl, ACL_VERSION);
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		put16(acl, entry->tag);
		put16(acl, entry->perm);
		put32(acl, entry->id);
	}
	return TRUE;
}
