/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondOption: one table that a command line is read with.
 *
 * The same lines drive long options (--name=value, --name value), letters
 * (-f, -fd, -o value, -ovalue), mount options (-o name=value,name), the text
 * of --help and all checks. '-' and '_' in names are the same. Options may
 * stand anywhere; "--" ends them. In -o, "\," is a comma and "\\" a backslash;
 * other backslashes stay, for they mean something in patterns.
 */
#pragma once

#include <glib.h>

typedef struct RondOption RondOption;

/* Store @value (NULL when the option takes none) in @target. FALSE with
 * @error, one line without the option's name, which the reader adds. */
typedef gboolean (*RondOptionSet)(gpointer target, const RondOption *option,
				  const char *value, GError **error);

typedef enum {
	ROND_OPTION_O_ONLY = 1 << 0,   /* there is no --name */
	ROND_OPTION_OPTIONAL = 1 << 1, /* its value may be missing */
	ROND_OPTION_PREFIX = 1 << 2,   /* stands for all that begin so */
} RondOptionFlags;

struct RondOption {
	const char *name;  /* NULL: a letter only */
	char letter;	   /* 0: none */
	guint16 programs;  /* bits: which programs have it */
	guint16 flags;	   /* RondOptionFlags */
	const char *help;  /* one line; NULL: not shown */
	const char *value; /* what it takes ("SIZE"); NULL: nothing */
	RondOptionSet set;
	gsize offset; /* where in the target, for @set */
	int number;   /* what to store, for @set */
};

typedef struct {
	const RondOption *table; /* ends with a line without @set */
	guint16 program;	 /* one that has any of these bits is read */
	gpointer target;
	gboolean *sloppy; /* TRUE there: unknown -o options are ignored */
	/* Gets, as "--name=value", what was given of the options that one
	 * of the programs @tell has, too; NULL: nobody asks. */
	GPtrArray *told;
	guint16 tell;
} RondOptionReader;

/* Read @argv (without the program's name, NULL-terminated). Returns what are
 * no options, new, elements new char *; NULL with @error (EINVAL), one line
 * naming the option. */
GPtrArray *rond_option_read(const RondOptionReader *reader, char **argv,
			    GError **error);

/* The part of --help that lists the options; new. */
char *rond_option_help(const RondOption *table, guint16 program);
