/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the index share: an index from a builder, a tree as text,
 * and a backup taken through the first pass.
 */
#pragma once

#include "backends/index/build.h"
#include "backends/index/builder.h"
#include "backends/index/content.h"

/* Add an entry; it must go well. */
void index_kit_add(RondIndexBuilder *builder, const RondEntry *entry);
/* Add files of five bytes each, up to a NULL; the n-th's lie at n, which is its
 * time, too. */
void index_kit_add_files(RondIndexBuilder *builder, const char *const *paths);
/* What @builder was given makes this tree, see index_kit_tree(). */
void index_kit_expect_tree(RondIndexBuilder *builder, const char *expected);

/* The index of what @builder was given; it must be a good one. */
RondIndex *index_kit_write(RondIndexBuilder *builder);

/* The bytes of that index file. */
GBytes *index_kit_bytes(RondIndexBuilder *builder);

/* @bytes as an index, or NULL with @error. */
RondIndex *index_kit_open(const void *data, gsize len, GError **error);
/* The same, with the checksums made right. */
RondIndex *index_kit_seal(const void *data, gsize len, GError **error);

/* The entry at @path ("" is the root), or ROND_INDEX_NONE. */
guint32 index_kit_find(const RondIndex *index, const char *path);

/* All entries, a line each: "path/", "path AT+SIZE", "path SIZE[OFFSET@AT+LEN
 * …]", "path -> target", "path device"; " xN" behind a file of N names. */
char *index_kit_tree(const RondIndex *index);

/* How many findings are no notes. */
guint index_kit_bad(const RondIndex *index);
/* Whether a finding's message contains @text. */
gboolean index_kit_tells(const RondIndex *index, const char *text);

/* Call every accessor for every entry, whatever the file holds. */
void index_kit_touch_all(const RondIndex *index);

/* What a backup came to. */
typedef struct {
	gboolean ok;
	GError *error;	      /* of the first pass, when it failed */
	RondIndex *index;     /* when it didn't, like all below */
	RondContent *content; /* the way to the bytes */
	RondBlockCache *blocks;
	guint copies; /* how often a seekable copy was asked for */
	guint64 told; /* bytes of the source read, as the progress has it */
} Built;

typedef struct {
	RondStream *source;
	const char *name; /* of the file, for detection */
	gboolean no_copy; /* no room for a seekable copy */
	gboolean thorough;
	int copy_fd; /* to write the copy to; 0: one in memory */
	/* Cancelled when so many bytes of the source have been read; 0: not. */
	guint64 cancel_at;
} BuiltHow;

Built *built_with(const BuiltHow *how);
/* Of @source, with a copy; it must go well. */
Built *built_new(RondStream *source, const char *name);
void built_free(Built *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Built, built_free)

/* The whole content of the file at @path, NULL with @error. */
GBytes *built_read(const Built *self, const char *path, GError **error);
/* It must be @expected. */
void built_expect(const Built *self, const char *path, GBytes *expected);
/* Reading all of it, or opening it, must fail with @code. */
void built_expect_error(const Built *self, const char *path, int code);

/* @n reads at random places of @stream, each as in @expected. */
void check_random_reads(RondStream *stream, GBytes *expected, guint n);
