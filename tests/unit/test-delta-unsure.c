/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees whose contents are not known for sure, hidden folders, deep ones. */
#include "tests/unit/delta-kit.h"

#include <string.h>
#include <sys/stat.h>

#define DEPTH 1000

/* A plain tar that was not read through has no hashes: times decide. */
static void test_unhashed_tar(void)
{
	const DeltaHow quick = {"tar -cf %s *", ".tar", TRUE};
	const DeltaHow thorough = {"tar -cf %s *", ".tar", FALSE};
	const char *prepare = "for f in a b c; do echo one > $f; done";
	const char *change = "echo two > a && touch -d 2024-05-01 a && "
			     "touch -d 2024-05-02 b && echo three > c";
	g_autoptr(DeltaPair) by_looks =
	    delta_pair_with(&quick, prepare, change);
	g_autoptr(DeltaPair) by_hash =
	    delta_pair_with(&thorough, prepare, change);

	g_assert_cmpstr(by_looks->text, ==, "M b\nM c\n");
	g_assert_cmpstr(by_hash->text, ==, "M a looks\nU b\nM c\n");
}

/* A zip's directory has checksums, which at least tell what differs. */
static void test_unhashed_zip(void)
{
	const DeltaHow quick = {"zip -qr %s .", ".zip", TRUE};
	const char *prepare = "for f in a b c; do echo one > $f; done";
	const char *change = "echo two > a && touch -d 2024-05-01 a && "
			     "touch -d 2024-05-02 b";
	g_autoptr(DeltaPair) pair = delta_pair_with(&quick, prepare, change);

	g_assert_cmpstr(pair->text, ==, "M a looks\nM b\n");
}

/* Of a damaged member nothing is known but that it may be another. */
static void test_damaged(void)
{
	const DeltaHow how = {"tar -cf - * | head -c 150000 > %s", ".tar",
			      FALSE};
	g_autoptr(DeltaPair) pair = delta_pair_with(
	    &how,
	    "yes | head -c 100000 > a && yes | head -c 100000 > b && echo > c",
	    "true");

	g_assert_cmpstr(pair->text, ==, "M b looks unsure\n");
}

/* Half of one archive is missing: what it hasn't is not there. */
static void test_cut_off(void)
{
	const DeltaHow how = {"tar -cf - * | head -c $(cat ../len) > %s",
			      ".tar", FALSE};
	g_autoptr(DeltaPair) pair =
	    delta_pair_with(&how,
			    "echo 1000000 > ../len; for f in a b c; do "
			    "yes | head -c 10000 > $f; done",
			    "echo 11000 > ../len");

	g_assert_cmpstr(pair->text, ==, "D b\nD c\n");
}

/* What is in a dump is reachable by name only: the dump itself is what
 * changed. */
static void test_hidden_folders(void)
{
	const char *prepare =
	    "mkdir mysql && printf '%s\\n' '-- MariaDB dump 10.19' "
	    "'CREATE TABLE `t` (`id` int);' 'INSERT INTO `t` VALUES (1);' "
	    "'-- Dump completed' > mysql/x.sql";
	g_autoptr(DeltaPair) pair =
	    delta_pair_new(prepare, "sed -i 's/(1)/(23)/' mysql/x.sql && "
				    "cp mysql/x.sql mysql/y.sql");

	g_assert_cmpuint(index_kit_find(pair->new->index, "mysql/y/t.tsv"), !=,
			 ROND_INDEX_NONE);
	g_assert_cmpstr(pair->text, ==, "M mysql/x.sql\nA mysql/y.sql\n");
}

static void test_deep(void)
{
	const char *dig = "p=.; i=0; while [ $i -lt 1000 ]; do "
			  "mkdir d && cd d; i=$((i+1)); done; echo 1 > f";
	g_autofree char *add =
	    g_strconcat("mkdir new && cd new && ", dig, NULL);
	g_autoptr(DeltaPair) changed = delta_pair_new(
	    dig, "for i in $(seq 1000); do cd d; done; echo 2 > f");
	g_autoptr(DeltaPair) added = delta_pair_new("echo > keep", add);
	const RondChange *last;

	g_assert_cmpuint(changed->changes->len, ==, 1);
	g_assert_true(g_str_has_prefix(changed->text, "M d/d/d/"));
	/* The topmost, those below it, and the file. */
	g_assert_cmpuint(added->changes->len, ==, 1 + DEPTH + 1);
	last = &g_array_index(added->changes, RondChange, DEPTH + 1);
	g_assert_cmpuint(last->flags, ==, ROND_DELTA_BELOW);
}

/* Nothing in a folder is taken for something because of its place there. */
static void test_many(void)
{
	g_autoptr(DeltaPair) pair = delta_pair_new(
	    "for i in $(seq 1000 2999); do echo $i > f$i; done",
	    "rm f1000 f2999 f2000 && echo > f0999 && echo > f20005 && "
	    "echo x > f1500");

	g_assert_cmpstr(pair->text, ==,
			"A f0999\nD f1000\nM f1500\nD f2000\nA f20005\n"
			"D f2999\n");
}

/* Folders each of which claims all that come behind it: 2^40 ways. */
static void test_tangled(void)
{
	const guint n = 40;
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(GError) error = NULL;
	gsize len;

	for (guint i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("d%02u", i);
		const RondEntry entry = {.path = path, .mode = S_IFDIR | 0755};

		index_kit_add(builder, &entry);
	}
	g_autoptr(RondIndex) whole = index_kit_write(builder);
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *copy = g_memdup2(data, len);

	for (guint32 i = 1; i < n; i++) {
		const RondIndexEntry *entry = rond_index_entry(whole, i);
		char *at = memmem(copy, len, entry, sizeof *entry);
		RondIndexEntry tangled = *entry;

		g_assert_nonnull(at);
		tangled.data = i + 1;
		tangled.aux = n - i;
		memcpy(at, &tangled, sizeof tangled);
	}
	g_autoptr(RondIndex) index = index_kit_seal(copy, len, &error);
	const RondDeltaTree nothing = {NULL, 0}, tree = {index, 0};

	g_assert_no_error(error);
	g_autoptr(GArray) changes = rond_delta(&nothing, &tree, FALSE);

	g_assert_cmpuint(changes->len, ==, n);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/delta/unhashed-tar", test_unhashed_tar);
	g_test_add_func("/delta/unhashed-zip", test_unhashed_zip);
	g_test_add_func("/delta/damaged", test_damaged);
	g_test_add_func("/delta/cut-off", test_cut_off);
	g_test_add_func("/delta/hidden-folders", test_hidden_folders);
	g_test_add_func("/delta/deep", test_deep);
	g_test_add_func("/delta/many", test_many);
	g_test_add_func("/delta/tangled", test_tangled);
	return g_test_run();
}
