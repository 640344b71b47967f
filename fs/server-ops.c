/* SPDX-License-Identifier: BSD-2-Clause */
/* The answers: the tree's words in libfuse's. */
#include "fs/server-passthrough.h"

#include "backends/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FOREVER 1e8 /* seconds */
#define BLOCK 4096

static double seconds(RondLife life)
{
	switch (life) {
	case ROND_LIFE_NONE:
		return 0;
	case ROND_LIFE_SHORT:
		return 1;
	case ROND_LIFE_FOREVER:
		return FOREVER;
	}
	return 0;
}

static struct fuse_entry_param entry_of(const RondAttr *attr)
{
	return (struct fuse_entry_param){
	    .ino = attr->node,
	    .attr = attr->st,
	    .attr_timeout = seconds(attr->attr_life),
	    .entry_timeout = seconds(attr->entry_life),
	};
}

static int answer_lookup(RondRequest *self, RondJob **wait)
{
	RondAttr attr;
	int err = rond_tree_lookup(self->server->tree, self->ino, self->name,
				   &attr, wait);

	if (err && err != ENOENT)
		return err;
	/* Node 0: there is none, and that may be believed for a while. */
	if (err)
		attr.node = 0;
	struct fuse_entry_param entry = entry_of(&attr);

	/* A reply that came too late leaves nobody who would forget it. */
	if (fuse_reply_entry(self->req, &entry) == -ENOENT && attr.node)
		rond_tree_forget(self->server->tree, attr.node, 1);
	return 0;
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	RondRequest request = rond_request(req, parent, answer_lookup);

	request.name = name;
	rond_request_serve(&request);
}

static void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t n)
{
	RondServer *server = fuse_req_userdata(req);

	rond_tree_forget(server->tree, ino, n);
	fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count,
			    struct fuse_forget_data *forgets)
{
	RondServer *server = fuse_req_userdata(req);

	for (size_t i = 0; i < count; i++)
		rond_tree_forget(server->tree, forgets[i].ino,
				 forgets[i].nlookup);
	fuse_reply_none(req);
}

static int answer_getattr(RondRequest *self, RondJob **wait)
{
	RondAttr attr;
	int err = rond_tree_getattr(self->server->tree, self->ino, &attr, wait);

	if (!err)
		fuse_reply_attr(self->req, &attr.st, seconds(attr.attr_life));
	return err;
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino,
		       struct fuse_file_info *fi)
{
	RondRequest request = rond_request(req, ino, answer_getattr);

	rond_request_serve(&request);
}

static int answer_readlink(RondRequest *self, RondJob **wait)
{
	g_autofree char *target = NULL;
	int err =
	    rond_tree_readlink(self->server->tree, self->ino, &target, wait);

	if (!err)
		fuse_reply_readlink(self->req, target);
	return err;
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	RondRequest request = rond_request(req, ino, answer_readlink);

	rond_request_serve(&request);
}

static int answer_open(RondRequest *self, RondJob **wait)
{
	RondFile *file = NULL;
	int err = rond_tree_open(self->server->tree, self->ino, &file, wait);

	if (err)
		return err;
	self->fi.fh = (uintptr_t)file;
	self->fi.keep_cache = rond_file_immutable(file);
	self->fi.noflush = TRUE;
	rond_passthrough_open(self->server->passthrough, self->req, self->ino,
			      file, &self->fi);
	rond_server_hold(self->server, self->server->open_files, file);
	if (fuse_reply_open(self->req, &self->fi))
		rond_server_let_go(self->server, self->server->open_files,
				   file);
	return 0;
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	RondRequest request = rond_request(req, ino, answer_open);

	if ((fi->flags & O_ACCMODE) != O_RDONLY || fi->flags & O_TRUNC) {
		fuse_reply_err(req, EROFS);
		return;
	}
	if (request.server->files) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	request.fi = *fi;
	rond_request_serve(&request);
}

static void op_release(fuse_req_t req, fuse_ino_t ino,
		       struct fuse_file_info *fi)
{
	RondServer *server = fuse_req_userdata(req);
	RondFile *file = (RondFile *)(uintptr_t)fi->fh;

	rond_passthrough_release(server->passthrough, req, ino, file);
	rond_server_let_go(server, server->open_files, file);
	fuse_reply_err(req, 0);
}

static int answer_opendir(RondRequest *self, RondJob **wait)
{
	RondDir *dir = NULL;
	int err = rond_tree_opendir(self->server->tree, self->ino, &dir, wait);

	if (err)
		return err;
	self->fi.fh = (uintptr_t)dir;
	self->fi.cache_readdir = dir->cacheable;
	self->fi.keep_cache = dir->cacheable;
	rond_server_hold(self->server, self->server->open_dirs, dir);
	if (fuse_reply_open(self->req, &self->fi))
		rond_server_let_go(self->server, self->server->open_dirs, dir);
	return 0;
}

static void op_opendir(fuse_req_t req, fuse_ino_t ino,
		       struct fuse_file_info *fi)
{
	RondRequest request = rond_request(req, ino, answer_opendir);

	if (ino == ROND_NODE_OF_ROOT)
		rond_watcher_poke(request.server->watcher);
	request.fi = *fi;
	rond_request_serve(&request);
}

static void op_releasedir(fuse_req_t req, fuse_ino_t ino,
			  struct fuse_file_info *fi)
{
	RondServer *server = fuse_req_userdata(req);

