/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/option.h"

#include "backends/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#define HELP_COLUMN 27

typedef struct {
	const RondOptionReader *reader;
	char **next; /* the argument to be read next */
	GPtrArray *operands;
} Line;

/* Whether the first @len bytes of @text are @name, '-' and '_' being one. */
static gboolean same_name(const char *name, const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		char a = name[i] == '_' ? '-' : name[i];
		char b = text[i] == '_' ? '-' : text[i];

		if (a != b || a == '\0')
			return FALSE;
	}
	return name[len] == '\0';
}

static gboolean is_named(const RondOption *option, const char *text, gsize len)
{
	if (!option->name)
		return FALSE;
	if (option->flags & ROND_OPTION_PREFIX)
		return g_str_has_prefix(text, option->name);
	return same_name(option->name, text, len);
}

static const RondOption *find(const RondOptionReader *reader, const char *text,
			      gsize len, gboolean dashed)
{
	for (const RondOption *o = reader->table; o->set; o++) {
		if (!(o->programs & reader->program))
			continue;
		if (dashed && (o->flags & ROND_OPTION_O_ONLY))
			continue;
		if (is_named(o, text, len))
			return o;
	}
	return NULL;
}

static const RondOption *find_letter(const RondOptionReader *reader,
				     char letter)
{
	for (const RondOption *o = reader->table; o->set; o++) {
		if ((o->programs & reader->program) && o->letter == letter)
			return o;
	}
	return NULL;
}

static void tell(const RondOptionReader *reader, const RondOption *option,
		 const char *value)
{
	if (!reader->told || !option->name ||
	    !(option->programs & reader->tell))
		return;
	g_ptr_array_add(
	    reader->told,
	    g_strconcat("--", option->name, value ? "=" : NULL, value, NULL));
}

/* @text is the option as the user wrote it, for the message. */
static gboolean apply(Line *line, const RondOption *option, const char *text,
		      const char *value, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!option->set(line->reader->target, option, value, &cause))
		return rond_fail(error, EINVAL, "%s: %s", text, cause->message);
	tell(line->reader, option, value);
	return TRUE;
}

static gboolean check_value(const RondOption *option, const char *text,
			    const char *value, GError **error)
{
	if (option->flags & (ROND_OPTION_OPTIONAL | ROND_OPTION_PREFIX))
		return TRUE;
	if (value && !option->value)
		return rond_fail(error, EINVAL, _("%s: it takes no value"),
				 text);
	if (!value && option->value)
		return rond_fail(error, EINVAL,
				 _("%s: it needs a value: %s=%s"), text, text,
				 option->value);
	return TRUE;
}

static gboolean read_long(Line *line, const char *argument, GError **error)
{
	const char *name = argument + 2;
	gsize len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	const RondOption *option = find(line->reader, name, len, TRUE);
	g_autofree char *text = g_strndup(argument, len + 2);

	if (!option)
		return rond_fail(error, EINVAL,
				 _("%s: no such option; --help lists them"),
				 text);
	if (!value && option->value && *line->next)
		value = *line->next++;
	return check_value(option, text, value, error) &&
	       apply(line, option, text, value, error);
}

/* The next of the mount options at *@at, unescaped; moves *@at behind it. */
static char *next_mount_option(const char **at)
{
	GString *text = g_string_new(NULL);
	const char *p = *at;

	for (; *p && *p != ','; p++) {
		if (p[0] == '\\' && (p[1] == ',' || p[1] == '\\'))
			p++;
		g_string_append_c(text, *p);
	}
	*at = *p ? p + 1 : p;
	return g_string_free(text, FALSE);
}

static gboolean read_mount_option(Line *line, const char *text, GError **error)
{
	gsize len = strcspn(text, "=");
	const char *value = text[len] ? text + len + 1 : NULL;
	const RondOption *option = find(line->reader, text, len, FALSE);
	const gboolean *sloppy = line->reader->sloppy;
	g_autofree char *name = g_strdup_printf("-o %.*s", (int)len, text);

	if (!option && sloppy && *sloppy)
		return TRUE;
	if (!option)
		return rond_fail(error, EINVAL,
				 _("%s: no such option; --help lists them"),
				 name);
	return check_value(option, name, value, error) &&
	       apply(line, option, name, value, error);
}

