# SPDX-License-Identifier: BSD-2-Clause
"""phpMyAdmin's export, as a browser asks for it: a copy of Debian's package,
served by php on a loopback port."""
import contextlib
import http.cookiejar
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

import mariadb

INSTALLED = pathlib.Path("/usr/share/phpmyadmin")
CONFIG = """<?php
$cfg['blowfish_secret'] = '{secret}';
$cfg['Servers'][1] = ['auth_type' => 'config', 'host' => 'localhost',
    'socket' => '{socket}', 'user' => 'root', 'password' => '',
    'AllowNoPassword' => true];
$cfg['TempDir'] = '{folder}';
$cfg['CheckConfigurationPermissions'] = false;
"""
# What the form has when "Quick" is chosen, and routines and events.
FORM = {
    "export_type": "database", "export_method": "quick", "quick_or_custom":
    "custom", "what": "sql", "output_format": "sendit", "asfile": "sendit",
    "filename_template": "@DATABASE@", "charset": "utf-8",
    "compression": "none", "maxsize": "", "sql_include_comments": "something",
    "sql_header_comment": "", "sql_use_transaction": "something",
    "sql_compatibility": "NONE", "sql_structure_or_data":
    "structure_and_data", "sql_create_table": "something",
    "sql_auto_increment": "something", "sql_create_view": "something",
    "sql_create_trigger": "something", "sql_procedure_function": "something",
    "sql_backquotes": "something", "sql_type": "INSERT",
    "sql_insert_syntax": "both", "sql_max_query_size": "50000",
    "sql_hex_for_binary": "something", "sql_utc_time": "something",
}


def missing():
    """What is not installed, or None."""
    if not shutil.which("php"):
        return "php"
    return None if INSTALLED.is_dir() else INSTALLED


def copy_with_config(folder, server):
    """A copy that reads a configuration of its own."""
    shutil.copytree(INSTALLED, folder / "www", symlinks=False,
                    ignore=shutil.ignore_patterns("doc", "locale"))
    vendor = folder / "www/libraries/vendor_config.php"
    text = vendor.read_text()
    text = re.sub(r"('configFile' =>) [^\n]*",
                  rf"\1 '{folder}/config.inc.php',", text)
    text = re.sub(r"('tempDir' =>) [^\n]*", rf"\1 '{folder}/',", text)
    vendor.write_text(text)
    (folder / "config.inc.php").write_text(CONFIG.format(
        secret="x" * 32, socket=server.socket, folder=folder))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(folder):
    """The address of what php serves."""
    port = free_port()
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            ["php", "-d", f"session.save_path={folder}", "-d",
             "error_reporting=0", "-S", f"127.0.0.1:{port}", "-t",
             folder / "www"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=mariadb.die_with_parent)
    try:
        yield f"http://127.0.0.1:{port}/index.php"
    finally:
        process.kill()
        process.wait()


def answered(browser, request, seconds=20):
    """What comes back, once the server listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            with browser.open(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def export(server, database, tables, **fields):
    """The dump of some tables and views of a database; fields of the form
    that are to be others."""
    form = {**FORM, "db": database, "server": "1", **fields}
    pairs = [(name, value) for name, value in form.items() if value]
    for table in tables:
        pairs += [("table_select[]", table), ("table_structure[]", table),
                  ("table_data[]", table)]
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with tempfile.TemporaryDirectory(prefix="rond-pma-") as name:
        folder = pathlib.Path(name)
        copy_with_config(folder, server)
        with served(folder) as address:
            page = answered(browser, f"{address}?route=/database/export"
                            f"&db={urllib.parse.quote(database)}")
            token = re.search(rb'name="token" value="([^"]+)"', page)
            pairs.append(("token", token[1].decode()))
            return answered(browser, urllib.request.Request(
                f"{address}?route=/export",
                urllib.parse.urlencode(pairs).encode()))
