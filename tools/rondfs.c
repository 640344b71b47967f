/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/confined.h"
#include "fs/library.h"
#include "fs/server.h"
#include "tools/daemon.h"
#include "tools/log.h"
#include "tools/mountpoint.h"
#include "tools/notify.h"
#include "tools/options.h"
#include "tools/progress.h"
#include "tools/rlimits.h"
#include "tools/signals.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *usage(RondProgram program)
{
	if (program == ROND_PROGRAM_MOUNT)
		return _("Usage: mount.rondfs SOURCE MOUNTPOINT [-fsnv] "
			 "[-o OPTION,...]\n");
	return _("Usage: rondfs [options] SOURCE... MOUNTPOINT\n");
}

static void print_help(RondProgram program)
{
	g_autofree char *options = rond_options_help(program);

	printf("%s%s\n%s\n%s", usage(program),
	       _("Mount backups read-only, as folders named by date.\n"),
	       options,
	       _("  -o OPTION[,OPTION...]    each --NAME=VALUE above as "
		 "NAME=VALUE, and those of\n"
		 "                           mount(8)\n\n"
		 "Unmount: umount MOUNTPOINT, or fusermount3 -u MOUNTPOINT\n"
		 "Manual: rondfs(1)\n"));
}

static int fail(const GError *error)
{
	g_critical("%s", error->message);
	return 1;
}

/* What the signals reach while the mount is there. */
typedef struct {
	RondServer *server;
	RondLibrary *library;
} Mount;

static void stop(gpointer data)
{
	const Mount *mount = data;

	rond_server_stop(mount->server);
}

static void reload(gpointer data)
{
	const Mount *mount = data;

	rond_server_rescan(mount->server);
}

static void report(gpointer data)
{
	const Mount *mount = data;
	g_autofree char *line = rond_library_statistics(mount->library);

	g_message("%s", line);
}

static int run_server(Mount *mount, RondSignals *signals)
{
	const RondSignalTarget target = {stop, reload, report, mount};
	g_autoptr(GError) error = NULL;
	gboolean ended;

	rond_notify_ready();
	rond_signals_set(signals, &target);
	ended = rond_server_run(mount->server, &error);
	rond_signals_set(signals, NULL);
	rond_notify_stopping();
	return ended ? 0 : fail(error);
}

static int mount_library(const RondOptions *options, RondLibrary *library,
			 RondSignals *signals, const char *path,
			 RondDaemon *daemon)
{
	const RondServerConfig config = {
	    .mountpoint = path,
	    .fsname = options->fsname,
	    .debug = options->debug,
	    .allow_other = options->allow_other,
	    .default_permissions = options->default_permissions,
	    .exec = options->exec,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(RondServer) server = NULL;

	/* From here on an exit would leave a dead mount behind. */
	rond_signals_hold(signals);
	server = rond_server_new(library, &config, &error);
	if (!server)
		return fail(error);
	rond_daemon_detach(daemon, options->log_tag);
	Mount mount = {server, library};
	return run_server(&mount, signals);
}

/* Everything after the fork. */
static int serve(const RondOptions *options, const char *path,
		 RondDaemon *daemon)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondSignals) signals = rond_signals_new(&error);
	g_autoptr(RondLibrary) library = NULL;

	if (!signals)
		return fail(error);
	library =
	    rond_library_new(options->config, rond_log_warning, NULL, &error);
	if (!library)
		return fail(error);
	if (options->config->index_mode == ROND_INDEX_NOW &&
	    !rond_progress_index(library, signals))
		return 128 + rond_signals_stopped(signals);
	return mount_library(options, library, signals, path, daemon);
}

static int mount_checked(const RondOptions *options,
			 const RondMountpoint *mountpoint)
{
	RondDaemon daemon = ROND_DAEMON_FOREGROUND;
	int status;

	if (!options->foreground &&
	    !rond_daemon_start(&daemon, mountpoint, &status))
		return status;
	return serve(options, mountpoint->path, &daemon);
}

static int mount_as_asked(const RondOptions *options)
{
	g_auto(RondMountpoint) mountpoint = {NULL};
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < options->warnings->len; i++)
		g_message("%s", (char *)options->warnings->pdata[i]);
	if (!rond_mountpoint_check(options->mountpoint,
				   options->config->sources, !options->fake,
				   &mountpoint, &note, &error))
		return fail(error);
	if (note)
		g_message("%s", note);
	return options->fake ? 0 : mount_checked(options, &mountpoint);
}

/* Blocks of decoded data come and go: malloc(3) would keep the holes that they
 * leave, more of them the longer it runs, for each thread. */
static void return_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_ARENA_MAX, 2);
}

int main(int argc, char **argv)
{
	RondProgram program = rond_options_program(argv[0]);
	g_autoptr(RondOptions) options = NULL;
	g_autoptr(GError) error = NULL;

	if (argc > 1 && !strcmp(argv[1], ROND_CHILD_ARGUMENT))
		return rond_index_child_main(argc, argv);
	setlocale(LC_CTYPE, "");
	umask(077);
	rond_rlimits_raise();
	return_memory();
	rond_log_to_stderr("rondfs", FALSE);
	if (argc < 2) {
		fprintf(stderr, "%s%s", usage(program),
			_("More: rondfs --help, or rondfs(1)\n"));
		return 1;
	}
	options = rond_options_read(program, argv + 1, &error);
	if (!options)
		return fail(error);
	if (options->debug)
		rond_log_to_stderr("rondfs", TRUE);
	if (options->help)
		print_help(program);
	else if (options->version)
		printf("rondfs %s\n", ROND_VERSION);
	else
		return mount_as_asked(options);
	return 0;
}
