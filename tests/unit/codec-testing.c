/* SPDX-License-Identifier: BSD-2-Clause */
#include "codec-testing.h"

#include "backends/error.h"
#include "fault-stream.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

GBytes *make_text(gsize size)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	GString *text = g_string_sized_new(size + 64);

	while (text->len < size)
		g_string_append_printf(text, "%x;<p class=\"a%d\">%x</p>\n",
				       g_rand_int(rand),
				       g_rand_int_range(rand, 0, 50),
				       g_rand_int_range(rand, 0, 4096));
	g_string_truncate(text, size);
	return g_string_free_to_bytes(text);
}

GBytes *make_random(gsize size)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);
	guint32 *data = g_malloc(size + 4);

	for (gsize i = 0; i <= size / 4; i++)
		data[i] = g_rand_int(rand);
	return g_bytes_new_take(data, size);
}

GBytes *make_zeros(gsize size)
{
	return g_bytes_new_take(g_malloc0(size), size);
}

GBytes *make_mixed(gsize size)
{
	GByteArray *all = g_byte_array_new();
	g_autoptr(GBytes) text = make_text(size / 3);
	g_autoptr(GBytes) noise = make_random(size / 3);
	g_autoptr(GBytes) zeros = make_zeros(size / 3);
	GBytes *parts[] = {text, noise, zeros};

	for (gsize i = 0; i < 3; i++)
		g_byte_array_append(all, g_bytes_get_data(parts[i], NULL),
				    g_bytes_get_size(parts[i]));
	return g_byte_array_free_to_bytes(all);
}

GBytes *pack(GBytes *data, const char *command)
{
	g_autofree char *dir = g_dir_make_tmp("rond-codec-XXXXXX", NULL);
	g_autofree char *in = g_build_filename(dir, "in", NULL);
	g_autofree char *out = g_build_filename(dir, "out", NULL);
	g_autofree char *line =
	    g_strdup_printf("( %s ) <%s >%s", command, in, out);
	const char *argv[] = {"sh", "-c", line, NULL};
	int status = -1;
	char *packed = NULL;
	gsize len = 0;

	g_assert_true(g_file_set_contents(in, g_bytes_get_data(data, NULL),
					  g_bytes_get_size(data), NULL));
	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
		     NULL, NULL, &status, NULL);
	g_assert_cmpint(status, ==, 0);
	g_assert_true(g_file_get_contents(out, &packed, &len, NULL));
	g_unlink(in);
	g_unlink(out);
	g_rmdir(dir);
	return g_bytes_new_take(packed, len);
}

GBytes *join(GBytes *a, GBytes *b)
{
	GByteArray *both = g_byte_array_new();

	g_byte_array_append(both, g_bytes_get_data(a, NULL),
			    g_bytes_get_size(a));
	g_byte_array_append(both, g_bytes_get_data(b, NULL),
			    g_bytes_get_size(b));
	return g_byte_array_free_to_bytes(both);
}

GBytes *damage(GBytes *bytes, gsize at, guint8 flip)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	guint8 *copy = g_memdup2(data, len);

	g_assert_cmpuint(at, <, len);
	copy[at] ^= flip;
	return g_bytes_new_take(copy, len);
}

static void note_point(const RondSeekPoint *point, gpointer data)
{
	Notes *self = data;
	RondSeekPoint copy = *point;

	if (self->points->len > 0) {
		RondSeekPoint *last = &g_array_index(
		    self->points, RondSeekPoint, self->points->len - 1);
		/* Where they cost next to nothing there are twice as many. */
		g_assert_cmpuint(point->out, >=,
				 last->out + self->scan.spacing / 2);
		g_assert_cmpuint(point->in, >, last->in);
	}
	g_assert_cmpuint(point->window_len, <=, ROND_WINDOW_SIZE);
	copy.window = g_memdup2(point->window, point->window_len);
	g_ptr_array_add(self->windows, (gpointer)copy.window);
	g_array_append_val(self->points, copy);
}

static void note_finding(const RondFinding *finding, gpointer data)
{
	Notes *self = data;
	RondFinding copy = *finding;

	g_assert_cmpuint(finding->from, <=, finding->to);
	g_assert_null(strchr(finding->message, '\n'));
	copy.message = g_strdup(finding->message);
	g_ptr_array_add(self->messages, (gpointer)copy.message);
	g_array_append_val(self->findings, copy);
}

Notes *notes_new(guint64 spacing)
{
	Notes *self = g_new0(Notes, 1);

	self->points = g_array_new(FALSE, FALSE, sizeof(RondSeekPoint));
	self->windows = g_ptr_array_new_with_free_func(g_free);
	self->findings = g_array_new(FALSE, FALSE, sizeof(RondFinding));
	self->messages = g_ptr_array_new_with_free_func(g_free);
	self->scan = (RondScan){
	    .spacing = spacing,
	    .point = note_point,
	    .finding = note_finding,
	    .data = self,
	};
	return self;
}

void notes_free(Notes *self)
{
	g_array_unref(self->points);
	g_ptr_array_unref(self->windows);
	g_array_unref(self->findings);
	g_ptr_array_unref(self->messages);
	g_free(self);
}

const RondFinding *notes_find(Notes *self, RondFindingKind kind)
{
	for (guint i = 0; i < self->findings->len; i++) {
		RondFinding *finding =
		    &g_array_index(self->findings, RondFinding, i);
		if (finding->kind == kind)
			return finding;
	}
	return NULL;
}

