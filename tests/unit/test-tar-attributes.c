/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar by hand: what pax records say. */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-pax.h"

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

static void test_times(void)
{
	static const struct {
		const char *text;
		gint64 mtime;
		guint32 nsec;
		guint notes;
	} cases[] = {
	    {"0", 0, 0, 0},
	    {"1", 1, 0, 0},
	    {"1.5", 1, 500000000, 0},
	    {"1714521600.123456789", 1714521600, 123456789, 0},
	    {"1.1234567899", 1, 123456789, 0},
	    {"1.", 1, 0, 0},
	    {".25", 0, 250000000, 0},
	    {"-1", -1, 0, 0},
	    {"-1.5", -2, 500000000, 0},
	    {"-0.000000001", -1, 999999999, 0},
	    {"-1714521600.75", -1714521601, 250000000, 0},
	    {"9223372036854775806", 9223372036854775806, 0, 0},
	    /* Not usable: that of the block. */
	    {"9223372036854775807", 1714521600, 0, 1},
	    {"99999999999999999999", 1714521600, 0, 1},
	    {"--1", 1714521600, 0, 1},
	    {" 1", 1714521600, 0, 1},
	    {"1x", 1714521600, 0, 1},
	    {"1.2.3", 1714521600, 0, 1},
	    {"-", 1714521600, 0, 1},
	    {"", 1714521600, 0, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autofree char *record =
		    g_strconcat("mtime=", cases[i].text, NULL);
		g_autoptr(KitSeen) seen = with_record(record, tar);
		const RondEntry *entry = kit_seen_entry(seen, 0);

		g_test_message("%s", record);
		g_assert_cmpint(entry->mtime, ==, cases[i].mtime);
		g_assert_cmpuint(entry->mtime_nsec, ==, cases[i].nsec);
		g_assert_cmpuint(seen->notes, ==, cases[i].notes);
	}
}

static void test_owners(void)
{
	static const struct {
		const char *text;
		guint32 uid;
		guint notes;
	} cases[] = {
	    {"uid=0", 0, 0},
	    {"uid=4294967294", 4294967294, 0},
	    {"uid=4294967295", 1000, 1},
	    {"uid=-1", 1000, 1},
	    {"uid=0x10", 1000, 1},
	    {"uid=", 1000, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = with_record(cases[i].text, tar);

		g_assert_cmpuint(kit_seen_entry(seen, 0)->uid, ==,
				 cases[i].uid);
		g_assert_cmpuint(seen->notes, ==, cases[i].notes);
	}
}

/* The block's owners, octal and base-256. */
static void test_owners_of_the_block(void)
{
	static const struct {
		const char *field;
		guint32 uid;
		guint notes;
	} cases[] = {
	    {"0001750\0", 1000, 0},
	    {"\x80\0\0\0\xff\xff\xff\xfe", 4294967294, 0},
	    {"\xff\xff\xff\xff\xff\xff\xff\xfe", 4294967294, 0},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff", 65534, 1},
	    {"\x80\0\0\1\0\0\0\0", 65534, 1},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = kit_seen_new();
		RondTarHeader *header = kit_header(tar, '0', "x", 0);

		memcpy(header->uid, cases[i].field, 8);
		kit_seal(header);
		kit_end(tar);
		g_assert_true(kit_walk(tar, seen, NULL));
		g_assert_cmpuint(kit_seen_entry(seen, 0)->uid, ==,
				 cases[i].uid);
		g_assert_cmpuint(seen->notes, ==, cases[i].notes);
	}
}

static void test_names(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "path=a long one", "linkpath=far away", NULL);
	kit_file(tar, '2', "short", "");
	/* A pax path counts more than a GNU one, wherever it stands. */
	kit_file(tar, 'L', "L", "gnu's");
	kit_pax(tar, 'x', "path=pax's", NULL);
	kit_file(tar, 'K', "K", "gnu's target");
	kit_file(tar, '2', "short", "");
	kit_file(tar, '0', "plain", "");
	/* Only the last one of two headers counts. */
	kit_pax(tar, 'x', "path=first", "uid=1", NULL);
	kit_pax(tar, 'x', "path=second", NULL);
	kit_file(tar, '0', "third", "");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 4);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "a long one");
	g_assert_cmpstr(kit_seen_entry(seen, 0)->symlink, ==, "far away");
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "pax's");
	g_assert_cmpstr(kit_seen_entry(seen, 1)->symlink, ==, "gnu's target");
	g_assert_cmpstr(kit_seen_entry(seen, 2)->path, ==, "plain");
	g_assert_cmpstr(kit_seen_entry(seen, 3)->path, ==, "second");
	g_assert_cmpuint(kit_seen_entry(seen, 3)->uid, ==, 1000);
}

