/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/options-kit.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT(1) << 20)

static void test_defaults(void)
{
	g_autoptr(RondOptions) o = options_with("");

	g_assert_cmpstr(o->mountpoint, ==, "mnt");
	g_assert_cmpstr(o->config->sources[0], ==, "src");
	g_assert_null(o->config->sources[1]);
	g_assert_cmpstr(o->fsname, ==, "rondfs:src");
	g_assert_cmpstr(o->log_tag, ==, "rondfs");
	g_assert_cmpuint(o->config->memory, ==, 256 * MIB);
	g_assert_cmpuint(o->config->cache_size, ==, 0);
	g_assert_null(o->config->cache_dir);
	g_assert_null(o->config->patterns);
	g_assert_cmpint(o->config->now, ==, G_MININT64);
	g_assert_cmpuint(o->config->strip, ==, ROND_NO_STRIP);
	g_assert_cmpuint(o->config->uid, ==, ROND_NO_ID);
	g_assert_cmpuint(o->config->gid, ==, ROND_NO_ID);
	g_assert_cmpint(o->config->index_mode, ==, ROND_INDEX_LAZY);
	g_assert_cmpint(o->config->symlinks, ==, ROND_SYMLINKS_KEEP);
	g_assert_false(o->foreground || o->debug || o->exec || o->allow_other);
	g_assert_false(o->default_permissions || o->fake || o->help);
	g_assert_cmpuint(o->warnings->len, ==, 0);
}

static void test_operands(void)
{
	g_autoptr(RondOptions) some =
	    must_read(ROND_PROGRAM_RONDFS, "a -f 'b c' J=d --xattr mnt -d");
	g_autoptr(RondOptions) ended =
	    must_read(ROND_PROGRAM_RONDFS, "-f -- -a --b -o");

	g_assert_cmpuint(g_strv_length(some->config->sources), ==, 3);
	g_assert_cmpstr(some->config->sources[1], ==, "b c");
	g_assert_cmpstr(some->config->sources[2], ==, "J=d");
	g_assert_cmpstr(some->mountpoint, ==, "mnt");
	g_assert_cmpstr(some->fsname, ==, "rondfs:a+2");
	g_assert_true(some->debug);
	g_assert_cmpstr(ended->config->sources[0], ==, "-a");
	g_assert_cmpstr(ended->config->sources[1], ==, "--b");
	g_assert_cmpstr(ended->mountpoint, ==, "-o");
}

/* A single "-" is no option. */
static void test_dash(void)
{
	g_autoptr(RondOptions) o = must_read(ROND_PROGRAM_RONDFS, "- mnt");

	g_assert_cmpstr(o->config->sources[0], ==, "-");
}

static const char *const size_forms[] = {
    "--memory=64M",
    "--memory 64M",
    "-o memory=64M",
    "-omemory=64M",
    "-o ro,memory=64M,rw",
    "-fo memory=64M",
    "--memory=1G --memory=64M",
    "--memory=67108864",
    "--memory=65536k",
    "--memory=64MiB",
    "--memory=64mb",
};

static void test_value_forms(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(size_forms); i++) {
		g_autoptr(RondOptions) o = options_with(size_forms[i]);

		g_assert_cmpuint(o->config->memory, ==, 64 * MIB);
	}
}

static void test_underscores(void)
{
	g_autoptr(RondOptions) a = options_with("--allow-other --keep-special "
						"--cache_size=2G --log_tag=x");
	g_autoptr(RondOptions) b = options_with("-o allow_other,keep_special,"
						"cache-size=2G,log-tag=x");

	g_assert_true(a->allow_other && b->allow_other);
	g_assert_true(a->config->keep_special && b->config->keep_special);
	g_assert_cmpuint(a->config->cache_size, ==, 2048 * MIB);
	g_assert_cmpuint(b->config->cache_size, ==, 2048 * MIB);
	g_assert_cmpstr(b->log_tag, ==, "x");
}

