/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 as gzip and zip have it (RFC 1952, section 8), in zlib's convention.
 *
 * Computed by ISA-L where it is found, else by zlib. Thread-safe.
 */
#pragma once

#include <glib.h>

/* The CRC of what @crc is the CRC of and then the @len bytes at @buf; begin
 * with 0. @buf may be NULL when @len is 0. */
guint32 rond_crc32(guint32 crc, const void *buf, gsize len);

/* The CRC of two runs of bytes one after the other, from the CRCs @a and @b
 * of each; @len_b is the length of the second. */
guint32 rond_crc32_combine(guint32 a, guint32 b, guint64 len_b);
