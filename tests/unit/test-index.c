/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/layout.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_maps(RondIndexBuilder *builder)
{
	guint8 window[ROND_WINDOW_SIZE];
	RondSeekPoint point = {.in = 800, .out = 1000, .flags = 3};

	memset(window, 'w', sizeof window);
	rond_index_builder_begin_map(builder, &(RondMapStart){9, "zstd", 512});
	rond_index_builder_add_block(builder, 77);
	rond_index_builder_end_map(builder, 512);
	rond_index_builder_begin_map(builder, &(RondMapStart){0, "gzip", 1024});
	rond_index_builder_add_point(builder, &point);
	point = (RondSeekPoint){1600, 2000, window, sizeof window, 0};
	rond_index_builder_add_point(builder, &point);
	for (guint32 i = 0; i < 3; i++)
		rond_index_builder_add_block(builder, i);
	rond_index_builder_add_damage(builder, 2000, 2100);
	rond_index_builder_add_damage(builder, 7, 7);
	rond_index_builder_add_damage(builder, 10, 20);
	rond_index_builder_add_damage(builder, 15, 30);
	rond_index_builder_add_damage(builder, 30, 31);
	rond_index_builder_end_map(builder, 2049);
}

/* A bit of everything. */
static RondIndexBuilder *full_builder(void)
{
	RondIndexBuilder *builder = rond_index_builder_new();
	const RondXattr xattr = {"user.a", "value", 5};
	const RondExtent extents[] = {{0, 512, 10}, {100, 522, 20}};

	index_kit_add_files(builder,
			    (const char *[]){"b/f", "b/e", "a", "ab", NULL});
	index_kit_add(builder, &(RondEntry){.path = "sparse",
					    .mode = S_IFREG | 0600,
					    .size = 200,
					    .extents = extents,
					    .n_extents = 2,
					    .xattrs = &xattr,
					    .n_xattrs = 1});
	index_kit_add(builder, &(RondEntry){.path = "b/link",
					    .mode = S_IFLNK | 0777,
					    .symlink = "../a"});
	index_kit_add(
	    builder,
	    &(RondEntry){.path = "hard", .mode = S_IFREG, .hardlink = "a"});
	rond_index_builder_add_finding(
	    builder, &(RondFinding){ROND_FINDING_DAMAGED, 5, 6, "broken"});
	add_maps(builder);
	return builder;
}

static void test_round_trip(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(RondIndex) index = index_kit_write(builder);
	g_autofree char *tree = index_kit_tree(index);
	RondFinding finding;
	RondXattr xattr;

	g_assert_cmpstr(tree, ==,
			"a 2+5 x2\nab 3+5\nb/\nb/e 1+5\nb/f 0+5\n"
			"b/link -> ../a\nhard 2+5 x2\n"
			"sparse 200[0@512+10 100@522+20]\n");
	g_assert_true(rond_index_xattr(
	    index, rond_index_entry(index, index_kit_find(index, "sparse")), 0,
	    &xattr));
	g_assert_cmpstr(xattr.name, ==, "user.a");
	g_assert_true(rond_index_finding(index, 0, &finding));
	g_assert_cmpstr(finding.message, ==, "broken");
	g_assert_cmpuint(finding.kind, ==, ROND_FINDING_DAMAGED);
	g_assert_cmpuint(finding.from, ==, 5);
	g_assert_cmpuint(finding.to, ==, 6);
	g_assert_false(rond_index_finding(index, 1, &finding));
	g_assert_cmpstr(rond_index_meta(index)->format, ==, "tar");
	g_assert_cmpuint(rond_index_meta(index)->content_bytes, ==, 220);
	index_kit_touch_all(index);
}

static void check_points(const RondDecodedMap *map)
{
	g_autofree guint8 *scratch = g_malloc(ROND_WINDOW_SIZE);
	g_autoptr(GError) error = NULL;
	RondSeekPoint point;

	g_assert_cmpuint(map->n_points, ==, 2);
	g_assert_cmpuint(map->point_out(map->data, 0), ==, 1000);
	g_assert_cmpuint(map->point_out(map->data, 1), ==, 2000);
	g_assert_true(map->point(map->data, 0, scratch, &point, &error));
	g_assert_cmpuint(point.in, ==, 800);
	g_assert_cmpuint(point.flags, ==, 3);
	g_assert_cmpuint(point.window_len, ==, 0);
	g_assert_true(map->point(map->data, 1, scratch, &point, &error));
	g_assert_cmpuint(point.window_len, ==, ROND_WINDOW_SIZE);
	g_assert_cmpuint(point.window[0], ==, 'w');
	g_assert_cmpuint(point.window[ROND_WINDOW_SIZE - 1], ==, 'w');
}

