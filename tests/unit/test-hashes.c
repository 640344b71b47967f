/* SPDX-License-Identifier: BSD-2-Clause */
/* The SHA-256 of every file, as sha256sum has it, whatever the backup is. */
#include "tests/unit/index-kit.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <sys/stat.h>

/* Small ones, empty ones, one over many blocks, sparse ones, hard links. */
#define TREE                                                                  \
	"mkdir -p tree/sub/deep && cd tree && : > empty && echo hello > "     \
	"small && seq 400000 > text && head -c 3000000 /dev/urandom > "       \
	"sub/noise && for i in $(seq 300); do echo $i > sub/deep/$i; : > "    \
	"sub/deep/e$i; done; ln text zlink; ln sub/noise alink; truncate -s " \
	"2M sub/hole; echo end > sub/last; head -c 5000000 /dev/zero > zeros"
#define SPARSE                                                     \
	" && truncate -s 9M sparse && for i in 1 3 4 8; do "       \
	"echo piece $i | dd of=sparse bs=1M seek=$i conv=notrunc " \
	"status=none; done"

typedef struct {
	const char *name;
	const char *command; /* in the folder that has tree/ */
	const char *more;    /* of the tree */
	gboolean thorough;
} Case;

static const Case cases[] = {
    {"ustar.tar.gz", "tar -C tree --format=ustar -czf ustar.tar.gz .", "", 0},
    {"v7.tar.gz", "tar -C tree --format=v7 -czf v7.tar.gz .", "", 0},
    {"pax.tar.gz", "tar -C tree --format=pax -czf pax.tar.gz .", "", 0},
    {"old.tar.gz", "tar -C tree --format=gnu -Sczf old.tar.gz .", SPARSE, 0},
    {"s00.tar.gz",
     "tar -C tree --format=pax --sparse-version=0.0 -Sczf s00.tar.gz .", SPARSE,
     0},
    {"s01.tar.gz",
     "tar -C tree --format=pax --sparse-version=0.1 -Sczf s01.tar.gz .", SPARSE,
     0},
    {"s10.tar.gz",
     "tar -C tree --format=pax --sparse-version=1.0 -Sczf s10.tar.gz .", SPARSE,
     0},
    {"a.tar", "tar -C tree -Scf a.tar .", SPARSE, 1},
    {"fast.tar.gz", "tar -C tree -cf - . | gzip -1 > fast.tar.gz", "", 0},
    {"a.tar.zst", "tar -C tree --zstd -cf a.tar.zst .", "", 0},
    {"many.tar.zst",
     "tar -C tree -cf - . | split -b 700000 --filter='zstd -c' - > "
     "many.tar.zst",
     "", 0},
    {"a.tar.xz", "tar -C tree -c . | xz -0 > a.tar.xz", "", 0},
    {"a.tar.bz2", "tar -C tree -cjf a.tar.bz2 .", "", 0},
    {"a.tar.lz4", "tar -C tree -c . | lz4 -q > a.tar.lz4", "", 0},
    {"twice.tar.gz",
     "tar -C tree -cf t.tar . && cat t.tar t.tar | gzip -1 > twice.tar.gz", "",
     0},
    {"a.zip", "cd tree && zip -qr ../a.zip .", "", 1},
    {"stored.zip", "cd tree && zip -q0r ../stored.zip .", "", 1},
    {"zst.zip",
     "cd tree && 7z a -bd -tzip -mm=bzip2 -mx1 ../zst.zip . "
     "> /dev/null",
     "", 0},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z . > /dev/null", "", 0},
    {"newc.cpio", "cd tree && find . | cpio --quiet -oH newc > ../newc.cpio",
     "", 0},
    {"odc.cpio.gz",
     "cd tree && find . | cpio --quiet -oH odc | gzip -1 > ../odc.cpio.gz", "",
     0},
};

static Built *build(const Scratch *scratch, const char *name, gboolean thorough)
{
	g_autoptr(RondStream) source = scratch_stream(scratch, name);
	const BuiltHow how = {
	    .source = source, .name = name, .thorough = thorough};
	Built *built = built_with(&how);

	g_assert_no_error(built->error);
	return built;
}

