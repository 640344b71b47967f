/* SPDX-License-Identifier: BSD-2-Clause */
/* .status for programs, PROBLEMS.txt for people. */
#include "fs/status.h"
#include "tests/unit/shelf.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* A backup of @size random bytes' worth, a day each. */
static void add_day(const Shelf *shelf, guint day, guint size)
{
	g_autofree char *command =
	    g_strdup_printf("head -c %u /dev/urandom > ../f && "
			    "tar -C .. -czf www-2024-05-%02u.tar.gz f",
			    size, day);

	shelf_run(shelf, command);
}

static JsonObject *member_object(JsonArray *array, guint i)
{
	return json_array_get_object_element(array, i);
}

static JsonParser *parse_status(const Shelf *shelf)
{
	JsonParser *parser = json_parser_new();
	g_autofree char *text = rond_status_json(shelf->library);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_str_has_suffix(text, "\n"));
	json_parser_load_from_data(parser, text, -1, &error);
	g_assert_no_error(error);
	return parser;
}

static const char *text_of(JsonObject *object, const char *name)
{
	return json_object_get_string_member(object, name);
}

static void check_part(JsonObject *part, const char *name, const char *kind,
		       const char *state)
{
	g_assert_cmpstr(text_of(part, "name"), ==, name);
	g_assert_cmpstr(text_of(part, "kind"), ==, kind);
	g_assert_cmpstr(text_of(part, "state"), ==, state);
	g_assert_nonnull(text_of(part, "source"));
	g_assert_true(json_object_has_member(part, "message"));
	g_assert_cmpfloat(json_object_get_double_member(part, "progress"), >=,
			  0);
	g_assert_cmpfloat(json_object_get_double_member(part, "progress"), <=,
			  1);
	g_assert_cmpint(json_object_get_int_member(part, "entries"), >=, 0);
	g_assert_cmpint(json_object_get_int_member(part, "bytes"), >=, 0);
}

/* A shelf with one of each, one of them skipped. */
static Shelf *mixed_shelf(void)
{
	Shelf *shelf = shelf_new();

	add_day(shelf, 8, 1000);
	shelf_run(shelf,
		  "printf -- '-- MySQL dump 10.19\\nSELECT 1;\\n' > "
		  "db-2024-05-08.sql && mkdir -p old/2024-05-09 && echo > "
		  "old/2024-05-09/f && echo nothing > notes-2024-05-08.txt "
		  "&& printf 'Salted__12345678' > secret-2024-05-08.tar.gz");
	return shelf;
}

static void test_schema(void)
{
	g_autoptr(Shelf) shelf = mixed_shelf();

	shelf_open(shelf);
	g_free(shelf_read(shelf, "2024-05-08/www/f"));
	g_autoptr(JsonParser) parser = parse_status(shelf);
	JsonObject *root = json_node_get_object(json_parser_get_root(parser));
	JsonArray *snapshots = json_object_get_array_member(root, "snapshots");
	JsonArray *skipped = json_object_get_array_member(root, "skipped");
	JsonArray *sources = json_object_get_array_member(root, "sources");
	JsonObject *cache = json_object_get_object_member(root, "cache");
	JsonObject *day = member_object(snapshots, 0);
	JsonArray *parts = json_object_get_array_member(day, "parts");

	g_assert_cmpint(json_object_get_int_member(root, "schema"), ==,
			ROND_STATUS_SCHEMA);
	g_assert_nonnull(text_of(root, "first_seen"));
	g_assert_cmpint(json_object_get_int_member(cache, "disk_bytes"), >, 0);
	g_assert_cmpint(json_object_get_int_member(cache, "misses"), >, 0);
	g_assert_cmpstr(json_array_get_string_element(sources, 0), ==,
			shelf->config->sources[0]);
	g_assert_cmpuint(json_array_get_length(snapshots), ==, 2);
	g_assert_cmpstr(text_of(day, "name"), ==, "2024-05-08");
	g_assert_cmpstr(text_of(day, "date"), ==, "2024-05-08T00:00:00Z");
	g_assert_cmpuint(json_array_get_length(parts), ==, 2);
	check_part(member_object(parts, 0), "db", "dump", "unindexed");
	check_part(member_object(parts, 1), "www", "archive", "ready");
	g_assert_cmpint(
	    json_object_get_int_member(member_object(parts, 1), "bytes"), ==,
	    1000);
	g_assert_cmpint(
	    json_object_get_int_member(member_object(parts, 1), "entries"), ==,
	    1);
	parts =
	    json_object_get_array_member(member_object(snapshots, 1), "parts");
	check_part(member_object(parts, 0), "old", "folder", "ready");
	g_assert_cmpuint(json_array_get_length(skipped), >=, 1);
	for (guint i = 0; i < json_array_get_length(skipped); i++) {
		g_assert_nonnull(text_of(member_object(skipped, i), "path"));
		g_assert_nonnull(text_of(member_object(skipped, i), "why"));
	}
}

