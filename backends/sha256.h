/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSha256: SHA-256 (FIPS 180-4), one message after the other.
 *
 * Computed by OpenSSL's libcrypto, which no other file knows. For one thread
 * at a time.
 */
#pragma once

#include <glib.h>

#define ROND_SHA256_SIZE 32

typedef struct RondSha256 RondSha256;

/* At the beginning of a message. Touches no configuration file, so that it can
 * be called where none may be opened. */
RondSha256 *rond_sha256_new(void);
void rond_sha256_free(RondSha256 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSha256, rond_sha256_free)

void rond_sha256_add(RondSha256 *self, const void *buf, gsize len);

/* The hash of what was added; begins another message. */
void rond_sha256_end(RondSha256 *self, guint8 hash[ROND_SHA256_SIZE]);

/* Forget what was added. */
void rond_sha256_reset(RondSha256 *self);
