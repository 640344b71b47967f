/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX ACLs: from the text that archives keep to the kernel's form.
 *
 * Text: acl(5), "ACL TEXT FORMS", long or short, with star's numeric ids as a
 * fourth field (star(5), SCHILY.acl.access). Binary: the value of the
 * attribute system.posix_acl_access, version 2, as in the kernel's
 * <linux/posix_acl_xattr.h>.
 */
#pragma once

#include <glib.h>

#define ROND_ACL_ACCESS "system.posix_acl_access"
#define ROND_ACL_DEFAULT "system.posix_acl_default"

/* Put the binary form of @text into @acl (emptied first). FALSE when it is no
 * ACL, or refers to a user or group by a name without a number: names mean
 * something on the archive's machine only. */
gboolean rond_acl_from_text(const char *text, GByteArray *acl);
