/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user's secret, which numbers that an attacker must not be able to aim at
 * are made with. It lies in the cache folder, made at first use.
 */
#pragma once

#include "backends/index/cachedir.h"

#define ROND_SECRET_LEN 32

/* Fill in the secret of @cache; where it can't be kept, one that lasts as long
 * as this process. Never fails. */
void rond_secret_load(const RondCacheDir *cache,
		      guint8 secret[ROND_SECRET_LEN]);
