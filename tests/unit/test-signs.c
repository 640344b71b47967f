/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that are worth a second look, and those that are not. */
#include "tools/signs.h"

#include <string.h>

static void test_programs(void)
{
	static const char *const yes[] = {
	    "www/upload/x.php",
	    "www/public/Uploads/2024/a.PHP",
	    "www/images/.htaccess",
	    "www/media/.user.ini",
	    "www/media/x.phtml",
	    "www/gallery/x.phar",
	    "www/wp-content/uploads/x.php.jpg",
	    "www/files/cgi.pl",
	    "www/img/a/b/c/x.php7",
	};
	static const char *const no[] = {
	    "www/index.php",
	    "www/var/cache/x.php",
	    "www/tmp/x.php",
	    "www/upload/x.jpg",
	    "www/upload/php",
	    "www/uploader/x.php",
	    "upload.php",
	    "www/.htaccess",
	    "www/upload/phpinfo.txt",
	    "",
	    "www/files/",
	    "www/x.php/upload",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(yes); i++)
		if (!rond_signs_is_program(yes[i]))
			g_error("%s is no program", yes[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(no); i++)
		if (rond_signs_is_program(no[i]))
			g_error("%s is a program", no[i]);
}

static void test_kinds(void)
{
	static const struct {
		const char *path;
		gboolean run, code, picture;
	} cases[] = {
	    {"www/index.php", TRUE, TRUE, FALSE},
	    {"index.PHP5", TRUE, TRUE, FALSE},
	    {"a/.htaccess", TRUE, TRUE, FALSE},
	    {"a/x.php.jpg", TRUE, TRUE, TRUE},
	    {"a/app.min.js", FALSE, TRUE, FALSE},
	    {"a/page.html.twig", FALSE, TRUE, FALSE},
	    {"a/p.JPEG", FALSE, FALSE, TRUE},
	    {"a.php/p.png", FALSE, FALSE, TRUE},
	    {"a.js/readme.txt", FALSE, FALSE, FALSE},
	    {"a/php", FALSE, FALSE, FALSE},
	    {"a/jpg", FALSE, FALSE, FALSE},
	    {"", FALSE, FALSE, FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *path = cases[i].path;

		if (rond_signs_is_run(path) != cases[i].run ||
		    rond_signs_is_code(path) != cases[i].code ||
		    rond_signs_is_picture(path) != cases[i].picture)
			g_error("%s is taken as something else", path);
	}
}

static void test_names(void)
{
	for (guint sign = 1; sign <= ROND_SIGN_NOT_IN_GIT; sign <<= 1)
		g_assert_cmpuint(strlen(rond_signs_text(sign)), >,
				 strlen("in git"));
	g_assert_cmpstr(rond_signs_name(ROND_SIGN_NOT_IN_GIT), ==,
			"not-in-git");
	g_assert_cmpstr(rond_signs_name(ROND_SIGN_PROGRAM), ==,
			"program-in-upload");
	g_assert_cmpstr(rond_signs_name(ROND_SIGN_OLD_TIME), ==,
			"mtime-older-than-first-seen");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/signs/programs", test_programs);
	g_test_add_func("/signs/kinds", test_kinds);
	g_test_add_func("/signs/names", test_names);
	return g_test_run();
}
