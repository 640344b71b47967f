/* SPDX-License-Identifier: BSD-2-Clause */
/* For machines without vectors, and as a judge of the others: eight bytes at
 * once in a register of 64 bits. */
#include "backends/sql/rows-scan.h"

#include <string.h>

#define EACH (G_MAXUINT64 / 255)
#define HIGH (EACH << 7)

/* In each function: the highest bit of each byte for which it is so. No sum
 * carries into the next byte, since it is of seven bits each. */
static inline guint64 is_not_zero(guint64 x)
{
	return (((x & ~HIGH) + ~HIGH) | x) & HIGH;
}

static inline guint64 is(guint64 x, char c)
{
	return is_not_zero(x ^ EACH * (guint8)c) ^ HIGH;
}

static inline guint64 is_low(guint64 x)
{
	return is_not_zero(x & EACH * 0xe0) ^ HIGH;
}

static inline guint64 quotes(guint64 x)
{
	return is(x, '\'') | is(x, '"') | is(x, '\\');
}

/* First byte lowest, on any machine; highest bits to the lowest eight. */
static inline guint64 load(const guint8 *p)
{
	guint64 x;

	memcpy(&x, p, sizeof(x));
	return GUINT64_FROM_LE(x);
}

static inline guint64 gather(guint64 high)
{
	return (high >> 7) * G_GUINT64_CONSTANT(0x0102040810204080) >> 56;
}

static guint64 text(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 8) {
		guint64 x = load(p + i);

		mask |= gather(quotes(x) | is_low(x)) << i;
	}
	return mask;
}

static guint64 ascii(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 8) {
		guint64 x = load(p + i);

		mask |= gather(quotes(x) | is_low(x) | (x & HIGH)) << i;
	}
	return mask;
}

static guint64 bytes(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 8) {
		guint64 x = load(p + i);

		mask |= gather(quotes(x) | is(x, '\n')) << i;
	}
	return mask;
}

static guint64 hex(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i++)
		mask |= (guint64)!g_ascii_isxdigit(p[i]) << i;
	return mask;
}

/* Ten is carried into the highest bit. */
static guint64 digits(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 8) {
		guint64 x = load(p + i) ^ EACH * '0';
		guint64 others = ((x & ~HIGH) + EACH * (0x80 - 10)) | x;

		mask |= gather(others & HIGH) << i;
	}
	return mask;
}

const RondRowsScan rond_rows_scan_plain = {text, ascii, bytes, hex, digits};
