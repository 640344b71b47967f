/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scan-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define DUMP                                               \
	"-- MySQL dump 10.19  Distrib 10.11.6-MariaDB\n"   \
	"DROP TABLE IF EXISTS `offers`;\n"                 \
	"CREATE TABLE `offers` (`id` int(11) NOT NULL);\n" \
	"INSERT INTO `offers` VALUES (1),(2);\n"

void scan_set_up(ScanFixture *f, gconstpointer data)
{
	f->dir = g_dir_make_tmp("rond-scan-XXXXXX", NULL);
	f->zone = g_time_zone_new_utc();
	f->patterns =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_pattern_free);
	f->scanner = rond_source_scanner_new(
	    &(RondScanConfig){.zone = f->zone, .patterns = f->patterns});
}

static void run(const char *const *argv)
{
	g_autoptr(GError) error = NULL;
	int status;

	g_spawn_sync(NULL, (char **)argv, NULL,
		     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
		     NULL, NULL, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
}

void scan_tear_down(ScanFixture *f, gconstpointer data)
{
	const char *argv[] = {"rm", "-rf", "--", f->dir, NULL};

	rond_source_scanner_free(f->scanner);
	g_ptr_array_unref(f->patterns);
	g_time_zone_unref(f->zone);
	run(argv);
	g_free(f->dir);
}

char *path_of(const ScanFixture *f, const char *name)
{
	return g_build_filename(f->dir, name, NULL);
}

static void make_parent(const char *path)
{
	g_autofree char *parent = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
}

void write_bytes(const ScanFixture *f, const char *name, const char *text)
{
	g_autofree char *path = path_of(f, name);

	make_parent(path);
	g_assert_true(g_file_set_contents_full(
	    path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

void make_dump(const ScanFixture *f, const char *name)
{
	write_bytes(f, name, DUMP);
}

void make_tar(const ScanFixture *f, const char *name)
{
	g_autofree char *path = path_of(f, name);
	const char *argv[] = {"tar",  "caf",	  path,	    "-C",
			      "/etc", "hostname", "passwd", NULL};

	make_parent(path);
	run(argv);
}

void set_mtime(const ScanFixture *f, const char *name, gint64 time)
{
	g_autofree char *path = path_of(f, name);
	struct timespec times[] = {{time, 0}, {time, 0}};

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

void add_source(const ScanFixture *f, const char *prefix, const char *name)
{
	g_autofree char *path = path_of(f, name);
	g_autofree char *source = g_strconcat(prefix, path, NULL);
	g_autoptr(GError) error = NULL;

	rond_source_scanner_add_source(f->scanner, source, &error);
	g_assert_no_error(error);
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "KIND PATH FOLDER|STEM WHEN" a backup, sorted; K is A, D or F. */
static char *shown_backups(const ScanFixture *f, const RondScanned *scanned)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < scanned->backups->len; i++) {
		const RondBackup *each = scanned->backups->pdata[i];
		g_autofree char *when =
		    each->has_time ? rond_second_name(each->time, f->zone)
				   : rond_day_name(each->time, f->zone);

		g_ptr_array_add(
		    lines, g_strdup_printf(
			       "%c %s %s|%s %s%s%s%s%s%s", "ADF"[each->kind],
			       each -> item -> path, each -> folder,
			       each -> stem, each -> from_mtime ? "~" : "",
			       when, each->snapshot ? " in " : "",
			       each->snapshot ? each->snapshot : "",
			       each->part ? " as " : "",
			       each->part ? each->part : ""));
	}
	g_ptr_array_sort(lines, compare_texts);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static char *shown_skipped(const ScanFixture *f, const RondScanned *scanned)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < scanned->skipped->len; i++) {
		const RondSkipped *each = scanned->skipped->pdata[i];

		g_assert_true(g_str_has_prefix(each->path, f->dir));
		g_ptr_array_add(lines,
				g_strdup_printf("%s: %s",
						each->path + strlen(f->dir),
						each->why));
	}
	g_ptr_array_sort(lines, compare_texts);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

guint scan(const ScanFixture *f, const char *expected, const char *skipped)
{
	g_auto(RondScanned) scanned = {0};
	g_autofree char *backups = NULL;
	g_autofree char *others = NULL;

	rond_source_scanner_run(f->scanner, &scanned);
	backups = shown_backups(f, &scanned);
	others = shown_skipped(f, &scanned);
	g_assert_cmpstr(backups, ==, expected);
	if (skipped)
		g_assert_cmpstr(others, ==, skipped);
	return scanned.pending;
}
