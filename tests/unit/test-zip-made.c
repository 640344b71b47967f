/* SPDX-License-Identifier: BSD-2-Clause */
/* Zips that no tool would make: lies, damage, old fields. */
#include "backends/archive/zip.h"

#include "backends/error.h"
#include "make-zip.h"
#include "walked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define UNIX(mode) 3 << 8, .external = (guint32)(mode) << 16
#define DOS_DATE(y, m, d) ((y)-1980) << 9 | (m) << 5 | (d)

static Walked *walk(GBytes *bytes)
{
	g_autoptr(RondStream) zip = rond_memory_stream_new(bytes);

	return walked_new(&rond_zip_format, zip, NULL);
}

static Walked *walk_made(const MakeMember *members, gsize n, const MakeZip *zip)
{
	g_autoptr(GBytes) bytes = make_zip(members, n, zip);

	return walk(bytes);
}

static Walked *walk_one(const MakeMember *member)
{
	return walk_made(member, 1, NULL);
}

static void test_empty(void)
{
	static const MakeZip variants[] = {
	    {0}, {.zip64 = TRUE}, {.comment = "nothing here"}};

	for (gsize i = 0; i < G_N_ELEMENTS(variants); i++) {
		g_autoptr(Walked) walked = walk_made(NULL, 0, &variants[i]);

		g_assert_no_error(walked->error);
		g_assert_cmpuint(walked->entries->len, ==, 0);
		g_assert_cmpuint(walked->findings->len, ==, 0);
	}
}

static void test_zip64(void)
{
	static const MakeMember members[] = {
	    {"a", .content = "aaa", .zip64 = TRUE},
	    {"b", .content = "bb"},
	    {"c", .content = "c", .zip64 = TRUE},
	};
	static const MakeZip variants[] = {{.zip64 = TRUE},
					   {.zip64 = TRUE, .before = "#! x"},
					   {.before = "MZ"}};

	for (gsize i = 0; i < G_N_ELEMENTS(variants); i++) {
		g_autoptr(GBytes) bytes = make_zip(members, 3, &variants[i]);
		g_autoptr(RondStream) zip = rond_memory_stream_new(bytes);
		g_autoptr(Walked) walked =
		    walked_new(&rond_zip_format, zip, NULL);
		guint64 at = walked_find(walked, "c")->extent.at, data;

		g_assert_no_error(walked->error);
		g_assert_cmpuint(walked->findings->len, ==, 0);
		g_assert_cmpuint(walked_find(walked, "a")->entry.size, ==, 3);
		g_assert_true(rond_zip_data_offset(zip, at, &data, NULL));
		g_assert_cmpuint(data, ==, at + 31);
	}
}

static void test_modes(void)
{
	static const struct {
		MakeMember member;
		mode_t mode;
	} cases[] = {
	    {{"f", .made_by = UNIX(0100600)}, S_IFREG | 0600},
	    {{"f", .made_by = UNIX(0104755)}, S_IFREG | 04755},
	    {{"f", .made_by = 19 << 8, .external = 0100640u << 16},
	     S_IFREG | 0640},
	    {{"d/", .made_by = UNIX(0040700)}, S_IFDIR | 0700},
	    {{"d/", .made_by = UNIX(0100700)}, S_IFDIR | 0700},
	    {{"d", .made_by = UNIX(0040711)}, S_IFDIR | 0711},
	    {{"f", .made_by = UNIX(0644)}, S_IFREG | 0644},
	    {{"f", .made_by = UNIX(0)}, S_IFREG | 0644},
	    {{"d/", .made_by = UNIX(0)}, S_IFDIR | 0755},
	    /* What "zip x.zip -" makes of a pipe. */
	    {{"-", .made_by = UNIX(0010600)}, S_IFREG | 0600},
	    {{"f", .made_by = UNIX(0060600)}, S_IFREG | 0600},
	    {{"l", .made_by = UNIX(0120777), .content = "t"}, S_IFLNK | 0777},
	    {{"f", .external = 0100600u << 16}, S_IFREG | 0644},
	    {{"d/", .external = 0x10}, S_IFDIR | 0755},
	    {{"f", .made_by = 10 << 8}, S_IFREG | 0644},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Walked) walked = walk_one(&cases[i].member);
		const WalkedEntry *entry =
		    walked_find(walked, cases[i].member.name);

		g_assert_no_error(walked->error);
		g_assert_cmphex(entry->entry.mode, ==, cases[i].mode);
		g_assert_cmpuint(entry->entry.uid, ==, 0);
	}
}

#define MEMBER_WITH(bytes) \
	"f", .extra = (const guint8 *)(bytes), .extra_len = sizeof(bytes) - 1

