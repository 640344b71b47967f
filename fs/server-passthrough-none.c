/* SPDX-License-Identifier: BSD-2-Clause */
/* For a libfuse without passthrough. */
#include "fs/server-passthrough.h"

RondPassthrough *rond_passthrough_new(void)
{
	return NULL;
}

void rond_passthrough_free(RondPassthrough *self)
{
}

void rond_passthrough_init(RondPassthrough *self, struct fuse_conn_info *conn)
{
}

void rond_passthrough_open(RondPassthrough *self, fuse_req_t req,
			   fuse_ino_t ino, RondFile *file,
			   struct fuse_file_info *fi)
{
}

void rond_passthrough_release(RondPassthrough *self, fuse_req_t req,
			      fuse_ino_t ino, const RondFile *file)
{
}
