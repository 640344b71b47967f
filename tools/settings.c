/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/settings.h"

#include "backends/error.h"
#include "fs/dates.h"
#include "tools/options.h"
#include "tools/value.h"

#include <errno.h>
#include <glib/gi18n.h>

#define MIN_SIZE (1024 * 1024)
#define MAX_STRIP 1000

static const char *const formats_names[] = {"default", "all", NULL};
/* In the order of RondIndexMode and RondSymlinks. */
static const char *const index_names[] = {"lazy", "background", "now", NULL};
static const char *const symlinks_names[] = {"keep", "contain", "relative",
					     NULL};

static gpointer field(gpointer target, const RondOption *option)
{
	return (char *)target + option->offset;
}

static gpointer config_field(gpointer target, const RondOption *option)
{
	RondOptions *self = target;

	return (char *)self->config + option->offset;
}

static gboolean set_flag(gpointer target, const RondOption *option,
			 const char *value, GError **error)
{
	*(gboolean *)field(target, option) = option->number;
	return TRUE;
}

static gboolean set_config_flag(gpointer target, const RondOption *option,
				const char *value, GError **error)
{
	*(gboolean *)config_field(target, option) = option->number;
	return TRUE;
}

static gboolean set_text(gpointer target, const RondOption *option,
			 const char *value, GError **error)
{
	char **text = field(target, option);

	if (!*value)
		return rond_fail(error, EINVAL, _("it is empty"));
	g_free(*text);
	*text = g_strdup(value);
	return TRUE;
}

static gboolean set_size(gpointer target, const RondOption *option,
			 const char *value, GError **error)
{
	guint64 bytes;

	if (!rond_value_size(value, &bytes, error))
		return FALSE;
	if (bytes < MIN_SIZE)
		return rond_fail(error, EINVAL, _("at least 1M is needed"));
	*(guint64 *)config_field(target, option) = bytes;
	return TRUE;
}

static gboolean set_mask(gpointer target, const RondOption *option,
			 const char *value, GError **error)
{
	return rond_value_mask(value, config_field(target, option), error);
}

static gboolean set_user(gpointer target, const RondOption *option,
			 const char *value, GError **error)
{
	return rond_value_user(value, config_field(target, option), error);
}

static gboolean set_group(gpointer target, const RondOption *option,
			  const char *value, GError **error)
{
	return rond_value_group(value, config_field(target, option), error);
}

static gboolean set_strip(gpointer target, const RondOption *option,
			  const char *value, GError **error)
{
	RondOptions *self = target;

	return rond_value_number(value, MAX_STRIP, &self->config->strip, error);
}

static gboolean set_formats(gpointer target, const RondOption *option,
			    const char *value, GError **error)
{
	RondOptions *self = target;
	guint number;

	if (!rond_value_choice(value, formats_names, &number, error))
		return FALSE;
	self->config->all_formats = number == 1;
	return TRUE;
}

static gboolean set_index(gpointer target, const RondOption *option,
			  const char *value, GError **error)
{
	RondOptions *self = target;
	guint number;

	if (!rond_value_choice(value, index_names, &number, error))
		return FALSE;
	self->config->index_mode = (RondIndexMode)number;
	return TRUE;
}

static gboolean set_symlinks(gpointer target, const RondOption *option,
			     const char *value, GError **error)
{
	RondOptions *self = target;
	guint number;

	if (!rond_value_choice(value, symlinks_names, &number, error))
		return FALSE;
	self->config->symlinks = (RondSymlinks)number;
	return TRUE;
}

static gboolean set_timezone(gpointer target, const RondOption *option,
			     const char *value, GError **error)
{
	RondOptions *self = target;
	GTimeZone *zone = rond_value_timezone(value, error);

	if (!zone)
		return FALSE;
	g_time_zone_unref(self->config->zone);
	self->config->zone = zone;
	return TRUE;
}

static void free_pattern(gpointer pattern)
{
	rond_pattern_free(pattern);
}

static gboolean set_pattern(gpointer target, const RondOption *option,
			    const char *value, GError **error)
{
	RondOptions *self = target;
	RondPattern *pattern = rond_pattern_new(value, error);

	if (!pattern)
		return FALSE;
	if (!self->config->patterns)
		self->config->patterns =
		    g_ptr_array_new_with_free_func(free_pattern);
	g_ptr_array_add(self->config->patterns, pattern);
	return TRUE;
}