/* It is there though not listed, is never believed for long, and its size is
 * that of what is read. */
static void test_file(void)
{
	g_autoptr(Shelf) shelf = mixed_shelf();
	RondAttr attr;

	shelf_open(shelf);
	g_assert_cmpint(shelf_stat(shelf, ".status", &attr), ==, 0);
	g_autofree char *text = shelf_read(shelf, ".status");
	g_autofree char *root = shelf_list(shelf, "");

	g_assert_cmpint(attr.st.st_size, ==, strlen(text));
	g_assert_cmpint(attr.attr_life, ==, ROND_LIFE_NONE);
	g_assert_null(strstr(root, ".status"));
	g_assert_true(g_str_has_prefix(text, "{"));
}

/* Each change gives it a new time. */
static void test_file_time(void)
{
	g_autoptr(Shelf) shelf = mixed_shelf();
	RondAttr before, after;

	shelf_open(shelf);
	g_assert_cmpint(shelf_stat(shelf, ".status", &before), ==, 0);
	g_free(shelf_read(shelf, "2024-05-08/db.sql"));
	/* The indexer says so just after it woke us. */
	for (guint i = 0; i < 500; i++) {
		g_assert_cmpint(shelf_stat(shelf, ".status", &after), ==, 0);
		if (after.st.st_mtim.tv_nsec != before.st.st_mtim.tv_nsec)
			return;
		g_usleep(10000);
	}
	g_assert_not_reached();
}

/* Names that are not UTF-8 don't break it. */
static void test_bytes(void)
{
	g_autoptr(Shelf) shelf = mixed_shelf();

	shelf_run(shelf, "cp www-2024-05-08.tar.gz "
			 "$(printf 'caf\\351-2024-05-08.tar.gz') && "
			 "touch \"$(printf 'bad\\377 \"\\n2024-05-08.zip')\"");
	shelf_open(shelf);
	g_autoptr(JsonParser) parser = parse_status(shelf);
	g_autofree char *problems = rond_status_problems(shelf->library);

	g_assert_nonnull(problems);
	g_assert_nonnull(json_parser_get_root(parser));
}

static gboolean has_line(const char *text, const char *start, const char *part)
{
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, start) && strstr(*line, part))
			return TRUE;
	return FALSE;
}

static void test_no_problems(void)
{
	g_autoptr(Shelf) shelf = shelf_new();
	RondAttr attr;

	for (guint day = 1; day <= 9; day++)
		add_day(shelf, day, 5000);
	shelf_open(shelf);
	g_autofree char *text = rond_status_problems(shelf->library);
	g_autofree char *root = shelf_list(shelf, "");

	g_assert_cmpstr(text, ==, NULL);
	g_assert_cmpint(shelf_stat(shelf, "PROBLEMS.txt", &attr), ==, ENOENT);
	g_assert_null(strstr(root, "PROBLEMS"));
}

