/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/scanner.h"

#include <string.h>

static const char *const kinds[] = {
    [ROND_PIECE_STATEMENT] = "S", [ROND_PIECE_INSERT] = "I",
    [ROND_PIECE_COMMENT] = "C",	  [ROND_PIECE_DELIMITER] = "D",
    [ROND_PIECE_CUT] = "X",
};

typedef struct {
	const char *text;
	gsize len, at, step;
	RondScanner *scanner;
	GString *pieces;
} Scan;

/* At an INSERT: its rows are all up to the next semicolon. */
static void pass_rows(Scan *self)
{
	const char *end =
	    memchr(self->text + self->at, ';', self->len - self->at);

	self->at = end ? (gsize)(end - self->text) + 1 : self->len;
	rond_scanner_resume(self->scanner, self->at);
}

static void note(Scan *self, const RondPiece *piece)
{
	gsize len = (gsize)(piece->to - piece->from);

	g_assert_cmpuint(piece->to, ==, self->at);
	g_assert_cmpuint(piece->len, ==, len);
	g_assert_cmpmem(piece->text, piece->len, self->text + piece->from, len);
	g_string_append_printf(self->pieces, "%s[%.*s]", kinds[piece->kind],
			       (int)len, piece->text);
	if (piece->kind == ROND_PIECE_DELIMITER)
		g_string_append_printf(self->pieces, "(%s)", piece->delimiter);
	if (piece->kind == ROND_PIECE_INSERT)
		pass_rows(self);
}

/* Give it @step bytes more each time it wants more. */
static void scan_all(Scan *self)
{
	gsize given = 0;

	while (self->at < self->len || given < self->len) {
		gboolean found = TRUE;

		given = MIN(MAX(given, self->at) + self->step, self->len);
		while (found) {
			gsize n = given > self->at ? given - self->at : 0;
			g_autofree guint8 *copy =
			    g_memdup2(self->text + self->at, n);
			RondPiece piece;

			self->at += rond_scanner_next(self->scanner, copy, n,
						      given == self->len,
						      &piece, &found);
			if (found)
				note(self, &piece);
		}
	}
}

static char *scan(const char *text, RondSqlMode mode, gsize step)
{
	g_autoptr(RondScanner) scanner = rond_scanner_new();
	Scan self = {text, strlen(text), 0, step, scanner, g_string_new(NULL)};

	rond_scanner_set_mode(scanner, mode);
	scan_all(&self);
	g_assert_cmpuint(self.at, ==, self.len);
	return g_string_free(self.pieces, FALSE);
}

/* The pieces are the same however the text is cut. */
static void check(const char *text, RondSqlMode mode, const char *expected)
{
	static const gsize steps[] = {1, 2, 3, 7, 31, 100000};

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *pieces = scan(text, mode, steps[i]);

		g_assert_cmpstr(pieces, ==, expected);
	}
}

static void test_statements(void)
{
	check("a;b ;\n  c\n;\r\nd;e", 0, "S[a;]S[b ;\n]S[c\n;\r\n]S[d;]X[e]");
	check("", 0, "");
	check(" \n\t", 0, "");
	check(";;", 0, "S[;]S[;]");
	check("\xef\xbb\xbf"
	      "a;",
	      0, "S[a;]");
	check("a;   ", 0, "S[a;   ]");
}

static void test_quotes(void)
{
	check("a ';' b;", 0, "S[a ';' b;]");
	check("a 'it''s;' b;", 0, "S[a 'it''s;' b;]");
	check("a '\\';' b;", 0, "S[a '\\';' b;]");
	check("a '\\\\';b;", 0, "S[a '\\\\';]S[b;]");
	check("a \";\\\";\";", 0, "S[a \";\\\";\";]");
	check("a `;\\`;b;", 0, "S[a `;\\`;]S[b;]");
	check("a '\\';b;", ROND_SQL_PLAIN_BACKSLASH, "S[a '\\';]S[b;]");
	check("a \"\\\";b;", ROND_SQL_ANSI_QUOTES, "S[a \"\\\";]S[b;]");
	check("a 'x", 0, "X[a 'x]");
	check("a 'x\\", 0, "X[a 'x\\]");
}

