/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSigns: what about a file that came or changed is worth a second look.
 * Neutral facts by names and dates; contents are for scanners.
 */
#pragma once

#include <glib.h>

typedef enum {
	/* A program where only visitors' files belong. */
	ROND_SIGN_PROGRAM = 1 << 0,
	/* It came later than its time of change says. */
	ROND_SIGN_OLD_TIME = 1 << 1,
	/* Another content under the same size and time of change. */
	ROND_SIGN_SAME_LOOKS = 1 << 2,
	/* A picture that PHP would find a program in. */
	ROND_SIGN_PHP_INSIDE = 1 << 3,
	/* Code that no commit of the site's repository has. */
	ROND_SIGN_NOT_IN_GIT = 1 << 4,
} RondSigns;

/* By the name of the file at @path: whether a web server would run it, or be
 * told by it what to run (php, phtml, .htaccess…); */
gboolean rond_signs_is_run(const char *path);
/* whether programmers write it: that, or scripts and templates for browsers; */
gboolean rond_signs_is_code(const char *path);
/* whether it is called a picture. */
gboolean rond_signs_is_picture(const char *path);

/* Whether @path is run and lies in a folder for uploads or pictures. Caches are
 * none: there templates become programs each day. */
gboolean rond_signs_is_program(const char *path);

/* In words, for people, without translation for programs: "program-in-upload",
 * "mtime-older-than-first-seen". One bit. */
const char *rond_signs_text(RondSigns sign);
const char *rond_signs_name(RondSigns sign);
