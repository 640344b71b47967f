/* SPDX-License-Identifier: BSD-2-Clause */
#include "rows-kit.h"

#include <string.h>

#define HEAD "INSERT INTO `a  b` (`x`, `y`) VALUES"

const guint16 rows_kit_charset[128] = {
    0x20ac, 0x22, 0x201a, 0x09, 0x5c, 0x2026, 0x00, 0xff, 0x7ff, 0x800, 0xe9,
};

static gint any(GRand *rand, gint n)
{
	return g_rand_int_range(rand, 0, n);
}

static const char *one_of(GRand *rand, const char *const *words)
{
	return words[any(rand, (gint)g_strv_length((char **)words))];
}

/* A value: bytes that are shown as text or as hexadecimal, or bare ones. */
typedef struct {
	GByteArray *bytes;
	gboolean null, bare, json;
	gboolean call; /* shown as text in any column */
	gboolean utf8; /* whatever the column's charset */
} Value;

static void add(GByteArray *out, const void *p, gsize n)
{
	g_byte_array_append(out, p, (guint)n);
}

static void add_text(GByteArray *out, const char *text)
{
	add(out, text, strlen(text));
}

static void add_escaped(GByteArray *out, RondRowFormat format, guint8 c)
{
	static const char *const tsv[256] = {
	    ['\0'] = "\\0", ['\t'] = "\\t", ['\n'] = "\\n", ['\\'] = "\\\\"};
	static const char *const json[256] = {
	    ['\b'] = "\\b", ['\t'] = "\\t",  ['\n'] = "\\n", ['\f'] = "\\f",
	    ['\r'] = "\\r", ['\\'] = "\\\\", ['"'] = "\\\""};
	char unicode[8];

	if (format == ROND_FORMAT_TSV && tsv[c]) {
		add_text(out, tsv[c]);
	} else if (format == ROND_FORMAT_CSV && c == '"') {
		add_text(out, "\"\"");
	} else if (format == ROND_FORMAT_JSONL && json[c]) {
		add_text(out, json[c]);
	} else if (format == ROND_FORMAT_JSONL && c < 0x20) {
		g_snprintf(unicode, sizeof(unicode), "\\u%04X", c);
		add_text(out, unicode);
	} else {
		add(out, &c, 1);
	}
}

static void add_byte(GByteArray *out, RondRowFormat format,
		     const RondShownColumn *column, guint8 c,
		     const Value *value)
{
	char text[8];
	gboolean as_text = value->call || column->show == ROND_SHOW_TEXT;
	const guint16 *charset = value->utf8 || column->show != ROND_SHOW_TEXT
				     ? NULL
				     : column->charset;

	if (!as_text) {
		g_snprintf(text, sizeof(text), "%02X", c);
		add_text(out, text);
	} else if (charset && c >= 0x80 && charset[c - 0x80] >= 0x80) {
		add(out, text,
		    (gsize)g_unichar_to_utf8(charset[c - 0x80], text));
	} else if (charset && c >= 0x80) {
		add_escaped(out, format, (guint8)charset[c - 0x80]);
	} else {
		add_escaped(out, format, c);
	}
}

static void show(GByteArray *out, RondRowFormat format,
		 const RondShownColumn *column, const Value *value)
{
	static const char *const null[] = {"\\N", "", "null"};
	gboolean text = !value->bare || column->show != ROND_SHOW_TEXT;
	gboolean quoted =
	    (text && format != ROND_FORMAT_TSV) ||
	    (format == ROND_FORMAT_JSONL && value->bare && !value->json);

	if (value->null) {
		add_text(out, null[format]);
		return;
	}
	if (quoted)
		add_text(out, "\"");
	for (guint i = 0; i < value->bytes->len; i++)
		add_byte(out, format, column, value->bytes->data[i], value);
	if (quoted)
		add_text(out, "\"");
}

static void show_lead(GByteArray *out, RondRowFormat format, guint i,
		      const char *name)
{
	if (format != ROND_FORMAT_JSONL) {
		if (i > 0)
			add_text(out, format == ROND_FORMAT_TSV ? "\t" : ",");
		return;
	}
	add_text(out, i > 0 ? ",\"" : "{\"");
	for (; *name; name++)
		add_escaped(out, format, (guint8)*name);
	add_text(out, "\":");
}

static void show_value(RowsCase *self, guint i, const Value *value)
{
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		show_lead(self->out[f], (RondRowFormat)f, i,
			  self->columns[i].name);
		show(self->out[f], (RondRowFormat)f, &self->columns[i], value);
		if (i + 1 == self->shape.n_columns)
			add_text(self->out[f],
				 f == ROND_FORMAT_JSONL ? "}\n" : "\n");
	}
}

