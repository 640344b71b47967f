/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of RondCopyOut: shared by what goes through the tree (copyout.c),
 * plans (copyout-plan.c), copies one file (copyout-file.c) and puts things in
 * their places (copyout-place.c).
 */
#pragma once

#include "backends/sha256.h"
#include "tools/copyout.h"
#include "tools/meter.h"

#include <sys/stat.h>

struct RondCopyOut {
	RondTreePaths *tree;
	RondSignals *signals;
	gboolean force;
	gboolean unsound;     /* a backup is damaged: there may be more */
	guint32 uid, gid;     /* of --chown, or ROND_NO_ID */
	gboolean owners;      /* as archived, where --chown says nothing */
	gboolean unowned;     /* it was said that they can't be kept */
	int dest;	      /* O_PATH */
	char *dest_name;      /* as it was given */
	GPtrArray *jobs;      /* RondCopyJob */
	GArray *folders;      /* MadeFolder: to be finished */
	GHashTable *inodes;   /* st_ino of hard links → MadeFile */
	GHashTable *planned;  /* the same that are in @bytes, set */
	guint64 files, bytes; /* all that was added */
	guint64 space;	      /* what of that will take room */
	guint64 seen_files, seen_bytes; /* how far it is */
	char *parent; /* the folder that was opened last for a job, or NULL */
	int parent_fd;
	RondSha256 *sha256; /* a new one for each file would be dear */
	guint serial;	    /* of temporary names */
	RondMeter meter;
	RondCopyCounts counts;
};

typedef struct {
	RondTreePath *item;
	char *as;
} RondCopyJob;

/* Where something is to be. */
typedef struct {
	int dir; /* borrowed */
	const char *name;
	const char *path; /* relative to the destination */
} RondCopyPlace;

/* TRUE, or EINTR. */
gboolean rond_copy_out_goes_on(RondCopyOut *self, GError **error);
/* A line on stderr about @path of the destination; takes @why over. */
void rond_copy_out_say(RondCopyOut *self, const char *path, char *why);
/* What @error (taken over) means for the rest: FALSE, and @out has it, if it
 * ends all; else a line about it, and one failure more. */
gboolean rond_copy_out_survives(RondCopyOut *self, GError *error, GError **out);

/* Whether the backup that @item is in is; that it isn't was told when its index
 * was opened, and what comes out of it can't be vouched for. */
gboolean rond_copy_out_note_soundness(RondCopyOut *self,
				      const RondTreePath *item);

/* How far it is, on the meter; @name is at work. */
void rond_copy_out_show(RondCopyOut *self, const char *name);

/* Count what @job will copy. FALSE with @error: EINTR. */
gboolean rond_copy_out_plan(RondCopyOut *self, const RondCopyJob *job,
			    GError **error);
/* Whether there is room for it. */
gboolean rond_copy_out_has_room(RondCopyOut *self, GError **error);

/* Copy the regular file @item; count it. */
gboolean rond_copy_out_file(RondCopyOut *self, RondTreePath *item,
			    const RondCopyPlace *place, GError **error);
/* The same for a symbolic link. */
gboolean rond_copy_out_link(RondCopyOut *self, RondTreePath *item,
			    const RondCopyPlace *place, GError **error);
void rond_copy_folders_init(RondCopyOut *self);
/* Fail with @err, of what is at @path of the destination. FALSE. */
gboolean rond_copy_fail(const RondCopyOut *self, int err, const char *path,
			GError **error);
/* Open the folder @name in @dir, never through a link; -1 with errno. */
int rond_copy_open_folder(int dir, const char *name);
/* The same, made where it isn't there: with @st when all is done (NULL: as
 * folders are). -1 with @error. */
int rond_copy_enter_folder(RondCopyOut *self, const RondCopyPlace *place,
			   const struct stat *st, GError **error);
/* The folder that @job's place is in, made with those above it; borrowed.
 * @make FALSE: -1 without an error where it isn't there. */
int rond_copy_parent(RondCopyOut *self, const RondCopyJob *job, gboolean make,
		     GError **error);
/* The folder that @path of the destination lies in; -1: it is there no more. */
int rond_copy_open_above(const RondCopyOut *self, const char *path);
/* Give all folders that were made the attributes that they shall have. */
void rond_copy_finish_folders(RondCopyOut *self);

/* A name beside @place that nobody has; new. */
char *rond_copy_temporary(RondCopyOut *self);
/* Owner, mode and times of @fd, as @st has them. */
gboolean rond_copy_set_attributes(RondCopyOut *self, int fd,
				  const struct stat *st, GError **error);
/* Whom a copy of @st shall belong to; -1: as it comes. */
void rond_copy_owner(const RondCopyOut *self, const struct stat *st, uid_t *uid,
		     gid_t *gid);
/* Give @temporary its name. What it may not replace is @kept instead: counted
 * and told. The temporary name is gone in any case. */
gboolean rond_copy_put(RondCopyOut *self, const char *temporary,
		       const RondCopyPlace *place, gboolean *kept,
		       GError **error);
void rond_copy_keep(RondCopyOut *self, const RondCopyPlace *place,
		    const char *what);
