/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tables-kit.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

static void made_table_free(gpointer data)
{
	MadeTable *self = data;

	g_free(self->name);
	g_rand_free(self->rand);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		g_byte_array_unref(self->out[f]);
	g_free(self);
}

MadeDump *made_dump_new(const char *host)
{
	MadeDump *self = g_new0(MadeDump, 1);

	self->sql = g_string_new(NULL);
	self->tables = g_ptr_array_new_with_free_func(made_table_free);
	g_string_append_printf(
	    self->sql,
	    "/*M!999999\\- enable the sandbox mode */ \n"
	    "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for "
	    "debian-linux-gnu (x86_64)\n--\n"
	    "-- Host: %s    Database: shop\n-- -----\n\n"
	    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT="
	    "@@CHARACTER_SET_CLIENT */;\n/*!40101 SET NAMES utf8mb4 */;\n"
	    "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n"
	    "/*!40103 SET TIME_ZONE='+00:00' */;\n",
	    host);
	return self;
}

void made_dump_free(MadeDump *self)
{
	g_string_free(self->sql, TRUE);
	g_ptr_array_unref(self->tables);
	g_free(self);
}

static void put(GByteArray *out, const void *bytes, gsize len)
{
	g_byte_array_append(out, bytes, (guint)len);
}

static void put_text(GByteArray *out, const char *text)
{
	put(out, text, strlen(text));
}

MadeTable *made_dump_table(MadeDump *self, const char *name, guint32 seed)
{
	MadeTable *table = g_new0(MadeTable, 1);
	g_auto(GStrv) halves = g_strsplit(name, "`", -1);
	g_autofree char *quoted = g_strjoinv("``", halves);

	table->name = g_strdup(name);
	table->rand = g_rand_new_with_seed(seed);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		table->out[f] = g_byte_array_new();
	put_text(table->out[ROND_FORMAT_TSV], "id\tte\\\\xt\tb\tn\n");
	put_text(table->out[ROND_FORMAT_CSV],
		 "\"id\",\"te\\xt\",\"b\",\"n\"\n");
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		table->title_len[f] = table->out[f]->len;
	g_ptr_array_add(self->tables, table);
	g_string_append_printf(
	    self->sql,
	    "\n--\n-- Table structure for table `%s`\n--\n\n"
	    "DROP TABLE IF EXISTS `%s`;\nCREATE TABLE `%s` (\n"
	    "  `id` int(11) NOT NULL,\n  `te\\xt` text NOT NULL,\n"
	    "  `b` longblob NOT NULL,\n"
	    "  `n` decimal(10,2) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n"
	    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n",
	    quoted, quoted, quoted);
	return table;
}

static void put_sql(GString *sql, const GByteArray *value)
{
	g_string_append_c(sql, '\'');
	for (guint i = 0; i < value->len; i++) {
		char c = (char)value->data[i];

		if (c == '\0' || c == '\n' || c == '\r' || c == 0x1a)
			g_string_append_printf(sql, "\\%c",
					       c == '\0'   ? '0'
					       : c == '\n' ? 'n'
					       : c == '\r' ? 'r'
							   : 'Z');
		else if (strchr("'\"\\", c))
			g_string_append_printf(sql, "\\%c", c);
		else
			g_string_append_c(sql, c);
	}
	g_string_append_c(sql, '\'');
}

static void put_char(GByteArray *out, RondRowFormat format, guint8 c)
{
	static const char *const tsv[256] = {
	    ['\0'] = "\\0", ['\t'] = "\\t", ['\n'] = "\\n", ['\\'] = "\\\\"};
	static const char *const json[256] = {
	    ['\0'] = "\\u0000", ['\t'] = "\\t", [0x1a] = "\\u001A",
	    ['\n'] = "\\n",	['\r'] = "\\r", ['"'] = "\\\"",
	    ['\\'] = "\\\\"};

	if (format == ROND_FORMAT_TSV && tsv[c])
		put_text(out, tsv[c]);
	else if (format == ROND_FORMAT_JSONL && json[c])
		put_text(out, json[c]);
	else if (format == ROND_FORMAT_CSV && c == '"')
		put_text(out, "\"\"");
	else
		put(out, &c, 1);
}

static void put_shown(GByteArray *out, RondRowFormat format,
		      const GByteArray *value, gboolean hex)
{
	const char *quote = format == ROND_FORMAT_TSV ? "" : "\"";
	char digits[3];

	put_text(out, quote);
	for (guint i = 0; i < value->len; i++) {
		if (!hex) {
			put_char(out, format, value->data[i]);
			continue;
		}
		g_snprintf(digits, sizeof digits, "%02X", value->data[i]);
		put(out, digits, 2);
	}
	put_text(out, quote);
}

/* Four values in @format; @number NULL is NULL. */
static void put_row(GByteArray *out, RondRowFormat format, const char *id,
		    const GByteArray *values[2], const char *number)
{
	static const char *const between[][6] = {
	    [ROND_FORMAT_TSV] = {"", "\t", "\t", "\t", "\n", "\\N"},
	    [ROND_FORMAT_CSV] = {"", ",", ",", ",", "\n", ""},
	    [ROND_FORMAT_JSONL] = {"{\"id\":", ",\"te\\\\xt\":", ",\"b\":",
				   ",\"n\":", "}\n", "null"},
	};

	put_text(out, between[format][0]);
	put_text(out, id);
	put_text(out, between[format][1]);
	put_shown(out, format, values[0], FALSE);
	put_text(out, between[format][2]);
	put_shown(out, format, values[1], TRUE);
	put_text(out, between[format][3]);
	put_text(out, number ? number : between[format][5]);
	put_text(out, between[format][4]);
}