/* A daemon leaves the folder it was started in, so paths are made absolute. */
static gboolean set_cache_dir(gpointer target, const RondOption *option,
			      const char *value, GError **error)
{
	RondOptions *self = target;

	if (!*value)
		return rond_fail(error, EINVAL, _("it is empty"));
	g_free(self->config->cache_dir);
	self->config->cache_dir = g_canonicalize_filename(value, NULL);
	return TRUE;
}

static gboolean add_source(gpointer target, const RondOption *option,
			   const char *value, GError **error)
{
	RondOptions *self = target;

	if (!*value)
		return rond_fail(error, EINVAL, _("it is empty"));
	g_ptr_array_add(self->sources, g_strdup(value));
	return TRUE;
}

static gboolean set_debug(gpointer target, const RondOption *option,
			  const char *value, GError **error)
{
	RondOptions *self = target;

	self->debug = TRUE;
	self->foreground = TRUE;
	return TRUE;
}

/* mount(8) and fstab say much that a mount of ours needn't be told. */
static gboolean ignore(gpointer target, const RondOption *option,
		       const char *value, GError **error)
{
	return TRUE;
}

static gboolean ignore_loudly(gpointer target, const RondOption *option,
			      const char *value, GError **error)
{
	RondOptions *self = target;

	g_ptr_array_add(
	    self->warnings,
	    g_strdup_printf(
		_("-o %s is ignored: mounts are always nosuid and nodev"),
		option->name));
	return TRUE;
}

static gboolean refuse_remount(gpointer target, const RondOption *option,
			       const char *value, GError **error)
{
	return rond_fail(error, EINVAL,
			 _("not possible; unmount it, then mount it again"));
}

/* An unmount after a crash would leave an empty folder, and the next
 * `rsync --delete` from there would empty its copy. */
static gboolean refuse_auto_unmount(gpointer target, const RondOption *option,
				    const char *value, GError **error)
{
	return rond_fail(error, EINVAL,
			 _("not offered: what is left would look like an "
			   "empty folder; mount again over it instead"));
}

#define RONDFS ROND_PROGRAM_RONDFS
#define HELPER ROND_PROGRAM_MOUNT
#define CTL ROND_PROGRAM_RONDCTL
#define DIFF ROND_PROGRAM_DIFF
#define LOG ROND_PROGRAM_LOG
#define LOST ROND_PROGRAM_LOST
#define SUSPECTS ROND_PROGRAM_SUSPECTS
#define GREP ROND_PROGRAM_GREP
#define LS ROND_PROGRAM_LS
#define CP ROND_PROGRAM_CP
#define MOUNTS (RONDFS | HELPER)
#define ALL (RONDFS | HELPER | CTL)

/* What lines of the table have in common. */
#define IN_OPTIONS(member) .offset = offsetof(RondOptions, member)
#define IN_CONFIG(member) .offset = offsetof(RondConfig, member)
#define FLAG(member, value) set_flag, IN_OPTIONS(member), value
#define CONFIG_FLAG(member, value) set_config_flag, IN_CONFIG(member), value
#define IGNORED(name)                                                   \
	{                                                               \
		name, 0, MOUNTS, ROND_OPTION_O_ONLY, NULL, NULL, ignore \
	}
#define IGNORED_ALL(name, how)                                                \
	{                                                                     \
		name, 0, MOUNTS, ROND_OPTION_O_ONLY | how, NULL, NULL, ignore \
	}

