#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""schema.sql, and then each T.load.sql, give the tables that the whole dump
gives; views, triggers, routines and events come on top: each kind of dump."""
import dump_matrix
import every_type


class Load(dump_matrix.Case):
    pass


dump_matrix.add_tests(Load, ["check_load", "check_programs"])

if __name__ == "__main__":
    every_type.main()
