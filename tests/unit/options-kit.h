/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines for the tests of the options, split as a shell splits them.
 */
#pragma once

#include "tools/options.h"

/* What @program makes of the arguments in @line, new; it must take them. */
RondOptions *must_read(RondProgram program, const char *line);
/* The same of rondfs, with a source and a mount point behind @line. */
RondOptions *options_with(const char *line);
/* It must refuse them (EINVAL), in one line that contains @expected. */
void must_fail(RondProgram program, const char *line, const char *expected);
