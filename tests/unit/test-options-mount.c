/* SPDX-License-Identifier: BSD-2-Clause */
/* What mount(8) hands over, from fstab and as the helper's arguments. */
#include "tests/unit/options-kit.h"

#include <string.h>

static void test_allow_other(void)
{
	g_autoptr(RondOptions) o = options_with("-o allow_other");
	g_autoptr(RondOptions) p = options_with("-o default_permissions");

	g_assert_true(o->allow_other && o->default_permissions);
	g_assert_true(p->default_permissions && !p->allow_other);
}

/* What mount(8) and systemd hand over from a line of fstab. */
static void test_fstab(void)
{
	static const char *const lists[] = {
	    "rw",
	    "ro,nosuid,nodev,noexec,relatime",
	    "rw,noatime,nodiratime,user=web",
	    "defaults,noauto,nofail,_netdev,x-systemd.automount",
	    "x-systemd.requires=net.target,x-gvfs-show,X-mount.mkdir=0755",
	    "users,nouser,auto,comment=backups of rondcoin,async",
	    "user,owner,group,strictatime,lazytime,nonempty",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_auto(GStrv) argv = g_new0(char *, 5);
		g_autoptr(GError) error = NULL;
		g_autoptr(RondOptions) o = NULL;

		argv[0] = g_strdup("/srv/backups");
		argv[1] = g_strdup("/mnt/backups");
		argv[2] = g_strdup("-o");
		argv[3] = g_strdup(lists[i]);
		o = rond_options_read(ROND_PROGRAM_MOUNT, argv, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(o->mountpoint, ==, "/mnt/backups");
		g_assert_cmpuint(o->warnings->len, ==, 0);
		g_assert_false(o->exec);
	}
}

static void test_suid_warns(void)
{
	g_autoptr(RondOptions) o = options_with("-o suid,dev");

	g_assert_cmpuint(o->warnings->len, ==, 2);
	g_assert_nonnull(strstr(o->warnings->pdata[0], "suid"));
}

/* mount(8): mount.TYPE SPEC DIR [-sfnv] [-N NAMESPACE] [-o OPTIONS] [-t TYPE].
 */
static void test_helper(void)
{
	g_autoptr(RondOptions) o = must_read(
	    ROND_PROGRAM_MOUNT, "/srv/b /mnt/b -sfnv -N /proc/1/ns/mnt "
				"-o rw,made_up,uid=5 -t fuse.rondfs");
	g_autoptr(RondOptions) plain =
	    must_read(ROND_PROGRAM_MOUNT, "/srv/b /mnt/b");

	g_assert_true(o->fake && o->sloppy && !o->foreground);
	g_assert_cmpuint(o->config->uid, ==, 5);
	g_assert_cmpstr(o->config->sources[0], ==, "/srv/b");
	g_assert_cmpstr(o->mountpoint, ==, "/mnt/b");
	g_assert_false(plain->fake || plain->sloppy);
	/* mount -a finds by this that it is mounted already. */
	g_assert_cmpstr(plain->fsname, ==, "/srv/b");

	must_fail(ROND_PROGRAM_MOUNT, "/srv/b /mnt/b -o made_up", "made_up");
	must_fail(ROND_PROGRAM_MOUNT, "/srv/a /srv/b /mnt/b", "/mnt/b");
	must_fail(ROND_PROGRAM_MOUNT, "/srv/b /mnt/b -d", "-d");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/allow-other", test_allow_other);
	g_test_add_func("/options/fstab", test_fstab);
	g_test_add_func("/options/suid-warns", test_suid_warns);
	g_test_add_func("/options/helper", test_helper);
	return g_test_run();
}
