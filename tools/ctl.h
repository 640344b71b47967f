/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of rondctl: one file each, a line each in rondctl.c's table.
 */
#pragma once

#include "tools/options.h"

/* Exit statuses of all commands, as diff and grep have them. */
typedef enum {
	ROND_CTL_FINE = 0,
	ROND_CTL_PROBLEMS = 1, /* something is wrong, or different */
	ROND_CTL_TROUBLE = 2,  /* the command couldn't do its work */
} RondCtlStatus;

typedef struct {
	const char *name;
	const char *operands; /* for the usage */
	const char *help;     /* one line */
	RondProgram own;      /* bit of the options it has alone, or 0 */
	/* @options are read, neither help nor version is asked for. */
	RondCtlStatus (*run)(RondOptions *options);
} RondCommand;

RondCtlStatus rond_ctl_cat(RondOptions *options);
RondCtlStatus rond_ctl_check(RondOptions *options);
RondCtlStatus rond_ctl_cp(RondOptions *options);
RondCtlStatus rond_ctl_diff(RondOptions *options);
RondCtlStatus rond_ctl_grep(RondOptions *options);
RondCtlStatus rond_ctl_index(RondOptions *options);
RondCtlStatus rond_ctl_list(RondOptions *options);
RondCtlStatus rond_ctl_log(RondOptions *options);
RondCtlStatus rond_ctl_lost(RondOptions *options);
RondCtlStatus rond_ctl_ls(RondOptions *options);
RondCtlStatus rond_ctl_status(RondOptions *options);
RondCtlStatus rond_ctl_suspects(RondOptions *options);

/* Take all operands as sources, after those of -s. FALSE with a line logged
 * when there is none. */
gboolean rond_ctl_take_sources(RondOptions *options);