/* Every long option is a mount option as well. */
static const char *const mount_options[] = {
    "formats=all",
    "index=now",
    "pattern=x-%Y%m%d.tar",
    "now=2024-05-31",
    "timezone=Europe/Paris",
    "strip=2",
    "memory=1M",
    "cache-size=1M",
    "cache-dir=/c",
    "uid=1",
    "gid=2",
    "umask=077",
    "fmask=111",
    "dmask=22",
    "log-tag=t",
    "allow_other",
    "default_permissions",
    "xattr",
    "keep_special",
    "symlinks=relative",
    "exec",
    "noexec",
    "fsname=n",
    "foreground",
    "debug",
};

static void test_both_forms(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(mount_options); i++) {
		g_autofree char *dashed =
		    g_strdup_printf("--%s", mount_options[i]);
		g_autofree char *listed =
		    g_strdup_printf("-o %s", mount_options[i]);
		g_autoptr(RondOptions) a = options_with(dashed);
		g_autoptr(RondOptions) b = options_with(listed);

		g_assert_cmpuint(a->config->memory, ==, b->config->memory);
		g_assert_cmpint(a->config->now, ==, b->config->now);
		g_assert_cmpstr(a->fsname, ==, b->fsname);
		g_assert_cmpint(a->exec, ==, b->exec);
		g_assert_cmpint(a->debug, ==, b->debug);
		g_assert_cmpuint(a->config->umask, ==, b->config->umask);
	}
}

static void test_values(void)
{
	g_autoptr(RondOptions) o = options_with(
	    "-o 'formats=all,index=background,strip=2,uid=33,gid=root,"
	    "umask=027,fmask=111,dmask=0,symlinks=contain,xattr,exec,"
	    "keep_special,fsname=my\\,name'");

	g_assert_true(o->config->all_formats);
	g_assert_cmpint(o->config->index_mode, ==, ROND_INDEX_BACKGROUND);
	g_assert_cmpuint(o->config->strip, ==, 2);
	g_assert_cmpuint(o->config->uid, ==, 33);
	g_assert_cmpuint(o->config->gid, ==, 0);
	g_assert_cmpuint(o->config->umask, ==, 027);
	g_assert_cmpuint(o->config->fmask, ==, 0111);
	g_assert_cmpuint(o->config->dmask, ==, 0);
	g_assert_cmpint(o->config->symlinks, ==, ROND_SYMLINKS_CONTAIN);
	g_assert_true(o->config->xattr && o->config->keep_special && o->exec);
}

static void test_last_wins(void)
{
	g_autoptr(RondOptions) o = options_with(
	    "-o exec,uid=1,index=now,formats=all -o noexec --uid=2 "
	    "--index=lazy --formats=default --fsname=a --fsname=b "
	    "--timezone=UTC --timezone=Europe/Paris");

	g_assert_false(o->exec || o->config->all_formats);
	g_assert_cmpuint(o->config->uid, ==, 2);
	g_assert_cmpint(o->config->index_mode, ==, ROND_INDEX_LAZY);
	g_assert_cmpstr(o->fsname, ==, "b");
	g_assert_cmpstr(g_time_zone_get_identifier(o->config->zone), ==,
			"Europe/Paris");
}

static void test_letters(void)
{
	g_autoptr(RondOptions) f = options_with("-f");
	g_autoptr(RondOptions) d = options_with("-d");
	g_autoptr(RondOptions) fd = options_with("-fdoxattr");

	g_assert_true(f->foreground && !f->debug);
	g_assert_true(d->foreground && d->debug);
	g_assert_true(fd->debug && fd->config->xattr);
}

/* Nothing else is asked of who asks for help. */
static void test_help(void)
{
	const char *const lines[] = {"-h", "--help", "src --help", "-Vh"};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(RondOptions) o =
		    must_read(ROND_PROGRAM_RONDFS, lines[i]);

		g_assert_true(o->help);
	}
	g_autoptr(RondOptions) v = must_read(ROND_PROGRAM_RONDFS, "-V");
	g_assert_true(v->version && !v->help);
}

