/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tar: v7, ustar (POSIX.1-1988), pax (POSIX.1-2001, with the extensions of
 * star, GNU tar and libarchive) and GNU tar's own formats.
 *
 * Sources: POSIX.1-2017 "pax", the GNU tar manual ("Tar Internals"), tar(5)
 * of libarchive, star(5).
 */
#pragma once

#include "backends/archive/archive.h"

/* "tar": extents are places in the stream, which is read once, at rising
 * offsets, its size may be unknown. Reports nothing twice and an entry before
 * its content is skipped, so that of a truncated archive all is reported
 * whose headers are there. */
extern const RondArchiveFormat rond_tar_format;
