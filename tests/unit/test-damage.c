/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tests/unit/decoded-fixture.h"
#include "tests/unit/fake-codec.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

/* A block's damage is exact to the byte, wherever it lies. */
static void expect_damage(DecodedFixture *f, guint64 from, guint64 to)
{
	guint64 low = from - MIN(from, BLOCK + 2);
	const gsize lens[] = {1, 2, 700, BLOCK, BLOCK + 1};

	for (guint64 at = low; at < to + BLOCK + 2; at += 1 + (at % 61)) {
		for (gsize i = 0; i < G_N_ELEMENTS(lens); i++) {
			if (at >= f->config.map.size)
				continue;
			if (at < to && at + lens[i] > from)
				expect_failure(f, at, lens[i], EIO);
			else
				expect_read(f, at, lens[i]);
		}
	}
	expect_read(f, from - 1, 1);
	expect_failure(f, from - 1, 2, EIO);
	expect_failure(f, MIN(to, f->config.map.size) - 1, 1, EIO);
	if (to < f->config.map.size)
		expect_read(f, to, 1);
}

static void test_damage(void)
{
	const RondRange ranges[] = {
	    {5 * BLOCK + 100, 5 * BLOCK + 101},
	    {5 * BLOCK + 100, 7 * BLOCK + 3},
	    {5 * BLOCK, 6 * BLOCK},
	    {6 * BLOCK - 1, 6 * BLOCK + 1},
	    {SIZE - 10, SIZE + 1000},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, 20);
		f.config.map.damage = &ranges[i];
		f.config.map.n_damage = 1;
		decoded_fixture_begin(&f);
		expect_damage(&f, ranges[i].from, ranges[i].to);
		decoded_fixture_end(&f);
	}
}

static void test_damage_of_many(void)
{
	RondRange ranges[10];
	DecodedFixture f;

	for (guint i = 0; i < 10; i++) {
		ranges[i].from = i * 3 * BLOCK + 50;
		ranges[i].to = ranges[i].from + 7;
	}
	decoded_fixture_prepare(&f, SIZE, 20);
	f.config.map.damage = ranges;
	f.config.map.n_damage = 10;
	decoded_fixture_begin(&f);
	for (guint i = 0; i < 10; i++)
		expect_damage(&f, ranges[i].from, ranges[i].to);
	expect_failure(&f, 0, SIZE, EIO);
	decoded_fixture_end(&f);
}

/* Nothing can be decoded from some byte on: those before it, in its block
 * too, are served, with the block's CRC made over them or over all. */
static void test_damage_undecodable(void)
{
	const guint64 from = 30 * BLOCK + 777;
	const RondRange damage = {from, SIZE};

	for (guint i = 0; i < 3; i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, 20);
		fake_packed_break(f.packed, from + (i == 2 ? 40 : 0), SIZE,
				  EIO);
		f.config.map.damage = &damage;
		f.config.map.n_damage = 1;
		if (i == 0)
			f.config.map.block_crcs = NULL;
		else
			g_array_index(f.crcs, guint32, 30) =
			    decoded_fixture_crc(&f, 30 * BLOCK, from);
		decoded_fixture_begin(&f);
		expect_damage(&f, from, SIZE);
		expect_read(&f, 0, from);
		decoded_fixture_end(&f);
	}
}

/* What can't be decoded ends again. Behind it in the same block nothing can be
 * had; from the next seek point on everything. */
static void test_damage_in_between(void)
{
	const RondRange damage = {30 * BLOCK + 777, 30 * BLOCK + 787};
	const guint64 point = 7 * SPACING;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 20);
	fake_packed_break(f.packed, damage.from, damage.to, EIO);
	f.config.map.damage = &damage;
	f.config.map.n_damage = 1;
	g_array_index(f.crcs, guint32, 30) =
	    decoded_fixture_crc(&f, 30 * BLOCK, damage.from);
	decoded_fixture_begin(&f);
	expect_read(&f, 0, damage.from);
	expect_failure(&f, damage.from, 1, EIO);
	expect_failure(&f, damage.to, 1, EIO);
	expect_failure(&f, 31 * BLOCK - 1, 1, EIO);
	expect_read(&f, (point / BLOCK + 1) * BLOCK, SIZE);
	decoded_fixture_end(&f);
}

/* The map's size says what exists; a file that is larger by the archive's
 * word is a slice that promises more. */
