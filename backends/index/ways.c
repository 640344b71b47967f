/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/ways.h"

#include "backends/crc32.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stddef.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Sixteen thousand backups in about two megabytes. */
#define N_BUCKETS 4096
#define BUCKET_LEN 4
/* Other numbers here, and records of before are none. */
#define RECORD_VERSION 0x31594157u

#define NSEC G_GINT64_CONSTANT(1000000000)
#define TICK (2 * NSEC)
#define MAX_SECONDS G_GINT64_CONSTANT(9000000000)

/* Those whose ctime is something else, or a server's word for it. */
#define EXFAT_MAGIC 0x2011bab0
#define FUSE_MAGIC 0x65735546
#define CIFS_MAGIC 0xff534d42
#define SMB2_MAGIC 0xfe534d42

typedef struct {
	guint64 dev, ino, size;
	gint64 mtime, ctime;
	guint32 mtime_nsec, ctime_nsec;
} Way;

typedef struct {
	guint32 version;
	guint32 crc; /* of all, this being 0 */
	Way way;
	char key[ROND_KEY_LEN]; /* hex digits */
} Record;
G_STATIC_ASSERT(sizeof(Record) == 120);

typedef struct {
	Record records[BUCKET_LEN];
} Bucket;

static Way way_of(const struct stat *st)
{
	return (Way){
	    .dev = st->st_dev,
	    .ino = st->st_ino,
	    .size = (guint64)st->st_size,
	    .mtime = st->st_mtim.tv_sec,
	    .ctime = st->st_ctim.tv_sec,
	    .mtime_nsec = (guint32)st->st_mtim.tv_nsec,
	    .ctime_nsec = (guint32)st->st_ctim.tv_nsec,
	};
}

gboolean rond_way_is_sure(int fd, const struct stat *st, gint64 now)
{
	struct statfs disk;

	if (!st->st_ino || st->st_mtim.tv_sec <= 0 ||
	    st->st_mtim.tv_sec > MAX_SECONDS || st->st_ctim.tv_sec <= 0 ||
	    st->st_ctim.tv_sec > now / NSEC ||
	    now - (st->st_ctim.tv_sec * NSEC + st->st_ctim.tv_nsec) < TICK ||
	    fstatfs(fd, &disk))
		return FALSE;
	switch ((guint32)disk.f_type) {
	case MSDOS_SUPER_MAGIC:
	case EXFAT_MAGIC:
	case FUSE_MAGIC:
	case CIFS_MAGIC:
	case SMB2_MAGIC:
		return FALSE;
	}
	return TRUE;
}

static guint32 record_crc(const Record *record)
{
	Record copy = *record;

	copy.crc = 0;
	return rond_crc32(0, &copy, sizeof copy);
}

static gboolean is_valid(const Record *record)
{
	for (int i = 0; i < ROND_KEY_LEN; i++)
		if (!g_ascii_isdigit(record->key[i]) &&
		    (record->key[i] < 'a' || record->key[i] > 'f'))
			return FALSE;
	return record->version == RECORD_VERSION &&
	       record->crc == record_crc(record);
}

static off_t place_of(const Way *way)
{
	return (off_t)(rond_crc32(0, way, sizeof *way) % N_BUCKETS *
		       sizeof(Bucket));
}

/* The table, opened with @flags; -1: there is none, or no good one. */
static int open_table(int dir, int flags)
{
	int fd =
	    openat(dir, ROND_WAYS_NAME, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_nlink == 1)
		return fd;
	close(fd);
	return -1;
}

/* What is missing at the end is zeros: no records. */
static void read_bucket(int fd, off_t at, Bucket *bucket)
{
	gssize n;

	do
		n = pread(fd, bucket, sizeof *bucket, at);
	while (n < 0 && errno == EINTR);
	n = MAX(n, 0);
	memset((char *)bucket + n, 0, sizeof *bucket - (gsize)n);
}

static int find_record(const Bucket *bucket, const Way *way)
{
	for (int i = 0; i < BUCKET_LEN; i++)
		if (is_valid(&bucket->records[i]) &&
		    !memcmp(&bucket->records[i].way, way, sizeof *way))
			return i;
	return -1;
}

char *rond_ways_find(int dir, const struct stat *st)
{
	int fd = open_table(dir, O_RDONLY);
	Way way = way_of(st);
	Bucket bucket;

	if (fd < 0)
		return NULL;
	read_bucket(fd, place_of(&way), &bucket);
	close(fd);
	int i = find_record(&bucket, &way);

	return i < 0 ? NULL : g_strndup(bucket.records[i].key, ROND_KEY_LEN);
}

/* Where a record of @way may go: its own place, a free one, or any. */
static int choose_place(const Bucket *bucket, const Way *way)
{
	int place = find_record(bucket, way);

	for (int i = 0; i < BUCKET_LEN && place < 0; i++)
		if (!is_valid(&bucket->records[i]))
			place = i;
	return place < 0 ? g_random_int_range(0, BUCKET_LEN) : place;
}

void rond_ways_keep(int dir, const struct stat *st, const char *key)
{
	int fd = open_table(dir, O_RDWR | O_CREAT);
	Record record = {.version = RECORD_VERSION, .way = way_of(st)};
	off_t at = place_of(&record.way);
	Bucket bucket;

	if (fd < 0)
		return;
	memcpy(record.key, key, ROND_KEY_LEN);
	record.crc = record_crc(&record);
	read_bucket(fd, at, &bucket);
	at += choose_place(&bucket, &record.way) * (off_t)sizeof record;
	/* What is written by halves is no record: nothing to be done. */
	(void)!pwrite(fd, &record, sizeof record, at);
	close(fd);
}
