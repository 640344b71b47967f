/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/foreign.h"

#include <string.h>

#define GPG "encrypted with GnuPG: decrypt it with `gpg -d FILE > OUT`"
#define OPENSSL                                                                \
	"encrypted with OpenSSL: decrypt it with `openssl enc -d -CIPHER -in " \
	"FILE -out OUT`, with the cipher and options it was made with"
#define AGE "encrypted with age: decrypt it with `age -d -o OUT FILE`"
#define CRYPT                                                              \
	"encrypted, probably by UpdraftPlus: decrypt it in its settings, " \
	"Advanced tools"
#define WPRESS                                                                \
	"an All-in-One WP Migration export: unpack it with wpress-extractor " \
	"and give the folder"
#define JPA                                                                \
	"an Akeeba JPA archive: unpack it with Akeeba eXtract Wizard and " \
	"give the folder"
#define DAF                                                                    \
	"a Duplicator DAF archive: unpack it with Duplicator's dupxtract and " \
	"give the folder"

#define PACKED(tool, command) \
	"packed with " tool ": decompress it with `" command " FILE`"
#define COMPRESS PACKED("compress", "gzip -d")
#define LZMA PACKED("lzma", "xz -d")
#define LZIP PACKED("lzip", "lzip -d")
#define LZOP PACKED("lzop", "lzop -d")

const char *rond_foreign_by_head(const guint8 *head, gsize len)
{
	static const struct {
		const char *magic;
		const char *what;
	} magics[] = {
	    {"-----BEGIN PGP MESSAGE-----", GPG},
	    {"Salted__", OPENSSL},
	    {"age-encryption.org/v1", AGE},
	    {"-----BEGIN AGE ENCRYPTED FILE-----", AGE},
	    {"JPA", JPA},
	    {"\037\235", COMPRESS},
	    {"LZIP", LZIP},
	    {"\211LZO", LZOP},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
		gsize n = strlen(magics[i].magic);

		if (len >= n && memcmp(head, magics[i].magic, n) == 0)
			return magics[i].what;
	}
	return NULL;
}

const char *rond_foreign_by_name(const char *name)
{
	static const struct {
		const char *ending;
		const char *what;
	} endings[] = {
	    {".gpg", GPG},	 {".pgp", GPG},	    {".asc", GPG},
	    {".enc", OPENSSL},	 {".aes", OPENSSL}, {".age", AGE},
	    {".crypt", CRYPT},	 {".jpa", JPA},	    {".daf", DAF},
	    {".wpress", WPRESS}, {".lzma", LZMA},   {".tlz", LZMA},
	};
	gsize len = strlen(name);

	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
		gsize n = strlen(endings[i].ending);

		if (len > n &&
		    g_ascii_strcasecmp(name + len - n, endings[i].ending) == 0)
			return endings[i].what;
	}
	return NULL;
}
