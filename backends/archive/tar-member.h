/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarMember: what is known of one archived thing, from its header block
 * and what stands before it. The extended header counts more than GNU's long
 * names, those more than a global header, and that more than the block.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/archive/tar-header.h"
#include "backends/archive/tar-pax.h"

/* Nothing in it is owned. */
typedef struct {
	const RondTarHeader *header;
	const RondTarPax *local, *global;
	const GString *long_name, *long_link; /* NULL: none */
	/* Names taken from the header block. */
	char name[sizeof(((RondTarHeader *)0)->prefix) + 1 +
		  sizeof(((RondTarHeader *)0)->name) + 1];
	char linkname[sizeof(((RondTarHeader *)0)->linkname) + 1];
} RondTarMember;

/* Borrowed from @self. */
const char *rond_tar_member_path(RondTarMember *self);
const char *rond_tar_member_link(RondTarMember *self);

/* S_IFREG, S_IFDIR…: what it is. A hard link is a regular file. */
mode_t rond_tar_member_type(const RondTarMember *self, const char *path);

/* Whether the type is one that is known: others are taken for files. */
gboolean rond_tar_member_known(const RondTarMember *self);

/* The bytes of data that the headers speak of; FALSE: they don't fit. */
gboolean rond_tar_member_size(const RondTarMember *self, gint64 *size);

/* Set @entry's mode, owner, times, device numbers and extended attributes.
 * FALSE when an owner's number can't be one; nobody's stands then. */
gboolean rond_tar_member_attributes(const RondTarMember *self, mode_t type,
				    RondEntry *entry);
