/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling the service manager how far we are; nothing where none asks.
 * notify-systemd.c or notify-none.c, as meson found libsystemd or not.
 */
#pragma once

/* The mount answers. */
void rond_notify_ready(void);
/* The mount is being taken down. */
void rond_notify_stopping(void);
