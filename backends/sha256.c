/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sha256.h"

#include <openssl/evp.h>

struct RondSha256 {
	OSSL_LIB_CTX *library;
	EVP_MD *method;
	EVP_MD_CTX *state;
};

/* A library context of its own reads no openssl.cnf; and the method is looked
 * up once, which takes longer than to hash a small file. */
RondSha256 *rond_sha256_new(void)
{
	RondSha256 *self = g_new0(RondSha256, 1);

	self->library = OSSL_LIB_CTX_new();
	self->method = EVP_MD_fetch(self->library, "SHA256", NULL);
	self->state = EVP_MD_CTX_new();
	if (!self->method || !self->state)
		g_error("this libcrypto has no SHA-256");
	rond_sha256_reset(self);
	return self;
}

void rond_sha256_free(RondSha256 *self)
{
	EVP_MD_CTX_free(self->state);
	EVP_MD_free(self->method);
	OSSL_LIB_CTX_free(self->library);
	g_free(self);
}

static void check(int done)
{
	if (!done)
		g_error("libcrypto can't hash");
}

void rond_sha256_reset(RondSha256 *self)
{
	check(EVP_DigestInit_ex2(self->state, self->method, NULL));
}

void rond_sha256_add(RondSha256 *self, const void *buf, gsize len)
{
	check(EVP_DigestUpdate(self->state, buf, len));
}

void rond_sha256_end(RondSha256 *self, guint8 hash[ROND_SHA256_SIZE])
{
	check(EVP_DigestFinal_ex(self->state, hash, NULL));
	rond_sha256_reset(self);
}