static void test_comments(void)
{
	check("-- it's;\na;", 0, "C[-- it's;\n]S[a;]");
	check("--\n# it's\n--", 0, "C[--\n]C[# it's\n]C[--]");
	check("a - 1 --2;", 0, "S[a - 1 --2;]");
	check("a -- ';\n;", 0, "S[a -- ';\n;]");
	check("a # ';\n;", 0, "S[a # ';\n;]");
	check("a /* '; */ b;", 0, "S[a /* '; */ b;]");
	check("/* '; */a;", 0, "C[/* '; */]S[a;]");
	check("/*/ '; */a;", 0, "C[/*/ '; */]S[a;]");
	check("b /*/ '; */a;", 0, "S[b /*/ '; */a;]");
	check("a /**/;", 0, "S[a /**/;]");
	check("a / 2;", 0, "S[a / 2;]");
	check("/* a", 0, "X[/* a]");
	check("/*", 0, "X[/*]");
}

/* What looks like a comment, but is code. */
static void test_code(void)
{
	check("/*!50003 a ';' */;", 0, "S[/*!50003 a ';' */;]");
	check("/*M!100100 a ';' */ ;\nb;", 0,
	      "S[/*M!100100 a ';' */ ;\n]S[b;]");
	check("/*!1 a /* '; */ b */;", 0, "S[/*!1 a /* '; */ b */;]");
	check("/*M!999999\\- enable the sandbox mode */ \na;", 0,
	      "C[/*M!999999\\- enable the sandbox mode */]S[a;]");
	check("/*!999999\\- enable the sandbox mode */ \n-- x\na;", 0,
	      "C[/*!999999\\- enable the sandbox mode */]C[-- x\n]S[a;]");
	check("mysqldump: it's an error\na;", 0,
	      "C[mysqldump: it's an error\n]S[a;]");
}

static void test_delimiters(void)
{
	check("DELIMITER ;;\na;\nb ;;\nDELIMITER ;\nc;", 0,
	      "D[DELIMITER ;;\n](;;)S[a;\nb ;;\n]D[DELIMITER ;\n](;)S[c;]");
	check("delimiter $$\r\na;\n$$\r\ndelimiter ;", 0,
	      "D[delimiter $$\r\n]($$)S[a;\n$$\r\n]D[delimiter ;](;)");
	check("DELIMITER //\na / b /* // */ '//' //\n", 0,
	      "D[DELIMITER //\n](//)S[a / b /* // */ '//' //\n]");
	check("DELIMITERS a;", 0, "S[DELIMITERS a;]");
	check("DELIMITER \na;", 0, "D[DELIMITER \n](;)S[a;]");
}

static void test_inserts(void)
{
	check("INSERT INTO `t` VALUES (1);a;", 0,
	      "I[INSERT INTO `t` VALUES]S[a;]");
	check("insert into t values(1);a;", 0, "I[insert into t values]S[a;]");
	check("REPLACE INTO `values` (`VALUES (`, b) VALUES\n(1);", 0,
	      "I[REPLACE INTO `values` (`VALUES (`, b) VALUES]");
	check("INSERT /* VALUES */ INTO t -- VALUES\n VALUE (1);", 0,
	      "I[INSERT /* VALUES */ INTO t -- VALUES\n VALUE]");
	check("INSERT INTO t (values) VALUES (1);", 0,
	      "I[INSERT INTO t (values) VALUES]");
	check("INSERT INTO t SELECT VALUES (1);", 0,
	      "S[INSERT INTO t SELECT VALUES (1);]");
	check("INSERT INTO t SET a=VALUES(1);", 0,
	      "S[INSERT INTO t SET a=VALUES(1);]");
	check("CREATE VALUES (1);", 0, "S[CREATE VALUES (1);]");
	check("DELIMITER ;;\nINSERT INTO t VALUES (1);;", 0,
	      "D[DELIMITER ;;\n](;;)S[INSERT INTO t VALUES (1);;]");
	check("INSERT INTO `t` VAL", 0, "X[INSERT INTO `t` VAL]");
}

/* A quote too many: what follows in the string is no part of it. */
static void test_stray_quote(void)
{
	RondSqlMode mode = ROND_SQL_NO_LINE_FEEDS;

	check("a 'b;\nCREATE TABLE `t` ('x');", mode,
	      "X[a 'b;\n]S[CREATE TABLE `t` ('x');]");
	check("a 'b;\n\n--\n-- Table `x`\n--\nc;", mode,
	      "X[a 'b;\n\n]C[--\n]C[-- Table `x`\n]C[--\n]S[c;]");
	check("a 'b;\nCREATE TABLE ';", 0, "S[a 'b;\nCREATE TABLE ';]");
	check("a 'b\nc';", mode, "S[a 'b\nc';]");
	/* Names and routines may have such lines. */
	check("a `b;\nCREATE TABLE `;", mode, "S[a `b;\nCREATE TABLE `;]");
	check("a \"b;\nCREATE TABLE \";", mode | ROND_SQL_ANSI_QUOTES,
	      "S[a \"b;\nCREATE TABLE \";]");
	check("DELIMITER ;;\na 'b\n-- x';;", mode,
	      "D[DELIMITER ;;\n](;;)S[a 'b\n-- x';;]");
}

