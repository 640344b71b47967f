/* SPDX-License-Identifier: BSD-2-Clause */
/* All that would write: refused, also when root has remounted us writable. */
#include "fs/server-private.h"

#include <errno.h>

static void refuse_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *st,
			   int set, struct fuse_file_info *fi)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_mknod(fuse_req_t req, fuse_ino_t dir, const char *name,
			 mode_t mode, dev_t rdev)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_mkdir(fuse_req_t req, fuse_ino_t dir, const char *name,
			 mode_t mode)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_unlink(fuse_req_t req, fuse_ino_t dir, const char *name)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_rmdir(fuse_req_t req, fuse_ino_t dir, const char *name)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_symlink(fuse_req_t req, const char *target, fuse_ino_t dir,
			   const char *name)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_rename(fuse_req_t req, fuse_ino_t dir, const char *name,
			  fuse_ino_t to, const char *as, unsigned int flags)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t dir,
			const char *name)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_write(fuse_req_t req, fuse_ino_t ino, const char *buf,
			 size_t size, off_t offset, struct fuse_file_info *fi)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_create(fuse_req_t req, fuse_ino_t dir, const char *name,
			  mode_t mode, struct fuse_file_info *fi)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name,
			    const char *value, size_t size, int flags)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
	fuse_reply_err(req, EROFS);
}

static void refuse_fallocate(fuse_req_t req, fuse_ino_t ino, int mode,
			     off_t offset, off_t length,
			     struct fuse_file_info *fi)
{
	fuse_reply_err(req, EROFS);
}

void rond_server_set_refusals(struct fuse_lowlevel_ops *ops)
{
	ops->setattr = refuse_setattr;
	ops->mknod = refuse_mknod;
	ops->mkdir = refuse_mkdir;
	ops->unlink = refuse_unlink;
	ops->rmdir = refuse_rmdir;
	ops->symlink = refuse_symlink;
	ops->rename = refuse_rename;
	ops->link = refuse_link;
	ops->write = refuse_write;
	ops->create = refuse_create;
	ops->setxattr = refuse_setxattr;
	ops->removexattr = refuse_removexattr;
	ops->fallocate = refuse_fallocate;
}
