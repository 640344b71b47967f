/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One folder of many small files, answered from memory: as fast as a FUSE can
 * be, and what each lever of a FUSE gives.
 *
 *	memfs FILES MOUNTPOINT [LEVER]
 *
 * Goes into the background once mounted. Names are made up front, everything
 * else follows from the inode number. Has all levers that rondfs has, but the
 * one named:
 *
 *	ro		mounted read-only
 *	readdirplus	attributes come with listings
 *	always		they do even before one asked for them
 *	timeouts	answers are valid for ever
 *	getxattr	is answered with ENOSYS
 *	open		is answered with ENOSYS
 *	keep		the page cache is kept (without open, too)
 *	listing		listings are cached
 *	threads		one a core, instead of libfuse's ten
 */
#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fuse_lowlevel.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "file%07lu.php" /* as in tarstream.py */
#define NAME_LEN 32	     /* whatever the number */
#define FIRST 2		     /* inode of the first file: 1 is the root */
#define FILE_SIZE 120
#define FOR_EVER 1e9
#define THREADS 10

typedef struct {
	int ro, readdirplus, always, timeouts, getxattr, open, keep, listing;
	int threads;
} Levers;

typedef struct {
	unsigned long n_files;
	char (*names)[NAME_LEN];
	char content[FILE_SIZE];
	Levers levers;
} MemFs;

static const struct {
	const char *name;
	size_t place;
} table[] = {
    {"ro", offsetof(Levers, ro)},
    {"readdirplus", offsetof(Levers, readdirplus)},
    {"always", offsetof(Levers, always)},
    {"timeouts", offsetof(Levers, timeouts)},
    {"getxattr", offsetof(Levers, getxattr)},
    {"open", offsetof(Levers, open)},
    {"keep", offsetof(Levers, keep)},
    {"listing", offsetof(Levers, listing)},
    {"threads", offsetof(Levers, threads)},
};

static int levers_without(Levers *self, const char *name)
{
	*self = (Levers){1, 1, 1, 1, 1, 1, 1, 1, 1};
	for (size_t i = 0; name && i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].name, name))
			continue;
		*(int *)((char *)self + table[i].place) = 0;
		return 1;
	}
	return !name;
}

static double lifetime(const MemFs *self)
{
	return self->levers.timeouts ? FOR_EVER : 1;
}

static struct stat attributes(fuse_ino_t ino)
{
	struct stat st = {.st_ino = ino, .st_nlink = 1};

	if (ino == FUSE_ROOT_ID) {
		st.st_mode = S_IFDIR | 0755;
		return st;
	}
	st.st_mode = S_IFREG | 0644;
	st.st_size = FILE_SIZE;
	st.st_blocks = 1;
	st.st_mtime = 1700000000 + (time_t)ino;
	return st;
}

static struct fuse_entry_param entry(const MemFs *self, fuse_ino_t ino)
{
	return (struct fuse_entry_param){
	    .ino = ino,
	    .attr = attributes(ino),
	    .attr_timeout = lifetime(self),
	    .entry_timeout = lifetime(self),
	};
}

static void op_init(void *data, struct fuse_conn_info *conn)
{
	const MemFs *self = data;

	if (self->levers.always)
		conn->want &= ~(unsigned)FUSE_CAP_READDIRPLUS_AUTO;
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	const MemFs *self = fuse_req_userdata(req);
	struct fuse_entry_param found = {.entry_timeout = lifetime(self)};
	unsigned long i;

	if (sscanf(name, NAME, &i) == 1 && i < self->n_files &&
	    !strcmp(self->names[i], name))
		found = entry(self, FIRST + i);
	fuse_reply_entry(req, &found);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino,
		       struct fuse_file_info *info)
{
	struct stat st = attributes(ino);

	fuse_reply_attr(req, &st, lifetime(fuse_req_userdata(req)));
}

static void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name,
			size_t size)
{
	fuse_reply_err(req, ENODATA);
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
	const MemFs *self = fuse_req_userdata(req);

	if (self->levers.open && self->levers.keep) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	info->keep_cache = self->levers.keep;
	info->noflush = 1;
	fuse_reply_open(req, info);
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at,
		    struct fuse_file_info *info)
{
	const MemFs *self = fuse_req_userdata(req);
	size_t left = at < FILE_SIZE ? (size_t)(FILE_SIZE - at) : 0;

