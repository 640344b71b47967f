/* SPDX-License-Identifier: BSD-2-Clause */
/* The same, by the decoder that all else uses. */
#include "test-inflate-whole.c"
