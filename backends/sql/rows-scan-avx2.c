/* SPDX-License-Identifier: BSD-2-Clause */
/* 32 bytes at once: compiled for AVX2, run only where there is. */
#include "backends/sql/rows-scan.h"

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i is(__m256i x, char c)
{
	return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c));
}

AVX2 static inline __m256i quotes(__m256i x)
{
	return _mm256_or_si256(_mm256_or_si256(is(x, '\''), is(x, '"')),
			       is(x, '\\'));
}

/* Below 0x20 is what the smaller of it and 0x1f leaves as it is. */
AVX2 static inline __m256i ends_text(__m256i x)
{
	__m256i low =
	    _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1f)), x);

	return _mm256_or_si256(quotes(x), low);
}

/* A mask is made of highest bits, which are what tells ASCII from the rest. */
AVX2 static inline __m256i ends_ascii(__m256i x)
{
	return _mm256_or_si256(ends_text(x), x);
}

AVX2 static inline __m256i ends_bytes(__m256i x)
{
	return _mm256_or_si256(quotes(x), is(x, '\n'));
}

AVX2 static inline __m256i load(const guint8 *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX2 static inline guint64 bits(__m256i low, __m256i high)
{
	return (guint32)_mm256_movemask_epi8(low) |
	       (guint64)(guint32)_mm256_movemask_epi8(high) << 32;
}

AVX2 static guint64 text(const guint8 *p)
{
	return bits(ends_text(load(p)), ends_text(load(p + 32)));
}

AVX2 static guint64 ascii(const guint8 *p)
{
	return bits(ends_ascii(load(p)), ends_ascii(load(p + 32)));
}

AVX2 static guint64 bytes(const guint8 *p)
{
	return bits(ends_bytes(load(p)), ends_bytes(load(p + 32)));
}

/* From @first on, @n of them. */
AVX2 static inline __m256i is_among(__m256i x, char first, char n)
{
	__m256i off = _mm256_sub_epi8(x, _mm256_set1_epi8(first));

	return _mm256_cmpeq_epi8(
	    _mm256_min_epu8(off, _mm256_set1_epi8((char)(n - 1))), off);
}

AVX2 static inline __m256i is_hex(__m256i x)
{
	__m256i small = _mm256_or_si256(x, _mm256_set1_epi8(0x20));

	return _mm256_or_si256(is_among(x, '0', 10), is_among(small, 'a', 6));
}

AVX2 static guint64 hex(const guint8 *p)
{
	return ~bits(is_hex(load(p)), is_hex(load(p + 32)));
}

AVX2 static guint64 digits(const guint8 *p)
{
	return ~bits(is_among(load(p), '0', 10),
		     is_among(load(p + 32), '0', 10));
}

const RondRowsScan rond_rows_scan_avx2 = {text, ascii, bytes, hex, digits};
