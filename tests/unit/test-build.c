/* SPDX-License-Identifier: BSD-2-Clause */
/* The first pass when something other than the backup fails. */
#include "backends/error.h"
#include "tests/unit/fault-stream.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A tree of two files, packed by @command as @name. */
static RondStream *make_archive(const char *name, const char *command)
{
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "mkdir tree && head -c 400000 /dev/urandom > "
			     "tree/noise && seq 90000 > tree/text");
	scratch_run(scratch, command);
	return scratch_stream(scratch, name);
}

typedef struct {
	const char *name;
	const char *command;
} Case;

static const Case cases[] = {
    {"a.tar", "tar -C tree -cf a.tar ."},
    {"a.tar.gz", "tar -C tree -czf a.tar.gz ."},
    {"a.tar.xz", "tar -C tree -cJf a.tar.xz ."},
    {"a.tar.zst", "tar -C tree --zstd -cf a.tar.zst ."},
    {"a.zip", "cd tree && zip -qr ../a.zip ."},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z . > /dev/null"},
    {"db.sql.gz", "{ echo '-- MySQL dump 10.19'; cat tree/text; } | gzip > "
		  "db.sql.gz"},
    {"db.zip", "{ echo '-- MySQL dump 10.19'; cat tree/text; } > db.sql; zip "
	       "-q db.zip db.sql"},
};

/* Whichever read of the source fails: that is no damage of the backup, and
 * nothing is kept of it. */
static void test_faults(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(RondStream) source = make_archive(one->name, one->command);
	g_autoptr(RondStream) counted = fault_stream_new(source, 0, EIO);
	const BuiltHow count = {.source = counted, .name = one->name};
	g_auto(RondDetected) detected = {0};
	g_autoptr(RondStream) looked = fault_stream_new(source, 0, EIO);

	rond_detect(looked, one->name, FALSE, &detected, NULL);
	guint first = fault_stream_reads(looked) + 1;
	Built *sound = built_with(&count);
	guint last = fault_stream_reads(counted);

	g_assert_no_error(sound->error);
	built_free(sound);
	for (guint n = first; n <= last; n += 1 + (last - first) / 40) {
		int code = n % 2 ? EIO : ESTALE;
		g_autoptr(RondStream) fault = fault_stream_new(source, n, code);
		const BuiltHow how = {.source = fault, .name = one->name};
		g_autoptr(Built) built = built_with(&how);

		g_assert_error(built->error, ROND_ERROR, code);
	}
}

/* Cancelled anywhere: failed, or whole. */
static void test_cancelled(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(RondStream) source = make_archive(one->name, one->command);
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_auto(RondDetected) detected = {0};
	g_autoptr(GError) error = NULL;
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	RondBuild build = {
	    .source = source, .detected = &detected, .cancellable = cancelled};

	g_assert_cmpint(fd, >=, 0);
	g_cancellable_cancel(cancelled);
	rond_detect(source, one->name, FALSE, &detected, NULL);
	g_assert_false(rond_index_build(&build, fd, &error));
	if (strcmp(one->name, "a.7z"))
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	close(fd);
}

