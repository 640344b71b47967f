/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar by hand: extended attributes and ACLs. */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-acl.h"
#include "backends/archive/tar-pax.h"
#include "backends/archive/tar-xattr.h"

#include <string.h>

/* The one entry that a local header with @record before it gives. */
static KitSeen *with_record(const char *record, GByteArray *tar)
{
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	kit_pax(tar, 'x', record, NULL);
	kit_file(tar, '0', "name", "data");
	kit_end(tar);
	kit_walk(tar, seen, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(seen->entries->len, ==, 1);
	return g_steal_pointer(&seen);
}

static void check_xattr(const RondEntry *entry, gsize i, const char *name,
			const void *value, gsize len)
{
	g_assert_cmpuint(i, <, entry->n_xattrs);
	g_assert_cmpstr(entry->xattrs[i].name, ==, name);
	g_assert_cmpmem(entry->xattrs[i].value, entry->xattrs[i].len, value,
			len);
}

static void test_xattrs(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;
	const RondEntry *entry;

	kit_record(body, "SCHILY.xattr.user.a", "b\0c\nd=e", 7);
	kit_record(body, "SCHILY.xattr.user.x%3Dy%25z%41", "1", 1);
	kit_record(body, "SCHILY.xattr.user.empty", "", 0);
	kit_record(body, "LIBARCHIVE.xattr.user.%C3%A9%3D", "AP8K", 4);
	kit_record(body, "LIBARCHIVE.xattr.user.a", "dHdpY2U", 7);
	kit_record(body, "RHT.security.selinux", "label", 5);
	kit_header(tar, 'x', "x", body->len);
	kit_data(tar, body->data, body->len);
	kit_file(tar, '0', "name", "data");
	kit_file(tar, '0', "next", "data");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	entry = kit_seen_entry(seen, 0);
	g_assert_cmpuint(entry->n_xattrs, ==, 4);
	check_xattr(entry, 0, "user.a", "twice", 5);
	check_xattr(entry, 1, "user.x=y%z%41", "1", 1);
	check_xattr(entry, 2, "user.empty", "", 0);
	check_xattr(entry, 3, "user.\xc3\xa9=", "\0\xff\n", 3);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->n_xattrs, ==, 0);
}

/* libarchive's second notation of an attribute is not another attribute. */
static void test_doubled_xattrs(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "LIBARCHIVE.xattr.user.%C3%A9=MQ",
		"SCHILY.xattr.user.%C3%A9=1", NULL);
	kit_file(tar, '0', "name", "data");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->n_xattrs, ==, 1);
	check_xattr(kit_seen_entry(seen, 0), 0, "user.\xc3\xa9", "1", 1);
}

static void test_bad_xattrs(void)
{
	static const char *const records[] = {
	    "LIBARCHIVE.xattr.user.a%0=YQ",
	    "LIBARCHIVE.xattr.user.a%00=YQ",
	    "LIBARCHIVE.xattr.user.a=Y",
	    "LIBARCHIVE.xattr.user.a=Y!==",
	    "LIBARCHIVE.xattr.=YQ",
	    "SCHILY.xattr.=x",
	    "SCHILY.acl.access=user:www-data:rwx",
	    "SCHILY.acl.access=nonsense",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = with_record(records[i], tar);

		g_test_message("%s", records[i]);
		g_assert_cmpuint(kit_seen_entry(seen, 0)->n_xattrs, ==, 0);
		g_assert_cmpuint(seen->notes, ==, 1);
	}
}

static void test_too_many_xattrs(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	for (guint i = 0; i < ROND_TAR_MAX_XATTRS + 1000; i++) {
		g_autofree char *key =
		    g_strdup_printf("SCHILY.xattr.user.%u", i);

		kit_record(body, key, "x", 1);
	}
	kit_header(tar, 'x', "x", body->len);
	kit_data(tar, body->data, body->len);
	kit_file(tar, '0', "name", "data");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(kit_seen_entry(seen, 0)->n_xattrs, ==,
			 ROND_TAR_MAX_XATTRS);
	/* A thousand notes are told as a hundred and one. */
	g_assert_cmpuint(seen->notes, ==, 101);
}

static void test_too_large_xattrs(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autofree char *big = g_malloc0(ROND_TAR_MAX_XATTR_BYTES);

	kit_record(body, "SCHILY.xattr.user.half", big, 600 * 1024);
	kit_record(body, "SCHILY.xattr.user.most", big, 600 * 1024);
	kit_record(body, "SCHILY.xattr.user.all", big,
		   ROND_TAR_MAX_XATTR_BYTES);
	kit_header(tar, 'x', "x", body->len);
	kit_data(tar, body->data, body->len);
	kit_file(tar, '0', "name", "data");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(kit_seen_entry(seen, 0)->n_xattrs, ==, 1);
	g_assert_cmpuint(seen->notes, ==, 2);
}

