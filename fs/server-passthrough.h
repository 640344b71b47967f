/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Passthrough: the kernel reads files of folder sources itself, from their
 * descriptors (Documentation/filesystems/fuse-passthrough.rst). Only root may
 * have it, and only with a libfuse that knows it (3.17): meson chooses
 * server-passthrough.c or server-passthrough-none.c.
 *
 * The kernel wants all that have a node open at a time to share what is behind
 * it, which is the case: a file that takes another's place is another node.
 * Thread-safe.
 */
#pragma once

#include "fs/server-private.h"

typedef struct RondPassthrough RondPassthrough;

RondPassthrough *rond_passthrough_new(void);
void rond_passthrough_free(RondPassthrough *self);

/* The connection begins: ask for it. */
void rond_passthrough_init(RondPassthrough *self, struct fuse_conn_info *conn);

/* @file was opened for @req, which is not answered yet, as node @ino: fill in
 * @fi. What is read from no descriptor is left alone. */
void rond_passthrough_open(RondPassthrough *self, fuse_req_t req,
			   fuse_ino_t ino, RondFile *file,
			   struct fuse_file_info *fi);
/* It is closed again; @req is not answered yet. */
void rond_passthrough_release(RondPassthrough *self, fuse_req_t req,
			      fuse_ino_t ino, const RondFile *file);
