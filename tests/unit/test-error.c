/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"

#include <errno.h>
#include <gio/gio.h>

static void test_fail(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(rond_fail(&error, ENOENT, "%s: no such backup", "x"));
	g_assert_cmpstr(error->message, ==, "x: no such backup");
	g_assert_cmpint(rond_error_errno(error), ==, ENOENT);
	g_assert_false(rond_fail(NULL, ENOENT, "nobody listens"));
}

static void test_fail_errno(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(rond_fail_errno(&error, EACCES, "%s", "x.tar"));
	g_assert_cmpstr(error->message, ==, "x.tar: Permission denied");
}

static void test_errno_of_others(void)
{
	g_autoptr(GError) gio =
	    g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
	g_autoptr(GError) zero = g_error_new_literal(ROND_ERROR, 0, "none");

	g_assert_cmpint(rond_error_errno(gio), ==, ECANCELED);
	g_assert_cmpint(rond_error_errno(zero), ==, EIO);
	g_assert_cmpint(rond_error_errno(NULL), ==, EIO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/fail", test_fail);
	g_test_add_func("/error/fail-errno", test_fail_errno);
	g_test_add_func("/error/errno-of-others", test_errno_of_others);
	return g_test_run();
}
