/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How much this process may have.
 */
#pragma once

/* As many descriptors as the system allows: there may be hundreds of backups,
 * each with a source and an index, and many files open in them. Before the
 * library is made. */
void rond_rlimits_raise(void);
