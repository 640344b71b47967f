/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache folder of its own for each test, and files in it that are told apart
 * by a number: their key and every byte of them.
 */
#pragma once

#include "backends/index/cachedir.h"

#define FILE_LEN G_GUINT64_CONSTANT(65536)

typedef struct {
	char *top, *path; /* @path is the cache, in @top */
	RondCacheDir *cache;
} CacheFixture;

void cache_fixture_begin(CacheFixture *self, guint64 limit);
void cache_fixture_end(CacheFixture *self);

/* Whether file @number is in the folder, and its path; new. */
gboolean cache_fixture_has(const CacheFixture *self, guint number);
char *cache_fixture_path(const CacheFixture *self, guint number);
/* Say that a file was used and made @seconds ago. */
void cache_fixture_set_age(const CacheFixture *self, guint number,
			   gint64 seconds);

/* Make, write and commit file @number, or open it. */
char *cached_key(guint number);
void cached_add(RondCacheDir *cache, guint number, gsize len);
int cached_open(RondCacheDir *cache, guint number);
void cached_write(int fd, guint number, gsize len);
void cached_expect(int fd, guint number, gsize len);

guint count_names(const char *path);
void remove_tree(const char *path);
