#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the sample in this folder anew: what mydumper as Debian has it
(apt-get install mydumper) writes of the databases beside it."""
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "e2e"))
sys.dont_write_bytecode = True

import mariadb          # noqa: E402 the path is known only now
import mydumper_folder  # noqa: E402


def main():
    if not mydumper_folder.is_installed():
        sys.exit("mydumper is not installed")
    shutil.rmtree(mydumper_folder.SAMPLE, ignore_errors=True)
    server = mariadb.Server()
    try:
        mydumper_folder.fill(server)
        mydumper_folder.write(server, mydumper_folder.SAMPLE,
                              *mydumper_folder.PROGRAMS,
                              databases=mydumper_folder.DATABASES)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
