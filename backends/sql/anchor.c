/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/anchor.h"

#include <string.h>

/* All are in the case that the tools write. */
static const char *const anchors[] = {
    "-- ",	    "--\n",	     "--\r",	   "/*!4",	   "/*!5",
    "/*!8",	    "/*!10",	     "/*M!",	   "INSERT INTO ", "INSERT IGN",
    "INSERT  IGN",  "REPLACE INTO ", "CREATE ",	   "DROP ",	   "ALTER ",
    "LOCK TABLES ", "UNLOCK ",	     "DELIMITER ", "USE `",	   "SET @",
    "SET NAMES ",   "SET char",	     "COMMIT;",	   "commit;",	   "set auto",
    "TRUNCATE TA",  "SELECT SETVA",  "DO SETVAL",
};

gboolean rond_anchor(const guint8 *line, gsize len)
{
	for (gsize i = 0; i < G_N_ELEMENTS(anchors); i++) {
		gsize n = strlen(anchors[i]);

		if (len >= n && memcmp(line, anchors[i], n) == 0)
			return TRUE;
	}
	return FALSE;
}
