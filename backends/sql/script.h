/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondScript: statements of a dump that make up one object, in their order.
 *
 * Keeps where they are, not what they say, and a hash of that. For one thread.
 */
#pragma once

#include "backends/sha256.h"
#include "backends/sql/scanner.h"

typedef enum {
	ROND_PART_SCHEMA,
	ROND_PART_DATA, /* what stands around rows */
	ROND_PART_ROWS,
	ROND_PART_TRIGGER,
} RondPartKind;

typedef struct {
	guint64 at, length; /* in the dump */
	guint8 kind;
	guint8 delimiter;  /* its number; 0 is ; */
	guint8 settings;   /* so many of the dump's setting parts hold there */
	gboolean line_end; /* its last byte is a line feed */
	gboolean open;	   /* it lacks its delimiter */
} RondPart;

/* A statement that a script may get. */
typedef struct {
	RondPart part;
	gboolean known; /* it was short enough for this: */
	guint8 hash[ROND_SHA256_SIZE];
} RondPending;

typedef struct {
	GArray *parts;	  /* RondPart */
	gboolean unknown; /* something in it could not be hashed */
	/* Of all but the rows' bytes; of the schema's parts only. */
	guint8 all[ROND_SHA256_SIZE], schema[ROND_SHA256_SIZE];
	guint8 triggers[ROND_SHA256_SIZE];
} RondScript;

void rond_script_init(RondScript *self);
void rond_script_clear(RondScript *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondScript, rond_script_clear)
/* Begin anew, empty. */
void rond_script_reset(RondScript *self);

/* What @piece becomes; @sha is at the beginning of a message, and again then.
 * @delimiter is its number. */
RondPending rond_pending(const RondPiece *piece, guint8 delimiter,
			 guint8 settings, RondSha256 *sha);

/* Returns how many parts it has more: none where the last one goes on. */
guint rond_script_add(RondScript *self, const RondPending *pending,
		      RondPartKind kind, RondSha256 *sha);
/* Rows: of their bytes only @head, the hash of what is before them, counts. */
guint rond_script_add_rows(RondScript *self, const RondPart *rows,
			   const guint8 *head, RondSha256 *sha);