static void test_maps(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(RondIndex) index = index_kit_write(builder);
	RondDecodedMap map;

	g_assert_true(rond_index_map(index, 0, &map));
	g_assert_cmpstr(map.codec->name, ==, "gzip");
	g_assert_cmpuint(map.size, ==, 2049);
	g_assert_cmpuint(map.block_size, ==, 1024);
	g_assert_cmpuint(map.block_crcs[2], ==, 2);
	/* Sorted, merged, empty ones left out. */
	g_assert_cmpuint(map.n_damage, ==, 2);
	g_assert_cmpuint(map.damage[0].from, ==, 10);
	g_assert_cmpuint(map.damage[0].to, ==, 31);
	g_assert_cmpuint(map.damage[1].from, ==, 2000);
	check_points(&map);
	g_assert_true(rond_index_map(index, 9, &map));
	g_assert_cmpuint(map.size, ==, 512);
	g_assert_cmpuint(map.block_crcs[0], ==, 77);
	g_assert_cmpuint(map.n_points + map.n_damage, ==, 0);
	g_assert_false(rond_index_map(index, 1, &map));
	g_assert_false(rond_index_map(index, G_MAXUINT64, &map));
}

/* What is found out about a map behind its end. */
static void test_damage_late(void)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	RondDecodedMap map;

	rond_index_builder_begin_map(builder, &(RondMapStart){5, "deflate", 8});
	rond_index_builder_add_block(builder, 1);
	rond_index_builder_add_damage(builder, 2, 4);
	rond_index_builder_end_map(builder, 8);
	rond_index_builder_add_damage(builder, 0, 3);
	rond_index_builder_end_map(builder, 8);
	rond_index_builder_begin_map(builder, &(RondMapStart){6, "deflate", 8});
	rond_index_builder_end_map(builder, 0);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_true(rond_index_map(index, 5, &map));
	g_assert_cmpuint(map.n_damage, ==, 1);
	g_assert_cmpuint(map.damage[0].from, ==, 0);
	g_assert_cmpuint(map.damage[0].to, ==, 4);
	g_assert_true(rond_index_map(index, 6, &map));
	g_assert_cmpuint(map.n_damage, ==, 0);
}

static void test_lookup_none(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(RondIndex) index = index_kit_write(builder);
	guint32 file = index_kit_find(index, "a"), first, count;

	g_assert_cmpuint(index_kit_find(index, "a/b"), ==, ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_lookup(index, 0, "", 0), ==,
			 ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_lookup(index, 999, "a", 1), ==,
			 ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_lookup(index, 0, "abc", 2), ==,
			 index_kit_find(index, "ab"));
	g_assert_false(rond_index_children(index, file, &first, &count));
	g_assert_false(rond_index_children(index, 999, &first, &count));
	g_assert_null(rond_index_entry(index, ROND_INDEX_NONE));
	g_assert_cmpuint(rond_index_inode_number(index, 999), ==, 0);
	g_assert_cmpuint(rond_index_nth_child(index, file, 0), ==,
			 ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_nth_child(index, 999, 0), ==,
			 ROND_INDEX_NONE);
}

/* A file cut short anywhere is none. */
static void test_truncated(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	for (gsize len = 0; len < size; len++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(index_kit_open(data, len, &error));
		g_assert_error(error, ROND_ERROR, EIO);
	}
}

