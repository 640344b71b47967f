/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A temporary folder in which real tools make archives, and the comparison of
 * what we read in them with what others do.
 */
#pragma once

#include "tests/unit/tar-kit.h"

typedef struct {
	char *dir;  /* a temporary folder: tree/, out/, archives */
	char *tree; /* what is archived */
} ToolsFixture;

void tools_set_up(ToolsFixture *self, gconstpointer data);
void tools_tear_down(ToolsFixture *self, gconstpointer data);

/* A shell's output, new, of @script in the folder; the second must succeed. */
char *tools_try(const ToolsFixture *self, int *status, const char *script);
void tools_run(const ToolsFixture *self, const char *script);

/* A file of @size random bytes below tree/, and the folders above it. */
void tools_file(const ToolsFixture *self, const char *name, gsize size);
GByteArray *tools_load(const ToolsFixture *self, const char *name);

void tools_compare_libarchive(const GByteArray *tar, const KitSeen *seen);
/* With what `tar -x` made of the archive in out/. */
void tools_compare_extracted(const ToolsFixture *self, const GByteArray *tar,
			     const KitSeen *seen);

/* Archive tree/ with @command into a.tar, and compare with both. */
KitSeen *tools_check(const ToolsFixture *self, const char *command);
