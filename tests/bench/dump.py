#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""dump.py MIB OUT: a dump of 100 tables of a web site, written by mariadb-dump
from a MariaDB of its own; OUT.gz is the same by gzip -6.

A third is one table of classified ads, "offers"; one has 5 MiB, "small"; the
others share the rest: users, messages, and a log. All follows from a seed.
"""
import os
import random
import re
import subprocess
import sys
import tempfile

import sites

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(f"{HERE}/../e2e")

import mariadb  # noqa: E402 the path is known only now

MIB = 1 << 20
TABLES = 100
SMALL = 5 * MIB
SENTENCES = 30_000
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)",
          "Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/7.88.1")
# kind: columns as CREATE TABLE has them.
COLUMNS = {
    "offers": "id INT UNSIGNED NOT NULL, user_id INT UNSIGNED NOT NULL, "
              "title VARCHAR(120) NOT NULL, body TEXT, price DECIMAL(10,2), "
              "lat DOUBLE, lon DOUBLE, created DATETIME NOT NULL, "
              "status ENUM('draft','online','sold','removed') NOT NULL",
    "users": "id INT UNSIGNED NOT NULL, email VARCHAR(190) NOT NULL, "
             "password CHAR(60) NOT NULL, name VARCHAR(80), phone "
             "VARCHAR(20), created DATETIME NOT NULL, seen TIMESTAMP NULL, "
             "flags INT NOT NULL DEFAULT 0",
    "messages": "id INT UNSIGNED NOT NULL, sender INT UNSIGNED, receiver "
                "INT UNSIGNED, body TEXT NOT NULL, is_read TINYINT(1), "
                "created DATETIME NOT NULL",
    "log": "id BIGINT UNSIGNED NOT NULL, at DATETIME(3) NOT NULL, "
           "ip VARCHAR(45), path VARCHAR(255), status SMALLINT, "
           "bytes INT, agent VARCHAR(255)",
}


class Words:
    """Sentences of this machine's own texts, and what else a row has."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        text = sites.corpus(8 * MIB).decode("utf-8", "replace")
        words = sorted(set(re.findall(r"\b[a-z]{2,12}\b", text)))
        words += ["à", "été", "pièces", "m²", "l'état", "c'est", '"neuf"']
        self.random.shuffle(words)
        common = [1 / rank for rank in range(1, len(words) + 1)]  # Zipf
        self.sentences = [
            " ".join(self.random.choices(words, common,
                                         k=4 + number % 14)) + "."
            for number in range(SENTENCES)]

    def body(self, most):
        count = 1 + int(self.random.random() * most)
        return r"\n".join(self.random.choices(self.sentences, k=count))

    def date(self, number):
        return (f"2024-{number // 40000 % 12 + 1:02}-"
                f"{number // 1440 % 28 + 1:02} {number // 60 % 24:02}:"
                f"{number % 60:02}:{number * 7 % 60:02}")

    def offers(self, number):
        pick = self.random.random
        return (f"{number}\t{int(pick() * 90000)}\t"
                f"{self.random.choice(self.sentences)[:110]}\t"
                f"{self.body(20)}\t{pick() * 3000:.2f}\t{pick() * 50}\t"
                f"{pick() * 8}\t{self.date(number)}\t"
                f"{('online', 'sold', 'removed')[number % 3]}\n")

    def users(self, number):
        pick = self.random.getrandbits
        return (f"{number}\tuser{number}@example{number % 97}.org\t"
                f"$2y$10${pick(212):053x}\tNom {number % 5003}\t"
                f"06{pick(26):08}\t{self.date(number)}\t"
                f"{self.date(number + 99)}\t{number % 5}\n")

    def messages(self, number):
        pick = self.random.getrandbits
        return (f"{number}\t{pick(16)}\t{pick(16)}\t{self.body(6)}\t"
                f"{number % 2}\t{self.date(number)}\n")

    def log(self, number):
        pick = self.random.getrandbits
        return (f"{number}\t{self.date(number // 50)}.{number % 1000:03}\t"
                f"192.0.2.{pick(8)}\t/annonces/{pick(18)}/photo-{pick(3)}.jpg"
                f"\t{200 if pick(4) else 404}\t{pick(17)}\t"
                f"{AGENTS[number * 7 % len(AGENTS)]}\n")


def tables(size):
    """(name, kind, about how many bytes) of each."""
    small = min(SMALL, size // 100)
    rest = (size - size * 3 // 10 - small) // (TABLES - 2)
    yield "offers", "offers", size * 3 // 10
    yield "small", "messages", small
    for number in range(TABLES - 2):
        kind = ("users", "messages", "log")[number % 3]
        yield f"{kind}_{number:02}", kind, rest


def write_rows(path, words, kind, size):
    """As LOAD DATA reads them; about as many bytes as the dump will have."""
    line = getattr(words, kind)
    with open(path, "w", encoding="utf-8") as out:
        number = written = 0
        while written < size:
            number += 1
            text = line(number)
            written += len(text) + 9  # of quotes and parentheses
            out.write(text)


def fill(server, folder, size):
    """MyISAM is loaded in no time; a dump says only its name otherwise."""
    words = Words(sites.SEED)
    server.recreate("site")
    for name, kind, share in tables(size):
        path = f"{folder}/rows"
        write_rows(path, words, kind, share)
        server.load(
            f"CREATE TABLE {name} ({COLUMNS[kind]}, PRIMARY KEY (id)) "
            "ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;\n"
            f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {name} "
            "CHARACTER SET utf8mb4;\n".encode(), "site",
            session="SET sql_mode=''")
        os.unlink(path)


def dump(server, out):
    command = (f"{mariadb.program('mariadb-dump')} --no-defaults --user=root "
               f"--socket={server.socket} --default-character-set=utf8mb4 "
               f"--skip-dump-date site | tee {out} | gzip -n -6 > {out}.gz")
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True,
                   stdin=subprocess.DEVNULL)


def main(mib, out):
    with tempfile.TemporaryDirectory(prefix="rond-dump-",
                                     dir=os.path.dirname(out)) as folder:
        server = mariadb.Server()
        try:
            fill(server, folder, int(mib) * MIB)
            dump(server, out)
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
