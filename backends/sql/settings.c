/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/settings.h"

#include "backends/sql/assignments.h"
#include "backends/sql/words.h"

#include <string.h>

/* So many settings that hold from some place on; tools write one. */
#define MAX_PARTS 16
#define MAX_SAVES 256
#define MAX_HEADER (64 * 1024)

/* A user variable that a system variable was saved in. */
typedef struct {
	char *user, *system;
	char *bracket; /* "/" "*!40101 " of its statement, or "" */
	gboolean header;
	gboolean restored;
	RondSqlMode mode; /* when it was saved */
} Save;

struct RondSettings {
	RondSqlMode mode, known;
	char *charset;
	char *time_zone;
	gboolean sealed;
	GString *header;
	GPtrArray *parts; /* char *; the header is the first when sealed */
	GPtrArray *saves; /* Save */
	gboolean names, foreign_keys, unique; /* the header sets them */
};

static void save_free(gpointer data)
{
	Save *save = data;

	g_free(save->user);
	g_free(save->system);
	g_free(save->bracket);
	g_free(save);
}

RondSettings *rond_settings_new(void)
{
	RondSettings *self = g_new0(RondSettings, 1);

	/* What a dump without SET NAMES (--compact) is in. */
	self->charset = g_strdup("utf8mb4");
	self->header = g_string_new(NULL);
	self->parts = g_ptr_array_new_with_free_func(g_free);
	self->saves = g_ptr_array_new_with_free_func(save_free);
	return self;
}

void rond_settings_free(RondSettings *self)
{
	if (!self)
		return;
	g_free(self->charset);
	g_free(self->time_zone);
	g_string_free(self->header, TRUE);
	g_ptr_array_unref(self->parts);
	g_ptr_array_unref(self->saves);
	g_free(self);
}

static Save *find_save(const RondSettings *self, const char *user)
{
	for (guint i = 0; i < self->saves->len; i++) {
		Save *save = g_ptr_array_index(self->saves, i);

		if (strcmp(save->user, user) == 0)
			return save;
	}
	return NULL;
}

/* A save around an object that was not restored yet. */
static Save *find_around(const RondSettings *self, const char *system)
{
	for (guint i = 0; i < self->saves->len; i++) {
		Save *save = g_ptr_array_index(self->saves, i);

		if (!save->header && !save->restored &&
		    strcmp(save->system, system) == 0)
			return save;
	}
	return NULL;
}

static gboolean is_save(const RondAssignment *a)
{
	return a->user && a->kind == ROND_VALUE_SYSTEM;
}

/* mysqldump's names for what it saves around an object. */
static gboolean is_around_save(const RondAssignment *a)
{
	return is_save(a) && g_str_has_prefix(a->name, "save");
}

/* What opens a statement for some versions only. */
static char *code_bracket(const char *text, gsize len)
{
	gsize n = 0;

	if (len > 4 &&
	    (memcmp(text, "/*!", 3) == 0 || memcmp(text, "/*M!", 4) == 0)) {
		n = text[2] == '!' ? 3 : 4;
		while (n < len && g_ascii_isdigit(text[n]))
			n++;
	}
	return g_strndup(text, n);
}

static void add_save(RondSettings *self, const RondAssignment *a,
		     const char *text, gsize len)
{
	Save *save = find_save(self, a->name);

	if (!save && self->saves->len == MAX_SAVES)
		return;
	if (!save) {
		save = g_new0(Save, 1);
		save->user = g_strdup(a->name);
		save->bracket = code_bracket(text, len);
		g_ptr_array_add(self->saves, save);
		save->header = !self->sealed && !is_around_save(a);
	}
	g_free(save->system);
	save->system = g_strdup(a->value);
	save->restored = FALSE;
	save->mode = self->mode;
}

static RondSqlMode mode_named(const char *names)
{
	g_autofree char *upper = g_ascii_strup(names, -1);
	RondSqlMode mode = 0;

	if (strstr(upper, "ANSI") || strstr(upper, "ORACLE") ||
	    strstr(upper, "POSTGRESQL") || strstr(upper, "MSSQL") ||
	    strstr(upper, "DB2") || strstr(upper, "MAXDB"))
		mode |= ROND_SQL_ANSI_QUOTES;
	if (strstr(upper, "NO_BACKSLASH_ESCAPES"))
		mode |= ROND_SQL_PLAIN_BACKSLASH;
	return mode;
}

static void set_charset(RondSettings *self, const char *value)
{
	gsize from = strspn(value, "'\"");
	gsize len = strspn(value + from, "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789_");

	g_free(self->charset);
	self->charset = g_ascii_strdown(value + from, (gssize)len);
}

