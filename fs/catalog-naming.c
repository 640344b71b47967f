/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/catalog-naming.h"

#include <string.h>

/* "NAME.sql" has to fit in 255 bytes. */
#define MAX_NAME (255 - 4)

typedef struct {
	gboolean is_dump;
	char *given;  /* the part that the user gave, or NULL */
	char *folder; /* without words for intervals and dates */
	char *stem;
	char *name; /* of the part, once decided */
} Series;

/* Names in use: "NAME" for a tree, "NAME" and "NAME.sql" for a dump. */
typedef struct {
	GHashTable *naming; /* series key → Series */
	GHashTable *owners; /* name in a snapshot → Series */
	GHashTable *wanted; /* kind and short name → how many series */
	guint counts[2];    /* series that the user did not name, by kind */
} Namer;

static void series_free(gpointer data)
{
	Series *self = data;

	g_free(self->given);
	g_free(self->folder);
	g_free(self->stem);
	g_free(self->name);
	g_free(self);
}

static Series *series_copy(const Series *self)
{
	Series *copy = g_new(Series, 1);

	copy->is_dump = self->is_dump;
	copy->given = g_strdup(self->given);
	copy->folder = g_strdup(self->folder);
	copy->stem = g_strdup(self->stem);
	copy->name = g_strdup(self->name);
	return copy;
}

static gboolean is_number(const char *word, gint64 from, gint64 to)
{
	gint64 value = g_ascii_strtoll(word, NULL, 10);

	return strspn(word, "0123456789") == strlen(word) && value >= from &&
	       value <= to;
}

/* Components that sort backups by age: "daily", "2024", "2024-05", and a
 * month or day below a year. */
static gboolean is_interval(const char *word, gboolean below_year)
{
	static const char *const words[] = {"hourly",  "daily",	 "weekly",
					    "monthly", "yearly", NULL};
	gsize len = strlen(word);

	for (guint i = 0; words[i]; i++)
		if (!g_ascii_strcasecmp(word, words[i]))
			return TRUE;
	if (len == 4)
		return is_number(word, 1970, 2100);
	if (len == 7 && strchr("-_.", word[4])) {
		g_autofree char *year = g_strndup(word, 4);

		return is_number(year, 1970, 2100) &&
		       is_number(word + 5, 1, 12);
	}
	return below_year && len <= 2 && is_number(word, 1, 31);
}

static char *series_folder(const char *folder)
{
	g_auto(GStrv) words = g_strsplit(folder, "/", -1);
	g_autoptr(GString) kept = g_string_new(NULL);
	gboolean below_year = FALSE;

	for (guint i = 0; words[i]; i++) {
		if (is_interval(words[i], below_year)) {
			below_year = g_ascii_isdigit(*words[i]);
			continue;
		}
		below_year = FALSE;
		if (kept->len && *words[i])
			g_string_append_c(kept, '/');
		g_string_append(kept, words[i]);
	}
	return g_strdup(kept->str);
}

static Series *series_new(const RondBackup *backup)
{
	Series *self = g_new0(Series, 1);

	self->is_dump = backup->kind == ROND_BACKUP_DUMP;
	self->given = g_strdup(backup->part);
	self->folder = series_folder(backup->folder);
	self->stem = g_strdup(backup->stem);
	return self;
}

static char *series_key(const Series *self)
{
	if (self->given)
		return g_strdup_printf("%d=%s", self->is_dump, self->given);
	return g_strdup_printf("%d:%s//%s", self->is_dump, self->folder,
			       self->stem);
}

static const char *main_name(const Series *self)
{
	return self->is_dump ? "db" : "www";
}

/* What the series is called where no other is called the same. */
static char *short_name(const Series *self)
{
	const char *slash = strrchr(self->folder, '/');

	if (*self->stem)
		return g_strdup(self->stem);
	if (*self->folder)
		return g_strdup(slash ? slash + 1 : self->folder);
	return g_strdup(main_name(self));
}

static char *wanted_key(const Series *self)
{
	g_autofree char *name = short_name(self);

	return g_strdup_printf("%d%s", self->is_dump, name);
}

static char *long_name(const Series *self)
{
	g_autofree char *folder =
	    g_strdelimit(g_strdup(self->folder), "/", '-');

	if (!*folder)
		return short_name(self);
	return *self->stem ? g_strconcat(folder, "-", self->stem, NULL)
			   : g_steal_pointer(&folder);
}

static char *first_choice(Namer *self, const Series *series)
{
	g_autofree char *key = NULL;

	if (series->given)
		return g_strdup(series->given);
	if (self->counts[series->is_dump] == 1)
		return g_strdup(main_name(series));
	key = wanted_key(series);
	if (GPOINTER_TO_UINT(g_hash_table_lookup(self->wanted, key)) > 1)
		return long_name(series);
	return short_name(series);
}

