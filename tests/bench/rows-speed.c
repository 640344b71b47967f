/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lexing and rendering rows costs, memory to memory, on one core.
 *
 *	rows-speed [FILE [hex]]
 *
 * FILE is a dump (plain); without one, a table of classified ads is made up as
 * mariadb-dump writes it. Each INSERT's columns are as many as its first row
 * has values, all shown as text (or as hexadecimal). Prints GB of SQL text a
 * second of CPU time, the best of some turns: measuring (all formats at once),
 * then rendering in each.
 */
#include "backends/sql/rows.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MADE_BYTES (96 * 1024 * 1024)
#define TURNS 5
#define PIECE (256 * 1024)
#define MOST_COLUMNS 4096

typedef struct {
	const char *head; /* up to and with VALUES */
	gsize head_len;
	const guint8 *rows;
	gsize len;
	guint n_columns;
	RondShow show;
} Run;

static const char *const words[] = {
    "appartement", "lumineux",	   "état",     "très",		"proche",
    "gare",	   "chambre",	   "terrasse", "vends",		"cuisine",
    "neuf",	   "d\\'occasion", "\\r\\n",   "\\\"idéal\\\"", "le",
    "la",	   "pièces",	   "m²",       "parking",	"et",
    "de",	   "disponible",   "à",	       "prix",		"contact",
    "cave",	   "avec",	   "quartier", "calme",		"balcon",
};

static void add_words(GString *out, GRand *rand, gsize bytes)
{
	gsize to = out->len + bytes;

	while (out->len < to) {
		guint i = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(words));

		g_string_append(out, words[i]);
		g_string_append_c(out, ' ');
	}
}

static void add_row(GString *out, GRand *rand, guint id)
{
	g_string_append_printf(out, "(%u,%d,'", id,
			       g_rand_int_range(rand, 1, 90000));
	add_words(out, rand, (gsize)g_rand_int_range(rand, 20, 60));
	g_string_append(out, "','");
	add_words(out, rand, (gsize)g_rand_int_range(rand, 200, 2000));
	g_string_append_printf(
	    out,
	    "',%d.%02d,'2024-%02d-%02d "
	    "12:%02d:%02d',NULL,%d,'10.%d.%d.7','%s')",
	    g_rand_int_range(rand, 1, 900000), g_rand_int_range(rand, 0, 100),
	    g_rand_int_range(rand, 1, 13), g_rand_int_range(rand, 1, 29),
	    g_rand_int_range(rand, 0, 60), g_rand_int_range(rand, 0, 60),
	    g_rand_int_range(rand, 1, 60), g_rand_int_range(rand, 0, 256),
	    g_rand_int_range(rand, 0, 256), id % 3 ? "online" : "sold");
}

/* Statements of a megabyte, a row a line. */
static GString *make_dump(void)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint id = 1; out->len < MADE_BYTES;) {
		gsize from = out->len;

		g_string_append(out, "INSERT INTO `ads` VALUES\n");
		while (out->len - from < 1000 * 1000) {
			add_row(out, rand, id++);
			g_string_append(out, ",\n");
		}
		g_string_truncate(out, out->len - 2);
		g_string_append(out, ";\n");
	}
	return out;
}

static gsize turn(const Run *run, RondRowFormat format, GByteArray *out)
{
	g_autofree RondShownColumn *columns =
	    g_new0(RondShownColumn, run->n_columns);
	RondShape shape = {.head = run->head,
			   .head_len = run->head_len,
			   .columns = columns,
			   .n_columns = run->n_columns};
	RondRowsState state = ROND_ROWS_MORE;
	g_autoptr(RondRows) rows = NULL;
	RondRowMark mark = {0};
	gsize at = 0, n = PIECE;

	for (guint i = 0; i < run->n_columns; i++)
		columns[i] = (RondShownColumn){"column", run->show, 0, NULL};
	rows = rond_rows_new(&shape);
	rond_rows_start(rows, &mark);
	while (state <= ROND_ROWS_FULL) {
		gsize len = MIN(n, run->len - at);
		gboolean last = at + len == run->len;
		const guint8 *piece = run->rows + at;
		gsize taken =
		    out ? rond_rows_render(rows, format, piece, len, last, out,
					   PIECE, &state)
			: rond_rows_measure(rows, piece, len, last, &state);

		at += taken;
		n = taken ? PIECE : 2 * n;
		if (out)
			g_byte_array_set_size(out, 0);
	}
	return state == ROND_ROWS_END ? at : 0;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The next statement of rows, and how many columns it has: as many as don't
 * break its first row. */
static gboolean next_run(const char **from, const char *end, Run *run)
{
	const char *head, *values;
	RondShow show = run->show;

	while ((head = g_strstr_len(*from, end - *from, "INSERT INTO `"))) {
		values = g_strstr_len(head, MIN(end - head, 1 << 20), "VALUES");
		if (!values)
			return FALSE;
		*from = values + 6;
		*run = (Run){head,
			     (gsize)(*from - head),
			     (const guint8 *)*from,
			     (gsize)(end - *from),
			     0,
			     show};
		for (run->n_columns = 1; run->n_columns < MOST_COLUMNS;
		     run->n_columns++) {
			gsize taken = turn(run, ROND_FORMAT_TSV, NULL);

			if (!taken)
				continue;
			run->len = taken;
			*from += taken;
			return TRUE;
		}
	}
	return FALSE;
}

static GArray *find_runs(const char *text, gsize len, RondShow show)
{
	GArray *runs = g_array_new(FALSE, FALSE, sizeof(Run));
	const char *p = text;
	Run run = {.show = show};

	while (next_run(&p, text + len, &run))
		g_array_append_val(runs, run);
	return runs;
}

static void time_all(const GArray *runs, const char *what, RondRowFormat format,
		     GByteArray *out)
{
	double best = G_MAXDOUBLE;
	gsize bytes = 0;

	for (int i = 0; i < TURNS; i++) {
		double began = seconds(), took;

		bytes = 0;
		for (guint j = 0; j < runs->len; j++)
			bytes +=
			    turn(&g_array_index(runs, Run, j), format, out);
		took = seconds() - began;
		best = MIN(best, took);
	}
	printf("%-8s %6.2f GB/s  (%.1f MB)\n", what, (double)bytes / 1e9 / best,
	       (double)bytes / 1e6);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) runs = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *text = NULL;
	gsize len = 0;

	if (argc < 2) {
		GString *made = make_dump();

		len = made->len;
		text = g_string_free(made, FALSE);
	} else if (!g_file_get_contents(argv[1], &text, &len, &error)) {
		fprintf(stderr, "rows-speed: %s\n", error->message);
		return 1;
	}
	runs = find_runs(text, len, argc > 2 ? ROND_SHOW_HEX : ROND_SHOW_TEXT);
	time_all(runs, "measure", ROND_FORMAT_TSV, NULL);
	time_all(runs, "tsv", ROND_FORMAT_TSV, out);
	time_all(runs, "csv", ROND_FORMAT_CSV, out);
	time_all(runs, "jsonl", ROND_FORMAT_JSONL, out);
	return 0;
}
