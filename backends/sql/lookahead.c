/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/lookahead.h"

#include <string.h>

gsize rond_lookahead_left(const RondLookahead *in)
{
	return (gsize)(in->end - in->p);
}

gboolean rond_lookahead_can(const RondLookahead *in, gsize n)
{
	return in->last || rond_lookahead_left(in) >= n;
}

gboolean rond_lookahead_sees(const RondLookahead *in, const char *what)
{
	gsize n = strlen(what);

	return rond_lookahead_left(in) >= n && memcmp(in->p, what, n) == 0;
}

gboolean rond_lookahead_at_line_comment(const RondLookahead *in)
{
	return *in->p == '#' ||
	       (rond_lookahead_sees(in, "--") &&
		(rond_lookahead_left(in) == 2 || in->p[2] <= ' '));
}

gboolean rond_lookahead_at_block_comment(const RondLookahead *in)
{
	return rond_lookahead_sees(in, "/*") &&
	       !rond_lookahead_sees(in, "/*!") &&
	       !rond_lookahead_sees(in, "/*M!");
}

gboolean rond_lookahead_at_sandbox(const RondLookahead *in)
{
	return rond_lookahead_sees(in, "/*!999999\\-") ||
	       rond_lookahead_sees(in, "/*M!999999\\-");
}

gboolean rond_lookahead_at_complaint(const RondLookahead *in)
{
	return rond_lookahead_sees(in, "mysqldump: ") ||
	       rond_lookahead_sees(in, "mariadb-dump: ") ||
	       rond_lookahead_sees(in, "Warning: Using a pass");
}

gboolean rond_lookahead_at_delimiter_line(const RondLookahead *in)
{
	return rond_lookahead_left(in) > 10 &&
	       g_ascii_strncasecmp((const char *)in->p, "DELIMITER", 9) == 0 &&
	       (in->p[9] == ' ' || in->p[9] == '\t');
}

gboolean rond_lookahead_at_code(const RondLookahead *in)
{
	return rond_lookahead_sees(in, "/*!") ||
	       rond_lookahead_sees(in, "/*M!");
}