static void set_time_zone(RondSettings *self, const char *value)
{
	gsize len = strlen(value);

	if (self->sealed || len < 2 || (*value != '\'' && *value != '"'))
		return;
	g_free(self->time_zone);
	self->time_zone = g_strndup(value + 1, len - 2);
}

/* What it does to how the dump is read. */
static void apply(RondSettings *self, const RondAssignment *a)
{
	const Save *save;

	if (a->user || a->global)
		return;
	if (strcmp(a->name, "names") == 0)
		set_charset(self, a->value);
	else if (strcmp(a->name, "time_zone") == 0 &&
		 a->kind == ROND_VALUE_OTHER)
		set_time_zone(self, a->value);
	if (strcmp(a->name, "sql_mode") != 0)
		return;
	save = a->kind == ROND_VALUE_USER ? find_save(self, a->value) : NULL;
	self->mode = save ? save->mode
			  : (a->kind == ROND_VALUE_OTHER ? mode_named(a->value)
							 : self->mode);
}

/* What needs rights, or is the server's or the replication's business. */
static gboolean is_foreign(const RondAssignment *a)
{
	static const char *const names[] = {"sql_log_bin",
					    "gtid_purged",
					    "gtid_next",
					    "gtid_slave_pos",
					    "innodb_stats_auto_recalc",
					    NULL};

	return a->global || g_strv_contains(names, a->name) ||
	       (a->kind == ROND_VALUE_SYSTEM &&
		g_strv_contains(names, a->value));
}

/* A footer's: gives back what the header saved. */
static gboolean restores_header(RondSettings *self, const GArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const RondAssignment *a =
		    &g_array_index(list, RondAssignment, i);
		const Save *save = a->kind == ROND_VALUE_USER
				       ? find_save(self, a->value)
				       : NULL;

		if (a->user || !save || !save->header)
			return FALSE;
	}
	return TRUE;
}

/* What a variable that was saved around an object gets, or gets back. */
static gboolean take_around(RondSettings *self, const RondAssignment *a,
			    RondSettingRole *role)
{
	Save *save = NULL;

	if (a->user) {
		*role = ROND_SETTING_AROUND;
		return is_save(a) && (self->sealed || is_around_save(a));
	}
	if (a->kind == ROND_VALUE_USER) {
		save = find_save(self, a->value);
		if (save)
			save->restored = TRUE;
		*role = ROND_SETTING_BACK;
		return TRUE;
	}
	*role = ROND_SETTING_AROUND;
	return find_around(self, a->name) || strcmp(a->name, "autocommit") == 0;
}

static void note_header(RondSettings *self, const RondAssignment *a)
{
	if (strcmp(a->name, "names") == 0 ||
	    strcmp(a->name, "character_set_client") == 0)
		self->names = TRUE;
	else if (strcmp(a->name, "foreign_key_checks") == 0)
		self->foreign_keys = TRUE;
	else if (strcmp(a->name, "unique_checks") == 0)
		self->unique = TRUE;
}

/* The text of a statement on lines of its own, whatever its delimiter. */
static char *own_line(const char *text, gsize len)
{
	while (len > 0 && rond_words_is_space(text[len - 1]))
		len--;
	while (len > 0 && (text[len - 1] == ';' || text[len - 1] == '$'))
		len--;
	while (len > 0 && rond_words_is_space(text[len - 1]))
		len--;
	return g_strdup_printf("%.*s;\n", (int)len, text);
}

/* Of several dumps in one file each has the same header. */
static gboolean is_known(const RondSettings *self, const char *line)
{
	for (guint i = 0; i < self->parts->len; i++)
		if (strstr(g_ptr_array_index(self->parts, i), line))
			return TRUE;
	return FALSE;
}

static RondSettingRole hold(RondSettings *self, const char *text, gsize len)
{
	g_autofree char *line = NULL;

	if (len > MAX_HEADER || memchr(text, '\0', len))
		return ROND_SETTING_AROUND;
	line = own_line(text, len);
	if (!self->sealed) {
		if (self->header->len + len > MAX_HEADER)
			return ROND_SETTING_AROUND;
		g_string_append(self->header, line);
		return ROND_SETTING_HELD;
	}
	/* The last says what holds; an earlier one may have been overruled. */
	if (self->parts->len > 0 &&
	    strcmp(g_ptr_array_index(self->parts, self->parts->len - 1),
		   line) == 0)
		return ROND_SETTING_HELD;
	if (self->parts->len >= MAX_PARTS)
		return ROND_SETTING_AROUND;
	g_ptr_array_add(self->parts, g_steal_pointer(&line));
	return ROND_SETTING_HELD;
}

static gboolean any_foreign(const GArray *list)
{
	for (guint i = 0; i < list->len; i++)
		if (is_foreign(&g_array_index(list, RondAssignment, i)))
			return TRUE;
	return FALSE;
}

