#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""T.tsv, T.csv and T.jsonl of a dump's folder are what the server says, and
each file is as long as it says it is: each kind of dump."""
import dump_matrix
import every_type


class Rows(dump_matrix.Case):
    pass


dump_matrix.add_tests(Rows, ["check_listing", "check_rows", "check_summary"])

if __name__ == "__main__":
    every_type.main()
