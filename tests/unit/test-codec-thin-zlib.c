/* SPDX-License-Identifier: BSD-2-Clause */
/* The tests of thin windows, linked with the zlib inflater. */
#include "test-codec-thin.c"