/* GNU's long name is about one entry, a global path about all: the nearer
 * one counts, and a path for all is no longer than a path can be. */
static void test_global_names(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autofree char *name = g_strnfill(5000, 'n');
	g_autofree char *record = g_strconcat("path=", name, NULL);

	kit_pax(tar, 'g', "path=all", NULL);
	kit_file(tar, 'L', "L", "gnu's");
	kit_file(tar, '0', "one", "");
	kit_file(tar, '0', "two", "");
	kit_pax(tar, 'g', record, NULL);
	kit_file(tar, '0', "three", "");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 3);
	g_assert_cmpuint(seen->notes, ==, 1);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "gnu's");
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "all");
	g_assert_cmpstr(kit_seen_entry(seen, 2)->path, ==, "all");
}

static void test_global(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'g', "comment=0123abcd", "uid=5", "mtime=9.5",
		"SCHILY.xattr.user.x=not for all", "GNU.sparse.major=1", NULL);
	kit_file(tar, '0', "one", "1");
	kit_pax(tar, 'x', "uid=6", NULL);
	kit_file(tar, '0', "two", "2");
	kit_pax(tar, 'x', "uid=", NULL);
	kit_file(tar, '0', "three", "3");
	kit_pax(tar, 'g', "gid=8", "mtime=", NULL);
	kit_file(tar, '0', "four", "4");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 4);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->uid, ==, 5);
	g_assert_cmpint(kit_seen_entry(seen, 0)->mtime, ==, 9);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->n_xattrs, ==, 0);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->uid, ==, 6);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->mtime_nsec, ==, 500000000);
	g_assert_cmpuint(kit_seen_entry(seen, 2)->uid, ==, 1000);
	g_assert_cmpuint(kit_seen_entry(seen, 3)->uid, ==, 5);
	g_assert_cmpuint(kit_seen_entry(seen, 3)->gid, ==, 8);
	g_assert_cmpint(kit_seen_entry(seen, 3)->mtime, ==, 1714521600);
}

static void test_size(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "size=600", NULL);
	kit_header(tar, '0', "big", 0);
	g_byte_array_set_size(tar, tar->len + 1024);
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->size, ==, 600);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->size, ==, 1);
}

static void test_devices(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "SCHILY.devmajor=259", "SCHILY.devminor=1048575",
		NULL);
	kit_header(tar, '4', "disk", 0);
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->rdev_major, ==, 259);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->rdev_minor, ==, 1048575);
}

static void test_malformed(void)
{
	static const char *const bodies[] = {
	    "x",
	    "5",
	    "99 path=x\n",
	    "3 a\n",
	    "4 =\n",
	    "0 path=x\n",
	    "10 path=x\nmore",
	    "8 path=x\n",
	    "11 path=xy ",
	    "9 nothing\n",
	    " 10 path=x\n",
	    "-1 path=x\n",
	    "99999999999999999999 path=x\n",
	    "10 pathxx\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;

		g_test_message("%s", bodies[i]);
		kit_file(tar, 'x', "x", bodies[i]);
		kit_file(tar, '0', "name", "data");
		kit_end(tar);
		kit_walk(tar, seen, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(seen->entries->len, ==, 1);
		if (i == 4) /* an empty key: unknown, but well-formed */
			continue;
		g_assert_cmpuint(seen->damaged, ==, 1);
		g_assert_cmpuint(seen->from, ==, 512);
	}
}

static void test_zero_padded(void)
{
	static const char body[] = "10 path=y\n\0\0\0";
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_header(tar, 'x', "x", sizeof(body));
	kit_data(tar, body, sizeof(body));
	kit_file(tar, '0', "name", "data");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "y");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-attributes/times", test_times);
	g_test_add_func("/tar-attributes/owners", test_owners);
	g_test_add_func("/tar-attributes/owners-of-the-block",
			test_owners_of_the_block);
	g_test_add_func("/tar-attributes/names", test_names);
	g_test_add_func("/tar-attributes/global", test_global);
	g_test_add_func("/tar-attributes/global-names", test_global_names);
	g_test_add_func("/tar-attributes/size", test_size);
	g_test_add_func("/tar-attributes/devices", test_devices);
	g_test_add_func("/tar-attributes/malformed", test_malformed);
	g_test_add_func("/tar-attributes/zero-padded", test_zero_padded);
	return g_test_run();
}
