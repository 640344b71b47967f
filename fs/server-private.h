/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's inside: the only files that know libfuse are those that include
 * this one. Requests (server-request.c), answers (server-ops.c, and with bytes
 * of files: server-read.c), what is refused (server-readonly.c), the session
 * (server.c).
 */
#pragma once

#define FUSE_USE_VERSION 312

#include "fs/open-files.h"
#include "fs/server.h"
#include "fs/tree.h"
#include "fs/watcher.h"

#include <fuse_lowlevel.h>
#include <pthread.h>

struct RondServer {
	RondLibrary *library;
	RondTree *tree;
	RondWatcher *watcher;
	struct fuse_session *session;
	/* Files by node, where open is answered with ENOSYS; else NULL. */
	RondOpenFiles *files;
	struct RondPassthrough *passthrough; /* may be NULL */
	pthread_t loop;
	gint running;	   /* atomic: rond_server_run() is at work */
	gint stopped;	   /* atomic: and shall end */
	gint parked;	   /* atomic: requests that wait for an index */
	GHashTable *eager; /* who made what be indexed, see note_eager() */
	GMutex eager_lock;
	/* What the kernel holds open; whatever it hasn't released when the
	 * mount ends. */
	GHashTable *open_files, *open_dirs;
	GMutex open_lock;
};

typedef struct RondRequest RondRequest;

/* One request, as far as an answer needs it. */
struct RondRequest {
	RondServer *server;
	fuse_req_t req;
	/* Answer it and return 0, or return an errno to answer with, or
	 * ROND_WAIT. */
	int (*answer)(RondRequest *self, RondJob **wait);
	fuse_ino_t ino;
	const char *name; /* valid during the call */
	struct fuse_file_info fi;
	gsize size;
	off_t offset;
};

RondRequest rond_request(fuse_req_t req, fuse_ino_t ino,
			 int (*answer)(RondRequest *self, RondJob **wait));

/* Have @request answered: now, or, when it must wait for an index, later from
 * the thread that has made it. Until then an interrupt ends it with EINTR, and
 * no thread waits. */
void rond_request_serve(RondRequest *request);

/* Remember and forget what the kernel holds open; @set is one of the two. */
void rond_server_hold(RondServer *self, GHashTable *set, gpointer handle);
void rond_server_let_go(RondServer *self, GHashTable *set, gpointer handle);

/* Fill in the operations. */
void rond_server_set_ops(struct fuse_lowlevel_ops *ops, gboolean xattr);
void rond_server_set_reads(struct fuse_lowlevel_ops *ops);
void rond_server_set_refusals(struct fuse_lowlevel_ops *ops);
