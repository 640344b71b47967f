/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/crc32.h"

#include <zlib.h>

guint32 rond_crc32_combine(guint32 a, guint32 b, guint64 len_b)
{
	/* zlib takes a signed length; no data is as long as the others. */
	g_assert(len_b <= G_MAXINT64);
	return crc32_combine(a, b, len_b);
}