/* In the middle: @cancel_at bytes of the source. */
static void test_cancelled_late(gconstpointer data)
{
	static const Case large[] = {
	    {"a.tar", "for i in 1 2 3 4; do cp tree/noise tree/$i; done; for i "
		      "in $(seq 2000); do ln tree/noise tree/l$i; touch "
		      "tree/f$i; done; for i in 1 2 3; do tar -C tree -rf "
		      "a.tar .; done"},
	    {"a.tar.gz", "for i in 1 2 3 4 5 6 7 8 9; do cp tree/noise "
			 "tree/$i; done; tar -C tree -czf a.tar.gz ."},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(large); i++) {
		g_autoptr(RondStream) source =
		    make_archive(large[i].name, large[i].command);
		const BuiltHow how = {.source = source,
				      .name = large[i].name,
				      .cancel_at = 1 << 20};
		g_autoptr(Built) built = built_with(&how);

		g_assert_cmpuint(built->told, >=, 1 << 20);
		g_assert_error(built->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	}
}

static void test_no_room(void)
{
	g_autoptr(RondStream) seven =
	    make_archive(cases[5].name, cases[5].command);
	const BuiltHow how = {
	    .source = seven, .name = cases[5].name, .no_copy = TRUE};
	g_autoptr(Built) built = built_with(&how);

	g_assert_error(built->error, ROND_ERROR, ENOSPC);
	g_assert_nonnull(strstr(built->error->message, "--cache-size"));
	g_assert_cmpuint(built->copies, ==, 1);
}

/* Without its copy it is slower, but served: unless it can't do without. */
static void check_full(const Built *built, const char *name)
{
	if (g_str_has_suffix(name, ".7z")) {
		g_assert_error(built->error, ROND_ERROR, ENOSPC);
		return;
	}
	g_assert_no_error(built->error);
	g_assert_cmpuint(rond_index_meta(built->index)->place, ==,
			 ROND_DATA_PACKED);
	g_assert_cmpuint(rond_index_n_findings(built->index), ==, 0);
}

/* The disk gets full, or breaks, while the copy is written: no damage of the
 * backup. */
static void test_copy_fails(gconstpointer data)
{
	const struct {
		const char *path;
		int flags, code;
	} ways[] = {{"/dev/full", O_RDWR, ENOSPC},
		    {"/dev/null", O_RDONLY, EBADF}};

	for (guint i = 0; i < 2; i++) {
		for (guint j = 2; j < 6; j++) {
			const Case *one = &cases[j];
			g_autoptr(RondStream) source =
			    make_archive(one->name, one->command);
			const BuiltHow how = {
			    .source = source,
			    .name = one->name,
			    .copy_fd =
				open(ways[i].path, ways[i].flags | O_CLOEXEC)};
			g_autoptr(Built) built = NULL;

			if (!strcmp(one->name, "a.zip")) {
				close(how.copy_fd);
				continue;
			}
			built = built_with(&how);
			if (ways[i].code == ENOSPC)
				check_full(built, one->name);
			else
				g_assert_error(built->error, ROND_ERROR,
					       ways[i].code);
		}
	}
}

/* Where the index goes there is no room. */
static void test_index_fails(void)
{
	g_autoptr(RondStream) source =
	    make_archive(cases[0].name, cases[0].command);
	g_auto(RondDetected) detected = {0};
	g_autoptr(GError) error = NULL;
	RondBuild build = {.source = source, .detected = &detected};
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	rond_detect(source, cases[0].name, FALSE, &detected, NULL);
	g_assert_false(rond_index_build(&build, fd, &error));
	g_assert_error(error, ROND_ERROR, ENOSPC);
	close(fd);
}

/* The same backup gives the same index, byte for byte: inode numbers, too. */
static void test_repeatable(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondStream) source =
		    make_archive(cases[i].name, cases[i].command);
		g_autoptr(Built) one = built_new(source, cases[i].name);
		g_autoptr(Built) two = built_new(source, cases[i].name);
		g_autofree char *tree = index_kit_tree(one->index);
		g_autofree char *again = index_kit_tree(two->index);
		guint32 n = rond_index_n_entries(one->index);

		g_assert_cmpstr(tree, ==, again);
		for (guint32 j = 0; j < n; j++)
			g_assert_cmpuint(
			    rond_index_inode_number(one->index, j), ==,
			    rond_index_inode_number(two->index, j));
		index_kit_touch_all(one->index);
	}
}

/* What an index is checked by before it is used for a source. */
static void test_source_size(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondStream) source =
		    make_archive(cases[i].name, cases[i].command);
		g_autoptr(Built) built = built_new(source, cases[i].name);

		g_assert_cmpuint(rond_index_meta(built->index)->source_size, ==,
				 rond_stream_size(source));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *faults =
		    g_strconcat("/build/faults/", cases[i].name, NULL);
		g_autofree char *cancelled =
		    g_strconcat("/build/cancelled/", cases[i].name, NULL);

		g_test_add_data_func(faults, &cases[i], test_faults);
		g_test_add_data_func(cancelled, &cases[i], test_cancelled);
	}
	g_test_add_data_func("/build/cancelled-late", NULL,
			     test_cancelled_late);
	g_test_add_func("/build/no-room", test_no_room);
	g_test_add_data_func("/build/copy-fails", NULL, test_copy_fails);
	g_test_add_func("/build/index-fails", test_index_fails);
	g_test_add_func("/build/repeatable", test_repeatable);
	g_test_add_func("/build/source-size", test_source_size);
	return g_test_run();
}
