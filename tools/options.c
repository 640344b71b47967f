/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/options.h"

#include "backends/error.h"
#include "tools/settings.h"
#include "tools/value.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

RondProgram rond_options_program(const char *argv0)
{
	g_autofree char *name = g_path_get_basename(argv0 ? argv0 : "");

	/* mount.fuse.rondfs is what mount -t fuse.rondfs looks for. */
	if (g_str_equal(name, "mount.rondfs") ||
	    g_str_equal(name, "mount.fuse.rondfs"))
		return ROND_PROGRAM_MOUNT;
	if (g_str_equal(name, "rondctl"))
		return ROND_PROGRAM_RONDCTL;
	return ROND_PROGRAM_RONDFS;
}

static RondOptions *options_new(void)
{
	RondOptions *self = g_new0(RondOptions, 1);

	self->config = rond_config_new();
	self->config->confine = TRUE;
	self->log_tag = g_strdup("rondfs");
	self->warnings = g_ptr_array_new_with_free_func(g_free);
	self->sources = g_ptr_array_new_with_free_func(g_free);
	self->told = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void rond_options_free(RondOptions *self)
{
	if (!self)
		return;
	rond_config_free(self->config);
	g_clear_pointer(&self->operands, g_ptr_array_unref);
	g_clear_pointer(&self->sources, g_ptr_array_unref);
	g_clear_pointer(&self->told, g_ptr_array_unref);
	g_ptr_array_unref(self->warnings);
	g_free(self->mountpoint);
	g_free(self->fsname);
	g_free(self->log_tag);
	g_free(self->git);
	g_free(self->since);
	g_free(self->exec_scanner);
	g_free(self->copy_to);
	g_free(self->chown);
	g_free(self->now);
	g_free(self);
}

/* mount -a looks for the source that fstab names in the list of mounts, and
 * would mount a second time if it were not there word by word. */
static char *default_fsname(RondProgram program, GPtrArray *sources)
{
	const char *first = g_ptr_array_index(sources, 0);

	if (program == ROND_PROGRAM_MOUNT)
		return g_strdup(first);
	if (sources->len == 1)
		return g_strdup_printf("rondfs:%s", first);
	return g_strdup_printf("rondfs:%s+%u", first, sources->len - 1);
}

/* The last operand is the mount point, the others are sources. */
static gboolean take_mount(RondOptions *self, RondProgram program,
			   GError **error)
{
	GPtrArray *operands = self->operands;

	if (operands->len == 0)
		return rond_fail(error, EINVAL,
				 _("no source and no mount point given"));
	if (operands->len == 1)
		return rond_fail(error, EINVAL,
				 _("%s: no mount point given after it"),
				 (char *)g_ptr_array_index(operands, 0));
	if (program == ROND_PROGRAM_MOUNT && operands->len > 2)
		return rond_fail(error, EINVAL,
				 _("%s: one source and one mount point are "
				   "expected; several sources: use rondfs"),
				 (char *)g_ptr_array_index(operands, 2));
	self->mountpoint =
	    g_ptr_array_steal_index(operands, (guint)operands->len - 1);
	while (operands->len)
		g_ptr_array_add(self->sources,
				g_ptr_array_steal_index(operands, 0));
	if (!self->fsname)
		self->fsname = default_fsname(program, self->sources);
	return TRUE;
}

static gboolean check_operands(RondOptions *self, GError **error)
{
	for (guint i = 0; i < self->operands->len; i++) {
		const char *operand = g_ptr_array_index(self->operands, i);

		if (!*operand)
			return rond_fail(error, EINVAL,
					 _("an empty name was given"));
	}
	return TRUE;
}

/* A source as one has to write it who is in another folder. */
static char *absolute(const char *source)
{
	const char *path = strchr(source, '=');
	g_autofree char *full = NULL;

	if (strstr(source, "://"))
		return g_strdup(source);
	if (!path || g_file_test(source, G_FILE_TEST_EXISTS))
		return g_canonicalize_filename(source, NULL);
	full = g_canonicalize_filename(path + 1, NULL);
	return g_strdup_printf("%.*s=%s", (int)(path - source), source, full);
}

static char **to_strv(GPtrArray *texts)
{
	g_ptr_array_set_free_func(texts, NULL);
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(texts, FALSE);
}

/* Paths as given mean nothing in another folder: what is told last counts. */
static void take_sources(RondOptions *self)
{
	if (self->config->cache_dir)
		g_ptr_array_add(
		    self->told,
		    g_strconcat("--cache-dir=", self->config->cache_dir, NULL));
	for (guint i = 0; i < self->sources->len; i++) {
		g_autofree char *source = absolute(self->sources->pdata[i]);

		g_ptr_array_add(self->told,
				g_strconcat("--source=", source, NULL));
	}
	self->config->arguments = to_strv(g_steal_pointer(&self->told));
	self->config->sources = to_strv(g_steal_pointer(&self->sources));
}

/* What could not be judged before the last option was read. */
static gboolean finish(RondOptions *self, RondProgram program, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (self->help || self->version)
		return TRUE;
	if (self->now && !rond_value_date(self->now, self->config->zone,
					  &self->config->now, &cause))
		return rond_fail(error, EINVAL, "--now: %s", cause->message);
	if (!check_operands(self, error))
		return FALSE;
	if (!(program & ROND_PROGRAM_RONDCTL) &&
	    !take_mount(self, program, error))
		return FALSE;
	self->default_permissions |= self->allow_other;
	take_sources(self);
	return TRUE;
}

RondOptions *rond_options_read(RondProgram program, char **argv, GError **error)
{
	g_autoptr(RondOptions) self = options_new();
	RondOptionReader reader = {
	    .table = rond_settings,
	    .program = (guint16)program,
	    .target = self,
	    .sloppy = &self->sloppy,
	    .told = self->told,
	    .tell = ROND_PROGRAM_RONDCTL,
	};

	self->operands = rond_option_read(&reader, argv, error);
	if (!self->operands || !finish(self, program, error))
		return NULL;
	return g_steal_pointer(&self);
}

char *rond_options_help(RondProgram program)
{
	return rond_option_help(rond_settings, (guint16)program);
}
