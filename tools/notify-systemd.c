/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/notify.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

void rond_notify_ready(void)
{
	/* In the background this process isn't the one systemd started. */
	sd_notifyf(0, "READY=1\nMAINPID=%ld", (long)getpid());
}

void rond_notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}
