/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/index-kit.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void index_kit_add(RondIndexBuilder *builder, const RondEntry *entry)
{
	g_autoptr(GError) error = NULL;

	rond_index_builder_add(builder, entry, &error);
	g_assert_no_error(error);
}

void index_kit_add_files(RondIndexBuilder *builder, const char *const *paths)
{
	for (guint i = 0; paths[i]; i++) {
		const RondExtent extent = {0, i, 5};

		index_kit_add(builder, &(RondEntry){.path = paths[i],
						    .mode = S_IFREG | 0644,
						    .size = 5,
						    .mtime = i,
						    .extents = &extent,
						    .n_extents = 1});
	}
}

static int memory_file(void)
{
	int fd = memfd_create("rond-test", MFD_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static int written(RondIndexBuilder *builder)
{
	const RondIndexMeta meta = {
	    .format = "tar", .source_size = 1 << 20, .data_size = 1 << 20};
	g_autoptr(GError) error = NULL;
	int fd = memory_file();

	rond_index_builder_write(builder, &meta, fd, &error);
	g_assert_no_error(error);
	return fd;
}

RondIndex *index_kit_write(RondIndexBuilder *builder)
{
	g_autoptr(GError) error = NULL;
	RondIndex *index = rond_index_open(written(builder), &error);

	g_assert_no_error(error);
	return index;
}

GBytes *index_kit_bytes(RondIndexBuilder *builder)
{
	int fd = written(builder);
	struct stat st;

	g_assert_no_errno(fstat(fd, &st));
	guint8 *data = g_malloc((gsize)st.st_size);

	g_assert_cmpint(pread(fd, data, (gsize)st.st_size, 0), ==, st.st_size);
	close(fd);
	return g_bytes_new_take(data, (gsize)st.st_size);
}

static int file_of(const void *data, gsize len)
{
	int fd = memory_file();

	g_assert_cmpint(write(fd, data, len), ==, len);
	return fd;
}

RondIndex *index_kit_open(const void *data, gsize len, GError **error)
{
	return rond_index_open(file_of(data, len), error);
}

RondIndex *index_kit_seal(const void *data, gsize len, GError **error)
{
	int fd = file_of(data, len);

	if (rond_index_seal(fd, error))
		return rond_index_open(fd, error);
	close(fd);
	return NULL;
}

guint32 index_kit_find(const RondIndex *index, const char *path)
{
	guint32 at = ROND_INDEX_ROOT;

	while (*path && at != ROND_INDEX_NONE) {
		gsize len = strcspn(path, "/");

		at = rond_index_lookup(index, at, path, len);
		path += len + (path[len] == '/');
	}
	return at;
}

static void add_content(GString *text, const RondIndex *index,
			const RondIndexEntry *entry)
{
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));

	g_assert_true(rond_index_extents(index, entry, extents));
	if (entry->flags & ROND_ENTRY_UNREADABLE) {
		g_string_append(text, " unreadable");
	} else if (!(entry->flags & ROND_ENTRY_EXTENTS)) {
		const RondExtent *at = (const void *)extents->data;

		g_string_append_printf(
		    text, " %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
		    extents->len ? at->at : 0, entry->size);
	} else {
		g_string_append_printf(text, " %" G_GUINT64_FORMAT "[",
				       entry->size);
		for (guint i = 0; i < extents->len; i++) {
			const RondExtent *at =
			    &g_array_index(extents, RondExtent, i);

			g_string_append_printf(
			    text,
			    "%s%" G_GUINT64_FORMAT "@%" G_GUINT64_FORMAT
			    "+%" G_GUINT64_FORMAT,
			    i ? " " : "", at->offset, at->at, at->length);
		}
		g_string_append_c(text, ']');
	}
	if (entry->links > 1)
		g_string_append_printf(text, " x%u", entry->links);
}

static void add_entry(GString *text, const RondIndex *index, guint32 number)
{
	const RondIndexEntry *entry =
	    rond_index_entry(index, rond_index_inode(index, number));
	g_autofree char *target = rond_index_symlink(index, entry);

	if (S_ISDIR(entry->mode))
		g_string_append_c(text, '/');
	else if (target)
		g_string_append_printf(text, " -> %s", target);
	else if (S_ISREG(entry->mode))
		add_content(text, index, entry);
	else
		g_string_append_printf(text, " device %u,%u",
				       major(entry->data), minor(entry->data));
	g_string_append_c(text, '\n');
}

