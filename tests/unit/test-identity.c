/* SPDX-License-Identifier: BSD-2-Clause */
/* The same version has the same number in every index, and no other has it. */
#include "backends/index/identity.h"
#include "tests/unit/index-kit.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN(n) (G_GUINT64_CONSTANT(0x1234567800000000) | (n))

/* A file of a site, and what its content hashes to. */
typedef struct {
	const char *path;
	guint8 hash; /* each byte of it; 0: not hashed */
	gint64 mtime;
	guint32 mode, uid;
	const char *xattr; /* its value, or NULL */
} File;

static void add(RondIndexBuilder *builder, const File *file)
{
	const RondXattr xattr = {"user.x", (const guint8 *)file->xattr,
				 file->xattr ? strlen(file->xattr) : 0};
	const RondExtent extent = {0, 512, 3};
	const RondEntry entry = {
	    .path = file->path,
	    .mode = S_IFREG | (file->mode ? file->mode : 0644),
	    .uid = file->uid,
	    .mtime = file->mtime,
	    .size = 3,
	    .extents = &extent,
	    .n_extents = 1,
	    .xattrs = &xattr,
	    .n_xattrs = file->xattr != NULL,
	};
	guint8 hash[ROND_SHA256_LEN];

	g_assert_true(rond_index_builder_add(builder, &entry, NULL));
	memset(hash, file->hash, sizeof hash);
	if (file->hash)
		rond_index_builder_set_sha256(
		    builder, rond_index_builder_last(builder), hash);
}

/* An index file of @files up to one without a path. */
static int write_files(const File *files)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	const RondIndexMeta meta = {.format = "tar"};
	int fd = memfd_create("rond-test", MFD_CLOEXEC);

	for (; files->path; files++)
		add(builder, files);
	g_assert_true(rond_index_builder_write(builder, &meta, fd, NULL));
	return fd;
}

/* The index of @files, numbered with origin OWN(@own) beside up to two @others
 * (below @root each). */
static RondIndex *numbered(const File *files, guint own, RondIndex *other,
			   RondIndex *second)
{
	g_autoptr(GError) error = NULL;
	const RondTreeOfIndex others[] = {{other, 0}, {second, 0}};
	const RondIdentity identity = {
	    .own = OWN(own),
	    .others = others,
	    .n_others = !!other + !!second,
	};
	int fd = write_files(files);

	rond_identity_assign(fd, &identity, &error);
	g_assert_no_error(error);
	g_assert_true(rond_index_seal(fd, &error));
	RondIndex *index = rond_index_open(fd, &error);

	g_assert_no_error(error);
	g_assert_true(rond_index_verify(index));
	return index;
}

static guint64 version(const RondIndex *index, const char *path)
{
	guint32 entry = index_kit_find(index, path);

	g_assert_cmpuint(entry, !=, ROND_INDEX_NONE);
	return rond_index_version(index, entry);
}

static void assert_unique(const RondIndex *index)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint32 i = 0; i < rond_index_n_entries(index); i++) {
		guint64 number = rond_index_version(index, i);

		if (number)
			g_assert_true(
			    g_hash_table_add(seen, GSIZE_TO_POINTER(number)));
	}
}

static void test_same(void)
{
	const File old[] = {{"z", 1, 100, 0, 0, NULL},
			    {"d/a", 2, 100, 0, 0, "v"},
			    {"d/b", 3, 100, 0, 0, NULL},
			    {0}};
	const File new[] = {{"d/b", 3, 100, 0, 0, NULL},
			    {"n", 3, 100, 0, 0, NULL},
			    {"d/a", 2, 100, 0, 0, "v"},
			    {"z", 1, 100, 0, 0, NULL},
			    {0}};
	g_autoptr(RondIndex) one = numbered(old, 1, NULL, NULL);
	g_autoptr(RondIndex) two = numbered(new, 2, one, NULL);

	for (const File *file = old; file->path; file++)
		g_assert_cmpuint(version(one, file->path), ==,
				 version(two, file->path));
	g_assert_cmpuint(version(two, "n") >> 32, ==, 2);
	g_assert_cmpuint(version(one, "z") >> 32, ==, 1);
	/* In the order of the archive that brought them. */
	g_assert_cmpuint(version(one, "z"), <, version(one, "d/a"));
	g_assert_cmpuint(version(one, "d/a"), <, version(one, "d/b"));
	assert_unique(one);
	assert_unique(two);
}

/* Whatever of it differs, it is another version. */
static void test_differs(void)
{
	const File base = {"f", 1, 100, 0644, 7, "v"};
	const File cases[] = {
	    {"f", 2, 100, 0644, 7, "v"}, {"f", 1, 101, 0644, 7, "v"},
	    {"f", 1, 100, 0600, 7, "v"}, {"f", 1, 100, 0644, 8, "v"},
	    {"f", 1, 100, 0644, 7, "w"}, {"f", 1, 100, 0644, 7, NULL},
	    {"g", 1, 100, 0644, 7, "v"},
	};
	g_autoptr(RondIndex) one =
	    numbered((const File[]){base, {0}}, 1, NULL, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondIndex) two =
		    numbered((const File[]){cases[i], {0}}, 2, one, NULL);

		g_assert_cmpuint(version(two, cases[i].path) >> 32, ==, 2);
		g_assert_cmpuint(version(two, cases[i].path), !=,
				 version(one, "f"));
	}
}

