/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/jsonline.h"

JsonBuilder *rond_json_line_new(const char *type)
{
	JsonBuilder *self = json_builder_new();

	json_builder_begin_object(self);
	rond_json_line_text(self, "message_type", type);
	return self;
}

void rond_json_line_text(JsonBuilder *self, const char *name, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_builder_set_member_name(self, name);
	json_builder_add_string_value(self, valid);
}

void rond_json_line_int(JsonBuilder *self, const char *name, guint64 value)
{
	json_builder_set_member_name(self, name);
	json_builder_add_int_value(self, (gint64)MIN(value, G_MAXINT64));
}

void rond_json_line_flag(JsonBuilder *self, const char *name, gboolean value)
{
	json_builder_set_member_name(self, name);
	json_builder_add_boolean_value(self, value);
}

void rond_json_line_print(JsonBuilder *self, FILE *out)
{
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;

	json_builder_end_object(self);
	root = json_builder_get_root(self);
	text = json_to_string(root, FALSE);
	fprintf(out, "%s\n", text);
}
