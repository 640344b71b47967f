# SPDX-License-Identifier: BSD-2-Clause
"""Archives made and extracted by the real tools."""
import os
import subprocess
import zipfile

# How each compressor is called as a filter.
FILTERS = {
    "gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd -q",
    "lz4": "lz4 -q",
}

# suffix: (make, extract), shell commands. {tree} is what goes in or comes
# out, {file} the archive.
TOOLS = {
    "tar": ("tar --format=pax --xattrs -cf {file} -C {tree} .",
            "tar -xpf {file} --numeric-owner -C {tree}"),
    "zip": ("cd {tree} && zip -qry {file} .",
            "unzip -qX {file} -d {tree}"),
    "7z": ("cd {tree} && 7z a -snl -bd {file} . >/dev/null",
           "7z x -snl -bd -o{tree} {file} >/dev/null"),
    "cpio": ("cd {tree} && find . -mindepth 1 -print0 "
             "| cpio --quiet -0 -o -H newc > {file}",
             "cd {tree} && cpio --quiet -idm --no-absolute-filenames "
             "< {file}"),
}
TOOLS["cpio.gz"] = (TOOLS["cpio"][0].replace("> {file}", "| gzip > {file}"),
                    "cd {tree} && zcat {file} | cpio --quiet -idm "
                    "--no-absolute-filenames")
for suffix, command in FILTERS.items():
    TOOLS[f"tar.{suffix}"] = (
        f"tar --format=pax --xattrs -I '{command}' -cf {{file}} "
        "-C {tree} .",
        f"tar -xpf {{file}} -I '{command.split()[0]}' --numeric-owner "
        "-C {tree}")


def shell(command, **names):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    command = "umask 0; " + command.format(**names)
    subprocess.run(["bash", "-o", "pipefail", "-c", command],
                   check=True, env=environment, stdin=subprocess.DEVNULL)


def kind(file):
    """The longest suffix of a file name that there are tools for."""
    name = os.path.basename(str(file))
    return max((suffix for suffix in TOOLS if name.endswith("." + suffix)),
               key=len)


def pack(tree, file):
    """Make an archive of all that is in a folder."""
    shell(TOOLS[kind(file)][0], tree=tree, file=file)
    return file


def unpack(file, tree):
    """What the format's own tool makes of an archive, in a new folder."""
    os.makedirs(tree)
    shell(TOOLS[kind(file)][1], tree=tree, file=file)
    return tree


def compress(content, suffix):
    """Bytes, compressed by the real tool."""
    return subprocess.run(FILTERS[suffix].split() + ["-c"], input=content,
                          stdout=subprocess.PIPE, check=True).stdout


def write_zip(file, members, zip64=False):
    """A zip with members (name: bytes), zip64 headers if asked for."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 5, 1, 10, 0, 0))
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=zip64) as member:
                member.write(content)
    return file


def tar_header(name, size=0, kind=b"0", link=b"", mode=0o644, mtime=1714557600,
               magic=b"ustar\x0000"):
    """One 512-byte header block (POSIX.1-1988), for what tar won't make."""
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:108] = b"%07o\x00" % mode
    block[108:116] = b"%07o\x00" % 0
    block[116:124] = b"%07o\x00" % 0
    block[124:136] = b"%011o\x00" % size
    block[136:148] = b"%011o\x00" % mtime
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[157:157 + len(link)] = link
    block[257:265] = magic
    block[148:156] = b"%06o\x00 " % sum(block)
    return bytes(block)


def tar_member(name, content=b"", **header):
    """A member: header, content, padding."""
    return (tar_header(name, len(content), **header) + content
            + bytes(-len(content) % 512))


TAR_END = bytes(1024)
