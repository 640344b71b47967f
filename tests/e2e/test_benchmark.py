#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The benchmark measures all it says it does. What comes out is not judged:
the data is tiny and the program may be a sanitized one."""
import json
import os

import rond

BENCHMARK = rond.TOP / "tests/bench/run"


class Benchmark(rond.Case):
    def setUp(self):
        super().setUp()
        self.environment["TMPDIR"] = str(self.tmp)
        self.data = self.tmp / "data"

    def bench(self, *arguments):
        words = " ".join(arguments)
        return self.sh(f"{BENCHMARK} --quick --keep-data={self.data} "
                       f"{words} {rond.BUILD}")

    def test_everything_is_measured(self):
        before = set(os.listdir(self.tmp))
        out = json.loads(self.bench("--json"))
        keys = [row["key"] for row in out["rows"]]
        self.assertEqual([*keys, "peers", "levers"],
                         self.bench("--list").split())
        for row in out["rows"]:
            with self.subTest(row["key"]):
                self.check_row(row)
        names = {peer["name"]: peer for peer in out["peers"]}
        self.assertIn("tar", names["rondfs"])
        self.assertIn("tar", names["files on disk"])
        self.assertGreater(len(out["levers"]), 5)
        for lever in out["levers"]:
            self.assertGreater(lever["gives"], 0)
        self.assertEqual(set(os.listdir(self.tmp)) - before, {"data"})
        self.assertEqual(rond.mounts_below(self.tmp), [])

    def check_row(self, row):
        if row["note"].startswith("no "):
            return  # a program that is not installed
        self.assertEqual(row["note"], "")
        self.assertGreaterEqual(row["ours"], 0)
        if row["beside"]:
            self.assertGreater(row["ratio"], 0)
        self.assertEqual(row["met"] is None, row["bar"] is None)
        if row["key"] == "diff-lines":
            self.assertTrue(row["met"], row)

    def test_chosen_rows(self):
        lines = self.bench("--only=^diff", "--markdown").splitlines()
        rows = [line for line in lines if line.startswith("|")]
        self.assertEqual(len(rows), 5, lines)
        for row in rows:
            self.assertEqual(row.count("|"), rows[0].count("|"), row)
        self.assertIn("| 12 lines |", rows[-1])
        self.assertNotIn("NO", rows[-1])

    def test_other_data_is_left_alone(self):
        self.data.mkdir()
        (self.data / "made.json").write_text('{"format": 0}')
        done = self.sh(f"{BENCHMARK} --quick --only=entry "
                       f"--keep-data={self.data} {rond.BUILD}", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("remove it", done.stderr)


if __name__ == "__main__":
    rond.main()
