/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar by hand: types, names and links. */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-pax.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void test_file(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;
	const RondEntry *entry;

	kit_file(tar, '0', "a/b.txt", "hello\n");
	kit_file(tar, '0', "empty", "");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 2);
	entry = kit_seen_entry(seen, 0);
	g_assert_cmpstr(entry->path, ==, "a/b.txt");
	g_assert_cmpuint(entry->mode, ==, S_IFREG | 0644);
	g_assert_cmpuint(entry->uid, ==, 1000);
	g_assert_cmpuint(entry->gid, ==, 100);
	g_assert_cmpint(entry->mtime, ==, 1714521600);
	g_assert_cmpuint(entry->size, ==, 6);
	g_assert_cmpuint(entry->n_extents, ==, 1);
	g_assert_cmpuint(entry->extents[0].at, ==, 512);
	kit_check_text(tar, entry, "hello\n");
	g_assert_cmpuint(kit_seen_entry(seen, 1)->n_extents, ==, 0);
}

static void test_types(void)
{
	static const struct {
		char type;
		const char *name;
		mode_t mode;
	} cases[] = {
	    {'\0', "v7", S_IFREG},   {'\0', "v7-folder/", S_IFDIR},
	    {'0', "file", S_IFREG},  {'0', "folder/", S_IFDIR},
	    {'7', "whole", S_IFREG}, {'2', "link", S_IFLNK},
	    {'3', "char", S_IFCHR},  {'4', "block", S_IFBLK},
	    {'5', "dir", S_IFDIR},   {'6', "fifo", S_IFIFO},
	    {'1', "other", S_IFREG},
	};
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		RondTarHeader *header =
		    kit_header(tar, cases[i].type, cases[i].name, 0);

		memcpy(header->linkname, "to", 3);
		memcpy(header->devmajor, "0000010", 8);
		memcpy(header->devminor, "0000003", 8);
		kit_seal(header);
	}
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, G_N_ELEMENTS(cases));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const RondEntry *entry = kit_seen_entry(seen, i);
		const gboolean device =
		    S_ISCHR(cases[i].mode) || S_ISBLK(cases[i].mode);

		g_assert_cmpstr(entry->path, ==, cases[i].name);
		g_assert_cmpuint(entry->mode, ==, cases[i].mode | 0644);
		g_assert_cmpstr(entry->symlink, ==,
				cases[i].type == '2' ? "to" : NULL);
		g_assert_cmpstr(entry->hardlink, ==,
				cases[i].type == '1' ? "to" : NULL);
		g_assert_cmpuint(entry->rdev_major, ==, device ? 8 : 0);
		g_assert_cmpuint(entry->rdev_minor, ==, device ? 3 : 0);
	}
}

/* Of links, devices and folders the size says nothing about data. */
static void test_sizes_without_data(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	for (const char *type = "23456"; *type; type++)
		kit_header(tar, *type, "x", 4096);
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 5);
	for (guint i = 0; i < 5; i++)
		g_assert_cmpuint(kit_seen_entry(seen, i)->size, ==, 0);
}

static void test_unknown_type(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_file(tar, 'Z', "strange", "data");
	kit_file(tar, 'Z', "stranger", "data");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpuint(seen->notes, ==, 1);
	kit_check_text(tar, kit_seen_entry(seen, 0), "data");
	g_assert_cmpuint(kit_seen_entry(seen, 0)->mode, ==, S_IFREG | 0644);
}

static void test_names_of_all_layouts(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;
	g_autofree char *name = g_strnfill(100, 'n');
	g_autofree char *prefix = g_strnfill(155, 'p');
	g_autofree char *whole = g_strconcat(prefix, "/", name, NULL);
	RondTarHeader *header;

	header = kit_header(tar, '0', name, 0);
	kit_seal(header);
	header = kit_header(tar, '0', name, 0);
	memcpy(header->prefix, prefix, sizeof(header->prefix));
	kit_seal(header);
	/* GNU keeps times there, v7 nothing at all. */
	header = kit_header(tar, '0', name, 0);
	memcpy(header->magic, "ustar  ", 8);
	memcpy(header->prefix, prefix, sizeof(header->prefix));
	kit_seal(header);
	header = kit_header(tar, '0', name, 0);
	memset(header->magic, 0, 8);
	memcpy(header->prefix, prefix, sizeof(header->prefix));
	kit_seal(header);
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 4);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, name);
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, whole);
	g_assert_cmpstr(kit_seen_entry(seen, 2)->path, ==, name);
	g_assert_cmpstr(kit_seen_entry(seen, 3)->path, ==, name);
}

