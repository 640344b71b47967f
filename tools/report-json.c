/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report.h"

#include "backends/error.h"
#include "fs/status.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

typedef struct {
	RondReport *report;
	const char *snapshot; /* the one whose parts are read */
} Reader;

/* Members of another type count as missing: what wrote it may be newer. */
static JsonNode *member(JsonObject *object, const char *name, GType type)
{
	JsonNode *node = json_object_get_member(object, name);

	if (!node || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != type)
		return NULL;
	return node;
}

static const char *text_of(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, G_TYPE_STRING);

	return node ? json_node_get_string(node) : NULL;
}

static char *text_or_empty(JsonObject *object, const char *name)
{
	const char *text = text_of(object, name);

	return g_strdup(text ? text : "");
}

static guint64 number_of(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, G_TYPE_INT64);
	gint64 number = node ? json_node_get_int(node) : 0;

	return (guint64)MAX(number, 0);
}

/* 1 may be written as an integer. */
static double share_of(JsonObject *object, const char *name)
{
	JsonNode *node = member(object, name, G_TYPE_DOUBLE);

	if (node)
		return CLAMP(json_node_get_double(node), 0, 1);
	return (double)MIN(number_of(object, name), 1);
}

/* The @i-th element when it is an object, otherwise NULL. */
static JsonObject *object_at(JsonArray *array, guint i)
{
	JsonNode *node = json_array_get_element(array, i);

	return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void each_object(JsonObject *object, const char *name,
			void (*read)(Reader *reader, JsonObject *element),
			Reader *reader)
{
	JsonNode *node = json_object_get_member(object, name);
	JsonArray *array;

	if (!node || !JSON_NODE_HOLDS_ARRAY(node))
		return;
	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonObject *element = object_at(array, i);

		if (element)
			read(reader, element);
	}
}

static void read_part(Reader *reader, JsonObject *part)
{
	RondReportRow *row = g_new0(RondReportRow, 1);

	row->snapshot = g_strdup(reader->snapshot);
	row->part = text_or_empty(part, "name");
	row->state = text_or_empty(part, "state");
	row->progress = share_of(part, "progress");
	row->entries = number_of(part, "entries");
	row->bytes = number_of(part, "bytes");
	row->message = g_strdup(text_of(part, "message"));
	g_ptr_array_add(reader->report->rows, row);
}

static void read_snapshot(Reader *reader, JsonObject *snapshot)
{
	const char *name = text_of(snapshot, "name");

	reader->snapshot = name ? name : "";
	each_object(snapshot, "parts", read_part, reader);
}

static void read_skipped(Reader *reader, JsonObject *skipped)
{
	g_autofree char *path = text_or_empty(skipped, "path");
	g_autofree char *why = text_or_empty(skipped, "why");

	g_ptr_array_add(reader->report->skipped, rond_skipped_new(path, why));
}

static void read_cache(RondReport *self, JsonObject *cache)
{
	self->disk = g_strdup(text_of(cache, "disk"));
	self->disk_bytes = number_of(cache, "disk_bytes");
	self->disk_limit = number_of(cache, "disk_limit");
	self->memory_bytes = number_of(cache, "memory_bytes");
	self->memory_limit = number_of(cache, "memory_limit");
	self->hits = number_of(cache, "hits");
	self->misses = number_of(cache, "misses");
}

RondReport *rond_report_from_json(const char *text, GError **error)
{
	g_autoptr(JsonNode) root = json_from_string(text, NULL);
	g_autoptr(RondReport) self = rond_report_new();
	Reader reader = {self, ""};
	JsonObject *object;
	JsonNode *cache;

	if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
		rond_fail(error, EINVAL, _("it holds no status"));
		return NULL;
	}
	object = json_node_get_object(root);
	if (number_of(object, "schema") != ROND_STATUS_SCHEMA) {
		rond_fail(error, ENOTSUP,
			  _("its schema is not known; another version of "
			    "rondfs has mounted it"));
		return NULL;
	}
	each_object(object, "snapshots", read_snapshot, &reader);
	each_object(object, "skipped", read_skipped, &reader);
	cache = json_object_get_member(object, "cache");
	if (cache && JSON_NODE_HOLDS_OBJECT(cache))
		read_cache(self, json_node_get_object(cache));
	return g_steal_pointer(&self);
}
