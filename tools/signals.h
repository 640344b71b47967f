/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSignals: one thread that takes the process's signals.
 *
 * SIGINT and SIGTERM end what is being done, SIGHUP rescans, SIGUSR1 logs
 * statistics. Before anything can be ended cleanly they end the process.
 */
#pragma once

#include <gio/gio.h>

/* What the signals do at the moment; any may be NULL. Called from the thread
 * of the signals. */
typedef struct {
	void (*stop)(gpointer data);
	void (*reload)(gpointer data);
	void (*report)(gpointer data);
	gpointer data;
} RondSignalTarget;

typedef struct RondSignals RondSignals;

/* Before any other thread is started: the others inherit the blocked signals.
 * SIGPIPE is ignored from then on. NULL with @error when the kernel gives no
 * descriptors. */
RondSignals *rond_signals_new(GError **error);
/* Ends the thread. */
void rond_signals_free(RondSignals *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSignals, rond_signals_free)

/* From now on signals go to @target (borrowed; NULL: none). Once this has
 * returned, the earlier target is not called any more. A stop that came while
 * the target was held back is handed to it at once. */
void rond_signals_set(RondSignals *self, const RondSignalTarget *target);

/* While what is being done can't be interrupted, a stop is kept for the next
 * target instead of ending the process. */
void rond_signals_hold(RondSignals *self);

/* The signal that asked to stop, 0: none did. */
int rond_signals_stopped(RondSignals *self);
