/* SPDX-License-Identifier: BSD-2-Clause */
/* Several statements sent as one: mydumper's triggers, routines and events. */
#include "backends/sql/compound.h"
#include "dump-kit.h"

#include <string.h>

#define HEADER                                   \
	"/*!40101 SET NAMES binary*/;\n"         \
	"/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n" \
	"/*!40103 SET TIME_ZONE='+00:00' */;\n"
#define TABLE "CREATE TABLE `t` (\n  `id` int(11) DEFAULT NULL\n);\n"
#define SAVED                                                      \
	"SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\n" \
	"SET character_set_client = utf8mb4;\n"
#define RESTORED "SET character_set_client = @PREV_CHARACTER_SET_CLIENT;\n"
#define TRIGGER(name, table)                         \
	SAVED "CREATE DEFINER=`a`@`b` TRIGGER " name \
	      " BEFORE INSERT ON " table             \
	      " FOR EACH ROW begin set @a = ';'; \nset @b=1; end;\n" RESTORED
#define FUNCTION                               \
	SAVED "DROP FUNCTION IF EXISTS `f`;\n" \
	      "CREATE FUNCTION `f`() RETURNS int\nreturn 1;\n" RESTORED
/* Older versions leave the ends of lines in a body. */
#define PROCEDURE                                                 \
	SAVED "DROP PROCEDURE IF EXISTS `p`;\n"                   \
	      "CREATE PROCEDURE `p`()\nbegin\nselect 1;\nselect " \
	      "2;\nend;\n" RESTORED
#define EVENT                         \
	SAVED                         \
	"DROP EVENT IF EXISTS `e`;\n" \
	"CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO select 1;\n" RESTORED
#define WRAPPED(text) "DELIMITER ;;\n" text "\n;;\nDELIMITER ;\n"
#define OPEN(text) "DELIMITER ;;\n" text ";;\nDELIMITER ;\n"

static gboolean has(const TakenDump *dump, const char *path, const char *part)
{
	g_autofree char *text = taken_text(dump, path);

	g_assert_nonnull(text);
	return strstr(text, part) != NULL;
}

static void test_triggers(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    HEADER TABLE "CREATE TABLE `u` (`id` int);\n" WRAPPED(TRIGGER(
		"one", "t") TRIGGER("two", "t")) WRAPPED(TRIGGER("x", "u")));

	taken_check(dump);
	g_assert_true(dump->complete);
	g_assert_true(has(dump, "t.sql",
			  WRAPPED(TRIGGER("one", "t") TRIGGER("two", "t"))));
	g_assert_false(has(dump, "t.sql", "TRIGGER x"));
	g_assert_true(has(dump, "u.sql", WRAPPED(TRIGGER("x", "u"))));
	g_assert_true(has(dump, "triggers.sql",
			  "DELIMITER ;;\n" TRIGGER("one", "t")
			      TRIGGER("two", "t") "\n;;\n" TRIGGER("x", "u")));
	g_assert_false(has(dump, "schema.sql", "TRIGGER"));
}

/* Of two tables in one file: each has its own. */
static void test_two_tables(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump(HEADER TABLE "CREATE TABLE `u` (`id` int);\n" WRAPPED(
		TRIGGER("x", "u") TRIGGER("one", "t")));

	taken_check(dump);
	g_assert_true(has(dump, "u.sql", OPEN(TRIGGER("x", "u"))));
	g_assert_true(has(dump, "t.sql", WRAPPED(TRIGGER("one", "t"))));
}

static void test_post(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    HEADER TABLE "/*!40103 SET TIME_ZONE=DEFAULT */;\n" WRAPPED(
		FUNCTION PROCEDURE EVENT));

	taken_check(dump);
	g_assert_true(has(dump, "routines.sql", OPEN(FUNCTION PROCEDURE)));
	g_assert_false(has(dump, "routines.sql", "EVENT"));
	g_assert_true(has(dump, "events.sql",
			  "SET TIME_ZONE=DEFAULT */;\n" WRAPPED(EVENT)));
	g_assert_false(has(dump, "t.sql", "DEFAULT */"));
}