static void test_raw_names(void)
{
	static const char *const names[] = {
	    "\xff\xfe latin \xe9", "two\nlines", "./a//b/../c", "/root", " ",
	    "back\\slash\"quote",
	};
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_strconcat("path=", names[i], NULL);

		kit_file(tar, '0', names[i], "1");
		kit_pax(tar, 'x', "hdrcharset=BINARY", path, NULL);
		kit_file(tar, '0', "other", "1");
	}
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 2 * G_N_ELEMENTS(names));
	for (guint i = 0; i < seen->entries->len; i++)
		g_assert_cmpstr(kit_seen_entry(seen, i)->path, ==,
				names[i / 2]);
}

static void test_gnu_long_names(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;
	g_autofree char *name = g_strnfill(3000, 'n');
	g_autofree char *link = g_strnfill(512, 'k');
	RondTarHeader *header;

	/* With the terminating NUL, as GNU tar writes it, and without. */
	kit_header(tar, 'K', "././@LongLink", 513);
	kit_data(tar, link, 513);
	kit_header(tar, 'L', "././@LongLink", 3000);
	kit_data(tar, name, 3000);
	header = kit_header(tar, '2', "short", 0);
	memcpy(header->linkname, "cut", 4);
	kit_seal(header);
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, name);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->symlink, ==, link);
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "next");
}

static void test_names_too_long(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autofree char *longest = g_strnfill(ROND_TAR_MAX_PATH, 'n');
	g_autofree char *longer = g_strnfill(ROND_TAR_MAX_PATH + 1, 'n');
	g_autofree char *record = g_strconcat("path=", longer, NULL);

	kit_file(tar, 'L', "L", longest);
	kit_file(tar, '0', "n", "fits");
	kit_file(tar, 'L', "L", longer);
	kit_file(tar, '0', "n", "left out");
	kit_pax(tar, 'x', record, NULL);
	kit_file(tar, '0', "n", "left out");
	kit_file(tar, 'K', "K", longer);
	kit_file(tar, '2', "n", "");
	kit_file(tar, '0', "", "nameless");
	kit_file(tar, '0', "last", "x");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, longest);
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "last");
	g_assert_cmpuint(seen->damaged, ==, 4);
}

static void test_too_large(char type, guint64 size)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	kit_header(tar, type, "x", size);
	kit_end(tar);
	g_assert_false(kit_walk(tar, seen, &error));
	g_assert_cmpint(error->code, ==, E2BIG);
}

static void test_headers_too_large(void)
{
	test_too_large('L', 1024 * 1024 + 1);
	test_too_large('K', 1024 * 1024 + 1);
	test_too_large('x', ROND_TAR_MAX_BODY + 1);
	test_too_large('g', ROND_TAR_MAX_BODY + 1);
	test_too_large('D', ROND_TAR_MAX_BODY + 1);
}

static void add_link(GByteArray *tar, const char *magic, guint64 size)
{
	RondTarHeader *header = kit_header(tar, '1', "link", size);

	memcpy(header->magic, magic, 8);
	memcpy(header->linkname, "file", 5);
	kit_seal(header);
}

/* A size without data in v7 and GNU, whatever follows. */
static void test_hard_link_size_ignored(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	add_link(tar, "\0\0\0\0\0\0\0", 600);
	add_link(tar, "ustar  ", 600);
	/* Of ustar, when a header or the end follows. */
	add_link(tar, "ustar\00000", 600);
	add_link(tar, "ustar\00000", 600);
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 4);
	for (guint i = 0; i < 4; i++) {
		const RondEntry *entry = kit_seen_entry(seen, i);

		g_assert_cmpstr(entry->hardlink, ==, "file");
		g_assert_cmpuint(entry->size, ==, 0);
		g_assert_cmpuint(entry->n_extents, ==, 0);
	}
}

/* …not even when what follows is no header. */
static void test_hard_link_before_damage(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	add_link(tar, "ustar  ", 4);
	kit_data(tar, "data", 4);
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpuint(kit_seen_entry(seen, 0)->size, ==, 0);
	g_assert_cmpuint(seen->damaged, ==, 1);
}