static void test_times(void)
{
	/* 2001-09-09 01:46:40 UTC is 1000000000, 0x3b9aca00. */
	static const struct {
		MakeMember member;
		gint64 seconds;
		guint32 nsec;
	} cases[] = {
	    {{"f", .dos_date = DOS_DATE(2001, 9, 9), .dos_time = 1 << 11 | 20},
	     999997240,
	     0},
	    {{MEMBER_WITH("UT\5\0\3\x00\xca\x9a\x3b")}, 1000000000, 0},
	    {{MEMBER_WITH("UT\5\0\1\xff\xff\xff\xff")}, -1, 0},
	    {{MEMBER_WITH("UT\5\0\1\xff\xff\xff\xff"),
	      .dos_date = DOS_DATE(2106, 2, 7)},
	     G_MAXUINT32,
	     0},
	    {{MEMBER_WITH("UX\x08\0\1\1\1\1\x00\xca\x9a\x3b")}, 1000000000, 0},
	    /* 1000000000 s and 123456700 ns, in 100 ns since 1601. */
	    {{MEMBER_WITH("\x0a\0\x20\0\0\0\0\0\1\0\x18\0"
			  "\x87\x56\x12\x45\xd1\x38\xc1\x01"
			  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
	     1000000000,
	     123456700},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Walked) walked = walk_one(&cases[i].member);
		const RondEntry *entry = &walked_find(walked, "f")->entry;

		g_assert_cmpint(entry->mtime, ==, cases[i].seconds);
		g_assert_cmpuint(entry->mtime_nsec, ==, cases[i].nsec);
	}
}

static void test_owners(void)
{
	static const struct {
		MakeMember member;
		guint32 uid, gid;
	} cases[] = {
	    {{MEMBER_WITH("ux\x0b\0\1\4\xe8\3\0\0\4\xe9\3\0\0")}, 1000, 1001},
	    {{MEMBER_WITH("ux\5\0\1\1\x21\1\x22")}, 0x21, 0x22},
	    {{MEMBER_WITH("ux\x0b\0\2\4\xe8\3\0\0\4\xe9\3\0\0")}, 0, 0},
	    {{MEMBER_WITH("ux\x0b\0\1\4\xe8\3\0\0\5\xe9\3\0\0")}, 0, 0},
	    {{MEMBER_WITH("ux\x0b\0\1\xff\xe8\3\0\0\4\xe9\3\0\0")}, 0, 0},
	    {{MEMBER_WITH("ux\0\0")}, 0, 0},
	    {{MEMBER_WITH("ux\xff\xff\1")}, 0, 0},
	    {{MEMBER_WITH("\1\2\3")}, 0, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Walked) walked = walk_one(&cases[i].member);
		const RondEntry *entry = &walked_find(walked, "f")->entry;

		g_assert_cmpuint(entry->uid, ==, cases[i].uid);
		g_assert_cmpuint(entry->gid, ==, cases[i].gid);
	}
}

static void test_names(void)
{
	static const MakeMember members[] = {
	    {"a\\b\\c.txt"},	  {"d\\", .content = ""},
	    {"e/f\\g"},		  {"u\\v", .made_by = UNIX(0100644)},
	    {"../../etc/passwd"}, {"caf\x82"},
	    {"x\0y", 3},	  {""},
	};
	g_autoptr(Walked) walked =
	    walk_made(members, G_N_ELEMENTS(members), NULL);

	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->entries->len, ==, 6);
	g_assert_nonnull(walked_find(walked, "a/b/c.txt"));
	g_assert_true(S_ISDIR(walked_find(walked, "d/")->entry.mode));
	g_assert_nonnull(walked_find(walked, "e/f\\g"));
	g_assert_nonnull(walked_find(walked, "u\\v"));
	g_assert_nonnull(walked_find(walked, "../../etc/passwd"));
	g_assert_nonnull(walked_find(walked, "caf\x82"));
	g_assert_true(walked_tells(walked, "and 1 more: left out, that can't"));
}

static void test_bad_links(void)
{
	g_autofree char *far = g_strnfill(5000, 'x');
	const MakeMember members[] = {
	    {"good", .content = "to", .made_by = UNIX(0120777)},
	    {"none", .made_by = UNIX(0120777)},
	    {"far", .content = far, .made_by = UNIX(0120777)},
	    {"packed", .content = "?", .method = 8, .made_by = UNIX(0120777)},
	    {"long", .content = "a", .packed = 1, .size = 2,
	     .made_by = UNIX(0120777)},
	    {"elsewhere", .content = "a", .local = 7, .made_by = UNIX(0120777)},
	};
	g_autoptr(Walked) walked =
	    walk_made(members, G_N_ELEMENTS(members), NULL);

	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->entries->len, ==, 1);
	g_assert_cmpstr(walked_find(walked, "good")->entry.symlink, ==, "to");
	g_assert_true(walked_tells(walked, "and 3 more: left out, a symbolic"));
	g_assert_cmpuint(walked->damaged, ==, 2);
}