static void expect_hash(const RondIndex *index, guint32 number, const char *hex)
{
	const guint8 *hash = rond_index_sha256(index, number);
	g_autoptr(GString) got = g_string_new(NULL);

	g_assert_nonnull(hash);
	for (gsize i = 0; i < ROND_SHA256_LEN; i++)
		g_string_append_printf(got, "%02x", hash[i]);
	g_assert_cmpstr(got->str, ==, hex);
}

/* Each line of sha256sum's output; returns how many. */
static guint check_sums(const Scratch *scratch, const RondIndex *index)
{
	g_autoptr(GBytes) bytes = scratch_read(scratch, "sums");
	g_autofree char *text =
	    g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint n = 0;

	for (; *lines[n]; n++) {
		char *path = strstr(lines[n], "  ./");
		guint32 number = index_kit_find(index, path + 4);

		*path = '\0';
		g_assert_cmpuint(number, !=, ROND_INDEX_NONE);
		expect_hash(index, number, lines[n]);
	}
	return n;
}

static guint count_hashed(const RondIndex *index)
{
	guint n = 0;

	for (guint32 i = 0; i < rond_index_n_entries(index); i++)
		n += rond_index_sha256(index, i) != NULL;
	return n;
}

static void test_case(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = scratch_new();
	g_autofree char *make = g_strconcat(TREE, one->more, NULL);

	scratch_run(scratch, make);
	scratch_run(scratch, one->command);
	scratch_run(scratch, "cd tree && find . -type f -exec sha256sum {} + > "
			     "../sums");
	g_autoptr(Built) built = build(scratch, one->name, one->thorough);
	guint n = check_sums(scratch, built->index);

	g_assert_cmpuint(n, >, 600);
	g_assert_cmpuint(count_hashed(built->index), ==, n);
	g_assert_cmpuint(rond_index_n_findings(built->index), ==, 0);
	g_assert_true(rond_index_meta(built->index)->thorough);
	if (!one->thorough)
		return;
	g_autoptr(Built) quick = build(scratch, one->name, FALSE);

	g_assert_cmpuint(count_hashed(quick->index), ==, 0);
	g_assert_false(rond_index_meta(quick->index)->thorough);
}

typedef struct {
	const char *name, *command;
} Dump;

static const Dump dumps[] = {
    {"db.sql", "true"},
    {"db.sql.gz", "gzip -k db.sql"},
    {"db.sql.zst", "zstd -q db.sql"},
    {"db.sql.xz", "xz -0k db.sql"},
    {"db.sql.bz2", "bzip2 -k db.sql"},
    {"db.sql.lz4", "lz4 -q db.sql db.sql.lz4"},
};

/* Its tables are hashed, and it differs from each other one anyway. */
static void test_dump(gconstpointer data)
{
	const Dump *one = data;
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "{ echo '-- MySQL dump 10.19'; seq 900000; } > "
			     "db.sql");
	scratch_run(scratch, one->command);
	g_autoptr(Built) built = build(scratch, one->name, TRUE);
	g_autoptr(GBytes) dump = scratch_read(scratch, "db.sql");
	guint32 entry = index_kit_find(built->index, "dump.sql");

	g_assert_cmpuint(entry, ==, ROND_DUMP_FILE_ENTRY);
	g_assert_null(rond_index_sha256(built->index, entry));
	built_expect(built, "dump.sql", dump);
}

/* Of a name that comes twice the last one counts. */
static void test_replaced(void)
{
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch,
		    "mkdir tree && cd tree && seq 9 > a && tar -cf ../a.tar a "
		    "&& seq 100 > a && tar -rf ../a.tar a && gzip ../a.tar && "
		    "find . -type f -exec sha256sum {} + > ../sums");
	g_autoptr(Built) built = build(scratch, "a.tar.gz", FALSE);

	g_assert_cmpuint(check_sums(scratch, built->index), ==, 1);
}

static void add_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
		    g_strconcat("/hashes/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_case);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *path =
		    g_strconcat("/hashes/dump/", dumps[i].name, NULL);

		g_test_add_data_func(path, &dumps[i], test_dump);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_cases();
	g_test_add_func("/hashes/replaced", test_replaced);
	return g_test_run();
}