	fuse_reply_buf(req, self->content + FILE_SIZE - left,
		       left < size ? left : size);
}

static void op_opendir(fuse_req_t req, fuse_ino_t ino,
		       struct fuse_file_info *info)
{
	const MemFs *self = fuse_req_userdata(req);

	info->cache_readdir = self->levers.listing;
	info->keep_cache = self->levers.listing;
	fuse_reply_open(req, info);
}

static void list(fuse_req_t req, size_t size, off_t at, int plus)
{
	const MemFs *self = fuse_req_userdata(req);
	char *buffer = malloc(size);
	size_t used = 0;

	if (!buffer) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	for (unsigned long i = (unsigned long)at; i < self->n_files; i++) {
		struct fuse_entry_param e = entry(self, FIRST + i);
		off_t next = (off_t)i + 1;
		char *to = buffer + used;
		size_t left = size - used;
		size_t needed =
		    plus ? fuse_add_direntry_plus(req, to, left, self->names[i],
						  &e, next)
			 : fuse_add_direntry(req, to, left, self->names[i],
					     &e.attr, next);

		if (needed > left)
			break;
		used += needed;
	}
	fuse_reply_buf(req, buffer, used);
	free(buffer);
}

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t at,
		       struct fuse_file_info *info)
{
	list(req, size, at, 0);
}

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size,
			   off_t at, struct fuse_file_info *info)
{
	list(req, size, at, 1);
}

static struct fuse_lowlevel_ops ops_of(const Levers *levers)
{
	struct fuse_lowlevel_ops ops = {
	    .init = op_init,
	    .lookup = op_lookup,
	    .getattr = op_getattr,
	    .open = op_open,
	    .read = op_read,
	    .opendir = op_opendir,
	    .readdir = op_readdir,
	};

	if (levers->readdirplus)
		ops.readdirplus = op_readdirplus;
	if (!levers->getxattr)
		ops.getxattr = op_getxattr;
	return ops;
}

static int serve_session(struct fuse_session *session, const char *mountpoint,
			 unsigned threads)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	int failed = 1;

	fuse_loop_cfg_set_max_threads(config, threads);
	if (!fuse_session_mount(session, mountpoint)) {
		fuse_daemonize(0);
		failed = fuse_session_loop_mt(session, config);
		fuse_session_unmount(session);
	}
	fuse_loop_cfg_destroy(config);
	return failed != 0;
}

static int serve(MemFs *self, const char *mountpoint)
{
	const char *how =
	    self->levers.ro ? "ro,fsname=memfs" : "rw,fsname=memfs";
	char *options[] = {(char *)"memfs", (char *)"-o", (char *)how, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(3, options);
	const struct fuse_lowlevel_ops ops = ops_of(&self->levers);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct fuse_session *session =
	    fuse_session_new(&args, &ops, sizeof ops, self);
	int failed = 1;

	if (session && !fuse_set_signal_handlers(session)) {
		failed = serve_session(session, mountpoint,
				       self->levers.threads ? (unsigned)cores
							    : THREADS);
		fuse_remove_signal_handlers(session);
	}
	if (session)
		fuse_session_destroy(session);
	fuse_opt_free_args(&args);
	return failed;
}

int main(int argc, char **argv)
{
	MemFs self = {0};

	if (argc == 3 || argc == 4)
		self.n_files = strtoul(argv[1], NULL, 10);
	self.names = calloc(self.n_files + 1, NAME_LEN);
	if (!self.n_files || self.n_files > 9999999 || !self.names ||
	    !levers_without(&self.levers, argc == 4 ? argv[3] : NULL)) {
		fprintf(stderr, "usage: memfs FILES MOUNTPOINT [LEVER]\n");
		free(self.names);
		return 2;
	}
	memset(self.content, 'x', FILE_SIZE);
	for (unsigned long i = 0; i < self.n_files; i++)
		snprintf(self.names[i], NAME_LEN, NAME, i);
	int status = serve(&self, argv[2]);

	free(self.names);
	return status;
}
