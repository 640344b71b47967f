/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-xattr.h"

#include <string.h>

void rond_xattr_decode_schily(char *name)
{
	char *to = name;

	for (const char *from = name; *from;) {
		if (strncmp(from, "%3D", 3) == 0) {
			*to++ = '=';
			from += 3;
		} else if (strncmp(from, "%25", 3) == 0) {
			*to++ = '%';
			from += 3;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

gboolean rond_xattr_decode_url(char *name)
{
	char *to = name;

	for (const char *from = name; *from; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if (!g_ascii_isxdigit(from[1]) || !g_ascii_isxdigit(from[2]))
			return FALSE;
		*to = (char)(g_ascii_xdigit_value(from[1]) << 4 |
			     g_ascii_xdigit_value(from[2]));
		/* It would hide the rest of the name. */
		if (*to++ == '\0')
			return FALSE;
		from += 2;
	}
	*to = '\0';
	return TRUE;
}

static int base64_digit(char digit)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) : -1;
}

gboolean rond_xattr_decode_base64(char *value, gsize *len)
{
	guint32 bits = 0;
	gsize n = *len, out = 0;

	/* The padding says nothing: the length tells as much. */
	while (n > 0 && value[n - 1] == '=')
		n--;
	if (n % 4 == 1)
		return FALSE;
	for (gsize i = 0; i < n; i++) {
		const int digit = base64_digit(value[i]);

		if (digit < 0)
			return FALSE;
		bits = bits << 6 | (guint32)digit;
		if (i % 4 > 0)
			value[out++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	*len = out;
	return TRUE;
}
