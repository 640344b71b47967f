/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an index says of its backup as a whole.
 */
#pragma once

#include "fs/part.h"

/* The state by the worst finding: ready, damaged or incomplete. @message: that
 * finding's words and how many more there are, new, or NULL. */
RondPartState rond_verdict(const RondIndex *index, char **message);

/* How much is in it; the rest of it is 0. */
RondPartInfo rond_verdict_info(const RondIndex *index);
