/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarInput: a window that moves forward over a stream.
 *
 * Reads ahead while headers are close together, little after a long jump, and
 * never asks the stream for a place before one that it has read.
 */
#pragma once

#include "backends/stream/stream.h"

typedef struct RondTarInput RondTarInput;

/* Over @stream, which is borrowed. */
RondTarInput *rond_tar_input_new(RondStream *stream);
void rond_tar_input_free(RondTarInput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTarInput, rond_tar_input_free)

/* The block at @at, which must not be lower than in an earlier call of any of
 * these functions. @len: how much of it there is, less than a block only at
 * the stream's end. Borrowed until the next call; NULL with @error set. */
const void *rond_tar_input_block(RondTarInput *self, guint64 at, gsize *len,
				 GError **error);

/* Copy @len bytes at @at (the same rule) into @buf; @got may be less only at
 * the end. */
gboolean rond_tar_input_read(RondTarInput *self, guint64 at, void *buf,
			     gsize len, gsize *got, GError **error);

/* Whether the stream goes on as far as @end. If its size is unknown this
 * reads the byte before @end, and the next call may be for @end at least. */
gboolean rond_tar_input_reaches(RondTarInput *self, guint64 end,
				gboolean *reached, GError **error);
