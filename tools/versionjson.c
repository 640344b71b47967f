/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/jsonline.h"
#include "tools/versionlist.h"

static const char *type_name(mode_t type)
{
	if (S_ISDIR(type))
		return "dir";
	if (S_ISLNK(type))
		return "symlink";
	return S_ISREG(type) ? "file" : "other";
}

static void add_hex(JsonBuilder *json, const char *name, const guint8 *bytes,
		    gsize len)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	rond_json_line_text(json, name, text->str);
}

static void add_time(JsonBuilder *json, const char *name, gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *text =
	    time ? g_date_time_format(time, "%FT%TZ") : NULL;

	if (text)
		rond_json_line_text(json, name, text);
}

static void add_name(JsonBuilder *json, const char *name, const char *text)
{
	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, text);
}

static void add_runs(JsonBuilder *json, const char *name,
		     const RondLineages *lineages, const GArray *runs)
{
	json_builder_set_member_name(json, name);
	json_builder_begin_array(json);
	for (guint i = 0; i < runs->len; i++) {
		const RondLineageRun *run =
		    &g_array_index(runs, RondLineageRun, i);
		const RondLineageStop *first =
		    rond_lineages_stop(lineages, run->first);
		const RondLineageStop *last =
		    rond_lineages_stop(lineages, run->last);

		json_builder_begin_object(json);
		rond_json_line_text(json, "first", first->snapshot);
		rond_json_line_text(json, "last", last->snapshot);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void add_git(JsonBuilder *json, const RondVersionStyle *style,
		    const RondVersion *version)
{
	const char *id =
	    style->git ? g_hash_table_lookup(style->ids, version) : NULL;
	const RondGitBlob *blob =
	    id ? rond_git_blobs_get(style->git, id) : NULL;

	if (!blob)
		return;
	json_builder_set_member_name(json, "git");
	json_builder_begin_object(json);
	add_name(json, "blob", id);
	rond_json_line_flag(json, "known", blob->known);
	if (blob->commit) {
		rond_json_line_text(json, "commit", blob->commit);
		rond_json_line_text(json, "date", blob->date);
	}
	json_builder_end_object(json);
}

static void add_signs(JsonBuilder *json, guint signs)
{
	if (!signs)
		return;
	json_builder_set_member_name(json, "signs");
	json_builder_begin_array(json);
	for (guint sign = 1; sign <= signs; sign <<= 1)
		if (signs & sign)
			json_builder_add_string_value(json,
						      rond_signs_name(sign));
	json_builder_end_array(json);
}

static void add_look(JsonBuilder *json, const RondLook *look)
{
	rond_json_line_text(json, "type", type_name(look->type));
	if (S_ISREG(look->type))
		rond_json_line_int(json, "size", look->looks.size);
	if (look->has_time)
		add_time(json, "mtime", look->mtime.tv_sec);
	if (S_ISREG(look->type) && look->looks.has_hash && !look->is_dump)
		add_hex(json, "sha256", look->looks.sha256, ROND_SHA256_LEN);
	if (look->target)
		rond_json_line_text(json, "target", look->target);
}

static void print_version(const RondLineages *lineages, const RondLineage *line,
			  const RondVersion *version,
			  const RondVersionStyle *style, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("version");
	g_autofree char *path = g_strconcat("/", line->path, NULL);

	rond_json_line_text(json, "path", path);
	add_runs(json, "runs", lineages, version->runs);
	add_look(json, &version->look);
	add_git(json, style, version);
	if (version->flags & ROND_DELTA_UNSURE)
		rond_json_line_flag(json, "unsure", TRUE);
	else if (version->flags & ROND_DELTA_SAME_LOOKS)
		rond_json_line_text(json, "modifier", "M?");
	add_signs(json, rond_version_signs(lineages, line, version));
	rond_json_line_print(json, out);
}

void rond_versions_print_json(const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersionStyle *style, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("path");
	g_autoptr(GArray) gaps = rond_version_gaps(lineages, line);
	g_autofree char *path = g_strconcat("/", line->path, NULL);
	const RondLineageRun *last = NULL;

	for (guint i = 0; i < line->versions->len; i++)
		print_version(lineages, line, rond_lineage_version(line, i),
			      style, out);
	rond_json_line_text(json, "path", path);
	rond_json_line_int(json, "versions", line->versions->len);
	add_runs(json, "absent", lineages, gaps);
	if (gaps->len)
		last = &g_array_index(gaps, RondLineageRun, gaps->len - 1);
	if (last && last->first > line->last)
		rond_json_line_text(
		    json, "gone_since",
		    rond_lineages_stop(lineages, last->first)->snapshot);
	rond_json_line_print(json, out);
}

static void add_unread(JsonBuilder *json, const RondLineages *lineages)
{
	for (guint i = 0; i < lineages->stops->len; i++) {
		const RondLineageStop *stop = rond_lineages_stop(lineages, i);

		if (!stop->unread)
			continue;
		json_builder_begin_object(json);
		rond_json_line_text(json, "snapshot", stop->snapshot);
		rond_json_line_text(json, "part", lineages->part);
		rond_json_line_text(json, "why", stop->unread);
		json_builder_end_object(json);
	}
}

void rond_versions_print_summary(const GPtrArray *all, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("summary");
	guint64 paths = 0, versions = 0;

	rond_json_line_int(json, "schema", ROND_VERSIONS_SCHEMA);
	json_builder_set_member_name(json, "unread");
	json_builder_begin_array(json);
	for (guint i = 0; i < all->len; i++) {
		const RondLineages *each = all->pdata[i];

		paths += each->lineages->len;
		for (guint j = 0; j < each->lineages->len; j++) {
			const RondLineage *line = each->lineages->pdata[j];

			versions += line->versions->len;
		}
		add_unread(json, each);
	}
	json_builder_end_array(json);
	rond_json_line_int(json, "paths", paths);
	rond_json_line_int(json, "versions", versions);
	rond_json_line_print(json, out);
}
