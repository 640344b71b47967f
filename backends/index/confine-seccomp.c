/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/confine.h"

#include "backends/error.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What decoding, parsing and writing need, glib's and libc's memory and
 * threads included. All else fails with EPERM: a library that tries to open
 * something (a character set table, say) then does without. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(pwrite64),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(close),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
};

/* fstat(3) is newfstatat(2) with an empty path in newer libcs; with a path it
 * would be refused by Landlock or find nothing it may open. */
static gboolean allow(scmp_filter_ctx filter)
{
	for (gsize i = 0; i < G_N_ELEMENTS(allowed); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0))
			return FALSE;
	return !seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat),
				 0);
}

/* To whom it is connected, and no control messages: read(2) is the way back. */
static gboolean allow_asking(scmp_filter_ctx filter, int socket_fd)
{
	return !seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 4,
				 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket_fd),
				 SCMP_A3(SCMP_CMP_EQ, MSG_NOSIGNAL),
				 SCMP_A4(SCMP_CMP_EQ, 0),
				 SCMP_A5(SCMP_CMP_EQ, 0));
}

static gboolean filter_calls(int socket_fd, GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	gboolean ok = filter && allow(filter) &&
		      (socket_fd < 0 || allow_asking(filter, socket_fd)) &&
		      !seccomp_load(filter);

	if (filter)
		seccomp_release(filter);
	return ok || rond_fail(error, EPERM, "seccomp can't be had");
}

/* No file system access at all: a ruleset that handles everything and allows
 * nothing, landlock(7). Kernels without it are no error: the filter of system
 * calls alone lets nothing be opened. */
static void drop_files(void)
{
	const struct landlock_ruleset_attr all = {
	    /* What the first version of Landlock knows. */
	    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

	if (fd < 0)
		return;
	syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}

gboolean rond_confine(int socket_fd, GError **error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return rond_fail_errno(error, errno, "giving up privileges");
	drop_files();
	return filter_calls(socket_fd, error);
}
