/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/crc32.h"

#include <zlib.h>

guint32 rond_crc32(guint32 crc, const void *buf, gsize len)
{
	/* A NULL buffer would reset zlib's CRC. */
	return len ? crc32_z(crc, buf, len) : crc;
}
