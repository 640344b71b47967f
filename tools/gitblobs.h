/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGitBlobs: which contents are in a git repository, and since which commit.
 *
 * Contents are known by the id that git gives them, so that names, times and
 * places don't matter. The program git is run, on a repository of the user's
 * own; it is asked twice, however many contents there are.
 */
#pragma once

#include "backends/stream/stream.h"

typedef struct RondGitBlobs RondGitBlobs;

typedef struct {
	gboolean known; /* the repository has it */
	/* The oldest commit with it, its id and its date (YYYY-MM-DD); NULL:
	 * none that a branch or tag leads to. */
	char *commit, *date;
} RondGitBlob;

/* The repository at @path. NULL with @error: it is none, or git isn't there. */
RondGitBlobs *rond_git_blobs_new(const char *path, GError **error);
void rond_git_blobs_free(RondGitBlobs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGitBlobs, rond_git_blobs_free)

/* Ask for a content, later: its id, borrowed. NULL with @error: it can't be
 * read. */
const char *rond_git_blobs_add(RondGitBlobs *self, RondStream *content,
			       GError **error);
/* Ask git for all that were added. FALSE with @error. */
gboolean rond_git_blobs_ask(RondGitBlobs *self, GError **error);
/* Whether the commit that is checked out has a file at @path, which is below
 * the repository's top. Names are looked at, not contents. */
gboolean rond_git_blobs_has_path(RondGitBlobs *self, const char *path);
/* What it said of @id, which was added; borrowed. */
const RondGitBlob *rond_git_blobs_get(const RondGitBlobs *self, const char *id);
