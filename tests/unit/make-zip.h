/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zips made by hand, for what no tool would make.
 */
#pragma once

#include <glib.h>

/* A member; what is 0 or NULL gets a sound value. */
typedef struct {
	const char *name;
	gsize name_len;	     /* for a name with a NUL in it */
	const char *content; /* stored as it is, whatever the method says */
	guint16 made_by, flags, method, dos_time, dos_date;
	guint32 external;
	const guint8 *extra; /* of the directory's record */
	guint16 extra_len;
	guint64 local, packed, size; /* lies of the directory; 32 bits */
	gboolean zip64;		     /* sizes and place in the zip64 field */
	gboolean reuse; /* no data of its own: that of the one before */
} MakeMember;

typedef struct {
	const char *before;  /* bytes before the archive, offsets don't count */
	const char *comment; /* of the archive */
	gboolean zip64;	     /* end records of zip64, the old one is full */
	guint16 disk;
	int announced; /* added to the number of members */
} MakeZip;

/* @zip may be NULL. */
GBytes *make_zip(const MakeMember *members, gsize n, const MakeZip *zip);
