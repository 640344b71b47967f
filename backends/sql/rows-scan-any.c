/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines other than x86-64. */
#include "backends/sql/rows-scan.h"

const RondRowsScan *rond_rows_scan_best(void)
{
	return &rond_rows_scan_plain;
}

const RondRowsScan *const *rond_rows_scan_all(void)
{
	static const RondRowsScan *const all[] = {&rond_rows_scan_plain, NULL};

	return all;
}
