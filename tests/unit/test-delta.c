/* SPDX-License-Identifier: BSD-2-Clause */
/* What is different between two archives that real tools have packed. */
#include "tests/unit/delta-kit.h"

#include <string.h>

static void test_same(void)
{
	delta_expect("mkdir a && echo 1 > a/f && ln -s f a/l && : > e", "true",
		     "");
	/* A folder's time changes with everything put into it. */
	delta_expect("mkdir a && echo 1 > a/f", "touch a", "");
}

static void test_files(void)
{
	delta_expect("mkdir a && echo 1 > a/f && echo 1 > a/g && echo 2 > h",
		     "echo 1 > a/e && rm a/g && echo 222 > h",
		     "A a/e\nD a/g\nM h\n");
}

static void test_folders(void)
{
	delta_expect("mkdir a && echo > a/f && mkdir -p d/x/y && echo > d/x/z",
		     "rm -r d && mkdir -p c/e/g && echo > c/e/f && mkdir b",
		     "A b\nA c\nA c/e below\nA c/e/f below\nA c/e/g below\n"
		     "D d\nD d/x below\nD d/x/y below\nD d/x/z below\n");
}

/* Attackers restore what `ls -l` shows. */
static void test_same_looks(void)
{
	delta_expect("echo one > f && echo one > g && echo one > h",
		     "echo two > f && touch -d 2024-05-01 f && echo two > g && "
		     "echo three > h && touch -d 2024-05-01 h",
		     "M f looks\nM g\nM h\n");
}

static void test_types(void)
{
	delta_expect("mkdir a && echo > a/f && echo > b && ln -s x c && "
		     "ln -s x d && echo x > e",
		     "rm -r a b c && echo > a && mkdir b && echo > b/g && "
		     "mkdir c && ln -sfn y d && rm e && ln -s x e",
		     "T a\nD a/f below\nT b\nA b/g below\nT c\nM d\nT e\n");
}

static void test_touched(void)
{
	delta_expect("echo > f && echo > g && mkdir d && ln -s x l",
		     "touch -d 2024-05-02 f && chmod 600 g && chmod 700 d && "
		     "touch -h -d 2024-05-02 l",
		     "U d\nU f\nU g\n");
}

static void test_owner(void)
{
	static const char *const packs[] = {
	    "tar --owner=1 --group=1 -czf %s *",
	    "tar --owner=1 --group=2 -czf %s *",
	};
	Built *built[2];
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "echo > f");
	for (guint i = 0; i < 2; i++) {
		g_auto(GStrv) pieces = g_strsplit(packs[i], "%s *", -1);
		g_autofree char *command = g_strjoinv("x.tar.gz f", pieces);

		scratch_run(scratch, command);
		g_autoptr(RondStream) source =
		    scratch_stream(scratch, "x.tar.gz");
		built[i] = built_new(source, "x.tar.gz");
	}
	const RondDeltaTree old = {built[0]->index, ROND_INDEX_ROOT};
	const RondDeltaTree new = {built[1]->index, ROND_INDEX_ROOT};
	g_autoptr(GArray) changes = rond_delta(&old, &new, FALSE);
	g_autofree char *text =
	    delta_shown(built[0]->index, built[1]->index, changes);

	g_assert_cmpstr(text, ==, "U f\n");
	built_free(built[0]);
	built_free(built[1]);
}

static void test_hard_links(void)
{
	delta_expect("echo 1 > a && ln a b && ln a c && echo 1 > d",
		     "rm b && echo 1 > b && touch -d 2024-05-01 b && rm d && "
		     "ln a d",
		     "");
	delta_expect("echo 1 > a && ln a b", "echo 2 > a", "M a\nM b\n");
	delta_expect("echo 1 > a && ln a b", "rm b && ln -s a b && ln a c",
		     "T b\nA c\n");
}

/* By the bytes of the names, a folder before what is in it. */
static void test_order(void)
{
	delta_expect("echo > keep",
		     "mkdir a && echo > a/z && echo > a-b && echo > a.c && "
		     "echo > B && echo > é && mkdir aa && echo > a0",
		     "A B\nA a\nA a/z below\nA a-b\nA a.c\nA a0\nA aa\nA é\n");
}

/* One side is not there at all. */
static void test_no_side(void)
{
	g_autoptr(DeltaPair) pair =
	    delta_pair_new("mkdir a && echo > a/f && echo > b", "true");
	const RondDeltaTree none = {NULL, ROND_INDEX_NONE};
	const RondDeltaTree is = {pair->old->index, ROND_INDEX_ROOT};
	g_autoptr(GArray) added = rond_delta(&none, &is, FALSE);
	g_autoptr(GArray) removed = rond_delta(&is, &none, FALSE);
	g_autoptr(GArray) nothing = rond_delta(&none, &none, FALSE);
	g_autofree char *more = delta_shown(NULL, is.index, added);
	g_autofree char *less = delta_shown(is.index, NULL, removed);

	g_assert_cmpstr(more, ==, "A a below\nA a/f below\nA b below\n");
	g_assert_cmpstr(less, ==, "D a below\nD a/f below\nD b below\n");
	g_assert_cmpuint(nothing->len, ==, 0);
}

/* Below other folders of both. */
static void test_roots(void)
{
	g_autoptr(DeltaPair) pair = delta_pair_new(
	    "mkdir a b && echo > a/f && echo > b/f && echo > b/g", "true");
	const RondIndex *index = pair->old->index;
	const RondDeltaTree old = {index, index_kit_find(index, "a")};
	const RondDeltaTree new = {index, index_kit_find(index, "b")};
	g_autoptr(GArray) changes = rond_delta(&old, &new, FALSE);
	g_autofree char *text = delta_shown(index, index, changes);

	g_assert_cmpstr(text, ==, "A b/g\n");
}

static void test_specials(void)
{
	g_autoptr(DeltaPair) pair = delta_pair_new(
	    "echo > a && echo > b", "mkfifo p && rm b && mkfifo b");
	const RondDeltaTree old = {pair->old->index, ROND_INDEX_ROOT};
	const RondDeltaTree new = {pair->new->index, ROND_INDEX_ROOT};
	g_autoptr(GArray) all = rond_delta(&old, &new, TRUE);
	g_autofree char *text =
	    delta_shown(pair->old->index, pair->new->index, all);

	g_assert_cmpstr(pair->text, ==, "D b\n");
	g_assert_cmpstr(text, ==, "T b\nA p\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/delta/same", test_same);
	g_test_add_func("/delta/files", test_files);
	g_test_add_func("/delta/folders", test_folders);
	g_test_add_func("/delta/same-looks", test_same_looks);
	g_test_add_func("/delta/types", test_types);
	g_test_add_func("/delta/touched", test_touched);
	g_test_add_func("/delta/owner", test_owner);
	g_test_add_func("/delta/hard-links", test_hard_links);
	g_test_add_func("/delta/order", test_order);
	g_test_add_func("/delta/no-side", test_no_side);
	g_test_add_func("/delta/roots", test_roots);
	g_test_add_func("/delta/specials", test_specials);
	return g_test_run();
}
