/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

static void run(const char *dir, const char *command)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *complaints = NULL;
	int status = 0;

	g_spawn_sync(dir, argv, NULL,
		     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
		     NULL, NULL, &complaints, &status, &error);
	g_assert_no_error(error);
	if (!g_spawn_check_wait_status(status, NULL))
		g_error("%s: %s", command, complaints);
}

Scratch *scratch_new(void)
{
	g_autoptr(GError) error = NULL;
	Scratch *self = g_new0(Scratch, 1);

	self->path = g_dir_make_tmp("rond-test-XXXXXX", &error);
	g_assert_no_error(error);
	return self;
}

Scratch *scratch_below(const Scratch *parent)
{
	Scratch *self = g_new0(Scratch, 1);

	self->path = g_build_filename(parent->path, "XXXXXX", NULL);
	g_assert_nonnull(g_mkdtemp(self->path));
	return self;
}

void scratch_free(Scratch *self)
{
	run(self->path, "chmod -R u+rwx . && rm -rf \"$PWD\"");
	g_free(self->path);
	g_free(self);
}

void scratch_run(const Scratch *self, const char *command)
{
	run(self->path, command);
}

GBytes *scratch_read(const Scratch *self, const char *name)
{
	g_autofree char *path = g_build_filename(self->path, name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize len;

	g_file_get_contents(path, &data, &len, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, len);
}

void scratch_write(const Scratch *self, const char *name, const void *data,
		   gsize len)
{
	g_autofree char *path = g_build_filename(self->path, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, data, (gssize)len, &error);
	g_assert_no_error(error);
}

RondStream *scratch_stream(const Scratch *self, const char *name)
{
	g_autoptr(GBytes) bytes = scratch_read(self, name);

	return rond_memory_stream_new(bytes);
}