	rond_server_let_go(server, server->open_dirs,
			   (gpointer)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* Node 0 in a "plus" listing: the kernel looks it up when it wants more. */
static size_t add_item(fuse_req_t req, char *buf, size_t size,
		       const RondDirItem *item, gboolean plus)
{
	struct fuse_entry_param entry = entry_of(&item->attr);

	if (!plus)
		return fuse_add_direntry(req, buf, size, item->name,
					 &item->attr.st, (off_t)item->next);
	if (!item->known)
		entry.ino = 0;
	return fuse_add_direntry_plus(req, buf, size, item->name, &entry,
				      (off_t)item->next);
}

/* As many items as there is room for; the bytes that they take. */
static size_t add_items(const RondRequest *self, char *buf, gboolean plus)
{
	RondDir *dir = (RondDir *)(uintptr_t)self->fi.fh;
	RondDirItem item = {0};
	size_t used = 0;

	for (guint64 at = (guint64)self->offset; dir->read(dir, at, &item);
	     at = item.next) {
		size_t n = add_item(self->req, buf + used, self->size - used,
				    &item, plus);

		if (n > self->size - used)
			break;
		used += n;
		if (plus && item.known)
			rond_tree_hold(self->server->tree, &item.attr);
	}
	return used;
}

static int list_dir(RondRequest *self, gboolean plus, RondJob **wait)
{
	RondDir *dir = (RondDir *)(uintptr_t)self->fi.fh;
	g_autofree char *buf = g_malloc(self->size);
	gboolean renewed = FALSE;
	size_t used;
	int err = 0;

	do {
		used = add_items(self, buf, plus);
		if (dir->renew)
			err = dir->renew(dir, &renewed, wait);
	} while (!err && renewed);
	if (!err)
		fuse_reply_buf(self->req, buf, used);
	return err;
}

static int answer_readdir(RondRequest *self, RondJob **wait)
{
	return list_dir(self, FALSE, wait);
}

static int answer_readdirplus(RondRequest *self, RondJob **wait)
{
	return list_dir(self, TRUE, wait);
}

static void serve_list(RondRequest request, size_t size, off_t offset,
		       const struct fuse_file_info *fi)
{
	request.size = size;
	request.offset = offset;
	request.fi = *fi;
	rond_request_serve(&request);
}

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size,
		       off_t offset, struct fuse_file_info *fi)
{
	serve_list(rond_request(req, ino, answer_readdir), size, offset, fi);
}

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size,
			   off_t offset, struct fuse_file_info *fi)
{
	serve_list(rond_request(req, ino, answer_readdirplus), size, offset,
		   fi);
}

/* Of a mount whose disk is full: df tells how large the backups are. */
static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	RondServer *server = fuse_req_userdata(req);
	guint64 bytes, files;

	rond_tree_totals(server->tree, &bytes, &files);
	const struct statvfs st = {
	    .f_bsize = BLOCK,
	    .f_frsize = BLOCK,
	    .f_blocks = (bytes + BLOCK - 1) / BLOCK,
	    .f_files = files,
	    .f_namemax = NAME_MAX,
	};

	fuse_reply_statfs(req, &st);
}

static int answer_access(RondRequest *self, RondJob **wait)
{
	RondAttr attr;
	int mask = (int)self->size;
	int err = rond_tree_getattr(self->server->tree, self->ino, &attr, wait);

	if (err)
		return err;
	if (mask & W_OK)
		return EROFS;
	if (mask & X_OK && S_ISREG(attr.st.st_mode) &&
	    !(attr.st.st_mode & 0111))
		return EACCES;
	fuse_reply_err(self->req, 0);
	return 0;
}

static void op_access(fuse_req_t req, fuse_ino_t ino, int mask)
{
	RondRequest request = rond_request(req, ino, answer_access);

	request.size = (gsize)mask;
	rond_request_serve(&request);
}

/* @size 0 asks for the length only. */
static void reply_xattr(RondRequest *self, GBytes *value)
{
	gsize len;
	const void *bytes = g_bytes_get_data(value, &len);

	if (!self->size)
		fuse_reply_xattr(self->req, len);
	else if (self->size < len)
		fuse_reply_err(self->req, ERANGE);
	else
		fuse_reply_buf(self->req, bytes, len);
}

static int answer_getxattr(RondRequest *self, RondJob **wait)
{
	g_autoptr(GBytes) value = NULL;
	int err = rond_tree_getxattr(self->server->tree, self->ino, self->name,
				     &value, wait);

	if (!err)
		reply_xattr(self, value);
	return err;
}

static int answer_listxattr(RondRequest *self, RondJob **wait)
{
	g_autoptr(GBytes) value = NULL;
	int err =
	    rond_tree_listxattr(self->server->tree, self->ino, &value, wait);

	if (!err)
		reply_xattr(self, value);
	return err;
}

static void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name,
			size_t size)
{
	RondRequest request = rond_request(req, ino, answer_getxattr);

	request.name = name;
	request.size = size;
	rond_request_serve(&request);
}

static void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
	RondRequest request = rond_request(req, ino, answer_listxattr);

	request.size = size;
	rond_request_serve(&request);
}

void rond_server_set_ops(struct fuse_lowlevel_ops *ops, gboolean xattr)
{
	ops->lookup = op_lookup;
	ops->forget = op_forget;
	ops->forget_multi = op_forget_multi;
	ops->getattr = op_getattr;
	ops->readlink = op_readlink;
	ops->open = op_open;
	ops->release = op_release;
	ops->opendir = op_opendir;
	ops->readdir = op_readdir;
	ops->readdirplus = op_readdirplus;
	ops->releasedir = op_releasedir;
	ops->statfs = op_statfs;
	ops->access = op_access;
	/* Merely being asked costs `ls -l` most of its speed. */
	if (!xattr)
		return;
	ops->getxattr = op_getxattr;
	ops->listxattr = op_listxattr;
}
