/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"

#include <errno.h>
#include <gio/gio.h>

GQuark rond_error_quark(void)
{
	return g_quark_from_static_string("rond-error");
}

gboolean rond_fail(GError **error, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error)
		*error = g_error_new_valist(ROND_ERROR, code, format, args);
	va_end(args);
	return FALSE;
}

gboolean rond_fail_errno(GError **error, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, ROND_ERROR, code, "%s: %s", text, g_strerror(code));
	return FALSE;
}

static int gio_errno(int code)
{
	switch (code) {
	case G_IO_ERROR_NOT_FOUND:
		return ENOENT;
	case G_IO_ERROR_PERMISSION_DENIED:
		return EACCES;
	case G_IO_ERROR_NO_SPACE:
		return ENOSPC;
	case G_IO_ERROR_CANCELLED:
		return ECANCELED;
	default:
		return EIO;
	}
}

int rond_error_errno(const GError *error)
{
	if (error && error->domain == ROND_ERROR && error->code > 0)
		return error->code;
	if (error && error->domain == G_IO_ERROR)
		return gio_errno(error->code);
	return EIO;
}