static void add_folder(GString *text, const RondIndex *index, guint32 dir,
		       const char *prefix)
{
	guint32 first, count;

	g_assert_true(rond_index_children(index, dir, &first, &count));
	for (guint32 i = first; i < first + count; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);
		gsize len;
		const char *name = rond_index_name(index, entry, &len);
		g_autofree char *path =
		    g_strdup_printf("%s%.*s", prefix, (int)len, name);
		g_autofree char *below = g_strconcat(path, "/", NULL);

		g_string_append(text, path);
		add_entry(text, index, i);
		if (S_ISDIR(entry->mode))
			add_folder(text, index, i, below);
	}
}

char *index_kit_tree(const RondIndex *index)
{
	GString *text = g_string_new(NULL);

	add_folder(text, index, ROND_INDEX_ROOT, "");
	return g_string_free(text, FALSE);
}

guint index_kit_bad(const RondIndex *index)
{
	RondFinding finding;
	guint bad = 0;

	for (gsize i = 0; rond_index_finding(index, i, &finding); i++)
		bad += finding.kind != ROND_FINDING_NOTE;
	return bad;
}

gboolean index_kit_tells(const RondIndex *index, const char *text)
{
	RondFinding finding;

	for (gsize i = 0; rond_index_finding(index, i, &finding); i++)
		if (strstr(finding.message, text))
			return TRUE;
	return FALSE;
}

static void touch_maps(const RondIndex *index, const RondIndexEntry *entry)
{
	g_autofree guint8 *scratch = g_malloc(ROND_WINDOW_SIZE);
	RondDecodedMap map;
	RondSeekPoint point;

	if (!rond_index_map(index, entry ? entry->data + 1 : 0, &map))
		return;
	for (gsize i = 0; i < map.n_points; i++) {
		map.point_out(map.data, i);
		map.point(map.data, i, scratch, &point, NULL);
	}
}

static void touch_entry(const RondIndex *index, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(index, number);
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	guint32 first, count;
	RondXattr xattr;
	gsize len;
	const char *name = rond_index_name(index, entry, &len);
	guint32 below = rond_index_lookup(index, number, name, len);

	g_assert_true(below == ROND_INDEX_NONE ||
		      rond_index_entry(index, below));
	if (!entry || !rond_index_entry(index, rond_index_inode(index, number)))
		return;
	rond_index_inode_number(index, number);
	g_free(rond_index_symlink(index, entry));
	rond_index_extents(index, entry, extents);
	rond_index_stored_bytes(index, entry);
	for (gsize i = 0; rond_index_xattr(index, entry, i, &xattr); i++)
		g_assert_cmpuint(strlen(xattr.name), <, G_MAXUINT32);
	touch_maps(index, entry);
	if (!rond_index_children(index, number, &first, &count) || !count)
		return;
	g_assert_true(rond_index_is_broken(index) ||
		      rond_index_entry(index, first + count - 1));
	rond_index_nth_child(index, number, count - 1);
	g_assert_cmpuint(rond_index_nth_child(index, number, count), ==,
			 ROND_INDEX_NONE);
}

void index_kit_touch_all(const RondIndex *index)
{
	guint32 n = rond_index_n_entries(index);
	RondFinding finding;

	g_assert_nonnull(rond_index_meta(index));
	g_assert_null(rond_index_entry(index, n));
	for (guint32 i = 0; i < n; i++) {
		touch_entry(index, i);
		g_assert_true(rond_index_is_broken(index) ||
			      rond_index_entry(index, i));
	}
	for (gsize i = 0; i < rond_index_n_findings(index); i++)
		if (rond_index_finding(index, i, &finding))
			g_assert_cmpuint(strlen(finding.message), <,
					 G_MAXUINT32);
	touch_maps(index, NULL);
}

typedef struct {
	Built *built;
	const BuiltHow *how;
	GCancellable *cancellable;
	int fd; /* of the copy, or -1 */
} Building;

static int make_copy(gpointer data, guint64 bytes)
{
	Building *self = data;

	g_assert_cmpuint(bytes, >, 0);
	self->built->copies++;
	if (self->how->no_copy)
		return -1;
	self->fd = self->how->copy_fd ? self->how->copy_fd : memory_file();
	return self->fd;
}