static GByteArray *draw_text(GRand *rand, gsize len)
{
	static const char *const chars[] = {
	    "a", "b",  "Z", "'",  "\"", "\\",	  "\n",		"\t",
	    "é", "\r", " ", "),", ";",	"\u20ac", "\U0001f600", "(1,"};
	GByteArray *text = g_byte_array_new();

	while (text->len < len)
		put_text(text,
			 chars[g_rand_int_range(rand, 0, G_N_ELEMENTS(chars))]);
	return text;
}

static GByteArray *draw_bytes(GRand *rand, gsize len)
{
	GByteArray *bytes = g_byte_array_new();

	for (gsize i = 0; i < len; i++) {
		guint8 byte = (guint8)g_rand_int(rand);

		put(bytes, &byte, 1);
	}
	return bytes;
}

static void add_row(MadeDump *self, MadeTable *table, gsize len, gsize blob)
{
	g_autoptr(GByteArray) text = draw_text(table->rand, len);
	g_autoptr(GByteArray) bytes = draw_bytes(table->rand, blob);
	const GByteArray *values[] = {text, bytes};
	guint n = g_rand_int(table->rand) % 1000;
	g_autofree char *id =
	    g_strdup_printf("%" G_GUINT64_FORMAT, ++table->rows);
	g_autofree char *number =
	    n % 3 ? g_strdup_printf("-%u.%02u", n, n % 100) : NULL;

	g_string_append_printf(self->sql, "(%s,", id);
	put_sql(self->sql, text);
	g_string_append(self->sql, n % 2 || !blob ? ",_binary " : ",0x");
	if (n % 2 || !blob)
		put_sql(self->sql, bytes);
	else
		for (guint i = 0; i < bytes->len; i++)
			g_string_append_printf(self->sql, "%02x",
					       bytes->data[i]);
	g_string_append_printf(self->sql, ",%s)", number ? number : "NULL");
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		put_row(table->out[f], (RondRowFormat)f, id, values, number);
}

static void add_head(MadeDump *self, const MadeTable *table)
{
	g_auto(GStrv) halves = g_strsplit(table->name, "`", -1);
	g_autofree char *quoted = g_strjoinv("``", halves);

	g_string_append_printf(self->sql, "INSERT INTO `%s` VALUES\n", quoted);
}

void made_dump_rows(MadeDump *self, MadeTable *table, guint n, guint each,
		    guint longest)
{
	g_string_append(self->sql, "\n--\n-- Dumping data\n--\n\n");
	for (guint i = 0; i < n; i++) {
		if (i % each == 0)
			add_head(self, table);
		add_row(self, table, g_rand_int(table->rand) % (longest + 1),
			g_rand_int(table->rand) % (longest / 4 + 1));
		g_string_append(self->sql,
				i + 1 < n && (i + 1) % each ? ",\n" : ";\n");
	}
}

void made_dump_long_row(MadeDump *self, MadeTable *table, gsize len)
{
	g_string_append(self->sql, "\n-- A long one\n");
	add_head(self, table);
	add_row(self, table, len, 3);
	g_string_append(self->sql, ",\n");
	add_row(self, table, 5, len / 4);
	g_string_append(self->sql, ",\n");
	add_row(self, table, 5, 5);
	g_string_append(self->sql, ";\n");
}

void made_dump_end(MadeDump *self)
{
	g_string_append(self->sql,
			"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n\n"
			"/*!40101 SET CHARACTER_SET_CLIENT="
			"@OLD_CHARACTER_SET_CLIENT */;\n\n"
			"-- Dump completed on 2024-05-01 12:00:00\n");
}

GBytes *made_dump_bytes(const MadeDump *self)
{
	return g_bytes_new(self->sql->str, self->sql->len);
}

MadeDump *made_dump_small(const char *host)
{
	MadeDump *self = made_dump_new(host);
	MadeTable *a = made_dump_table(self, "a", 1);

	made_dump_rows(self, a, 20, 6, 60);
	made_dump_rows(self, made_dump_table(self, "b", 2), 5, 5, 20);
	made_dump_end(self);
	return self;
}

MadeDump *made_dump_large(void)
{
	MadeDump *self = made_dump_new("localhost");
	MadeTable *big = made_dump_table(self, "big", 11);
	MadeTable *runs, *wide;

	made_dump_rows(self, big, 9000, 700, 150);
	made_dump_table(self, "empty", 12);
	runs = made_dump_table(self, "runs", 13);
	made_dump_rows(self, runs, 40, 7, 400);
	made_dump_rows(self, made_dump_table(self, "a/b`c", 14), 10, 1, 30);
	made_dump_rows(self, runs, 900, 300, 400);
	wide = made_dump_table(self, "wide", 15);
	made_dump_rows(self, wide, 3, 3, 30);
	made_dump_long_row(self, wide, 1200000);
	made_dump_rows(self, runs, 1, 1, 400);
	made_dump_end(self);
	return self;
}
