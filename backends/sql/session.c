/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/session.h"

void rond_session_quote(GString *out, char quote, const char *text)
{
	g_string_append_c(out, quote);
	for (; *text; text++) {
		/* In names a backslash is only that. */
		if (*text == quote || (*text == '\\' && quote == '\''))
			g_string_append_c(out, *text);
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, quote);
}

/* What the server must not do to the rows, as in the dump: number those with 0
 * anew, move times to its own zone, look for parents. It may not refuse dates
 * that it once took, either. */
void rond_session_begin(GString *out, const char *time_zone)
{
	g_string_append(
	    out, "SET @OLD_SQL_MODE=@@SQL_MODE, "
		 "SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';\n"
		 "SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\n"
		 "SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS;\n"
		 "SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION;\n"
		 "SET NAMES utf8mb4;\n"
		 "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, "
		 "FOREIGN_KEY_CHECKS=0;\n");
	if (!time_zone)
		return;
	g_string_append(out, "SET @OLD_TIME_ZONE=@@TIME_ZONE, TIME_ZONE=");
	rond_session_quote(out, '\'', time_zone);
	g_string_append(out, ";\n");
}

void rond_session_end(GString *out, const char *time_zone)
{
	if (time_zone)
		g_string_append(out, "SET TIME_ZONE=@OLD_TIME_ZONE;\n");
	g_string_append(
	    out, "SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;\n"
		 "SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT;\n"
		 "SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS;\n"
		 "SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION;\n"
		 "SET SQL_MODE=@OLD_SQL_MODE;\n");
}