static void test_acls(void)
{
	static const char wanted[] = "\2\0\0\0"
				     "\1\0\7\0\xff\xff\xff\xff"
				     "\2\0\4\0\7\0\0\0"
				     "\2\0\6\0\xe8\3\0\0"
				     "\4\0\5\0\xff\xff\xff\xff"
				     "\10\0\5\0\x64\0\0\0"
				     "\20\0\7\0\xff\xff\xff\xff"
				     "\40\0\0\0\xff\xff\xff\xff";
	static const char *const texts[] = {
	    "user::rwx,user:1000:rw-,user:7:r--,group::r-x,group:100:r-x,"
	    "mask::rwx,other::---",
	    "user::rwx\nuser:joe:rw-:1000\nuser:ann:r--:7\ngroup::r-x\n"
	    "group:www:r-x:100\nmask::rwx\nother::---\n",
	    "u::rwx,u:7:r,u:1000:rw\t#effective:rw-\ng::rx,g:100:rx,m:rwx,o:-",
	    "# file: x\ndefault:user::rwx, default:user:7:r--, user:1000:rw-\n"
	    "group::r-x\ngroup:100:r-x\nmask:rwx\nother:---",
	};
	g_autoptr(GByteArray) acl = g_byte_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_true(rond_acl_from_text(texts[i], acl));
		g_assert_cmpmem(acl->data, acl->len, wanted,
				sizeof(wanted) - 1);
	}
}

static void test_bad_acls(void)
{
	static const char *const texts[] = {
	    "",
	    "#",
	    "user",
	    "user:",
	    "user:rwx",
	    "user:joe:rwx",
	    "user:-1:rwx",
	    "user:4294967295:rwx",
	    "user:joe:rwx:",
	    "user::rwx:1:2:3",
	    "mask:5:rwx",
	    "other:5:rwx",
	    "user::rwq",
	    "owner::rwx",
	    "::::::::::::",
	};
	g_autoptr(GByteArray) acl = g_byte_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_false(rond_acl_from_text(texts[i], acl));
	}
}

static void test_acls_of_entries(void)
{
	static const char binary[] = "\2\0\0\0"
				     "\1\0\6\0\xff\xff\xff\xff"
				     "\4\0\4\0\xff\xff\xff\xff"
				     "\40\0\4\0\xff\xff\xff\xff";
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "SCHILY.acl.access=user::rw-,group::r--,other::r--",
		"SCHILY.acl.default=u::rw,g::r,o::r", NULL);
	kit_header(tar, '5', "dir", 0);
	kit_end(tar);
	seen = kit_walk_clean(tar);
	check_xattr(kit_seen_entry(seen, 0), 0, "system.posix_acl_access",
		    binary, sizeof(binary) - 1);
	check_xattr(kit_seen_entry(seen, 0), 1, "system.posix_acl_default",
		    binary, sizeof(binary) - 1);
}

static void test_base64(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				       "mnopqrstuvwxyz0123456789+/";

	for (gsize len = 0; len < 100; len++) {
		g_autofree guint8 *data = g_malloc(len + 1);
		g_autofree char *text = NULL;
		gsize n;

		for (gsize i = 0; i < len; i++)
			data[i] = (guint8)g_test_rand_int();
		text = g_base64_encode(data, len);
		n = strlen(text);
		/* With the padding, and without. */
		while (len % 2 && n > 0 && text[n - 1] == '=')
			n--;
		g_assert_true(rond_xattr_decode_base64(text, &n));
		g_assert_cmpmem(text, n, data, len);
	}
	for (guint c = 0; c < 256; c++) {
		char text[4] = {(char)c, 'A', 'A', 'A'};
		gsize n = sizeof(text);

		g_assert_cmpint(rond_xattr_decode_base64(text, &n), ==,
				c && strchr(alphabet, (int)c));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-xattrs/base64", test_base64);
	g_test_add_func("/tar-xattrs/xattrs/good", test_xattrs);
	g_test_add_func("/tar-xattrs/xattrs/doubled", test_doubled_xattrs);
	g_test_add_func("/tar-xattrs/xattrs/bad", test_bad_xattrs);
	g_test_add_func("/tar-xattrs/xattrs/too-many", test_too_many_xattrs);
	g_test_add_func("/tar-xattrs/xattrs/too-large", test_too_large_xattrs);
	g_test_add_func("/tar-xattrs/acls/text", test_acls);
	g_test_add_func("/tar-xattrs/acls/bad", test_bad_acls);
	g_test_add_func("/tar-xattrs/acls/entries", test_acls_of_entries);
	return g_test_run();
}
