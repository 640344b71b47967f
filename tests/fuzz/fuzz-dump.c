/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the head of a dump. */
#include "backends/sql/dump.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	rond_dump_probe(data, size);
	return 0;
}
