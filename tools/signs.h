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
} RondSigns;

/* Whether a web server would run @path, or be told by it what to run (php,
 * phtml, .htaccess…), and it lies in a folder for uploads, pictures or caches.
 */
gboolean rond_signs_is_program(const char *path);

/* In words, for people, without translation for programs: "program-in-upload",
 * "mtime-older-than-first-seen". One bit. */
const char *rond_signs_text(RondSigns sign);
const char *rond_signs_name(RondSigns sign);
