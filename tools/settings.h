/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every option of rondfs, mount.rondfs and rondctl, a line each. Their target
 * is a RondOptions, their programs are RondProgram.
 */
#pragma once

#include "tools/option.h"

/* Ends with a line without a setter. */
extern const RondOption rond_settings[];