static void count_series(Namer *self, const Series *series)
{
	char *key;
	guint n;

	if (series->given)
		return;
	self->counts[series->is_dump]++;
	key = wanted_key(series);
	n = GPOINTER_TO_UINT(g_hash_table_lookup(self->wanted, key));
	g_hash_table_replace(self->wanted, key, GUINT_TO_POINTER(n + 1));
}

/* Whether @entry, "NAME" or "NAME.sql", is free for a part called @name. One
 * that the user named may be the same as one that a series has: that is how a
 * backup from elsewhere is put beside the others. */
static gboolean is_free(Namer *self, const Series *series, const char *name,
			const char *entry)
{
	const Series *owner = g_hash_table_lookup(self->owners, entry);

	return !owner ||
	       (owner->is_dump == series->is_dump &&
		!owner->given != !series->given && !strcmp(owner->name, name));
}

static gboolean can_take(Namer *self, const Series *series, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".sql", NULL);

	return is_free(self, series, name, name) &&
	       (!series->is_dump || is_free(self, series, name, file));
}

/* Of two that share a name, the one that the user did not name is its owner: a
 * second of that sort may not share it. */
static void own_entry(Namer *self, Series *series, char *entry)
{
	if (series->given && g_hash_table_contains(self->owners, entry))
		g_free(entry);
	else
		g_hash_table_replace(self->owners, entry, series);
}

static void take_name(Namer *self, Series *series)
{
	own_entry(self, series, g_strdup(series->name));
	if (series->is_dump)
		own_entry(self, series,
			  g_strconcat(series->name, ".sql", NULL));
}

/* @name and @suffix, within the length that a name may have; a character is
 * cut off as a whole. */
static char *fitting_name(const char *name, const char *suffix)
{
	gsize room = MAX_NAME - strlen(suffix);
	gsize len = strlen(name);

	if (len > room) {
		len = room;
		while (len > 0 && ((guint8)name[len] & 0xc0) == 0x80)
			len--;
		if (len == 0)
			len = room;
	}
	return g_strdup_printf("%.*s%s", (int)len, name, suffix);
}

static char *free_name(Namer *self, const Series *series)
{
	g_autofree char *wanted = first_choice(self, series);
	char *name = fitting_name(wanted, "");

	for (guint n = series->is_dump ? 1 : 2; !can_take(self, series, name);
	     n++) {
		g_autofree char *suffix =
		    n == 1 ? g_strdup("-db") : g_strdup_printf("-%u", n);

		g_free(name);
		name = fitting_name(wanted, suffix);
	}
	return name;
}

/* Those that the user named first, trees before dumps, those without a stem
 * last, then by name. */
static gint compare_series(gconstpointer a, gconstpointer b)
{
	const Series *x = *(Series *const *)a;
	const Series *y = *(Series *const *)b;
	int order;

	if (!x->given != !y->given)
		return x->given ? -1 : 1;
	if (x->is_dump != y->is_dump)
		return x->is_dump - y->is_dump;
	if (x->given)
		return strcmp(x->given, y->given);
	if (!*x->stem != !*y->stem)
		return *x->stem ? -1 : 1;
	order = strcmp(x->folder, y->folder);
	return order ? order : strcmp(x->stem, y->stem);
}

static void keep_names(Namer *self, GHashTable *earlier)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, earlier);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		Series *series = series_copy(value);

		g_hash_table_insert(self->naming, g_strdup(key), series);
		count_series(self, series);
		take_name(self, series);
	}
}

static GPtrArray *find_new_series(Namer *self, GPtrArray *backups)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < backups->len; i++) {
		Series *series = series_new(backups->pdata[i]);
		char *key = series_key(series);

		if (g_hash_table_contains(self->naming, key)) {
			series_free(series);
			g_free(key);
			continue;
		}
		g_hash_table_insert(self->naming, key, series);
		count_series(self, series);
		g_ptr_array_add(found, series);
	}
	g_ptr_array_sort(found, compare_series);
	return found;
}

GHashTable *rond_naming_new(GPtrArray *backups, GHashTable *earlier)
{
	Namer self = {
	    .naming = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    series_free),
	    .owners =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .wanted =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	g_autoptr(GPtrArray) found = NULL;

	if (earlier)
		keep_names(&self, earlier);
	found = find_new_series(&self, backups);
	for (guint i = 0; i < found->len; i++) {
		Series *series = found->pdata[i];

		series->name = free_name(&self, series);
		take_name(&self, series);
	}
	g_hash_table_unref(self.owners);
	g_hash_table_unref(self.wanted);
	return self.naming;
}

const char *rond_naming_part(GHashTable *naming, const RondBackup *backup)
{
	Series *wanted = series_new(backup);
	g_autofree char *key = series_key(wanted);
	const Series *series = g_hash_table_lookup(naming, key);

	series_free(wanted);
	g_assert(series);
	return series->name;
}
