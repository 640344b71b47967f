/* SPDX-License-Identifier: BSD-2-Clause */
/* The tests of gzip and deflate, linked with the zlib inflater. */
#include "test-codec.c"
