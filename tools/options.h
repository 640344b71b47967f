/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondOptions: what a command line of rondfs, mount.rondfs or rondctl asks
 * for. Reading one opens nothing and prints nothing.
 */
#pragma once

#include "fs/config.h"

#include <glib.h>

typedef enum {
	ROND_PROGRAM_RONDFS = 1 << 0,  /* rondfs SOURCE... MOUNTPOINT */
	ROND_PROGRAM_MOUNT = 1 << 1,   /* as mount(8) calls its helpers:
					  SOURCE MOUNTPOINT -o OPTIONS */
	ROND_PROGRAM_RONDCTL = 1 << 2, /* after rondctl's COMMAND */
	/* Besides, for what only that command has: */
	ROND_PROGRAM_DIFF = 1 << 3,
	ROND_PROGRAM_LOG = 1 << 4,
	ROND_PROGRAM_LOST = 1 << 5,
	ROND_PROGRAM_SUSPECTS = 1 << 6,
	ROND_PROGRAM_GREP = 1 << 7,
	ROND_PROGRAM_LS = 1 << 8,
	ROND_PROGRAM_CP = 1 << 9,
} RondProgram;

typedef struct {
	RondConfig
	    *config; /* its sources: of rondfs; of rondctl, those of -s */
	GPtrArray *operands; /* rondctl: what are no options; char * */
	char *mountpoint;
	char *fsname; /* never NULL after reading rondfs's */
	char *log_tag;
	GPtrArray *warnings; /* char *: lines to be shown, not errors */
	gboolean help, version;
	gboolean foreground, debug;
	gboolean fake;	 /* mount -f: check everything, mount nothing */
	gboolean sloppy; /* mount -s: unknown -o options are ignored */
	gboolean allow_other, default_permissions, exec;
	gboolean json;					 /* rondctl */
	gboolean name_only, null, stat, patch, metadata; /* rondctl diff */
	gboolean rows;					 /* likewise */
	char *git;					 /* log, suspects */
	char *since, *exec_scanner;			 /* suspects */
	char *copy_to;					 /* lost */
	char *chown;					 /* lost, cp */
	gboolean force;					 /* lost, cp */
	gboolean fixed, ignore_case, files_only;	 /* grep */
	gboolean details;				 /* ls */

	/* While reading: what depends on other options. */
	GPtrArray *sources; /* char * */
	char *now;
	GPtrArray *told; /* char *: becomes the config's arguments */
} RondOptions;

/* The program that a name (argv[0]) stands for. Below, of rondctl also with
 * the bit of its command. */
RondProgram rond_options_program(const char *argv0);

/* Read the arguments @argv (without the program's name). With help or version
 * set nothing else is checked. NULL with @error (EINVAL), one line naming the
 * option or operand. */
RondOptions *rond_options_read(RondProgram program, char **argv,
			       GError **error);
void rond_options_free(RondOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondOptions, rond_options_free)

/* The list of options for --help; new. */
char *rond_options_help(RondProgram program);
