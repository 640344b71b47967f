/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarReport: the findings of one walk, on their way to the sink.
 *
 * Damage is always told. Notes are counted, because a hostile archive can
 * give cause for one in every block: after a hundred there are no more.
 */
#pragma once

#include "backends/archive/archive.h"

typedef struct {
	const RondArchiveSink *sink;
	guint notes;
} RondTarReport;

void rond_tar_note(RondTarReport *self, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Bytes [from, to) can't be used. */
void rond_tar_damage(RondTarReport *self, guint64 from, guint64 to,
		     const char *format, ...) G_GNUC_PRINTF(4, 5);

/* A name from an archive for a message: quoted, without control characters,
 * cut when long. New. */
char *rond_tar_quote(const char *name);