static void test_escapes(void)
{
	static const struct {
		const char *list, *name;
	} rows[] = {
	    {"'fsname=a\\,b'", "a,b"},	     {"'fsname=a\\\\'", "a\\"},
	    {"'fsname=a\\\\,xattr'", "a\\"}, {"'fsname=a\\\\\\,b'", "a\\,b"},
	    {"'fsname=a\\*b'", "a\\*b"},     {"'fsname=a\\'", "a\\"},
	    {"',,fsname=a,,'", "a"},	     {"'fsname=a=b'", "a=b"},
	    {"'fsname=a b'", "a b"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf("-o %s", rows[i].list);
		g_autoptr(RondOptions) o = options_with(line);

		g_assert_cmpstr(o->fsname, ==, rows[i].name);
	}
	/* Of long options the value is as it stands. */
	g_autoptr(RondOptions) o = options_with("'--fsname=a\\,b,c'");
	g_assert_cmpstr(o->fsname, ==, "a\\,b,c");
}

static void test_patterns(void)
{
	g_autoptr(RondOptions) o =
	    options_with("--pattern 'a-%Y%m%d.tar' --pattern='b-%d%m%Y{part}' "
			 "-o 'pattern=c\\,%s.sql'");

	g_assert_cmpuint(o->config->patterns->len, ==, 3);
}

static void test_cache_dir(void)
{
	g_autofree char *here = g_get_current_dir();
	g_autofree char *expected = g_build_filename(here, "b", NULL);
	g_autoptr(RondOptions) o = options_with("--cache-dir=a/../b/");
	g_autoptr(RondOptions) absolute = options_with("--cache-dir=/var/x");

	g_assert_true(g_str_has_prefix(o->config->cache_dir, expected));
	g_assert_cmpstr(absolute->config->cache_dir, ==, "/var/x");
}

/* Days end at their last second, whatever the clock change. */
static void test_now(void)
{
	static const struct {
		const char *line;
		gint64 now;
	} rows[] = {
	    {"--timezone=UTC --now=2024-05-31", 1717199999},
	    {"--now=2024-05-31 --timezone=UTC", 1717199999},
	    {"--now=2024-05-31 --timezone=Europe/Paris", 1717192799},
	    {"--now=2024-10-27 --timezone=Europe/Paris", 1730069999},
	    {"--now=2024-05-31T1430 --timezone=UTC", 1717165800},
	    {"--now=2024-05-31T1430 --timezone=Europe/Paris", 1717158600},
	    {"--now=now", G_MININT64},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(RondOptions) o = options_with(rows[i].line);

		g_assert_cmpint(o->config->now, ==, rows[i].now);
	}
}

/* What rondctl is told by a mount's .status: as it is in any folder. */
static void test_arguments(void)
{
	g_autoptr(RondOptions) options = must_read(
	    ROND_PROGRAM_RONDFS, "-o ro,strip=1,allow_other --now=2024-05-01 "
				 "--cache-dir /c -f b/../x 2024=/y z:// /mnt");
	g_autofree char *told = g_strjoinv("|", options->config->arguments);
	g_autofree char *here = g_canonicalize_filename("x", NULL);
	g_autofree char *expected =
	    g_strconcat("--strip=1|--now=2024-05-01|--cache-dir=/c|"
			"--cache-dir=/c|--source=",
			here, "|--source=2024=/y|--source=z://", NULL);

	g_assert_cmpstr(told, ==, expected);
	/* Only its own command has them. */
	must_fail(ROND_PROGRAM_RONDCTL, "--stat", "--stat");
	g_autoptr(RondOptions) diff =
	    must_read(ROND_PROGRAM_RONDCTL | ROND_PROGRAM_DIFF, "--stat -z x");
	g_autoptr(RondOptions) rows =
	    must_read(ROND_PROGRAM_RONDCTL | ROND_PROGRAM_DIFF, "--rows x");

	g_assert_true(diff->stat && diff->null && !diff->patch && !diff->rows);
	g_assert_true(rows->rows && !rows->stat);
	must_fail(ROND_PROGRAM_RONDCTL, "--rows", "--rows");
}

static void test_program_names(void)
{
	static const struct {
		const char *argv0;
		RondProgram program;
	} rows[] = {
	    {"rondfs", ROND_PROGRAM_RONDFS},
	    {"/usr/bin/rondfs", ROND_PROGRAM_RONDFS},
	    {"/sbin/mount.rondfs", ROND_PROGRAM_MOUNT},
	    {"mount.fuse.rondfs", ROND_PROGRAM_MOUNT},
	    {"./rondctl", ROND_PROGRAM_RONDCTL},
	    {"lt-rondfs", ROND_PROGRAM_RONDFS},
	    {NULL, ROND_PROGRAM_RONDFS},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(rond_options_program(rows[i].argv0), ==,
				rows[i].program);
}

static void test_rondctl(void)
{
	g_autoptr(RondOptions) o = must_read(
	    ROND_PROGRAM_RONDCTL, "--json -s a --source=b -o source=c d "
				  "--timezone UTC e --formats=all");
	g_autoptr(RondOptions) none = must_read(ROND_PROGRAM_RONDCTL, "");

	g_assert_true(o->json && o->config->all_formats);
	g_assert_cmpuint(g_strv_length(o->config->sources), ==, 3);
	g_assert_cmpstr(o->config->sources[2], ==, "c");
	g_assert_cmpuint(o->operands->len, ==, 2);
	g_assert_cmpstr(o->operands->pdata[1], ==, "e");
	g_assert_null(o->mountpoint);
	g_assert_nonnull(none->config->sources);
	must_fail(ROND_PROGRAM_RONDCTL, "-f", "-f");
	must_fail(ROND_PROGRAM_RONDCTL, "--uid=1", "--uid");
	must_fail(ROND_PROGRAM_RONDFS, "--json a b", "--json");
}

static void test_errors(void)
{
	static const struct {
		const char *line, *expected;
	} rows[] = {
	    {"", "no source"},
	    {"mnt", "mnt: no mount point"},
	    {"'' mnt", "empty name"},
	    {"--nosuch a b", "--nosuch: no such option"},
	    {"--nosuch=1 a b", "--nosuch: no such option"},
	    {"--=1 a b", "--: no such option"},
	    {"--formatsx=all a b", "--formatsx: no such"},
	    {"--format=all a b", "--format: no such"},
	    {"-o nosuch a b", "-o nosuch: no such option"},
	    {"-o =x a b", "no such option"},
	    {"-o xattr,nosuch=2 a b", "-o nosuch: no such option"},
	    {"-x a b", "-x: no such option"},
	    {"-fx a b", "-x: no such option"},
	    {"-n a b", "-n: no such option"},
	    {"a b -o", "-o: it needs a value"},
	    {"a b --memory", "--memory: it needs a value"},
	    {"-o memory a b", "-o memory: it needs a value"},
	    {"--xattr=1 a b", "--xattr: it takes no value"},
	    {"-o xattr=1 a b", "-o xattr: it takes no value"},
	    {"-o ro=1 a b", "-o ro: it takes no value"},
	    {"--ro a b", "--ro: no such option"},
	    {"--x-foo a b", "--x-foo: no such option"},
	    {"--memory=0 a b", "--memory: at least 1M"},
	    {"--memory=1 a b", "--memory: at least 1M"},
	    {"--memory= a b", "--memory: '' is no size"},
	    {"--memory=-1 a b", "'-1' is no size"},
	    {"--memory=+1M a b", "'+1M' is no size"},
	    {"--memory=1X a b", "'1X' is no size"},
	    {"--memory=1.5G a b", "'1.5G' is no size"},
	    {"--memory=1MM a b", "'1MM' is no size"},
	    {"--memory=99999999999999999999 a b", "is no size"},
	    {"--memory=8388608T a b", "is no size"},
	    {"--strip=-1 a b", "--strip: '-1' is no number"},
	    {"--strip=1001 a b", "from 0 to 1000"},
	    {"--strip=x a b", "'x' is no number"},
	    {"--umask=8 a b", "--umask: '8' is no octal mask"},
	    {"--umask=1777 a b", "is no octal mask"},
	    {"--fmask= a b", "--fmask: '' is no octal mask"},
	    {"--uid=nobody-at-all a b", "is no user"},
	    {"--uid=4294967295 a b", "is no user"},
	    {"--gid=nobody-at-all a b", "is no group"},
	    {"--formats=some a b", "'some' is none of default, all"},
	    {"--index=later a b", "lazy, background, now"},
	    {"--symlinks= a b", "keep, contain, relative"},
	    {"--timezone=Mars/Olympus a b", "no known time zone"},
	    {"--timezone= a b", "no known time zone"},
	    {"--now=yesterday a b", "now: 'yesterday' is no date"},
	    {"--now=2024-02-30 a b", "is no date"},
	    {"-o now=2024 a b", "is no date"},
	    {"--now= a b", "--now: it is empty"},
	    {"--pattern=nodate.tar a b", "--pattern: "},
	    {"-o pattern=nodate a b", "-o pattern: "},
	    {"--fsname= a b", "--fsname: it is empty"},
	    {"--cache-dir= a b", "--cache-dir: it is empty"},
	    {"-o remount a b", "-o remount: not possible"},
	    {"-o auto_unmount a b", "-o auto_unmount: not offered"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		must_fail(ROND_PROGRAM_RONDFS, rows[i].line, rows[i].expected);
}

/* Each option that the reader knows by a long name is in its help. */
static void test_help_text(void)
{
	g_autofree char *text = rond_options_help(ROND_PROGRAM_RONDFS);
	g_autofree char *ctl = rond_options_help(ROND_PROGRAM_RONDCTL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; i < G_N_ELEMENTS(mount_options); i++) {
		gsize len = strcspn(mount_options[i], "=");
		g_autofree char *name =
		    g_strdup_printf("--%.*s", (int)len, mount_options[i]);

		/* It only takes back what another one gave. */
		if (!g_str_equal(name, "--noexec"))
			g_assert_nonnull(strstr(text, name));
	}
	for (guint i = 0; lines[i]; i++)
		g_assert_cmpuint(strlen(lines[i]), <, 80);
	g_assert_nonnull(strstr(text, "-h, --help"));
	g_assert_null(strstr(text, "--json"));
	g_assert_nonnull(strstr(ctl, "--json"));
	g_assert_null(strstr(ctl, "--uid"));
}

/* No input makes the reader do worse than say no. */
static void test_random(void)
{
	static const char letters[] = "-o=,\\fdhVxuid memory1M--ro%Y%m%d{part}";

	for (guint round = 0; round < 20000; round++) {
		g_auto(GStrv) argv = g_new0(char *, 5);
		g_autoptr(GError) error = NULL;
		g_autoptr(RondOptions) o = NULL;

		for (guint i = 0; i < 4; i++) {
			GString *text = g_string_new(i % 2 ? "" : "-");
			int len = g_test_rand_int_range(0, 12);

			while (len-- > 0)
				g_string_append_c(text,
						  letters[g_test_rand_int_range(
						      0, sizeof(letters) - 1)]);
			argv[i] = g_string_free(text, FALSE);
		}
		o = rond_options_read(ROND_PROGRAM_RONDFS, argv, &error);
		g_assert_true((o == NULL) == (error != NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/defaults", test_defaults);
	g_test_add_func("/options/operands", test_operands);
	g_test_add_func("/options/dash", test_dash);
	g_test_add_func("/options/value-forms", test_value_forms);
	g_test_add_func("/options/underscores", test_underscores);
	g_test_add_func("/options/both-forms", test_both_forms);
	g_test_add_func("/options/values", test_values);
	g_test_add_func("/options/last-wins", test_last_wins);
	g_test_add_func("/options/letters", test_letters);
	g_test_add_func("/options/help", test_help);
	g_test_add_func("/options/escapes", test_escapes);
	g_test_add_func("/options/patterns", test_patterns);
	g_test_add_func("/options/cache-dir", test_cache_dir);
	g_test_add_func("/options/now", test_now);
	g_test_add_func("/options/program-names", test_program_names);
	g_test_add_func("/options/arguments", test_arguments);
	g_test_add_func("/options/rondctl", test_rondctl);
	g_test_add_func("/options/errors", test_errors);
	g_test_add_func("/options/help-text", test_help_text);
	g_test_add_func("/options/random", test_random);
	return g_test_run();
}
