/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/value.h"

#include "backends/error.h"
#include "fs/config.h"
#include "fs/dates.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

/* How far to shift for a unit, -1: there is no such unit. */
static int unit_shift(const char *unit)
{
	const char *units = "KMGT";
	const char *at = strchr(units, g_ascii_toupper(*unit));

	if (*unit == '\0')
		return 0;
	if (!at)
		return -1;
	unit++;
	if (*unit != '\0' && g_ascii_strcasecmp(unit, "iB") != 0 &&
	    g_ascii_strcasecmp(unit, "B") != 0)
		return -1;
	return 10 * (int)(at - units + 1);
}

gboolean rond_value_size(const char *text, guint64 *bytes, GError **error)
{
	char *unit = NULL;
	guint64 number = 0;
	int shift = -1;

	/* strtoull takes signs and blanks, which no size has. */
	if (g_ascii_isdigit(*text)) {
		errno = 0;
		number = g_ascii_strtoull(text, &unit, 10);
		shift = errno ? -1 : unit_shift(unit);
	}
	if (shift < 0 || number > ((guint64)G_MAXINT64 >> shift))
		return rond_fail(error, EINVAL,
				 _("'%s' is no size; write 256M or 20G"), text);
	*bytes = number << shift;
	return TRUE;
}

static gboolean parse_number(const char *text, guint base, guint64 max,
			     guint64 *number)
{
	return g_ascii_string_to_unsigned(text, base, 0, max, number, NULL);
}

gboolean rond_value_number(const char *text, guint max, guint *number,
			   GError **error)
{
	guint64 value;

	if (!parse_number(text, 10, max, &value))
		return rond_fail(error, EINVAL,
				 _("'%s' is no number from 0 to %u"), text,
				 max);
	*number = (guint)value;
	return TRUE;
}

gboolean rond_value_mask(const char *text, mode_t *mask, GError **error)
{
	guint64 value;

	if (!parse_number(text, 8, 0777, &value))
		return rond_fail(error, EINVAL,
				 _("'%s' is no octal mask; write 022 or 077"),
				 text);
	*mask = (mode_t)value;
	return TRUE;
}

gboolean rond_value_user(const char *text, guint32 *uid, GError **error)
{
	const struct passwd *user;
	guint64 value;

	if (parse_number(text, 10, ROND_NO_ID - 1, &value)) {
		*uid = (guint32)value;
		return TRUE;
	}
	user = getpwnam(text);
	if (!user)
		return rond_fail(error, EINVAL,
				 _("'%s' is no user of this machine"), text);
	*uid = user->pw_uid;
	return TRUE;
}

gboolean rond_value_group(const char *text, guint32 *gid, GError **error)
{
	const struct group *group;
	guint64 value;

	if (parse_number(text, 10, ROND_NO_ID - 1, &value)) {
		*gid = (guint32)value;
		return TRUE;
	}
	group = getgrnam(text);
	if (!group)
		return rond_fail(error, EINVAL,
				 _("'%s' is no group of this machine"), text);
	*gid = group->gr_gid;
	return TRUE;
}

GTimeZone *rond_value_timezone(const char *text, GError **error)
{
	GTimeZone *zone = *text ? g_time_zone_new_identifier(text) : NULL;

	if (!zone)
		rond_fail(
		    error, EINVAL,
		    _("'%s' is no known time zone; write Europe/Paris or UTC"),
		    text);
	return zone;
}

static gint64 end_of_day(gint64 time, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
	g_autoptr(GDateTime) day = g_date_time_to_timezone(utc, zone);
	g_autoptr(GDateTime) next = g_date_time_add_days(day, 1);
	int year, month, mday;

	g_date_time_get_ymd(next, &year, &month, &mday);
	g_autoptr(GDateTime) midnight =
	    g_date_time_new(zone, year, month, mday, 0, 0, 0);
	return g_date_time_to_unix(midnight) - 1;
}

gboolean rond_value_date(const char *text, GTimeZone *zone, gint64 *time,
			 GError **error)
{
	gboolean has_time;

	if (g_str_equal(text, "now")) {
		*time = G_MININT64;
		return TRUE;
	}
	if (!rond_snapshot_name_parse(text, zone, time, &has_time))
		return rond_fail(
		    error, EINVAL,
		    _("'%s' is no date; write 2024-05-31 or 2024-05-31T1430"),
		    text);
	if (!has_time)
		*time = end_of_day(*time, zone);
	return TRUE;
}

gboolean rond_value_choice(const char *text, const char *const *names,
			   guint *number, GError **error)
{
	g_autofree char *all = NULL;

	for (guint i = 0; names[i]; i++) {
		if (g_str_equal(names[i], text)) {
			*number = i;
			return TRUE;
		}
	}
	all = g_strjoinv(", ", (char **)names);
	return rond_fail(error, EINVAL, _("'%s' is none of %s"), text, all);
}