static const char *escape_of(guint8 c)
{
	static const char *const escapes[256] = {
	    ['\0'] = "\\0", ['\n'] = "\\n",  ['\r'] = "\\r", ['\t'] = "\\t",
	    ['\b'] = "\\b", [0x1a] = "\\Z",  ['"'] = "\\\"", ['\''] = "\\'",
	    ['x'] = "\\x",  ['\\'] = "\\\\",
	};

	return escapes[c];
}

static void spell_string(RowsCase *self, GRand *rand, const GByteArray *bytes,
			 char quote)
{
	gboolean plain = (self->shape.mode & ROND_SQL_PLAIN_BACKSLASH) != 0;

	g_string_append_c(self->sql, quote);
	for (guint i = 0; i < bytes->len; i++) {
		guint8 c = bytes->data[i], next = 0;

		if (i + 1 < bytes->len)
			next = bytes->data[i + 1];
		if (c == '\\' && !plain && (next == '%' || next == '_') &&
		    any(rand, 2)) {
			g_string_append_c(self->sql, '\\');
			g_string_append_c(self->sql, (char)next);
			i++;
		} else if (!plain && escape_of(c) &&
			   (c == '\\' || any(rand, 2))) {
			g_string_append(self->sql, escape_of(c));
		} else {
			g_string_append_c(self->sql, (char)c);
			if (c == quote)
				g_string_append_c(self->sql, (char)c);
		}
	}
	g_string_append_c(self->sql, quote);
}

static char quote_for(RowsCase *self, GRand *rand)
{
	gboolean ansi = (self->shape.mode & ROND_SQL_ANSI_QUOTES) != 0;

	return !ansi && any(rand, 3) == 0 ? '"' : '\'';
}

static void spell_hex(GString *sql, GRand *rand, const GByteArray *bytes)
{
	const char *format = any(rand, 2) ? "%02X" : "%02x";

	for (guint i = 0; i < bytes->len; i++)
		g_string_append_printf(sql, format, bytes->data[i]);
}

static void spell_bits(GString *sql, const GByteArray *bytes)
{
	for (guint i = 0; i < 8 * bytes->len; i++)
		g_string_append_c(
		    sql, bytes->data[i / 8] & 0x80 >> i % 8 ? '1' : '0');
}

/* Bytes in any of the ways in which they can be written. Whether it says that
 * they are UTF-8. */
static gboolean spell(RowsCase *self, GRand *rand, const GByteArray *bytes,
		      gboolean number)
{
	static const char *const introducers[] = {
	    "_binary ", "_binary", "_latin1 ", "_BINARY\n", NULL};
	static const char *const hex[] = {"X'", "x'", "_binary X'", NULL};
	gint way = any(rand, 10);

	if (way < 2 && bytes->len > 0) {
		g_string_append(self->sql, way ? "0x" : "_binary 0x");
		spell_hex(self->sql, rand, bytes);
	} else if (way == 2) {
		g_string_append(self->sql, one_of(rand, hex));
		spell_hex(self->sql, rand, bytes);
		g_string_append(self->sql, "'");
	} else if (way == 3) {
		g_string_append(self->sql,
				any(rand, 2) ? "UNHEX('" : "unhex ( '");
		spell_hex(self->sql, rand, bytes);
		g_string_append(self->sql, any(rand, 2) ? "')" : "' )");
	} else if (way == 4 && bytes->len < 20) {
		g_string_append(self->sql, "b'");
		spell_bits(self->sql, bytes);
		g_string_append(self->sql, "'");
	} else if (way == 5 && number) {
		g_string_append(self->sql, "CONV('");
		spell_bits(self->sql, bytes);
		g_string_append(self->sql, "', 2, 10) + 0");
	} else if (way == 6 && !number) {
		g_string_append(self->sql, "CONVERT(");
		spell_string(self, rand, bytes, quote_for(self, rand));
		g_string_append(self->sql, " USING UTF8MB4)");
	} else {
		if (way == 7)
			g_string_append(self->sql, one_of(rand, introducers));
		if (way == 8)
			g_string_append(self->sql, "_utf8mb4\t");
		spell_string(self, rand, bytes, quote_for(self, rand));
	}
	return way == 8;
}