/* Sizes and places that can't be: each left out, the sound one is there. */
static void test_lies(void)
{
	static const MakeMember lies[] = {
	    {"l", .content = "x", .local = 0xfffffff0},
	    {"l", .content = "x", .local = G_MAXUINT64 - 10, .zip64 = TRUE},
	    {"l", .content = "x", .packed = 100000, .size = 100000},
	    {"l", .content = "x", .packed = G_MAXUINT64, .size = G_MAXUINT64,
	     .zip64 = TRUE},
	    {"l", .content = "x", .size = 2},
	    {"l", .content = "x", .method = 8, .size = 100000},
	    {"l", .content = "x", .method = 8, .size = G_MAXINT64,
	     .zip64 = TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
		MakeMember members[] = {lies[i], {"sound", .content = "y"}};
		g_autoptr(Walked) walked = walk_made(members, 2, NULL);

		g_assert_no_error(walked->error);
		g_assert_cmpuint(walked->entries->len, ==, 1);
		g_assert_nonnull(walked_find(walked, "sound"));
		g_assert_true(walked_tells(walked, "l: left out, the sizes"));
		g_assert_cmpuint(walked->damaged, ==, 1);
	}
}

static void test_overlapping(void)
{
	MakeMember members[100];
	g_autofree char *kernel = g_strnfill(9000, 'k');
	g_autoptr(Walked) walked = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		members[i] =
		    (MakeMember){"f", .content = kernel, .reuse = i > 0};
	walked = walk_made(members, G_N_ELEMENTS(members), NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->entries->len, <=, 2);
	g_assert_true(walked_tells(walked, "overlaps"));
}

static void test_methods(void)
{
	static const guint16 unknown[] = {1, 6, 9, 10, 18, 97, 12345};

	for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
		MakeMember member = {"f", .content = "abc",
				     .method = unknown[i]};
		g_autoptr(Walked) walked = walk_one(&member);

		g_assert_no_error(walked->error);
		g_assert_cmpint(walked_find(walked, "f")->entry.method, ==,
				ROND_UNREADABLE);
		g_assert_true(walked_tells(walked, "isn't supported"));
	}
}

static const RondArchiveFormat *probe(GBytes *bytes)
{
	g_autoptr(RondStream) zip = rond_memory_stream_new(bytes);
	gsize len;
	const guint8 *head = g_bytes_get_data(bytes, &len);

	return rond_archive_probe(zip, head, len, FALSE);
}

static void test_probe(void)
{
	static const guint16 copied[] = {12, 14, 93, 95, 98};
	g_autoptr(GBytes) text = g_bytes_new_static("MZ no zip at all", 16);

	for (gsize i = 0; i < G_N_ELEMENTS(copied); i++) {
		MakeMember members[] = {
		    {"stored", .content = "x"},
		    {"packed", .content = "x", .method = copied[i]}};
		g_autoptr(GBytes) bytes = make_zip(members, 2, NULL);
		g_autoptr(GBytes) secret = NULL;

		g_assert_true(probe(bytes) == &rond_zip_copied_format);
		members[1].flags = 1;
		secret = make_zip(members, 2, NULL);
		g_assert_true(probe(secret) == &rond_zip_format);
	}
	g_assert_null(probe(text));
	g_assert_true(rond_archive_by_name("zip") == &rond_zip_format);
	g_assert_true(rond_archive_by_name("zip-copied") ==
		      &rond_zip_copied_format);
	g_assert_null(rond_archive_by_name("zap"));
}

static void test_counts(void)
{
	static const MakeMember members[] = {{"a"}, {"b"}};
	static const MakeZip more = {.announced = 5}, less = {.announced = -1};
	g_autoptr(Walked) short_of = walk_made(members, 2, &more);
	g_autoptr(Walked) beyond = walk_made(members, 2, &less);

	g_assert_true(walked_tells(short_of, "2 members are in the zip's"));
	g_assert_cmpuint(beyond->entries->len, ==, 2);
	g_assert_true(walked_tells(beyond, "should have 1"));
}

static void test_parts(void)
{
	static const MakeMember member = {"a"};
	static const MakeZip part = {.disk = 2};
	g_autoptr(Walked) walked = walk_made(&member, 1, &part);

	g_assert_error(walked->error, ROND_ERROR, EINVAL);
}

