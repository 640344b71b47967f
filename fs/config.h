/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondConfig: the settings of a mount, as the command line gives them.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef enum {
	ROND_INDEX_LAZY,       /* a backup when it is first entered */
	ROND_INDEX_BACKGROUND, /* also all others, newest first, when idle */
	ROND_INDEX_NOW,	       /* all before the mount answers */
} RondIndexMode;

typedef enum {
	ROND_SYMLINKS_KEEP,	/* as archived */
	ROND_SYMLINKS_CONTAIN,	/* links out of their part can't be read */
	ROND_SYMLINKS_RELATIVE, /* absolute targets are seen from the part's
				   root, relative ones are kept */
} RondSymlinks;

#define ROND_NO_ID G_MAXUINT32
#define ROND_NO_STRIP G_MAXUINT

typedef struct {
	char **sources; /* as given */
	/* What rondctl needs to be told to see the same backups by the same
	 * names, sources included; NULL: nothing is known. */
	char **arguments;
	GPtrArray *patterns; /* RondPattern */
	GTimeZone *zone;
	gint64 now; /* pinned by --now; G_MININT64: the clock */
	gboolean all_formats;
	guint strip; /* ROND_NO_STRIP: the one-top-folder rule */
	RondIndexMode index_mode;
	guint64 memory;		    /* bytes of decoded blocks */
	guint64 cache_size;	    /* bytes; 0: a tenth of the disk */
	char *cache_dir;	    /* NULL: the usual place */
	guint32 uid, gid;	    /* ROND_NO_ID: as archived */
	mode_t umask, fmask, dmask; /* bits to clear: of all, files, folders */
	gboolean confine; /* index in a child; main() must know of it */
	/* When versions of files were first seen is not asked for: indexes of
	 * other backups need not be opened for it. */
	gboolean ahistoric;
	gboolean xattr;
	gboolean keep_special;
	RondSymlinks symlinks;
} RondConfig;

/* The defaults; sources, patterns, cache_dir NULL, the machine's zone. */
RondConfig *rond_config_new(void);
void rond_config_free(RondConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondConfig, rond_config_free)
