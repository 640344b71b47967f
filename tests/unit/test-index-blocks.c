/* SPDX-License-Identifier: BSD-2-Clause */
/* An index of many blocks: what is verified, when, and what a broken one still
 * says. */
#include "backends/error.h"
#include "backends/index/layout.h"
#include "tests/unit/index-kit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILES 4000

typedef struct {
	guint8 *data;
	gsize size;
	char *tree; /* what it says */
} Fixture;

static RondIndexBuilder *builder_of_many(void)
{
	RondIndexBuilder *builder = rond_index_builder_new();

	for (guint i = 0; i < FILES; i++) {
		const RondExtent extents[] = {{0, i * 10, 5},
					      {7, i * 10 + 5, 5}};
		g_autofree char *path =
		    g_strdup_printf("d%02u/%u-file", i % 50, i);
		const RondXattr xattr = {"user.path", (guint8 *)path,
					 strlen(path)};

		g_assert_true(
		    rond_index_builder_add(builder,
					   &(RondEntry){.path = path,
							.mode = S_IFREG | 0644,
							.uid = i % 7,
							.size = 20,
							.extents = extents,
							.n_extents = 2,
							.xattrs = &xattr,
							.n_xattrs = i % 9 == 0},
					   NULL));
	}
	return builder;
}

static void fixture_init(Fixture *self, gconstpointer data)
{
	g_autoptr(RondIndexBuilder) builder = builder_of_many();
	g_autoptr(GBytes) bytes = index_kit_bytes(builder);
	g_autoptr(RondIndex) index = NULL;

	self->data = g_memdup2(g_bytes_get_data(bytes, &self->size),
			       g_bytes_get_size(bytes));
	self->size = g_bytes_get_size(bytes);
	index = index_kit_open(self->data, self->size, NULL);
	self->tree = index_kit_tree(index);
	g_assert_cmpuint(self->size, >, 5 * ROND_INDEX_BLOCK);
}

static void fixture_clear(Fixture *self, gconstpointer data)
{
	g_free(self->data);
	g_free(self->tree);
}

static const RondIndexSection *section(const Fixture *self, guint32 tag)
{
	const RondIndexHeader *header = (const void *)self->data;
	const RondIndexSection *sections = (const void *)(header + 1);

	for (guint i = 0; i < header->n_sections; i++)
		if (sections[i].tag == tag)
			return &sections[i];
	g_assert_not_reached();
}

static RondIndex *open_flipped(Fixture *self, gsize at)
{
	RondIndex *index;

	self->data[at] ^= 0x10;
	index = index_kit_open(self->data, self->size, NULL);
	self->data[at] ^= 0x10;
	return index;
}

/* Opened without a look at what is not needed yet; found where it is needed,
 * and not before. */
static void test_first_touch(Fixture *self, gconstpointer data)
{
	const RondIndexSection *entries = section(self, ROND_TAG_ENTRIES);
	gsize at = entries->offset + 2 * ROND_INDEX_BLOCK;
	guint32 hit =
	    (guint32)((at - entries->offset) / sizeof(RondIndexEntry));
	g_autoptr(RondIndex) index = open_flipped(self, at);

	g_assert_nonnull(index);
	g_assert_nonnull(rond_index_entry(index, 0));
	g_assert_nonnull(rond_index_entry(index, 100));
	g_assert_false(rond_index_is_broken(index));
	g_assert_null(rond_index_entry(index, hit));
	g_assert_true(rond_index_is_broken(index));
	/* What was given once is given always. */
	g_assert_nonnull(rond_index_entry(index, 100));
	g_assert_null(rond_index_entry(index, hit));
	g_assert_false(rond_index_verify(index));
}

/* A bit anywhere: what was said is right, or the index is known as broken. */
static void test_never_wrong(Fixture *self, gconstpointer data)
{
	guint opened = 0, found = 0;

	for (gsize at = 0; at < self->size; at += 9973) {
		g_autoptr(RondIndex) index = open_flipped(self, at);

		if (!index)
			continue;
		opened++;
		index_kit_touch_all(index);
		if (rond_index_is_broken(index)) {
			found++;
			continue;
		}
		g_autofree char *tree = index_kit_tree(index);

		g_assert_cmpstr(tree, ==, self->tree);
	}
	g_assert_cmpuint(opened, >, 20);
	g_assert_cmpuint(found, >, 20);
}