/* A byte more is none either: it was not written by us. */
static void test_longer(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *longer = g_malloc0(size + 8);
	g_autoptr(GError) error = NULL;

	memcpy(longer, data, size);
	g_assert_null(index_kit_open(longer, size + 8, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

/* Each byte changed once: told, or it lies between the sections, and then the
 * tree is the same. */
static void test_flipped(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	g_autoptr(RondIndex) whole = index_kit_write(builder);
	g_autofree char *tree = index_kit_tree(whole);
	gsize size, accepted = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(data, size);

	for (gsize i = 0; i < size; i++) {
		g_autoptr(RondIndex) index = NULL;

		copy[i] ^= (guint8)(1 << i % 8);
		index = index_kit_open(copy, size, NULL);
		copy[i] = data[i];
		if (!index)
			continue;
		g_autofree char *now = index_kit_tree(index);

		g_assert_cmpstr(now, ==, tree);
		accepted++;
	}
	/* Some of the room for sections is free; no more than that. */
	g_assert_cmpuint(accepted, <, 200);
}

/* Each byte behind the header changed, and the checksums made right again: what
 * it says may be nonsense, but nothing is read that isn't there. */
static void test_hostile(void)
{
	static const guint8 values[] = {0, 1, 0x7f, 0x80, 0xff};
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	const RondIndexHeader *header = (const void *)data;
	gsize from = sizeof *header;
	g_autofree guint8 *copy = g_memdup2(data, size);

	for (gsize i = from; i < header->checks; i++) {
		for (gsize j = 0; j < sizeof values; j++) {
			g_autoptr(RondIndex) index = NULL;

			copy[i] = values[j];
			index = index_kit_seal(copy, size, NULL);
			g_assert_true(!index || rond_index_verify(index));
			if (index)
				index_kit_touch_all(index);
			copy[i] = data[i];
		}
	}
}

typedef void (*Change)(RondIndexHeader *header, RondIndexSection *sections);

static RondIndex *open_changed(Change change)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *copy = g_memdup2(data, size);
	RondIndexHeader *header = (RondIndexHeader *)copy;
	RondIndexSection *sections = (RondIndexSection *)(header + 1);

	change(header, sections);
	return index_kit_seal(copy, size, NULL);
}

static void newer_file(RondIndexHeader *header, RondIndexSection *sections)
{
	header->version++;
}

static void other_magic(RondIndexHeader *header, RondIndexSection *sections)
{
	header->magic[7]++;
}

static void many_sections(RondIndexHeader *header, RondIndexSection *sections)
{
	header->n_sections = G_MAXUINT32;
}

static void no_sections(RondIndexHeader *header, RondIndexSection *sections)
{
	header->n_sections = 0;
}

static void far_section(RondIndexHeader *header, RondIndexSection *sections)
{
	sections[0].offset = G_MAXUINT64 - 7;
}

static void long_section(RondIndexHeader *header, RondIndexSection *sections)
{
	sections[0].length = G_MAXUINT64;
}

static void odd_section(RondIndexHeader *header, RondIndexSection *sections)
{
	sections[0].offset += 4;
}

static void no_entries(RondIndexHeader *header, RondIndexSection *sections)
{
	for (guint i = 0; i < header->n_sections; i++)
		if (sections[i].tag == ROND_TAG_ENTRIES)
			sections[i].tag = 1;
}

static void newer_entries(RondIndexHeader *header, RondIndexSection *sections)
{
	for (guint i = 0; i < header->n_sections; i++)
		if (sections[i].tag == ROND_TAG_ENTRIES)
			sections[i].version = 2;
}

static void test_refused(void)
{
	static const Change changes[] = {
	    newer_file,	  other_magic, many_sections, no_sections,  far_section,
	    long_section, odd_section, no_entries,    newer_entries};

	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++)
		g_assert_null(open_changed(changes[i]));
}

static void unknown_sections(RondIndexHeader *header,
			     RondIndexSection *sections)
{
	for (guint i = 0; i < header->n_sections; i++)
		if (sections[i].tag == ROND_TAG_FINDINGS)
			sections[i].tag = ROND_TAG('N', 'E', 'W', '!');
		else if (sections[i].tag == ROND_TAG_MAPS)
			sections[i].version = 2;
}

/* Sections that are not known, in a version that isn't, or of which there are
 * none: the others are used. */
static void test_unknown_sections(void)
{
	g_autoptr(RondIndex) index = open_changed(unknown_sections);
	RondDecodedMap map;

	g_assert_nonnull(index);
	g_assert_cmpuint(rond_index_n_findings(index), ==, 0);
	g_assert_false(rond_index_map(index, 0, &map));
	g_assert_cmpuint(index_kit_find(index, "b/f"), !=, ROND_INDEX_NONE);
	index_kit_touch_all(index);
}

static void test_no_file(void)
{
	g_autoptr(GError) error = NULL;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	g_assert_null(rond_index_open(fd, &error));
	g_assert_nonnull(error);
	/* Closed, though it failed. */
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, -1);
}

/* The disk is full: the file is none, and that is said. */
static void test_write_fails(void)
{
	g_autoptr(RondIndexBuilder) builder = full_builder();
	const RondIndexMeta meta = {.format = "tar"};
	g_autoptr(GError) error = NULL;
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	g_assert_false(rond_index_builder_write(builder, &meta, fd, &error));
	g_assert_error(error, ROND_ERROR, ENOSPC);
	close(fd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/index/round-trip", test_round_trip);
	g_test_add_func("/index/maps", test_maps);
	g_test_add_func("/index/damage-late", test_damage_late);
	g_test_add_func("/index/lookup-none", test_lookup_none);
	g_test_add_func("/index/truncated", test_truncated);
	g_test_add_func("/index/longer", test_longer);
	g_test_add_func("/index/flipped", test_flipped);
	g_test_add_func("/index/hostile", test_hostile);
	g_test_add_func("/index/refused", test_refused);
	g_test_add_func("/index/unknown-sections", test_unknown_sections);
	g_test_add_func("/index/no-file", test_no_file);
	g_test_add_func("/index/write-fails", test_write_fails);
	return g_test_run();
}
