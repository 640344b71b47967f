/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-misses.h"

#include "fs/scan-names.h"

/* One by one. */
#define MAX_BACKUPS 100
#define MAX_OTHERS 10

static RondMissed missed_new(void)
{
	return (RondMissed){
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_skipped_free)};
}

void rond_misses_init(RondMisses *self)
{
	*self = (RondMisses){missed_new(), missed_new()};
}

static void add(RondMissed *self, guint max, const char *path, const char *why)
{
	if (self->count++ < max)
		g_ptr_array_add(self->skipped, rond_skipped_new(path, why));
}

void rond_misses_add(RondMisses *self, const char *path, const char *why)
{
	g_autofree char *name = g_path_get_basename(path);

	if (rond_name_is_packed(name))
		add(&self->backups, MAX_BACKUPS, path, why);
	else
		add(&self->others, MAX_OTHERS, path, why);
}

/* "1,234" */
static char *grouped_number(guint n)
{
	if (n < 1000)
		return g_strdup_printf("%u", n);
	if (n < 1000000)
		return g_strdup_printf("%u,%03u", n / 1000, n % 1000);
	return g_strdup_printf("%u,%03u,%03u", n / 1000000, n / 1000 % 1000,
			       n % 1000);
}

static void move_each(RondMissed *self, GPtrArray *to)
{
	while (self->skipped->len)
		g_ptr_array_add(to, g_ptr_array_steal_index(self->skipped, 0));
}

static RondSkipped *others_summary(const RondMissed *self, const char *folder)
{
	const RondSkipped *first = self->skipped->pdata[0];
	g_autofree char *number = grouped_number(self->count);
	g_autofree char *name = g_path_get_basename(first->path);
	g_autofree char *why = g_strdup_printf(
	    "%s files that are no backups, e.g. %s", number, name);

	return rond_skipped_new(folder, why);
}

void rond_misses_report(RondMisses *self, const char *folder,
			GPtrArray *skipped)
{
	move_each(&self->backups, skipped);
	if (self->backups.count > MAX_BACKUPS) {
		g_autofree char *number =
		    grouped_number(self->backups.count - MAX_BACKUPS);
		g_autofree char *why = g_strdup_printf(
		    "%s more files that can't be read as backups, though "
		    "their names say so",
		    number);

		g_ptr_array_add(skipped, rond_skipped_new(folder, why));
	}
	if (self->others.count > MAX_OTHERS)
		g_ptr_array_add(skipped, others_summary(&self->others, folder));
	else
		move_each(&self->others, skipped);
	g_clear_pointer(&self->backups.skipped, g_ptr_array_unref);
	g_clear_pointer(&self->others.skipped, g_ptr_array_unref);
}