/* clang-format off */
const RondOption rond_settings[] = {
	/* Which backups, and how they are read. */
	{ "source", 's', CTL, 0, N_("a source, in place of WHERE; repeatable"),
	  "SOURCE", add_source },
	{ "pattern", 0, ALL, 0, N_("how backups are named, as blog-%d%m%Y.tgz"),
	  "GLOB", set_pattern },
	{ "timezone", 0, ALL, 0, N_("zone of names and days (the machine's)"),
	  "TZ", set_timezone },
	{ "now", 0, ALL, 0, N_("pretend that it is this day (2024-05-31)"),
	  "DATE", set_text, IN_OPTIONS(now) },
	{ "formats", 0, ALL, 0, N_("'all': also rar, iso, cab, ar..."),
	  "default|all", set_formats },
	{ "strip", 0, ALL, 0, N_("leave out N folders at the top of archives"),
	  "N", set_strip },
	{ "index", 0, MOUNTS, 0, N_("when backups are read through first"),
	  "lazy|background|now", set_index },
	{ "memory", 0, ALL, 0, N_("for decompressed blocks (256M)"),
	  "SIZE", set_size, IN_CONFIG(memory) },
	{ "cache-size", 0, ALL, 0, N_("of indexes on disk (its tenth, <= 20G)"),
	  "SIZE", set_size, IN_CONFIG(cache_size) },
	{ "cache-dir", 0, ALL, 0, N_("where indexes are kept"),
	  "DIR", set_cache_dir },

	/* How the tree looks. */
	{ "uid", 0, MOUNTS, 0, N_("owner of everything (as archived)"),
	  "USER", set_user, IN_CONFIG(uid) },
	{ "gid", 0, MOUNTS, 0, N_("group of everything (as archived)"),
	  "GROUP", set_group, IN_CONFIG(gid) },
	{ "umask", 0, MOUNTS, 0, N_("permissions to take away, octal"),
	  "MASK", set_mask, IN_CONFIG(umask) },
	{ "fmask", 0, MOUNTS, 0, N_("the same, of files"),
	  "MASK", set_mask, IN_CONFIG(fmask) },
	{ "dmask", 0, MOUNTS, 0, N_("the same, of folders"),
	  "MASK", set_mask, IN_CONFIG(dmask) },
	{ "symlinks", 0, MOUNTS, 0, N_("symbolic links in backups (keep)"),
	  "keep|contain|relative", set_symlinks },
	{ "xattr", 0, MOUNTS, 0, N_("show extended attributes (slows ls -l)"),
	  NULL, CONFIG_FLAG(xattr, TRUE) },
	{ "keep_special", 0, MOUNTS, 0, N_("show setuid bits and devices"),
	  NULL, CONFIG_FLAG(keep_special, TRUE) },

	/* The mount. */
	{ "allow_other", 0, MOUNTS, 0, N_("let other users in, by permissions"),
	  NULL, FLAG(allow_other, TRUE) },
	{ "default_permissions", 0, MOUNTS, 0, N_("the kernel checks modes"),
	  NULL, FLAG(default_permissions, TRUE) },
	{ "exec", 0, MOUNTS, 0, N_("programs in backups may be run"),
	  NULL, FLAG(exec, TRUE) },
	{ "noexec", 0, MOUNTS, 0, NULL, NULL, FLAG(exec, FALSE) },
	{ "fsname", 0, MOUNTS, 0, N_("what mount and df show as the source"),
	  "NAME", set_text, IN_OPTIONS(fsname) },
	{ "log-tag", 0, MOUNTS, 0, N_("name in the system log (rondfs)"),
	  "NAME", set_text, IN_OPTIONS(log_tag) },
	{ "foreground", 'f', RONDFS, 0, N_("stay in the foreground"),
	  NULL, FLAG(foreground, TRUE) },
	{ "debug", 'd', RONDFS, 0, N_("trace every request; implies -f"),
	  NULL, set_debug },
	{ "json", 0, CTL, 0, N_("for programs"), NULL, FLAG(json, TRUE) },
	{ "name-only", 0, DIFF, 0, N_("only the path of each changed file"),
	  NULL, FLAG(name_only, TRUE) },
	{ "null", 'z', DIFF, 0, N_("the same, NUL behind each"),
	  NULL, FLAG(null, TRUE) },
	{ "null", 'z', LOST | SUSPECTS | LS, 0,
	  N_("only the paths, NUL behind each"), NULL, FLAG(null, TRUE) },
	{ "patch", 'p', DIFF, 0, N_("what changed in text files, as a patch"),
	  NULL, FLAG(patch, TRUE) },
	{ "stat", 0, DIFF, 0, N_("how many lines changed in each file"),
	  NULL, FLAG(stat, TRUE) },
	{ "rows", 0, DIFF, 0, N_("how many rows changed in each table (reads it)"),
	  NULL, FLAG(rows, TRUE) },
	{ "metadata", 0, DIFF, 0, N_("also other times, modes, owners (U)"),
	  NULL, FLAG(metadata, TRUE) },
	{ "git", 0, LOG | SUSPECTS, 0, N_("what this repository knows of it"),
	  "REPO", set_text, IN_OPTIONS(git) },
	{ "since", 0, SUSPECTS, 0, N_("only what came after this snapshot"),
	  "SNAPSHOT", set_text, IN_OPTIONS(since) },
	{ "exec", 0, SUSPECTS, 0, N_("scan each content once; {} is the list"),
	  "COMMAND", set_text, IN_OPTIONS(exec_scanner) },
	{ "copy-to", 0, LOST, 0, N_("copy the newest of each to here"),
	  "DIR", set_text, IN_OPTIONS(copy_to) },
	{ "chown", 0, LOST | CP, 0, N_("whom the copies belong to"),
	  "USER[:GROUP]", set_text, IN_OPTIONS(chown) },
	{ "force", 'f', LOST | CP, 0, N_("replace what is there"),
	  NULL, FLAG(force, TRUE) },
	{ "fixed-strings", 'F', GREP, 0, N_("PATTERN is text, no expression"),
	  NULL, FLAG(fixed, TRUE) },
	{ "ignore-case", 'i', GREP, 0, N_("letters match in either case"),
	  NULL, FLAG(ignore_case, TRUE) },
	{ "files-with-matches", 'l', GREP, 0, N_("only which files"),
	  NULL, FLAG(files_only, TRUE) },
	{ "long", 'l', LS, 0, N_("mode, owner, size and time of each"),
	  NULL, FLAG(details, TRUE) },
	{ "help", 'h', ALL, 0, N_("this text"), NULL, FLAG(help, TRUE) },
	{ "version", 'V', ALL, 0, N_("the version"),
	  NULL, FLAG(version, TRUE) },

	/* How mount(8) calls its helpers: mount(8), "External helpers". */
	{ NULL, 'f', HELPER, 0, N_("check everything, mount nothing"),
	  NULL, FLAG(fake, TRUE) },
	{ NULL, 's', HELPER, 0, N_("ignore -o options that don't exist"),
	  NULL, FLAG(sloppy, TRUE) },
	{ NULL, 'n', HELPER, 0, NULL, NULL, ignore },
	{ NULL, 'v', HELPER, 0, NULL, NULL, ignore },
	{ NULL, 'r', HELPER, 0, NULL, NULL, ignore },
	{ NULL, 'w', HELPER, 0, NULL, NULL, ignore },
	{ NULL, 'N', HELPER, 0, NULL, "NAMESPACE", ignore },
	{ NULL, 't', HELPER, 0, NULL, "TYPE", ignore },

	/* What mount(8), fstab(5) and systemd.mount(5) put into -o. */
	IGNORED("ro"), IGNORED("rw"), IGNORED("defaults"),
	IGNORED("nosuid"), IGNORED("nodev"),
	IGNORED("atime"), IGNORED("noatime"),
	IGNORED("diratime"), IGNORED("nodiratime"),
	IGNORED("relatime"), IGNORED("norelatime"),
	IGNORED("strictatime"), IGNORED("nostrictatime"),
	IGNORED("lazytime"), IGNORED("nolazytime"),
	IGNORED("sync"), IGNORED("async"), IGNORED("dirsync"),
	IGNORED("silent"), IGNORED("loud"),
	IGNORED("auto"), IGNORED("noauto"),
	IGNORED("nofail"), IGNORED("_netdev"),
	IGNORED("nouser"), IGNORED("users"), IGNORED("nousers"),
	IGNORED("owner"), IGNORED("noowner"),
	IGNORED("group"), IGNORED("nogroup"),
	IGNORED("nonempty"),
	IGNORED_ALL("user", ROND_OPTION_OPTIONAL),
	IGNORED_ALL("comment", ROND_OPTION_OPTIONAL),
	IGNORED_ALL("subtype", ROND_OPTION_OPTIONAL),
	IGNORED_ALL("x-", ROND_OPTION_PREFIX),
	IGNORED_ALL("X-", ROND_OPTION_PREFIX),
	{ "suid", 0, MOUNTS, ROND_OPTION_O_ONLY, NULL, NULL, ignore_loudly },
	{ "dev", 0, MOUNTS, ROND_OPTION_O_ONLY, NULL, NULL, ignore_loudly },
	{ "remount", 0, MOUNTS, ROND_OPTION_O_ONLY, NULL, NULL,
	  refuse_remount },
	{ "auto_unmount", 0, MOUNTS, ROND_OPTION_O_ONLY, NULL, NULL,
	  refuse_auto_unmount },
	{ NULL },
};
/* clang-format on */
