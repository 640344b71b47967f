/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first pass in a process of its own, without the power to harm.
 *
 * Backups of an attacked site are hostile input to a dozen parsers. So the
 * program executes itself anew, with three or four descriptors (source, index
 * file, seekable copy, a pipe for progress) and nothing else: no file can be
 * opened, no socket made, no program run (Landlock where the kernel has it,
 * seccomp, rlimits). A source that is not one file is read here, by a thread,
 * and reaches the child through a socket (remote.h). A child that crashes is
 * one failed backup.
 */
#pragma once

#include "backends/index/build.h"

/* The argument by which the program knows that it is such a child. */
#define ROND_CHILD_ARGUMENT "--rondfs-index-child"

/* As rond_index_build(), in a child; @build's make_copy is asked beforehand
 * whenever a copy may be needed, and the file may stay empty. The source's size
 * must be known; where it has no descriptor (rond_stream_fd()) it is read from
 * another thread. Blocks until the child has ended, and so has a read of the
 * source that was under way. */
gboolean rond_index_build_confined(const RondBuild *build, int fd,
				   GError **error);

/* What main() returns when argv[1] is ROND_CHILD_ARGUMENT: do the child's work
 * on the inherited descriptors. Call before anything else. */
int rond_index_child_main(int argc, char **argv);
