/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON for programs: one object a line.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdio.h>

/* An object begun, whose "message_type" is @type; new. */
JsonBuilder *rond_json_line_new(const char *type);
/* Members. What of @text is no UTF-8 becomes U+FFFD. */
void rond_json_line_text(JsonBuilder *self, const char *name, const char *text);
void rond_json_line_int(JsonBuilder *self, const char *name, guint64 value);
void rond_json_line_flag(JsonBuilder *self, const char *name, gboolean value);
/* End the object and print it. */
void rond_json_line_print(JsonBuilder *self, FILE *out);