static gboolean read_mount_options(Line *line, const char *list, GError **error)
{
	while (*list) {
		g_autofree char *text = next_mount_option(&list);

		/* mount(8) and fstab leave empty ones: "ro,,x". */
		if (*text && !read_mount_option(line, text, error))
			return FALSE;
	}
	return TRUE;
}

/* The value of the letter at @at: the rest of the argument, or the next. */
static const char *letter_value(Line *line, const char *at)
{
	if (at[1])
		return at + 1;
	return *line->next ? *line->next++ : NULL;
}

static gboolean read_mount_letter(Line *line, const char *at, GError **error)
{
	const char *list = letter_value(line, at);

	if (!list)
		return rond_fail(error, EINVAL,
				 _("-o: it needs a value: -o OPTION,..."));
	return read_mount_options(line, list, error);
}

/* Letters may be joined (-fd); the first that takes a value ends them. */
static gboolean read_letters(Line *line, const char *argument, GError **error)
{
	for (const char *at = argument + 1; *at; at++) {
		const RondOption *option = find_letter(line->reader, *at);
		const char text[] = {'-', *at, '\0'};
		const char *value = NULL;

		if (*at == 'o')
			return read_mount_letter(line, at, error);
		if (!option)
			return rond_fail(
			    error, EINVAL,
			    _("%s: no such option; --help lists them"), text);
		if (option->value)
			value = letter_value(line, at);
		if (!check_value(option, text, value, error) ||
		    !apply(line, option, text, value, error))
			return FALSE;
		if (value)
			return TRUE;
	}
	return TRUE;
}

static gboolean read_argument(Line *line, const char *argument, GError **error)
{
	if (g_str_has_prefix(argument, "--"))
		return read_long(line, argument, error);
	if (argument[0] == '-' && argument[1])
		return read_letters(line, argument, error);
	g_ptr_array_add(line->operands, g_strdup(argument));
	return TRUE;
}

GPtrArray *rond_option_read(const RondOptionReader *reader, char **argv,
			    GError **error)
{
	g_autoptr(GPtrArray) operands = g_ptr_array_new_with_free_func(g_free);
	Line line = {reader, argv, operands};
	gboolean ended = FALSE;

	while (*line.next) {
		const char *argument = *line.next++;

		if (ended)
			g_ptr_array_add(operands, g_strdup(argument));
		else if (g_str_equal(argument, "--"))
			ended = TRUE;
		else if (!read_argument(&line, argument, error))
			return NULL;
	}
	return g_steal_pointer(&operands);
}

static void append_forms(GString *text, const RondOption *option)
{
	const char *value = option->value;

	if (option->letter)
		g_string_append_printf(text, "  -%c", option->letter);
	else
		g_string_append(text, "    ");
	if (!option->name)
		g_string_append_printf(text, " %s", value ? value : "");
	else if (option->flags & ROND_OPTION_O_ONLY)
		g_string_append_printf(text, "-o %s", option->name);
	else
		g_string_append_printf(
		    text, "%s--%s", option->letter ? ", " : "  ", option->name);
	if (option->name && value)
		g_string_append_printf(text, "=%s", value);
}

static void append_help(GString *text, const RondOption *option)
{
	gsize start = text->len;

	append_forms(text, option);
	if (text->len - start >= HELP_COLUMN) {
		g_string_append_c(text, '\n');
		start = text->len;
	}
	g_string_append_printf(text, "%*s%s\n",
			       (int)(HELP_COLUMN - (text->len - start)), "",
			       _(option->help));
}

char *rond_option_help(const RondOption *table, guint16 program)
{
	GString *text = g_string_new(NULL);

	for (const RondOption *o = table; o->set; o++) {
		if ((o->programs & program) && o->help)
			append_help(text, o);
	}
	return g_string_free(text, FALSE);
}