static void test_cut_off(void)
{
	DecodedFixture f;
	const guint64 size = 10 * BLOCK + 10;

	decoded_fixture_prepare(&f, SIZE, 20);
	fake_packed_break(f.packed, size, SIZE, EIO);
	f.config.map.size = size;
	g_array_index(f.crcs, guint32, 10) =
	    decoded_fixture_crc(&f, 10 * BLOCK, size);
	decoded_fixture_begin(&f);
	expect_read(&f, 0, SIZE);
	expect_read(&f, size - 1, 10);

	g_autoptr(RondStream) file =
	    rond_slice_stream_new(f.stream, 9 * BLOCK, 2 * BLOCK);
	g_autoptr(GError) error = NULL;
	guint8 buf[2 * BLOCK];

	g_assert_cmpint(rond_stream_pread(file, buf, BLOCK + 10, 0, &error), ==,
			BLOCK + 10);
	g_assert_cmpint(rond_stream_pread(file, buf, BLOCK + 11, 0, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EIO);
	decoded_fixture_end(&f);
}

/* Data that can't be decoded where the index knows of no damage. */
static void test_broken(void)
{
	const guint64 at = 20 * BLOCK + 100;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 20);
	fake_packed_break(f.packed, at, SIZE, EIO);
	decoded_fixture_begin(&f);
	expect_read(&f, 0, 20 * BLOCK);
	expect_failure(&f, at - 50, 10, EIO);
	expect_failure(&f, at, 1, EIO);
	expect_failure(&f, SIZE - 1, 1, EIO);
	expect_read(&f, 19 * BLOCK, BLOCK);
	decoded_fixture_end(&f);
}

static void test_ends_early(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 20);
	f.config.map.size = SIZE + 10;
	f.config.map.block_crcs = NULL;
	decoded_fixture_begin(&f);
	expect_failure(&f, SIZE - 1, 1, EIO);
	expect_failure(&f, SIZE - 1, 2, EIO);
	decoded_fixture_end(&f);
}

/* A source that changed is no damage, even where damage lies. */
static void test_stale(void)
{
	const RondRange damage = {30 * BLOCK + 777, SIZE};
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 20);
	fake_packed_break(f.packed, damage.from, SIZE, ESTALE);
	f.config.map.damage = &damage;
	f.config.map.n_damage = 1;
	decoded_fixture_begin(&f);
	expect_failure(&f, damage.from - 10, 10, ESTALE);
	decoded_fixture_end(&f);
}

static void test_changed(void)
{
	g_autoptr(GError) error = NULL;
	guint8 buf[10];
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 80);
	g_array_index(f.crcs, guint32, 11) ^= 1;
	g_array_index(f.crcs, guint32, SIZE / BLOCK) ^= 1;
	decoded_fixture_begin(&f);
	/* Blocks behind it are good, and reached by passing it. */
	expect_read(&f, 12 * BLOCK, BLOCK);
	g_assert_cmpint(
	    rond_stream_pread(f.stream, buf, 10, 12 * BLOCK - 1, &error), ==,
	    -1);
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_nonnull(strstr(error->message, "damaged, or changed"));
	expect_failure(&f, 11 * BLOCK, 1, EIO);
	expect_failure(&f, SIZE - 1, 1, EIO);
	expect_read(&f, 0, 11 * BLOCK);
	decoded_fixture_end(&f);
}

/* Every read of the packed data fails once; what follows is as if nothing
 * had been. */
static void test_nth_read_fails(void)
{
	guint n = 0, reads;

	do {
		g_autofree guint8 *buf = g_malloc(SIZE);
		RondStream *fault;
		DecodedFixture f;

		decoded_fixture_prepare(&f, 10 * BLOCK, 4);
		fault = fault_stream_new(f.packed, ++n, ENXIO);
		f.config.packed = fault;
		decoded_fixture_begin(&f);
		for (guint64 at = 0; at < 10 * BLOCK; at += 5000) {
			g_autoptr(GError) error = NULL;

			if (rond_stream_pread(f.stream, buf, 5000, at,
					      &error) >= 0)
				continue;
			g_assert_error(error, ROND_ERROR, ENXIO);
			expect_read(&f, at, 5000);
		}
		reads = fault_stream_reads(fault);
		rond_stream_unref(fault);
		decoded_fixture_end(&f);
	} while (n < reads);
	g_assert_cmpuint(n, >, 10);
}

/* The index is damaged: points that lie, or can't be had. */
static void test_bad_points(void)
{
	DecodedFixture f;

	for (FakeLie lie = FAKE_POINT_FAILS; lie <= FAKE_POINT_BAD; lie++) {
		decoded_fixture_prepare(&f, SIZE, 20);
		f.config.map.data = fake_points(SPACING, lie);
		f.config.map.block_crcs = NULL;
		decoded_fixture_begin(&f);
		expect_read(&f, 0, 2 * BLOCK);
		expect_failure(&f, 50 * BLOCK, 1, EIO);
		decoded_fixture_end(&f);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/damage/exact", test_damage);
	g_test_add_func("/damage/many", test_damage_of_many);
	g_test_add_func("/damage/undecodable", test_damage_undecodable);
	g_test_add_func("/damage/in-between", test_damage_in_between);
	g_test_add_func("/damage/cut-off", test_cut_off);
	g_test_add_func("/damage/broken", test_broken);
	g_test_add_func("/damage/ends-early", test_ends_early);
	g_test_add_func("/damage/stale", test_stale);
	g_test_add_func("/damage/changed", test_changed);
	g_test_add_func("/damage/nth-read-fails", test_nth_read_fails);
	g_test_add_func("/damage/bad-points", test_bad_points);
	return g_test_run();
}
