/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/notify.h"

void rond_notify_ready(void)
{
}

void rond_notify_stopping(void)
{
}