static void on_progress(gpointer data, guint64 bytes)
{
	Building *self = data;

	g_assert_cmpuint(bytes, >, self->built->told);
	self->built->told = bytes;
	if (self->how->cancel_at && bytes >= self->how->cancel_at)
		g_cancellable_cancel(self->cancellable);
}

static void open_built(Building *self, int fd)
{
	g_autoptr(RondStream) copy = NULL;
	g_autoptr(GError) error = NULL;

	self->built->index = rond_index_open(dup(fd), &error);
	g_assert_no_error(error);
	if (rond_index_meta(self->built->index)->place == ROND_DATA_COPY)
		copy = rond_file_stream_new(dup(self->fd), &error);
	g_assert_no_error(error);
	self->built->blocks = rond_block_cache_new(8 << 20);
	self->built->content = rond_content_new(
	    self->how->source, self->built->index, copy, self->built->blocks);
}

Built *built_with(const BuiltHow *how)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_auto(RondDetected) detected = {0};
	Built *built = g_new0(Built, 1);
	Building self = {built, how, cancellable, -1};
	g_autoptr(GError) error = NULL;
	int fd = memory_file();

	rond_detect(how->source, how->name, FALSE, &detected, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(detected.why, ==, NULL);
	RondBuild build = {
	    .source = how->source,
	    .detected = &detected,
	    .thorough = how->thorough,
	    .make_copy = make_copy,
	    .progress = on_progress,
	    .data = &self,
	    .cancellable = cancellable,
	};

	built->ok = rond_index_build(&build, fd, &built->error);
	g_assert_true(built->ok == !built->error);
	if (built->ok)
		open_built(&self, fd);
	if (self.fd >= 0)
		close(self.fd);
	close(fd);
	return built;
}

Built *built_new(RondStream *source, const char *name)
{
	const BuiltHow how = {.source = source, .name = name};
	Built *built = built_with(&how);

	g_assert_no_error(built->error);
	return built;
}

void built_free(Built *self)
{
	g_clear_error(&self->error);
	g_clear_pointer(&self->content, rond_content_unref);
	g_clear_pointer(&self->index, rond_index_unref);
	g_clear_pointer(&self->blocks, rond_block_cache_unref);
	g_free(self);
}

GBytes *built_read(const Built *self, const char *path, GError **error)
{
	guint32 number = index_kit_find(self->index, path);
	g_autoptr(RondStream) stream = NULL;

	g_assert_cmpuint(number, !=, ROND_INDEX_NONE);
	stream = rond_content_open(self->content, number, error);
	if (!stream)
		return NULL;
	gsize size = rond_stream_size(stream);
	g_autofree guint8 *data = g_malloc(size + 1);
	const RondIndexEntry *entry = rond_index_entry(
	    self->index, rond_index_inode(self->index, number));

	g_assert_cmpuint(size, ==, entry->size);
	gssize n = rond_stream_pread(stream, data, size + 1, 0, error);

	if (n < 0)
		return NULL;
	g_assert_cmpuint(n, ==, size);
	return g_bytes_new_take(g_steal_pointer(&data), size);
}

void built_expect(const Built *self, const char *path, GBytes *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = built_read(self, path, &error);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(bytes, expected));
}

void built_expect_error(const Built *self, const char *path, int code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = built_read(self, path, &error);

	g_assert_null(bytes);
	g_assert_error(error, ROND_ERROR, code);
}

void check_random_reads(RondStream *stream, GBytes *expected, guint n)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(expected, &size);
	g_autofree guint8 *buf = g_malloc(128 << 10);

	g_assert_cmpuint(rond_stream_size(stream), ==, size);
	for (guint i = 0; i < n; i++) {
		gsize limit = 1U << g_test_rand_int_range(0, 17);
		gsize len = (gsize)g_test_rand_int_range(0, (gint)limit + 1);
		gsize at = (gsize)g_test_rand_int_range(0, (gint)size + 2);
		gsize there = at < size ? MIN(len, size - at) : 0;
		g_autoptr(GError) error = NULL;
		gssize got = rond_stream_pread(stream, buf, len, at, &error);

		g_assert_no_error(error);
		g_assert_cmpmem(buf, got, at < size ? data + at : data, there);
	}
}

void index_kit_expect_tree(RondIndexBuilder *builder, const char *expected)
{
	g_autoptr(RondIndex) index = index_kit_write(builder);
	g_autofree char *tree = index_kit_tree(index);

	g_assert_cmpstr(tree, ==, expected);
	index_kit_touch_all(index);
}
