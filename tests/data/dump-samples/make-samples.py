#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the samples in this folder anew: dumps by Adminer, phpMyAdmin and
mydumper as Debian has them (apt-get install adminer phpmyadmin mydumper
php-cli php-mysql), of the databases of tests/data/every-type made small."""
import gzip
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "e2e"))
sys.dont_write_bytecode = True

import dump_tools  # noqa: E402 the path is known only now
import every_type  # noqa: E402
import mariadb     # noqa: E402


def main():
    server = mariadb.Server()
    try:
        for name in dump_tools.TOOLS:
            if not dump_tools.is_installed(name):
                sys.exit(f"{name} is not installed")
            every_type.make(server)
            text = dump_tools.make(name, server, every_type.FIRST, small=True)
            packed = gzip.compress(text, 9, mtime=0)
            (HERE / f"{name}.sql.gz").write_bytes(packed)
            print(name, len(text), len(packed))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