static void add_bytes(GByteArray *out, GRand *rand, gsize n)
{
	static const guint8 odd[] = "\0\n\r\t\b\x1a\\\\'\"%_;,()x\x80\x81\x84";
	gboolean clean = any(rand, 3) > 0;

	for (gsize i = 0; i < n; i++) {
		guint8 c = (guint8)any(rand, 256);

		if (!clean && any(rand, 2))
			c = odd[any(rand, sizeof(odd) - 1)];
		else if (clean && any(rand, 20))
			c = (guint8)('a' + any(rand, 26));
		add(out, &c, 1);
	}
}

static const char *any_number(GRand *rand, gboolean *json)
{
	static const char *const good[] = {
	    "0",    "-1", "12345678901234567890", "-0.50", "1e-20", "1E+9", "7",
	    "3.14", NULL};
	static const char *const others[] = {"007", ".5",    "1.", "+5",
					     "inf", "-.5e3", NULL};

	*json = any(rand, 2) != 0;
	return one_of(rand, *json ? good : others);
}

/* Any that needs no mode, and one of a string. */
static void spell_call(RowsCase *self, GRand *rand, GByteArray *bytes)
{
	static const char *const calls[] = {
	    "NOW()", "ST_GeomFromText('POINT(1 2)', 4326)",
	    "nullif('',\n0x00fF)",
	    "f(g(-1.5e-3 ,(NULL)),X'',_utf8mb4'(''\t;--\x80)')", NULL};
	gsize from = self->sql->len;

	if (any(rand, 2)) {
		g_string_append(self->sql, "CAST(");
		spell_string(self, rand, bytes, quote_for(self, rand));
		g_string_append(self->sql, " AS JSON)");
	} else {
		g_string_append(self->sql, one_of(rand, calls));
	}
	g_byte_array_set_size(bytes, 0);
	add(bytes, self->sql->str + from, self->sql->len - from);
}

static void make_value(RowsCase *self, GRand *rand, guint i, gboolean big)
{
	const RondShownColumn *column = &self->columns[i];
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Value value = {.bytes = bytes};
	const char *number;

	if (any(rand, 8) == 0) {
		value.null = TRUE;
		g_string_append(self->sql, any(rand, 3) ? "NULL" : "null");
	} else if (any(rand, 8) == 0) {
		value.call = TRUE;
		add_bytes(bytes, rand, (gsize)any(rand, big ? 20000 : 40));
		spell_call(self, rand, bytes);
	} else if (any(rand, 3) == 0 && column->show != ROND_SHOW_BITS) {
		value.bare = TRUE;
		number = any_number(rand, &value.json);
		add_text(bytes, number);
		g_string_append(self->sql, number);
	} else if (column->show == ROND_SHOW_BITS) {
		add_bytes(bytes, rand, (column->bits + 7) / 8);
		spell(self, rand, bytes, TRUE);
	} else {
		gint most = big && any(rand, 30) == 0 ? 20000 : 40;

		add_bytes(bytes, rand, (gsize)any(rand, most));
		value.utf8 = spell(self, rand, bytes, FALSE);
	}
	show_value(self, i, &value);
}

static void make_row(RowsCase *self, GRand *rand, gboolean big)
{
	static const char *const commas[] = {",",    ",",     ", ",
					     " ,\t", ",\r\n", NULL};

	g_string_append(self->sql, any(rand, 4) ? "(" : "( ");
	for (guint i = 0; i < self->shape.n_columns; i++) {
		if (i > 0)
			g_string_append(self->sql, one_of(rand, commas));
		make_value(self, rand, i, big);
	}
	g_string_append(self->sql, any(rand, 4) ? ")" : " )");
	self->rows++;
}

static void make_statement(RowsCase *self, GRand *rand, gboolean big)
{
	static const char *const commas[] = {",",   ", ",     ",\n",
					     ",\t", " ,\r\n", NULL};
	static const char *const tails[] = {
	    " ON DUPLICATE KEY UPDATE `a;'` = VALUES(`a;'`), b = 'it\\'s;'",
	    "\nAS new ON DUPLICATE KEY UPDATE b = c - 1 / 2",
	    "",
	    "",
	    "",
	    NULL};
	static const char *const openings[] = {"", " ", "\n", "\r\n", NULL};
	gint n = 1 + any(rand, 6);

	g_string_append(self->sql, one_of(rand, openings));
	for (gint i = 0; i < n; i++) {
		if (i > 0)
			g_string_append(self->sql, one_of(rand, commas));
		make_row(self, rand, big);
	}
	if (!(self->shape.mode & ROND_SQL_PLAIN_BACKSLASH))
		g_string_append(self->sql, one_of(rand, tails));
	g_string_append(self->sql, any(rand, 5) ? ";" : "\n;");
}

