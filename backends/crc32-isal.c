/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/crc32.h"

#include <isa-l/crc.h>

guint32 rond_crc32(guint32 crc, const void *buf, gsize len)
{
	return len ? crc32_gzip_refl(crc, buf, len) : crc;
}
