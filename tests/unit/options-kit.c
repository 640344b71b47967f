/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/options-kit.h"

#include <errno.h>
#include <string.h>

/* The arguments in @line, as a shell splits them. */
static RondOptions *read_as(RondProgram program, const char *line,
			    GError **error)
{
	g_auto(GStrv) argv = NULL;

	if (!*line)
		argv = g_new0(char *, 1);
	else
		g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
	return rond_options_read(program, argv, error);
}

RondOptions *must_read(RondProgram program, const char *line)
{
	g_autoptr(GError) error = NULL;
	RondOptions *options = read_as(program, line, &error);

	g_assert_no_error(error);
	g_assert_nonnull(options);
	return options;
}

RondOptions *options_with(const char *line)
{
	g_autofree char *all = g_strdup_printf("%s src mnt", line);

	return must_read(ROND_PROGRAM_RONDFS, all);
}

void must_fail(RondProgram program, const char *line, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondOptions) options = read_as(program, line, &error);

	if (options || !strstr(error->message, expected))
		g_error("%s: expected '%s', got '%s'", line, expected,
			error ? error->message : "no error");
	g_assert_cmpint(error->code, ==, EINVAL);
	g_assert_null(strchr(error->message, '\n'));
}
