/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/hops.h"

gboolean rond_hops_look(RondHops *self)
{
	self->len = 0;
	if (self->failed || self->looks == ROND_HOPS_MAX)
		return FALSE;
	self->looks++;
	gssize n = rond_stream_pread(self->stream, self->head, ROND_HOPS_HEAD,
				     self->at, NULL);
	self->failed = n < 0;
	self->len = MAX(n, 0);
	return n > 0;
}