/* Numbers stay when those that they came from have gone, and a version that
 * was away for a while is known again. */
static void test_chain(void)
{
	const File good[] = {
	    {"i", 1, 1, 0, 0, NULL}, {"j", 5, 1, 0, 0, NULL}, {0}};
	const File bad[] = {
	    {"i", 2, 1, 0, 0, NULL}, {"j", 5, 1, 0, 0, NULL}, {0}};
	g_autoptr(RondIndex) one = numbered(good, 1, NULL, NULL);
	g_autoptr(RondIndex) two = numbered(bad, 2, one, NULL);
	g_autoptr(RondIndex) three = numbered(good, 3, two, one);
	g_autoptr(RondIndex) four = numbered(good, 4, three, NULL);

	g_assert_cmpuint(version(two, "i"), !=, version(one, "i"));
	g_assert_cmpuint(version(three, "i"), ==, version(one, "i"));
	g_assert_cmpuint(version(four, "i"), ==, version(one, "i"));
	g_assert_cmpuint(version(four, "j"), ==, version(one, "j"));
	g_assert_cmpuint(rond_index_origin(four, 0), ==, OWN(4));
	g_assert_cmpuint(rond_index_origin(four, 1), ==, OWN(1));
	g_assert_cmpuint(rond_index_origin(four, 2), ==, 0);
}

/* Indexed again, with the others still there: the numbers are as before. */
static void test_again(void)
{
	const File files[] = {
	    {"a", 1, 1, 0, 0, NULL}, {"b", 2, 1, 0, 0, NULL}, {0}};
	g_autoptr(RondIndex) one = numbered(files, 1, NULL, NULL);
	g_autoptr(RondIndex) two = numbered(files, 2, one, NULL);
	g_autoptr(RondIndex) again = numbered(files, 1, two, NULL);

	for (const File *file = files; file->path; file++)
		g_assert_cmpuint(version(again, file->path), ==,
				 version(one, file->path));
}

static void test_never_shared(void)
{
	const File files[] = {
	    {"linked", 1, 1, 0, 0, NULL}, {"unknown", 0, 1, 0, 0, NULL}, {0}};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	const RondIndexMeta meta = {.format = "tar"};
	const RondIdentity identity = {.own = OWN(1)};
	int fd = memfd_create("rond-test", MFD_CLOEXEC);

	for (const File *file = files; file->path; file++)
		add(builder, file);
	g_assert_true(rond_index_builder_add(builder,
					     &(RondEntry){.path = "d/other",
							  .mode = S_IFREG,
							  .hardlink = "linked"},
					     NULL));
	g_assert_true(rond_index_builder_write(builder, &meta, fd, NULL));
	g_assert_true(rond_identity_assign(fd, &identity, NULL));
	g_assert_true(rond_index_seal(fd, NULL));
	g_autoptr(RondIndex) index = rond_index_open(fd, NULL);

	for (guint32 i = 0; i < rond_index_n_entries(index); i++)
		g_assert_cmpuint(rond_index_version(index, i), ==, 0);
}

/* Below the roots, whatever these are called. */
static void test_roots(void)
{
	const File plain[] = {{"f", 1, 1, 0, 0, NULL}, {0}};
	const File below[] = {
	    {"www/f", 1, 1, 0, 0, NULL}, {"f", 1, 1, 0, 0, NULL}, {0}};
	g_autoptr(RondIndex) one = numbered(plain, 1, NULL, NULL);
	const RondTreeOfIndex others[] = {{one, 0}};
	int fd = write_files(below);
	g_autoptr(RondIndex) before = rond_index_open(dup(fd), NULL);
	const RondIdentity identity = {
	    .own = OWN(2),
	    .root = index_kit_find(before, "www"),
	    .others = others,
	    .n_others = 1,
	};

	g_assert_true(rond_identity_assign(fd, &identity, NULL));
	g_assert_true(rond_index_seal(fd, NULL));
	g_autoptr(RondIndex) two = rond_index_open(fd, NULL);

	g_assert_cmpuint(version(two, "www/f"), ==, version(one, "f"));
	g_assert_cmpuint(version(two, "f") >> 32, ==, 2);
}

/* Without room for another origin a version keeps its own number. */
static void test_many_origins(void)
{
	g_autoptr(RondIndex) last = NULL;
	g_autoptr(GArray) files = g_array_new(TRUE, TRUE, sizeof(File));
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < 1030; i++) {
		File file = {g_strdup_printf("f%04u", i), 1, 1, 0, 0, NULL};

		g_ptr_array_add(names, (gpointer)file.path);
		g_array_append_val(files, file);
		RondIndex *next =
		    numbered((File *)files->data, i + 1, last, NULL);

		g_clear_pointer(&last, rond_index_unref);
		last = next;
		assert_unique(last);
	}
	g_assert_cmpuint(version(last, "f0000") >> 32, ==, 1);
	g_assert_cmpuint(version(last, "f1029") >> 32, ==, 1030);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/identity/same", test_same);
	g_test_add_func("/identity/differs", test_differs);
	g_test_add_func("/identity/chain", test_chain);
	g_test_add_func("/identity/again", test_again);
	g_test_add_func("/identity/never-shared", test_never_shared);
	g_test_add_func("/identity/roots", test_roots);
	g_test_add_func("/identity/many-origins", test_many_origins);
	return g_test_run();
}