static void test_hard_link_with_data(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	add_link(tar, "ustar\00000", 4);
	kit_data(tar, "data", 4);
	kit_pax(tar, 'x', "size=5", NULL);
	add_link(tar, "ustar\00000", 0);
	kit_data(tar, "data2", 5);
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 3);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->hardlink, ==, "file");
	kit_check_text(tar, kit_seen_entry(seen, 0), "data");
	kit_check_text(tar, kit_seen_entry(seen, 1), "data2");
}

static void test_folder_lists(void)
{
	static const char list[] = "Yone\0Nkept\0Dsub\0";
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_header(tar, 'D', "dir/", sizeof(list));
	kit_data(tar, list, sizeof(list));
	kit_record(body, "GNU.dumpdir", list, sizeof(list));
	kit_header(tar, 'x', "x", body->len);
	kit_data(tar, body->data, body->len);
	kit_header(tar, '5', "dir/", 0);
	kit_file(tar, '0', "dir/one", "1");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 3);
	for (guint i = 0; i < 2; i++) {
		const RondEntry *entry = kit_seen_entry(seen, i);

		g_assert_cmpuint(entry->mode, ==, S_IFDIR | 0644);
		g_assert_cmpmem(entry->dumpdir, entry->dumpdir_len, list,
				sizeof(list));
	}
	g_assert_null(kit_seen_entry(seen, 2)->dumpdir);
}

static void test_volumes(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_header(tar, 'V', "label", 0);
	kit_file(tar, 'M', "big", "the rest");
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 1);
	g_assert_cmpuint(seen->damaged, ==, 1);
	g_assert_cmpuint(seen->findings->len, ==, 1);
	g_assert_cmpuint(seen->from, ==, 1024);
	g_assert_nonnull(strstr(seen->findings->pdata[0], "\"big\""));
}

static void test_pax_volume(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_pax(tar, 'g', "GNU.volume.label=lab", "GNU.volume.filename=big",
		"GNU.volume.size=1", "GNU.volume.offset=5", NULL);
	kit_file(tar, '0', "GNUFileParts/big.2", "x");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 1);
	g_assert_cmpuint(seen->notes, ==, 1);
}

static void test_solaris(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_pax(tar, 'X', "path=long", "size=4", NULL);
	kit_file(tar, '0', "short", "data");
	kit_file(tar, 'A', "short", "user::rwx");
	kit_file(tar, 'E', "short", "whatever");
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpuint(seen->notes, ==, 2);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "long");
}

static void test_impossible_sizes(void)
{
	static const char *const sizes[] = {
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", /* -1 */
	    "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
	    "\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
	    "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	};
	static const char types[] = "0LxgDSM1";

	for (gsize i = 0; i < G_N_ELEMENTS(sizes) * (sizeof(types) - 1); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;
		RondTarHeader *header =
		    kit_header(tar, types[i / G_N_ELEMENTS(sizes)], "x", 0);

		memcpy(header->size, sizes[i % G_N_ELEMENTS(sizes)], 12);
		kit_seal(header);
		kit_end(tar);
		g_assert_false(kit_walk(tar, seen, &error));
		g_assert_cmpint(error->code, ==, EINVAL);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar/file", test_file);
	g_test_add_func("/tar/types", test_types);
	g_test_add_func("/tar/sizes-without-data", test_sizes_without_data);
	g_test_add_func("/tar/unknown-type", test_unknown_type);
	g_test_add_func("/tar/names", test_names_of_all_layouts);
	g_test_add_func("/tar/raw-names", test_raw_names);
	g_test_add_func("/tar/gnu-long-names", test_gnu_long_names);
	g_test_add_func("/tar/names-too-long", test_names_too_long);
	g_test_add_func("/tar/headers-too-large", test_headers_too_large);
	g_test_add_func("/tar/hard-link/size", test_hard_link_size_ignored);
	g_test_add_func("/tar/hard-link/damage", test_hard_link_before_damage);
	g_test_add_func("/tar/hard-link/data", test_hard_link_with_data);
	g_test_add_func("/tar/folder-lists", test_folder_lists);
	g_test_add_func("/tar/volumes", test_volumes);
	g_test_add_func("/tar/pax-volume", test_pax_volume);
	g_test_add_func("/tar/solaris", test_solaris);
	g_test_add_func("/tar/impossible-sizes", test_impossible_sizes);
	return g_test_run();
}