/* A database of routines only: the first settings are the header's. */
static void test_post_alone(void)
{
	g_autoptr(TakenDump) dump = taken_dump(WRAPPED(PROCEDURE FUNCTION));

	taken_check(dump);
	g_assert_true(
	    has(dump, "routines.sql", "select 1;\nselect 2;\nend;\n"));
	g_assert_true(has(dump, "routines.sql", "return 1;\n"));
	g_assert_true(has(dump, "routines.sql", SAVED));
	g_assert_true(has(dump, "routines.sql", "@PREV_CHARACTER_SET_CLIENT"));
}

static void check_cuts(const char *text, const char *delimiter,
		       const char *expected)
{
	RondPiece whole = {
	    .kind = ROND_PIECE_STATEMENT,
	    .from = 1000,
	    .to = 1000 + strlen(text),
	    .text = text,
	    .len = strlen(text),
	    .delimiter = delimiter,
	};
	RondCompound compound = rond_compound(&whole);
	g_autoptr(GString) cut = g_string_new(NULL);
	RondPiece piece;
	guint64 at = whole.from;

	while (rond_compound_next(&compound, &piece)) {
		g_assert_cmpuint(piece.from, ==, at);
		g_assert_cmpuint(piece.to, ==, at + piece.len);
		at = piece.to;
		g_string_append_len(cut, piece.text, (gssize)piece.len);
		g_string_append(cut, piece.open ? "|" : "$");
	}
	g_assert_cmpuint(at, ==, whole.to);
	g_assert_cmpstr(cut->str, ==, expected);
}

static void test_cuts(void)
{
	check_cuts("SET a=1;\n", ";", "SET a=1;\n$");
	check_cuts("SET a='x;\ny';\n", ";", "SET a='x;\ny';\n$");
	check_cuts("/*!50003 SET a=1 */ ;;\n", ";;",
		   "/*!50003 SET a=1 */ ;;\n$");
	check_cuts("SET a=1;\nSET b=2;\n;;\n", ";;",
		   "SET a=1;\n|SET b=2;\n;;\n$");
	check_cuts("SET a=1;\n\n\n;;\n", ";;", "SET a=1;\n\n\n;;\n$");
	check_cuts("CREATE a;\nSET b=2;\n;;\n", ";;",
		   "CREATE a;\nSET b=2;\n;;\n$");
	check_cuts("DROP a;\nCREATE b;\nc;\n" RESTORED ";;", ";;",
		   "DROP a;\n|CREATE b;\nc;\n|" RESTORED ";;$");
	check_cuts("DROP a;\nCREATE b;\nc;\n$$", "$$",
		   "DROP a;\n|CREATE b;\nc;\n$$$");
	check_cuts("SET a=1;\n", ";;", "SET a=1;\n$");
	check_cuts("", ";;", "$");
}

/* The same statements, but in the second with a delimiter between them: equal
 * hashes would make them one file. */
static void test_hashes(void)
{
	g_autoptr(TakenDump) one =
	    taken_dump(HEADER TABLE WRAPPED(FUNCTION PROCEDURE EVENT));
	g_autoptr(TakenDump) two =
	    taken_dump(HEADER TABLE WRAPPED(FUNCTION EVENT PROCEDURE EVENT));
	const RondDumpFile *a = taken_file(one, "routines.sql");
	const RondDumpFile *b = taken_file(two, "routines.sql");

	g_assert_true(has(one, "routines.sql", OPEN(FUNCTION PROCEDURE)));
	g_assert_true(
	    has(two, "routines.sql", FUNCTION ";;\n" PROCEDURE ";;\n"));
	g_assert_true(a->has_hash && b->has_hash);
	g_assert_cmpint(memcmp(a->hash, b->hash, sizeof a->hash), !=, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/compound/triggers", test_triggers);
	g_test_add_func("/compound/two-tables", test_two_tables);
	g_test_add_func("/compound/post", test_post);
	g_test_add_func("/compound/post-alone", test_post_alone);
	g_test_add_func("/compound/cuts", test_cuts);
	g_test_add_func("/compound/hashes", test_hashes);
	return g_test_run();
}
