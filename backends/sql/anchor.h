/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Anchors: how lines between statements begin, as dumping tools write them.
 *
 * Only for where nothing better is known, that is after damage: text that looks
 * so may be in a name, a routine or (tools that don't escape line feeds) data.
 */
#pragma once

#include <glib.h>

/* So many bytes of a line are enough to tell. */
#define ROND_ANCHOR_LEN 24

/* Whether a line that begins with the @len bytes at @line is one. */
gboolean rond_anchor(const guint8 *line, gsize len);
