/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/property-tree.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE (4 << 20)

static void add_text(GByteArray *all, guint len)
{
	g_autoptr(GString) text = g_string_sized_new(len + 80);

	while (text->len < len)
		g_string_append_printf(
		    text, "INSERT INTO `t` VALUES (%d,'%x');\n",
		    g_test_rand_int_range(0, 90000), (guint)g_test_rand_int());
	g_byte_array_append(all, (guint8 *)text->str, len);
}

static void add_noise(GByteArray *all, guint len)
{
	guint at = all->len;

	g_byte_array_set_size(all, at + len);
	for (guint i = 0; i < len; i++)
		all->data[at + i] = (guint8)g_test_rand_int();
}

static void add_run(GByteArray *all, guint len)
{
	guint at = all->len;

	g_byte_array_set_size(all, at + len);
	memset(all->data + at, g_test_rand_int_range(0, 3), len);
}

/* @size bytes, of pieces that pack well, hardly, and not at all. */
static GByteArray *draw_content(guint size)
{
	GByteArray *all = g_byte_array_sized_new(size);

	while (all->len < size) {
		guint len = (guint)g_test_rand_int_range(1, 400000);

		len = MIN(len, size - all->len);
		switch (g_test_rand_int_range(0, 4)) {
		case 0:
			add_noise(all, len);
			break;
		case 1:
			add_run(all, len);
			break;
		default:
			add_text(all, len);
		}
	}
	return all;
}

static void write_drawn(const Scratch *scratch, const char *name, guint size)
{
	g_autoptr(GByteArray) content = draw_content(size);

	scratch_write(scratch, name, content->data, content->len);
}

/* A file with holes between pieces of content. */
static void write_sparse(const Scratch *scratch, const char *name)
{
	g_autofree char *path = g_build_filename(scratch->path, name, NULL);
	FILE *file = fopen(path, "w");
	long at = 0;

	g_assert_nonnull(file);
	for (gint i = g_test_rand_int_range(0, 9); i > 0; i--) {
		guint len = (guint)g_test_rand_int_range(1, 20000);
		g_autoptr(GByteArray) content = draw_content(len);

		at += g_test_rand_int_range(0, 300000);
		g_assert_cmpint(fseek(file, at, SEEK_SET), ==, 0);
		g_assert_cmpuint(fwrite(content->data, 1, len, file), ==, len);
		at += (long)len;
	}
	fclose(file);
	at += g_test_rand_int_range(0, 100000);
	g_assert_cmpint(truncate(path, at), ==, 0);
}

void property_tree_make(const Scratch *scratch)
{
	static const gint limits[] = {1, 600, 600, 5000, 200000, 700000};

	scratch_run(scratch, "mkdir -p tree/d/e");
	for (guint i = 0; i < 2 * G_N_ELEMENTS(limits); i++) {
		g_autofree char *name = g_strdup_printf("tree/%s%u",
							i % 3	? "d/"
							: i % 5 ? "d/e/"
								: "",
							i);

		write_drawn(scratch, name,
			    (guint)g_test_rand_int_range(
				0, limits[i % G_N_ELEMENTS(limits)] + 1));
	}
	write_drawn(scratch, "tree/d/large",
		    LARGE + (guint)g_test_rand_int_range(1, 500000));
	write_sparse(scratch, "tree/sparse");
	write_sparse(scratch, "tree/d/holes");

	static const char head[] = "-- MariaDB dump 10.19\n/* ";
	static const char end[] = " */;\n-- Dump completed on 2024-05-01\n";
	g_autoptr(GByteArray) dump = g_byte_array_new();
	guint size = (guint)g_test_rand_int_range(1, 2000000);

	g_byte_array_append(dump, (const guint8 *)head, sizeof head - 1);
	add_text(dump, size);
	g_byte_array_append(dump, (const guint8 *)end, sizeof end - 1);
	scratch_write(scratch, "db.sql", dump->data, dump->len);
}

static void list(GPtrArray *found, const char *top, const char *prefix)
{
	g_autofree char *folder = g_build_filename(top, prefix, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path =
		    *prefix ? g_build_filename(prefix, name, NULL)
			    : g_strdup(name);
		g_autofree char *full = g_build_filename(top, path, NULL);
		struct stat st;

		g_assert_cmpint(lstat(full, &st), ==, 0);
		if (S_ISDIR(st.st_mode))
			list(found, top, path);
		else if (S_ISREG(st.st_mode))
			g_ptr_array_add(found, g_steal_pointer(&path));
	}
}

GStrv property_tree_files(const char *top)
{
	GPtrArray *found = g_ptr_array_new();

	list(found, top, "");
	g_ptr_array_add(found, NULL);
	return (GStrv)g_ptr_array_free(found, FALSE);
}
