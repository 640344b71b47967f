/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/confined.h"
#include "tools/ctl.h"
#include "tools/log.h"
#include "tools/rlimits.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const RondCommand commands[] = {
    {"cat", "WHERE PATH...", N_("the bytes of files, joined"), 0, rond_ctl_cat},
    {"check", "WHERE [SNAPSHOT...]",
     N_("read backups through again, and verify all"), 0, rond_ctl_check},
    {"cp", "WHERE PATH... DEST", N_("copy files and folders out of backups"),
     ROND_PROGRAM_CP, rond_ctl_cp},
    {"diff", "WHERE A B [PATH]", N_("what changed between two snapshots"),
     ROND_PROGRAM_DIFF, rond_ctl_diff},
    {"grep", "WHERE PATTERN [PATH]",
     N_("lines that match, in all snapshots, and since when"),
     ROND_PROGRAM_GREP, rond_ctl_grep},
    {"index", "SOURCE...", N_("read backups through, for later mounts"), 0,
     rond_ctl_index},
    {"list", "WHERE", N_("the snapshots, and what is in each"), 0,
     rond_ctl_list},
    {"log", "WHERE PATH...", N_("the versions of a file or a table"),
     ROND_PROGRAM_LOG, rond_ctl_log},
    {"lost", "WHERE [PATH]", N_("what was there once, and is no more"),
     ROND_PROGRAM_LOST, rond_ctl_lost},
    {"ls", "WHERE [PATH...]", N_("what is in a folder of a snapshot"),
     ROND_PROGRAM_LS, rond_ctl_ls},
    {"status", "WHERE", N_("what each backup is, and how sound"), 0,
     rond_ctl_status},
    {"suspects", "WHERE [PATH]", N_("what is worth a second look, and why"),
     ROND_PROGRAM_SUSPECTS, rond_ctl_suspects},
    {NULL},
};

static const RondCommand *find(const char *name)
{
	for (const RondCommand *c = commands; c->name; c++) {
		if (g_str_equal(c->name, name))
			return c;
	}
	return NULL;
}

static void print_usage(FILE *out)
{
	fputs(_("Usage: rondctl COMMAND [options] WHERE\n"
		"WHERE: a mount point of rondfs, or a source of backups\n\n"
		"Commands:\n"),
	      out);
	for (const RondCommand *c = commands; c->name; c++)
		fprintf(out, "  %-8s %-20s %s\n", c->name, c->operands,
			_(c->help));
	fputs(_("\nMore: rondctl COMMAND --help, or rondctl(1)\n"), out);
}

static RondProgram program_of(const RondCommand *command)
{
	return ROND_PROGRAM_RONDCTL | command->own;
}

static void print_command_help(const RondCommand *command)
{
	g_autofree char *options = rond_options_help(program_of(command));

	printf(_("Usage: rondctl %s [options] %s\n%s.\n\n%s"), command->name,
	       command->operands, _(command->help), options);
}

static int run(const RondCommand *command, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondOptions) options =
	    rond_options_read(program_of(command), argv, &error);

	if (!options) {
		g_critical("%s", error->message);
		return ROND_CTL_TROUBLE;
	}
	if (options->version)
		printf("rondctl %s\n", ROND_VERSION);
	else if (options->help)
		print_command_help(command);
	else
		return command->run(options);
	return ROND_CTL_FINE;
}

static gboolean is_either(const char *argument, const char *a, const char *b)
{
	return g_str_equal(argument, a) || g_str_equal(argument, b);
}

static int run_named(char **argv)
{
	const RondCommand *command = find(*argv);

	if (command)
		return run(command, argv + 1);
	g_critical(_("%s: no such command; rondctl --help lists them"), *argv);
	return ROND_CTL_TROUBLE;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], ROND_CHILD_ARGUMENT))
		return rond_index_child_main(argc, argv);
	setlocale(LC_CTYPE, "");
	umask(077);
	rond_log_to_stderr("rondctl", FALSE);
	if (argc < 2) {
		print_usage(stderr);
		return ROND_CTL_TROUBLE;
	}
	if (is_either(argv[1], "-h", "--help")) {
		print_usage(stdout);
		return ROND_CTL_FINE;
	}
	if (is_either(argv[1], "-V", "--version")) {
		printf("rondctl %s\n", ROND_VERSION);
		return ROND_CTL_FINE;
	}
	rond_rlimits_raise();
	return run_named(argv + 1);
}