static void make_run(RowsCase *self, GRand *rand, gboolean big)
{
	static const char *const betweens[] = {"\n",
					       "\n",
					       "\r\n",
					       "",
					       "\n\n-- it's one\n",
					       "\n# \"\n",
					       "\n/* ; ' */ /**/\n",
					       "\n--\n",
					       NULL};
	static const char *const heads[] = {
	    HEAD, HEAD, "INSERT\nINTO  `a  b` (`x`,\t`y`) VALUES", NULL};
	static const char *const ends[] = {
	    "\nUNLOCK TABLES;\n",
	    "\n/*!40000 ALTER TABLE `a` ENABLE KEYS */;\n",
	    "\nINSERT INTO `a b` (`x`, `y`) VALUES (1);\n",
	    "\r\n",
	    "\n-- Table structure\n",
	    "",
	    " DROP TABLE x;\n",
	    NULL};
	gint n = 1 + any(rand, 5);
	const char *end = one_of(rand, ends);

	for (gint i = 0; i < n; i++) {
		if (i > 0) {
			g_string_append(self->sql, one_of(rand, betweens));
			g_string_append(self->sql, one_of(rand, heads));
		}
		make_statement(self, rand, big);
	}
	self->end = self->sql->len;
	if (end[0] == '\n' || end[0] == '\r')
		self->end += end[0] == '\r' ? 2 : 1;
	g_string_append(self->sql, end);
}

RowsCase *rows_case_new(GRand *rand, gboolean big)
{
	static const char *const names[] = {"id", "a\"\\\n", "été", "x", NULL};
	RowsCase *self = g_new0(RowsCase, 1);

	self->sql = g_string_new(NULL);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		self->out[f] = g_byte_array_new();
	self->shape.mode = (RondSqlMode)any(rand, 8);
	self->shape.head = HEAD;
	self->shape.head_len = strlen(HEAD);
	self->shape.columns = self->columns;
	self->shape.n_columns =
	    1 + (guint)any(rand, G_N_ELEMENTS(self->columns));
	for (guint i = 0; i < self->shape.n_columns; i++) {
		RondShownColumn *column = &self->columns[i];

		column->name = one_of(rand, names);
		column->show = (RondShow)any(rand, 3);
		column->bits = 1 + (guint)any(rand, 64);
		column->charset = any(rand, 3) ? NULL : rows_kit_charset;
	}
	make_run(self, rand, big);
	return self;
}

void rows_case_free(RowsCase *self)
{
	g_string_free(self->sql, TRUE);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		g_byte_array_unref(self->out[f]);
	g_free(self);
}

/* A copy that ends where the piece does, so that reading on is noticed. */
static guint8 *cut(const GString *text, gsize at, gsize n)
{
	return g_memdup2(text->str + at, n);
}

GByteArray *rows_render(const RondShape *shape, const RondRowMark *mark,
			RondRowFormat format, const GString *text, gsize piece,
			gsize enough, RondRowsState *state)
{
	g_autoptr(RondRows) rows = rond_rows_new(shape);
	GByteArray *out = g_byte_array_new();
	RondRowMark from = {0};
	gsize at, n = piece;

	if (mark)
		from = *mark;
	at = from.at;
	if (!rond_rows_start(rows, &from))
		g_error("a mark is refused");
	do {
		gsize len = MIN(n, text->len - at), taken;
		g_autofree guint8 *bytes = cut(text, at, len);

		taken = rond_rows_render(rows, format, bytes, len,
					 at + len == text->len, out,
					 out->len + enough, state);
		at += taken;
		n = taken ? piece : n + piece;
		rond_rows_mark(rows, &from);
		g_assert_cmpuint(from.at, ==, at);
	} while (*state <= ROND_ROWS_FULL);
	return out;
}

RondRowMark rows_measure(const RondShape *shape, const GString *text,
			 gsize piece, GRand *rand, GArray *marks,
			 RondRowsState *state)
{
	g_autoptr(RondRows) rows = rond_rows_new(shape);
	RondRowMark mark = {0};
	gsize more = 0;

	g_assert_true(rond_rows_start(rows, &mark));
	do {
		gsize n = (rand ? (gsize)any(rand, (gint)piece) : piece) + more;
		gsize len = MIN(n, text->len - mark.at), taken;
		g_autofree guint8 *bytes = cut(text, mark.at, len);

		taken = rond_rows_measure(rows, bytes, len,
					  mark.at + len == text->len, state);
		g_assert_cmpuint(taken, <=, len);
		more = taken ? 0 : n + 1;
		rond_rows_mark(rows, &mark);
		if (marks)
			g_array_append_val(marks, mark);
	} while (*state == ROND_ROWS_MORE);
	return mark;
}
