/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/config.h"

#define DEFAULT_MEMORY (256 * 1024 * 1024)

RondConfig *rond_config_new(void)
{
	RondConfig *self = g_new0(RondConfig, 1);

	self->zone = g_time_zone_new_local();
	self->now = G_MININT64;
	self->strip = ROND_NO_STRIP;
	self->memory = DEFAULT_MEMORY;
	self->uid = ROND_NO_ID;
	self->gid = ROND_NO_ID;
	return self;
}

void rond_config_free(RondConfig *self)
{
	if (!self)
		return;
	g_strfreev(self->sources);
	g_strfreev(self->arguments);
	g_clear_pointer(&self->patterns, g_ptr_array_unref);
	g_time_zone_unref(self->zone);
	g_free(self->cache_dir);
	g_free(self);
}