static GBytes *sample(void)
{
	static const MakeMember members[] = {
	    {"index.php", .content = "<?php", .made_by = UNIX(0100644)},
	    {"upload/", .made_by = UNIX(0040755)},
	    {"upload/link", .content = "to", .made_by = UNIX(0120777)},
	    {MEMBER_WITH("UT\5\0\1\1\2\3\4"), .content = "abc", .zip64 = TRUE},
	};
	static const MakeZip zip = {.zip64 = TRUE, .comment = "PK\5\6"};

	return make_zip(members, G_N_ELEMENTS(members), &zip);
}

/* Whatever a member says, its data is inside the file. */
static void check_bounds(const Walked *walked, gsize len)
{
	for (guint i = 0; i < walked->entries->len; i++) {
		const WalkedEntry *entry = walked->entries->pdata[i];

		if (entry->entry.n_extents == 0)
			continue;
		g_assert_cmpuint(entry->extent.at, <, len);
		g_assert_cmpuint(entry->extent.length, <=,
				 len - entry->extent.at);
		g_assert_cmpuint(entry->entry.size, <=, len * 1100);
	}
}

static void test_truncated(void)
{
	g_autoptr(GBytes) whole = sample();
	gsize len = g_bytes_get_size(whole);

	for (gsize n = 0; n < len; n++) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(whole, 0, n);
		g_autoptr(Walked) walked = walk(part);
		g_autoptr(RondStream) zip = rond_memory_stream_new(part);
		g_autofree char *dump = rond_zip_single_dump(zip);

		/* All but the comment: unzip takes that too. */
		if (n < len - 4)
			g_assert_false(walked->ok);
		check_bounds(walked, n);
		g_assert_null(dump);
		probe(part);
	}
}

static void test_flipped(void)
{
	g_autoptr(GBytes) whole = sample();
	gsize len = g_bytes_get_size(whole);

	for (gsize i = 0; i < len * 8; i++) {
		g_autofree guint8 *copy =
		    g_memdup2(g_bytes_get_data(whole, NULL), len);
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(RondStream) zip = NULL;
		g_autoptr(Walked) walked = NULL;
		g_autofree char *dump = NULL;

		copy[i / 8] ^= (guint8)(1 << i % 8);
		bytes = g_bytes_new_take(g_steal_pointer(&copy), len);
		zip = rond_memory_stream_new(bytes);
		walked = walked_new(
		    probe(bytes) ? probe(bytes) : &rond_zip_format, zip, NULL);
		check_bounds(walked, len);
		dump = rond_zip_single_dump(zip);
		g_assert_null(dump);
	}
}

static void test_data_offset(void)
{
	static const MakeMember member = {"name", .content = "x"};
	static const guint64 bad[] = {1, 34, 35, 1000, G_MAXUINT64};
	g_autoptr(GBytes) bytes = make_zip(&member, 1, NULL);
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(bytes, 0, 32);
	g_autoptr(RondStream) zip = rond_memory_stream_new(bytes);
	g_autoptr(RondStream) cut_zip = rond_memory_stream_new(cut);
	guint64 at = 0;

	g_assert_true(rond_zip_data_offset(zip, 0, &at, NULL));
	g_assert_cmpuint(at, ==, 34);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(rond_zip_data_offset(zip, bad[i], &at, &error));
		g_assert_error(error, ROND_ERROR, EIO);
	}
	g_assert_false(rond_zip_data_offset(cut_zip, 0, &at, NULL));
}

int main(int argc, char **argv)
{
	/* The DOS times mean this machine's zone. */
	setenv("TZ", "UTC0", 1);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zip-made/empty", test_empty);
	g_test_add_func("/zip-made/zip64", test_zip64);
	g_test_add_func("/zip-made/modes", test_modes);
	g_test_add_func("/zip-made/times", test_times);
	g_test_add_func("/zip-made/owners", test_owners);
	g_test_add_func("/zip-made/names", test_names);
	g_test_add_func("/zip-made/bad-links", test_bad_links);
	g_test_add_func("/zip-made/lies", test_lies);
	g_test_add_func("/zip-made/overlapping", test_overlapping);
	g_test_add_func("/zip-made/methods", test_methods);
	g_test_add_func("/zip-made/probe", test_probe);
	g_test_add_func("/zip-made/counts", test_counts);
	g_test_add_func("/zip-made/parts", test_parts);
	g_test_add_func("/zip-made/truncated", test_truncated);
	g_test_add_func("/zip-made/flipped", test_flipped);
	g_test_add_func("/zip-made/data-offset", test_data_offset);
	return g_test_run();
}