/* A name may lie in a block that the look-up needs and that is broken. */
static void test_lookup(Fixture *self, gconstpointer data)
{
	const RondIndexSection *names = section(self, ROND_TAG_NAMES);
	g_autoptr(RondIndex) index =
	    open_flipped(self, names->offset + names->length - 1);
	guint32 last = rond_index_n_entries(index) - 1, missing = 0;

	for (guint32 i = 0; i <= last; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);
		gsize len;

		rond_index_name(index, entry, &len);
		missing += i && !len;
	}
	g_assert_cmpuint(missing, >, 0);
	g_assert_cmpuint(missing, <, last);
	g_assert_true(rond_index_is_broken(index));
}

typedef struct {
	RondIndex *index;
	const char *tree;
} Reader;

static gpointer read_all(gpointer data)
{
	const Reader *self = data;
	g_autofree char *tree = index_kit_tree(self->index);

	g_assert_cmpstr(tree, ==, self->tree);
	index_kit_touch_all(self->index);
	return NULL;
}

static void test_threads(Fixture *self, gconstpointer data)
{
	g_autoptr(RondIndex) index =
	    index_kit_open(self->data, self->size, NULL);
	Reader reader = {index, self->tree};
	GThread *threads[4];

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", read_all, &reader);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_assert_false(rond_index_is_broken(index));
	g_assert_true(rond_index_verify(index));
}

/* Changed in place, then sealed: good again, and what it says is the new. */
static void test_seal(Fixture *self, gconstpointer data)
{
	const RondIndexSection *entries = section(self, ROND_TAG_ENTRIES);
	RondIndexEntry *entry =
	    (RondIndexEntry *)(self->data + entries->offset) + FILES / 2;
	g_autoptr(RondIndex) broken = NULL;
	g_autoptr(RondIndex) sealed = NULL;

	entry->mtime = 12345;
	broken = index_kit_open(self->data, self->size, NULL);
	g_assert_null(rond_index_entry(broken, FILES / 2));
	sealed = index_kit_seal(self->data, self->size, NULL);
	g_assert_true(rond_index_verify(sealed));
	g_assert_cmpint(rond_index_entry(sealed, FILES / 2)->mtime, ==, 12345);
}

static void refuse(const void *data, gsize size)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(index_kit_seal(data, size, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

static void test_seal_refuses(Fixture *self, gconstpointer data)
{
	RondIndexHeader *header = (RondIndexHeader *)self->data;
	const RondIndexHeader good = *header;

	refuse(self->data, 0);
	refuse(self->data, sizeof good);
	refuse(self->data, self->size - 1);
	header->checks += 8;
	refuse(self->data, self->size);
	*header = good;
	header->checks = 8;
	refuse(self->data, self->size);
	*header = good;
	header->n_sections = G_MAXUINT32;
	refuse(self->data, self->size);
	*header = good;
	header->magic[0] = 'X';
	refuse(self->data, self->size);
}

/* As large as it can be made without taking room. */
static void test_seal_refuses_giant(Fixture *self, gconstpointer data)
{
	RondIndexHeader *header = (RondIndexHeader *)self->data;
	guint64 blocks = 2 * ROND_INDEX_MAX_SIZE / ROND_INDEX_BLOCK;
	g_autoptr(GError) error = NULL;
	int fd = memfd_create("giant", MFD_CLOEXEC);

	header->checks = blocks * ROND_INDEX_BLOCK;
	header->file_size = header->checks + blocks * sizeof(guint32);
	g_assert_cmpint(write(fd, self->data, self->size), ==, self->size);
	g_assert_no_errno(ftruncate(fd, (off_t)header->file_size));
	g_assert_false(rond_index_seal(fd, &error));
	g_assert_error(error, ROND_ERROR, EIO);
	close(fd);
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, fixture_init, test, fixture_clear);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/index-blocks/first-touch", test_first_touch);
	add("/index-blocks/never-wrong", test_never_wrong);
	add("/index-blocks/lookup", test_lookup);
	add("/index-blocks/threads", test_threads);
	add("/index-blocks/seal", test_seal);
	add("/index-blocks/seal-refuses", test_seal_refuses);
	add("/index-blocks/seal-refuses-giant", test_seal_refuses_giant);
	return g_test_run();
}
