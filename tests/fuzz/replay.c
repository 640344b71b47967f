/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz entry over the files of a folder, whole and cut short. It is the
 * sanitizers, and the entry's own assertions, that tell when it goes wrong.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#define CUTS 128 /* of each file */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In a block of exactly that size, so that a read past it is caught. */
static void run(const char *data, gsize size)
{
	g_autofree uint8_t *copy = g_memdup2(data, size);

	LLVMFuzzerTestOneInput(copy ? copy : (const uint8_t *)"", size);
}

static void replay(gconstpointer path)
{
	g_autofree char *data = NULL;
	g_autoptr(GError) error = NULL;
	gsize size, step;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	step = size / CUTS + 1;
	for (gsize cut = 0; cut < size; cut += step)
		run(data, cut);
	run(data, size);
}

int main(int argc, char **argv)
{
	g_autoptr(GDir) folder = NULL;
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	g_test_init(&argc, &argv, NULL);
	folder = argc > 1 ? g_dir_open(argv[1], 0, NULL) : NULL;
	if (!folder)
		g_error("give the folder of a corpus");
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *test = g_strconcat("/replay/", name, NULL);
		char *path = g_build_filename(argv[1], name, NULL);

		g_ptr_array_add(paths, path);
		g_test_add_data_func(test, path, replay);
	}
	g_assert_cmpuint(paths->len, >, 0);
	return g_test_run();
}
