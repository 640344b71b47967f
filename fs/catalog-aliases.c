/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/catalog.h"

#include "fs/dates.h"

#include <string.h>

#define MAX_AGO 100000

/* "J-12" → 'J' and 12. FALSE: not of that form. */
static gboolean parse_alias(const char *name, char *letter, guint *ago)
{
	const char *digits;

	if (!*name || !strchr("JDS", *name) || name[1] != '-')
		return FALSE;
	digits = name + 2;
	if (!*digits || strlen(digits) > 6 || (*digits == '0' && digits[1]) ||
	    strspn(digits, "0123456789") != strlen(digits))
		return FALSE;
	*letter = *name;
	*ago = (guint)g_ascii_strtoull(digits, NULL, 10);
	return *ago <= MAX_AGO;
}

gboolean rond_alias_is_name(const char *name)
{
	return !strcmp(name, "latest") ||
	       (*name && strchr("JDS", *name) && name[1] == '-' && name[2] &&
		strspn(name + 2, "0123456789") == strlen(name + 2));
}

/* "YYYY-MM-DD" where there is one: snapshots that came later may be earlier in
 * the day. */
static const RondSnapshot *first_of_day(const RondCatalog *self, guint32 day)
{
	const RondSnapshot *first = NULL;

	for (guint i = 0; i < self->snapshots->len; i++) {
		const RondSnapshot *each = self->snapshots->pdata[i];

		if (!each->dated || each->day != day)
			continue;
		if (!strchr(each->name, 'T'))
			return each;
		if (!first)
			first = each;
	}
	return first;
}

/* The newest dated snapshot of @day or before. */
static const RondSnapshot *newest_until(const RondCatalog *self, guint32 day)
{
	for (guint i = self->snapshots->len; i-- > 0;) {
		const RondSnapshot *each = self->snapshots->pdata[i];

		if (each->dated && each->day <= day)
			return each;
	}
	return NULL;
}

static const RondSnapshot *latest(const RondCatalog *self)
{
	const RondSnapshot *dated = newest_until(self, G_MAXUINT32);

	if (dated || !self->snapshots->len)
		return dated;
	return self->snapshots->pdata[self->snapshots->len - 1];
}

const RondSnapshot *rond_catalog_resolve(const RondCatalog *self, gint64 now,
					 const char *alias)
{
	guint32 today = rond_day_number(now, self->zone);
	guint ago;
	char letter;

	if (!strcmp(alias, "latest"))
		return latest(self);
	if (!parse_alias(alias, &letter, &ago))
		return NULL;
	if (letter != 'S')
		return ago < today ? first_of_day(self, today - ago) : NULL;
	if (ago == 0 || ago * 7 >= today)
		return NULL;
	return newest_until(self, today - ago * 7);
}

static const RondSnapshot *find_or_resolve(const RondCatalog *self, gint64 now,
					   const char *name)
{
	const RondSnapshot *found = rond_catalog_find(self, name);

	return found ? found : rond_catalog_resolve(self, now, name);
}

/* "~12" → 12. FALSE: not of that form. */
static gboolean parse_back(const char *text, guint *back)
{
	gsize len = strlen(text + 1);

	if (!len || len > 6 || strspn(text + 1, "0123456789") != len)
		return FALSE;
	*back = (guint)g_ascii_strtoull(text + 1, NULL, 10);
	return TRUE;
}

const RondSnapshot *rond_catalog_named(const RondCatalog *self, gint64 now,
				       const char *name)
{
	const RondSnapshot *found = find_or_resolve(self, now, name);
	const char *tilde = strrchr(name, '~');
	g_autofree char *base = NULL;
	guint back, at;

	/* A given name may have one in it. */
	if (found || !tilde || !parse_back(tilde, &back))
		return found;
	base = g_strndup(name, (gsize)(tilde - name));
	found = find_or_resolve(self, now, base);
	if (!found || !g_ptr_array_find(self->snapshots, found, &at) ||
	    back > at)
		return NULL;
	return self->snapshots->pdata[at - back];
}

static void add_alias(GPtrArray *names, char letter, guint ago)
{
	g_ptr_array_add(names, g_strdup_printf("%c-%u", letter, ago));
}

char **rond_catalog_aliases(const RondCatalog *self, gint64 now)
{
	GPtrArray *names = g_ptr_array_new();
	g_autoptr(GPtrArray) weeks = g_ptr_array_new();
	guint32 today = rond_day_number(now, self->zone);
	guint32 last_day = 0;
	guint last_week = 0;

	for (guint i = self->snapshots->len; i-- > 0;) {
		const RondSnapshot *each = self->snapshots->pdata[i];
		guint ago = today - each->day;

		if (!each->dated || each->day > today ||
		    each->day == last_day || ago > MAX_AGO)
			continue;
		add_alias(names, 'J', ago);
		last_day = each->day;
		/* One from last year is the newest that is at least N weeks
		 * old for many N: it is listed for the largest. */
		if (ago / 7 > last_week)
			add_alias(weeks, 'S', ago / 7);
		last_week = MAX(last_week, ago / 7);
	}
	g_ptr_array_extend(names, weeks, NULL, NULL);
	if (latest(self))
		g_ptr_array_add(names, g_strdup("latest"));
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}