static void test_small_and_gap(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	for (guint day = 1; day <= 9; day++)
		if (day != 4)
			add_day(shelf, day, day == 7 ? 1000 : 5000);
	shelf_open(shelf);
	g_autofree char *text = rond_status_problems(shelf->library);
	g_autofree char *read = shelf_read(shelf, "PROBLEMS.txt");
	g_autofree char *root = shelf_list(shelf, "");

	g_assert_cmpstr(text, ==, read);
	g_assert_nonnull(strstr(root, "PROBLEMS.txt"));
	g_assert_true(has_line(text, "2024-05-07/www", "suspiciously small"));
	g_assert_true(has_line(text,
			       "www: no backup between 2024-05-03 and "
			       "2024-05-05",
			       "?"));
	/* Two lines, and each ends. */
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	g_assert_cmpuint(g_strv_length(lines), ==, 3);
	g_assert_cmpstr(lines[2], ==, "");
}

/* A series that isn't daily has no gaps. */
static void test_no_gap(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	for (guint day = 1; day <= 9; day += 2)
		add_day(shelf, day, 5000);
	shelf_open(shelf);
	g_autofree char *text = rond_status_problems(shelf->library);

	g_assert_cmpstr(text, ==, NULL);
}

static void test_skipped(void)
{
	g_autoptr(Shelf) shelf = mixed_shelf();

	shelf_open(shelf);
	g_autofree char *text = rond_status_problems(shelf->library);

	g_assert_true(has_line(text, "", "secret-2024-05-08.tar.gz"));
	g_assert_true(has_line(text, "", "openssl"));
	g_assert_cmpuint(shelf->warnings->len, >, 0);
}

/* The newest backup is cut short: once entered, it is said, and which is the
 * newest that is not known to be. */
static void test_damaged_latest(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	add_day(shelf, 8, 300000);
	add_day(shelf, 9, 300000);
	shelf_run(shelf, "truncate -s 200000 www-2024-05-09.tar.gz");
	shelf_open(shelf);
	g_autofree char *before = rond_status_problems(shelf->library);

	g_assert_cmpstr(before, ==, NULL);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-09/www/f"), ==, EIO);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-08/www/f"), ==, 0);
	g_autofree char *text = rond_status_problems(shelf->library);

	g_assert_true(has_line(text, "2024-05-09/www", "incomplete"));
	g_assert_true(has_line(text, "latest (2024-05-09)", "2024-05-08"));
	g_assert_false(has_line(text, "2024-05-08/www", ""));
}

/* A name can't fake a line, nor command a terminal. */
static void test_hostile_names(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	for (guint day = 1; day <= 7; day++) {
		g_autofree char *command =
		    g_strdup_printf("echo > ../f && tar -C .. -cf \"$(printf "
				    "'a\\nb\\033[2J-2024-05-%02u.tar')\" f && "
				    "tar -C .. -cf www-2024-05-%02u.tar f",
				    day, day);

		if (day != 4)
			shelf_run(shelf, command);
	}
	shelf_run(shelf, "printf 'Salted__12345678' > \"$(printf "
			 "'x\\n\\033y-2024-05-01.zip')\"");
	shelf_open(shelf);
	g_autofree char *text = rond_status_problems(shelf->library);
	guint lines = 0;

	for (const char *at = text; *at; at++) {
		lines += *at == '\n';
		g_assert_true(*at == '\n' || !g_ascii_iscntrl(*at));
	}
	g_assert_cmpuint(lines, ==, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/status/schema", test_schema);
	g_test_add_func("/status/file", test_file);
	g_test_add_func("/status/file-time", test_file_time);
	g_test_add_func("/status/bytes", test_bytes);
	g_test_add_func("/status/no-problems", test_no_problems);
	g_test_add_func("/status/small-and-gap", test_small_and_gap);
	g_test_add_func("/status/no-gap", test_no_gap);
	g_test_add_func("/status/skipped", test_skipped);
	g_test_add_func("/status/damaged-latest", test_damaged_latest);
	g_test_add_func("/status/hostile-names", test_hostile_names);
	return g_test_run();
}