/* What is passed over from byte 2 on. */
static void check_skip(const char *before, const char *text, gboolean line,
		       guint64 end)
{
	for (gsize step = 1; step < 40; step += 3) {
		g_autoptr(RondScanner) scanner = rond_scanner_new();
		gsize len = strlen(text), at = 0;
		RondPiece piece;
		gboolean found;

		rond_scanner_next(scanner, (const guint8 *)before,
				  strlen(before), TRUE, &piece, &found);
		rond_scanner_skip(scanner, 2, line);
		for (gsize n = 0; at < len;) {
			n = MIN(MAX(n, at) + step, len);
			at += rond_scanner_next(
			    scanner, (const guint8 *)text + at, n - at,
			    n == len, &piece, &found);
			if (found)
				break;
		}
		g_assert_true(found && piece.kind == ROND_PIECE_CUT);
		g_assert_cmpuint(piece.from, ==, 2);
		g_assert_cmpuint(piece.to, ==, end);
		g_assert_cmpuint(at, ==, end - 2);
	}
}

static void test_skip(void)
{
	check_skip("", "INSERT INTO x;\nINSERT INTO y;", FALSE, 2 + 15);
	check_skip("", "INSERT INTO x;\nINSERT INTO y;", TRUE, 2);
	check_skip("", "it's\nno\nanchor", FALSE, 2 + 14);
	check_skip("", "it's\n--\n-- Table", TRUE, 2 + 5);
	/* In a routine only the line that ends it counts. */
	check_skip("DELIMITER ;;\n",
		   "x\n-- Table\nINSERT INTO x;\nDELIMITER ;\n", FALSE, 2 + 26);
}

static void test_pass(void)
{
	static const char text[] = "INSERT INTO t VALUES (1,';'); a;";
	g_autoptr(RondScanner) scanner = rond_scanner_new();
	RondPiece piece;
	gboolean found;
	gsize at = rond_scanner_next(scanner, (const guint8 *)text,
				     sizeof text - 1, TRUE, &piece, &found);

	g_assert_true(found && piece.kind == ROND_PIECE_INSERT);
	rond_scanner_pass(scanner);
	at += rond_scanner_next(scanner, (const guint8 *)text + at,
				sizeof text - 1 - at, TRUE, &piece, &found);
	g_assert_true(found && piece.kind == ROND_PIECE_STATEMENT);
	g_assert_cmpuint(piece.from, ==, 0);
	g_assert_cmpuint(piece.to, ==, 30);
	g_assert_cmpuint(at, ==, 30);
	g_assert_cmpmem(piece.text, piece.len, "INSERT INTO t VALUES", 20);
}

/* A statement of any length takes bounded memory. */
static void test_long(void)
{
	g_autoptr(RondScanner) scanner = rond_scanner_new();
	g_autofree guint8 *block = g_malloc(1024 * 1024);
	gboolean found = FALSE;
	RondPiece piece;

	memset(block, 'x', 1024 * 1024);
	for (int i = 0; i < 20; i++)
		g_assert_cmpuint(rond_scanner_next(scanner, block, 1024 * 1024,
						   FALSE, &piece, &found),
				 ==, 1024 * 1024);
	g_assert_false(found);
	rond_scanner_next(scanner, (const guint8 *)";", 1, TRUE, &piece,
			  &found);
	g_assert_true(found);
	g_assert_cmpuint(piece.to, ==, 20 * 1024 * 1024 + 1);
	g_assert_cmpuint(piece.len, ==, ROND_STATEMENT_KEPT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scanner/statements", test_statements);
	g_test_add_func("/scanner/quotes", test_quotes);
	g_test_add_func("/scanner/comments", test_comments);
	g_test_add_func("/scanner/code", test_code);
	g_test_add_func("/scanner/delimiters", test_delimiters);
	g_test_add_func("/scanner/inserts", test_inserts);
	g_test_add_func("/scanner/stray-quote", test_stray_quote);
	g_test_add_func("/scanner/skip", test_skip);
	g_test_add_func("/scanner/pass", test_pass);
	g_test_add_func("/scanner/long", test_long);
	return g_test_run();
}