GBytes *drain(RondDecoder *decoder, gsize step, GError **error)
{
	static const gsize odd[] = {1, 7, 513, 70001, 32768, 4096, 200000};
	GByteArray *all = g_byte_array_new();
	gsize size = step ? step : 200000;
	g_autofree guint8 *buf = g_malloc(size);
	gssize n = 1;

	for (gsize i = 0; n > 0; i++) {
		gsize want = step ? step : odd[i % G_N_ELEMENTS(odd)];
		n = rond_decoder_read(decoder, buf, want, error);
		g_assert_cmpint(n, <=, (gssize)want);
		if (n > 0)
			g_byte_array_append(all, buf, n);
	}
	/* What it said last it says again. */
	g_autoptr(GError) again = NULL;
	g_assert_cmpint(rond_decoder_read(decoder, buf, 1, &again), ==, n);
	g_assert_true((again != NULL) == (n < 0));
	if (n < 0 && error)
		g_assert_cmpstr((*error)->message, ==, again->message);
	return g_byte_array_free_to_bytes(all);
}

GBytes *decode(const RondCodec *codec, GBytes *packed,
	       const RondSeekPoint *from, Notes *notes, GError **error)
{
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	g_autoptr(RondDecoder) decoder =
	    codec->open(stream, from, notes ? &notes->scan : NULL, error);

	g_assert_nonnull(decoder);
	return drain(decoder, notes ? 0 : 100000, error);
}

void assert_same(GBytes *a, GBytes *b)
{
	gsize len_a, len_b;
	const guint8 *data_a = g_bytes_get_data(a, &len_a);
	const guint8 *data_b = g_bytes_get_data(b, &len_b);

	g_assert_cmpmem(data_a, len_a, data_b, len_b);
}

gboolean is_prefix(GBytes *part, GBytes *whole)
{
	gsize len = g_bytes_get_size(part);

	return len <= g_bytes_get_size(whole) &&
	       (len == 0 || memcmp(g_bytes_get_data(part, NULL),
				   g_bytes_get_data(whole, NULL), len) == 0);
}

void check_round_trip(const RondCodec *codec, GBytes *data, const char *command)
{
	g_autoptr(GBytes) packed = pack(data, command);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) scanned = decode(codec, packed, NULL, notes, &error);
	g_assert_no_error(error);
	assert_same(scanned, data);
	g_assert_cmpuint(notes->findings->len, ==, 0);

	g_autoptr(GBytes) plain = decode(codec, packed, NULL, NULL, &error);
	g_assert_no_error(error);
	assert_same(plain, data);
}

void check_round_trips(const RondCodec *codec, const char *command, gsize size)
{
	g_autoptr(GBytes) text = make_text(size);
	g_autoptr(GBytes) noise = make_random(size);
	g_autoptr(GBytes) zeros = make_zeros(3 * size);
	g_autoptr(GBytes) mixed = make_mixed(size);
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(GBytes) one = g_bytes_new("x", 1);
	GBytes *all[] = {text, noise, zeros, mixed, empty, one};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		check_round_trip(codec, all[i], command);
}

void check_cut(const RondCodec *codec, GBytes *packed, gsize len, GBytes *data)
{
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, len);
	g_autoptr(Notes) notes = notes_new(4096);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(codec, cut, NULL, notes, &error);
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_true(is_prefix(got, data));
	const RondFinding *lost = notes_find(notes, ROND_FINDING_LOST);
	g_assert_nonnull(lost);
	g_assert_cmpuint(lost->from, ==, g_bytes_get_size(got));
	g_assert_null(notes_find(notes, ROND_FINDING_DAMAGED));
}

void check_flip(const RondCodec *codec, GBytes *packed, gsize at, guint8 flip,
		GBytes *data)
{
	g_autoptr(GBytes) bad = damage(packed, at, flip);
	g_autoptr(Notes) notes = notes_new(4096);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(codec, bad, NULL, notes, &error);
	if (error)
		g_assert_nonnull(notes_find(notes, ROND_FINDING_LOST));
	else if (!g_bytes_equal(got, data))
		g_assert_cmpuint(notes->findings->len, >, 0);
	if (!is_prefix(got, data))
		g_assert_true(notes_find(notes, ROND_FINDING_DAMAGED) ||
			      notes_find(notes, ROND_FINDING_LOST));
}

int check_failing_reads(const RondCodec *codec, GBytes *packed, GBytes *data)
{
	g_autoptr(RondStream) memory = rond_memory_stream_new(packed);

	for (guint n = 1;; n++) {
		g_autoptr(RondStream) stream =
		    fault_stream_new(memory, n, ESTALE);
		g_autoptr(Notes) notes = notes_new(65536);
		g_autoptr(GError) error = NULL;
		g_autoptr(RondDecoder) decoder =
		    codec->open(stream, NULL, &notes->scan, &error);
		g_assert_no_error(error);

		g_autoptr(GBytes) got = drain(decoder, 0, &error);
		g_assert_true(is_prefix(got, data));
		g_assert_cmpuint(notes->findings->len, ==, 0);
		if (!error) {
			assert_same(got, data);
			return fault_stream_reads(stream);
		}
		g_assert_error(error, ROND_ERROR, ESTALE);
	}
}
