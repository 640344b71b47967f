/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsx, read-only: reads a file in every way there is, at random places, and
 * compares what comes with an original.
 *
 *	fsx FILE ORIGINAL [OPERATIONS [SEED]]
 *
 * Ends with 0 when all was equal; otherwise with 1 and a line that says which
 * operation, where, and the seed that repeats it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_LEN (300 * 1024)
#define MAX_MAPPED (1024 * 1024)
#define ALIGNED 4096
#define PIECES 5

typedef struct {
	int fd, direct, original;
	off_t size;
	GRand *random;
	guint8 *got, *expected; /* MAX_MAPPED bytes, aligned */
	int pipe[2], sink;
} Fsx;

/* One way to read: up to @len bytes at @at into self->got. Returns how many
 * came, or -1 with errno. */
typedef ssize_t (*Read)(Fsx *self, off_t at, size_t len);

static off_t pick(Fsx *self, off_t below)
{
	guint64 wide = (guint64)g_rand_int(self->random) << 32;

	wide |= g_rand_int(self->random);
	return below > 0 ? (off_t)(wide % (guint64)below) : 0;
}

static ssize_t read_plain(Fsx *self, off_t at, size_t len)
{
	return pread(self->fd, self->got, len, at);
}

static ssize_t read_pieces(Fsx *self, off_t at, size_t len)
{
	struct iovec pieces[PIECES];
	size_t used = 0;

	for (int i = 0; i < PIECES; i++) {
		size_t left = len - used;
		size_t n = i == PIECES - 1 ? left : (size_t)pick(self, left);

		pieces[i] = (struct iovec){self->got + used, n};
		used += n;
	}
	return preadv(self->fd, pieces, PIECES, at);
}

static ssize_t read_by_position(Fsx *self, off_t at, size_t len)
{
	if (lseek(self->fd, at, SEEK_SET) != at)
		return -1;
	return read(self->fd, self->got, len);
}

/* O_DIRECT takes aligned places and lengths only. */
static ssize_t read_direct(Fsx *self, off_t at, size_t len)
{
	off_t from = at - at % ALIGNED;
	size_t skipped = (size_t)(at - from);
	size_t wanted = ((skipped + len) / ALIGNED + 1) * ALIGNED;
	ssize_t n = pread(self->direct, self->got, wanted, from);

	if (n < 0)
		return -1;
	n = CLAMP(n - (ssize_t)skipped, 0, (ssize_t)len);
	memmove(self->got, self->got + skipped, (size_t)n);
	return n;
}

/* Page by page from the end: the worst order for what is decoded. */
static ssize_t read_backwards(Fsx *self, off_t at, size_t len)
{
	size_t left = len;

	while (left) {
		size_t n = MIN(left, ALIGNED);

		left -= n;
		if (pread(self->fd, self->got + left, n, at + (off_t)left) !=
		    (ssize_t)n)
			return -1;
	}
	return (ssize_t)len;
}

static ssize_t read_mapped(Fsx *self, off_t at, size_t len)
{
	off_t from = at - at % ALIGNED;
	size_t mapped = len + (size_t)(at - from);
	char *map = mmap(NULL, mapped, PROT_READ, MAP_PRIVATE, self->fd, from);

	if (map == MAP_FAILED)
		return -1;
	memcpy(self->got, map + (at - from), len);
	munmap(map, mapped);
	return (ssize_t)len;
}

