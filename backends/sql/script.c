/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/script.h"

#include <string.h>

#define GOES_ON 0x80

void rond_script_init(RondScript *self)
{
	*self = (RondScript){0};
	self->parts = g_array_new(FALSE, FALSE, sizeof(RondPart));
}

void rond_script_clear(RondScript *self)
{
	g_clear_pointer(&self->parts, g_array_unref);
}

void rond_script_reset(RondScript *self)
{
	rond_script_clear(self);
	rond_script_init(self);
}

RondPending rond_pending(const RondPiece *piece, guint8 delimiter,
			 guint8 settings, RondSha256 *sha)
{
	RondPending pending = {0};

	pending.part.at = piece->from;
	pending.part.length = piece->to - piece->from;
	pending.part.delimiter = delimiter;
	pending.part.settings = settings;
	pending.part.open = piece->open;
	pending.known = piece->len == pending.part.length;
	pending.part.line_end = pending.known && piece->len > 0 &&
				piece->text[piece->len - 1] == '\n';
	rond_sha256_add(sha, piece->delimiter, strlen(piece->delimiter) + 1);
	rond_sha256_add(sha, &settings, 1);
	rond_sha256_add(sha, piece->text, piece->len);
	rond_sha256_end(sha, pending.hash);
	return pending;
}

/* @kind also says what else makes a file another one. */
static void chain(guint8 *link, guint8 kind, const guint8 *hash,
		  RondSha256 *sha)
{
	rond_sha256_add(sha, link, ROND_SHA256_SIZE);
	rond_sha256_add(sha, &kind, 1);
	rond_sha256_add(sha, hash, ROND_SHA256_SIZE);
	rond_sha256_end(sha, link);
}

/* The last part, if @part goes on where it ended; else NULL. */
static RondPart *goes_on(const RondScript *self, const RondPart *part)
{
	RondPart *last;

	if (self->parts->len == 0)
		return NULL;
	last = &g_array_index(self->parts, RondPart, self->parts->len - 1);
	if (last->kind == part->kind && last->delimiter == part->delimiter &&
	    last->settings == part->settings &&
	    last->at + last->length == part->at)
		return last;
	return NULL;
}

static guint append(RondScript *self, const RondPart *part)
{
	RondPart *last = goes_on(self, part);

	if (last) {
		last->length += part->length;
		last->line_end = part->line_end;
		last->open = part->open;
		return 0;
	}
	g_array_append_val(self->parts, *part);
	return 1;
}

guint rond_script_add(RondScript *self, const RondPending *pending,
		      RondPartKind kind, RondSha256 *sha)
{
	RondPart part = pending->part;
	const RondPart *last;
	guint8 tag = (guint8)kind;

	part.kind = (guint8)kind;
	self->unknown = self->unknown || !pending->known;
	last = goes_on(self, &part);
	/* No delimiter comes between them. */
	if (last && last->open)
		tag |= GOES_ON;
	chain(self->all, tag, pending->hash, sha);
	if (kind == ROND_PART_SCHEMA)
		chain(self->schema, tag, pending->hash, sha);
	else if (kind == ROND_PART_TRIGGER)
		chain(self->triggers, tag, pending->hash, sha);
	return append(self, &part);
}

guint rond_script_add_rows(RondScript *self, const RondPart *rows,
			   const guint8 *head, RondSha256 *sha)
{
	RondPart part = *rows;

	part.kind = ROND_PART_ROWS;
	chain(self->all, part.kind, head, sha);
	return append(self, &part);
}
