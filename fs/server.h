/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondServer: a mounted tree. The only place that knows libfuse.
 */
#pragma once

#include "fs/library.h"

typedef struct RondServer RondServer;

typedef struct {
	const char *mountpoint;
	const char *fsname;
	gboolean debug;	      /* libfuse's own trace on stderr */
	gboolean allow_other; /* implies default_permissions */
	gboolean default_permissions;
	gboolean exec;		   /* otherwise noexec */
	const char *extra_options; /* "a,b=c" for libfuse as they are; NULL */
} RondServerConfig;

/* Mount @library (borrowed) at the mount point. When this returns the kernel
 * knows the mount, and requests wait until rond_server_run(). NULL with
 * @error, one line naming the mount point and what to do. No thread is
 * started yet. */
RondServer *rond_server_new(RondLibrary *library,
			    const RondServerConfig *config, GError **error);

/* Answer requests until unmounted or stopped; starts the threads, watches the
 * sources, and ends them. FALSE with @error when the loop failed. */
gboolean rond_server_run(RondServer *self, GError **error);

/* End rond_server_run(); from any thread. Files still open elsewhere then
 * answer ENOTCONN. */
void rond_server_stop(RondServer *self);

/* Rescan the sources now (SIGHUP); from any thread. */
void rond_server_rescan(RondServer *self);

/* Unmounts what is still mounted. */
void rond_server_free(RondServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondServer, rond_server_free)