static ssize_t read_all(int fd, guint8 *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, buf + done, len - done);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static ssize_t read_spliced(Fsx *self, off_t at, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = splice(self->fd, &at, self->pipe[1], NULL,
				   MIN(len - done, 32768), 0);

		if (n <= 0)
			return n < 0 ? -1 : (ssize_t)done;
		if (read_all(self->pipe[0], self->got + done, (size_t)n) < 0)
			return -1;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static ssize_t read_sent(Fsx *self, off_t at, size_t len)
{
	size_t done = 0;

	if (ftruncate(self->sink, 0) || lseek(self->sink, 0, SEEK_SET))
		return -1;
	while (done < len) {
		ssize_t n = sendfile(self->sink, self->fd, &at, len - done);

		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return pread(self->sink, self->got, done, 0);
}

static const struct {
	const char *name;
	Read read;
} ways[] = {
    {"pread", read_plain},	   {"preadv", read_pieces},
    {"read", read_by_position},	   {"O_DIRECT", read_direct},
    {"backwards", read_backwards}, {"mmap", read_mapped},
    {"splice", read_spliced},	   {"sendfile", read_sent},
};

static gboolean complain(const char *way, off_t at, size_t len,
			 const char *what)
{
	printf("%s of %zu bytes at %lld: %s\n", way, len, (long long)at, what);
	return FALSE;
}

static size_t first_difference(const guint8 *a, const guint8 *b, size_t len)
{
	size_t i = 0;

	while (i < len && a[i] == b[i])
		i++;
	return i;
}

static gboolean compare_read(Fsx *self, guint way, off_t at, size_t len)
{
	size_t there = (size_t)MAX(MIN((off_t)len, self->size - at), 0);
	g_autofree char *what = NULL;
	ssize_t n = ways[way].read(self, at, len);

	if (n < 0)
		return complain(ways[way].name, at, len, g_strerror(errno));
	if ((size_t)n != there)
		what = g_strdup_printf("%zd came, %zu expected", n, there);
	else if (pread(self->original, self->expected, there, at) != n)
		what = g_strdup("the original can't be read");
	else if (memcmp(self->got, self->expected, there))
		what = g_strdup_printf(
		    "differs from byte %zu on",
		    first_difference(self->got, self->expected, there));
	return what ? complain(ways[way].name, at, len, what) : TRUE;
}

static gboolean all_zero(Fsx *self, off_t from, off_t to)
{
	while (from < to) {
		size_t len = (size_t)MIN(to - from, MAX_LEN);
		ssize_t n = pread(self->original, self->expected, len, from);

		if (n <= 0)
			return FALSE;
		for (ssize_t i = 0; i < n; i++)
			if (self->expected[i])
				return FALSE;
		from += n;
	}
	return TRUE;
}

/* What lies before the next data is a hole, and so zeros; holes end at data,
 * the last one at the end. */
static gboolean compare_seek(Fsx *self, off_t at)
{
	off_t data = lseek(self->fd, at, SEEK_DATA);
	int err = data < 0 ? errno : 0;
	off_t hole = lseek(self->fd, at, SEEK_HOLE);

	if (err && err != ENXIO)
		return complain("SEEK_DATA", at, 0, g_strerror(err));
	if (at >= self->size)
		return (data < 0 && hole < 0) ||
		       complain("SEEK_*", at, 0, "something behind the end");
	if (data < 0)
		data = self->size;
	if (data < at || data > self->size || !all_zero(self, at, data))
		return complain("SEEK_DATA", at, 0, "data before it");
	if (hole < at || hole > self->size)
		return complain("SEEK_HOLE", at, 0, "out of the file");
	if (data != at && hole != at)
		return complain("SEEK_HOLE", at, 0, "not in a hole here");
	return TRUE;
}

static gboolean operate(Fsx *self)
{
	guint way = (guint)pick(self, G_N_ELEMENTS(ways) + 1);
	/* Also a little behind the end, which only calls that return how much
	 * came can have. */
	off_t at = pick(self, self->size + ALIGNED);
	size_t len = (size_t)pick(self, MAX_LEN) + 1;
	Read read;

	if (way == G_N_ELEMENTS(ways))
		return compare_seek(self, at);
	if (pick(self, 4) == 0)
		len = (size_t)pick(self, 64) + 1;
	read = ways[way].read;
	if (read == read_mapped || read == read_backwards) {
		at = pick(self, self->size);
		len = (size_t)MIN((off_t)len, self->size - at);
	}
	return !len || compare_read(self, way, at, len);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0) {
		printf("%s: %s\n", path, g_strerror(errno));
		exit(1);
	}
	return fd;
}

static void check_size(Fsx *self)
{
	struct stat file, original;

	if (fstat(self->fd, &file) || fstat(self->original, &original))
		g_error("fstat: %s", g_strerror(errno));
	self->size = original.st_size;
	if (file.st_size == original.st_size)
		return;
	printf("it has %lld bytes, the original %lld\n",
	       (long long)file.st_size, (long long)original.st_size);
	exit(1);
}

static void fsx_init(Fsx *self, const char *file, const char *original,
		     guint32 seed)
{
	self->fd = open_or_die(file, 0);
	self->direct = open_or_die(file, O_DIRECT);
	self->original = open_or_die(original, 0);
	self->sink = memfd_create("fsx", MFD_CLOEXEC);
	self->random = g_rand_new_with_seed(seed);
	self->got = aligned_alloc(ALIGNED, MAX_MAPPED);
	self->expected = aligned_alloc(ALIGNED, MAX_MAPPED);
	if (self->sink < 0 || pipe2(self->pipe, O_CLOEXEC) || !self->got ||
	    !self->expected)
		g_error("fsx: %s", g_strerror(errno));
	check_size(self);
}

static void fsx_clear(Fsx *self)
{
	g_rand_free(self->random);
	free(self->got);
	free(self->expected);
}

int main(int argc, char **argv)
{
	guint operations = argc > 3 ? (guint)strtoul(argv[3], NULL, 10) : 1000;
	guint32 seed = argc > 4 ? (guint32)strtoul(argv[4], NULL, 10) : 1;
	gboolean equal = TRUE;
	Fsx self = {0};

	if (argc < 3) {
		fprintf(stderr, "fsx FILE ORIGINAL [OPERATIONS [SEED]]\n");
		return 2;
	}
	fsx_init(&self, argv[1], argv[2], seed);
	for (guint i = 0; i < operations && equal; i++)
		equal = operate(&self);
	if (!equal)
		printf("(seed %u)\n", seed);
	fsx_clear(&self);
	return !equal;
}
