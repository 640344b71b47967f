/* SPDX-License-Identifier: BSD-2-Clause */
/* 16 bytes at once: every x86-64 has SSE2. Chooses among the vectors too. */
#include "backends/sql/rows-scan.h"

#include <emmintrin.h>

static inline __m128i is(__m128i x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

static inline __m128i quotes(__m128i x)
{
	return _mm_or_si128(_mm_or_si128(is(x, '\''), is(x, '"')), is(x, '\\'));
}

/* Below 0x20 is what the smaller of it and 0x1f leaves as it is. */
static inline __m128i ends_text(__m128i x)
{
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);

	return _mm_or_si128(quotes(x), low);
}

static inline __m128i load(const guint8 *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline guint64 bits(__m128i x)
{
	return (guint64)_mm_movemask_epi8(x);
}

static guint64 text(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 16)
		mask |= bits(ends_text(load(p + i))) << i;
	return mask;
}

/* A mask is made of highest bits, which are what tells ASCII from the rest. */
static guint64 ascii(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 16) {
		__m128i x = load(p + i);

		mask |= bits(_mm_or_si128(ends_text(x), x)) << i;
	}
	return mask;
}

static guint64 bytes(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 16) {
		__m128i x = load(p + i);

		mask |= bits(_mm_or_si128(quotes(x), is(x, '\n'))) << i;
	}
	return mask;
}

/* From @first on, @n of them. */
static inline __m128i is_among(__m128i x, char first, char n)
{
	__m128i off = _mm_sub_epi8(x, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(off, _mm_set1_epi8((char)(n - 1))),
			      off);
}

static guint64 hex(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 16) {
		__m128i x = load(p + i);
		__m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));

		mask |= bits(_mm_or_si128(is_among(x, '0', 10),
					  is_among(small, 'a', 6)))
			<< i;
	}
	return ~mask;
}

static guint64 digits(const guint8 *p)
{
	guint64 mask = 0;

	for (guint i = 0; i < ROND_SCAN_BLOCK; i += 16)
		mask |= bits(is_among(load(p + i), '0', 10)) << i;
	return ~mask;
}

const RondRowsScan rond_rows_scan_sse2 = {text, ascii, bytes, hex, digits};

const RondRowsScan *rond_rows_scan_best(void)
{
	return __builtin_cpu_supports("avx2") ? &rond_rows_scan_avx2
					      : &rond_rows_scan_sse2;
}

const RondRowsScan *const *rond_rows_scan_all(void)
{
	static const RondRowsScan *const all[] = {&rond_rows_scan_plain,
						  &rond_rows_scan_sse2,
						  &rond_rows_scan_avx2, NULL};
	static const RondRowsScan *const old[] = {&rond_rows_scan_plain,
						  &rond_rows_scan_sse2, NULL};

	return __builtin_cpu_supports("avx2") ? all : old;
}