/* Reads them all, and says whose the statement is. */
static RondSettingRole judge(RondSettings *self, const GArray *list,
			     const char *text, gsize len)
{
	RondSettingRole role = ROND_SETTING_HELD, one;

	if (any_foreign(list))
		return ROND_SETTING_NONE;
	for (guint i = 0; i < list->len; i++) {
		const RondAssignment *a =
		    &g_array_index(list, RondAssignment, i);

		if (role == ROND_SETTING_HELD && take_around(self, a, &one))
			role = one;
		if (is_save(a))
			add_save(self, a, text, len);
		else
			apply(self, a);
		if (role == ROND_SETTING_HELD && !self->sealed)
			note_header(self, a);
	}
	return role;
}

static void mark_restored(RondSettings *self, const GArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const RondAssignment *a =
		    &g_array_index(list, RondAssignment, i);

		find_save(self, a->value)->restored = TRUE;
		apply(self, a);
	}
}

RondSettingRole rond_settings_take(RondSettings *self, const char *text,
				   gsize len)
{
	g_autoptr(GArray) list = rond_assignments_parse(text, len, self->mode);
	g_autofree char *line = NULL;
	RondSettingRole role;

	if (!list)
		return ROND_SETTING_NONE;
	if (restores_header(self, list)) {
		mark_restored(self, list);
		return ROND_SETTING_NONE;
	}
	if (self->sealed && len <= MAX_HEADER) {
		line = own_line(text, len);
		if (self->parts->len == 1 && is_known(self, line)) {
			judge(self, list, text, len);
			return ROND_SETTING_HELD;
		}
	}
	role = judge(self, list, text, len);
	/* A transaction can't be over before the rows are. */
	if (!self->sealed && role == ROND_SETTING_AROUND &&
	    strcmp(g_array_index(list, RondAssignment, 0).name, "autocommit") ==
		0)
		return ROND_SETTING_NONE;
	return role == ROND_SETTING_HELD ? hold(self, text, len) : role;
}

static void add_missing(RondSettings *self, gboolean has, const char *name)
{
	Save *save;

	if (has)
		return;
	g_string_append_printf(self->header,
			       "/*!40014 SET @OLD_%s=@@%s, %s=0 */;\n", name,
			       name, name);
	save = g_new0(Save, 1);
	*save = (Save){g_strconcat("OLD_", name, NULL),
		       g_strdup(name),
		       g_strdup("/*!40014"),
		       TRUE,
		       TRUE,
		       0};
	g_ptr_array_add(self->saves, save);
}

void rond_settings_seal(RondSettings *self)
{
	if (self->sealed)
		return;
	self->sealed = TRUE;
	/* --compact doesn't say what --compatible=ansi needs. */
	if (self->known & ~self->mode & ROND_SQL_ANSI_QUOTES)
		g_string_append(self->header, "SET SQL_MODE=CONCAT(@@SQL_MODE,"
					      "',ANSI_QUOTES');\n");
	if (!self->names)
		g_string_append(self->header,
				"/*!40101 SET NAMES utf8mb4 */;\n");
	add_missing(self, self->unique, "UNIQUE_CHECKS");
	add_missing(self, self->foreign_keys, "FOREIGN_KEY_CHECKS");
	g_ptr_array_add(self->parts, g_strdup(self->header->str));
}

RondSqlMode rond_settings_mode(const RondSettings *self)
{
	return self->mode | self->known;
}

void rond_settings_add_mode(RondSettings *self, RondSqlMode mode)
{
	self->known |= mode;
}

const char *rond_settings_charset(const RondSettings *self)
{
	return self->charset;
}

const char *rond_settings_time_zone(const RondSettings *self)
{
	return self->time_zone;
}

guint rond_settings_parts(const RondSettings *self)
{
	return self->parts->len;
}

const char *rond_settings_part(const RondSettings *self, guint i)
{
	return g_ptr_array_index(self->parts, i);
}

char *rond_settings_footer(const RondSettings *self)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < self->saves->len; i++) {
		const Save *save = g_ptr_array_index(self->saves, i);
		g_autofree char *system = g_ascii_strup(save->system, -1);
		g_autofree char *user = g_ascii_strup(save->user, -1);

		if (!save->header)
			continue;
		g_string_append_printf(out, "%s%sSET %s=@%s%s;\n",
				       save->bracket, *save->bracket ? " " : "",
				       system, user,
				       *save->bracket ? " */" : "");
	}
	return g_string_free(out, FALSE);
}

gboolean rond_settings_open(const RondSettings *self)
{
	for (guint i = 0; i < self->saves->len; i++) {
		const Save *save = g_ptr_array_index(self->saves, i);

		if (save->header && !save->restored)
			return TRUE;
	}
	return FALSE;
}
