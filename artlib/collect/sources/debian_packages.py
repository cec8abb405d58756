"""Packages of Debian and Ubuntu as a source: downloaded and unpacked, but not installed.

This happens in the computer's temporary folder, never in the workspace, which may lie on a network drive: such drives
are slow with thousands of files, and some refuse symbolic links. It needs neither root nor the system's apt lists.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from artlib.collect.errors import CollectError
from artlib.workspace.disk.temporary import ANOTHER_FOLDER, own_temporary_folder
from artlib.workspace.disk.writing import locked, write_text

UNPACKED = "unpacked"  # the folder that all packages are unpacked into
COUNT = "files.txt"  # how many files were unpacked


def unpacked(name: str, packages: Sequence[str], megabytes: int) -> Path:
    """Return the folder with the content of some packages; what was unpacked before on this computer is used again.

    Args:
        name: of the folder, in artlib's temporary folder.
        packages: their names.
        megabytes: the size of the download, to tell the user.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, or the packages can't be downloaded or unpacked.
    """
    folder = own_temporary_folder() / name
    with locked(folder):  # another notebook may be unpacking the same
        if not _is_whole(folder):
            if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
                raise CollectError(
                    f"Debian and Ubuntu have the packages {' and '.join(packages)}; this system has no apt-get. "
                    "Collect a folder of your own instead: `artlib collect folder PATH`, laid out as artist/picture."
                )
            folder.mkdir(exist_ok=True)
            _download(folder, packages, megabytes)
            _unpack(folder, packages)
    return folder / UNPACKED


def _is_whole(folder: Path) -> bool:
    """Return whether nothing is missing; some computers delete old files from their temporary folder."""
    try:
        count = int((folder / COUNT).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return count == _count(folder / UNPACKED)


def _count(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))


def _download(folder: Path, packages: Sequence[str], megabytes: int) -> None:
    # artlib's own lists and cache: this needs no root, and it does not matter how old the system's lists are
    state, cache = folder / "apt" / "state", folder / "apt" / "cache"
    for path in (state / "lists" / "partial", cache / "archives" / "partial"):
        path.mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State={state}", "Dir::State::status=/var/lib/dpkg/status", f"Dir::Cache={cache}"]
    # when run as root, apt would switch to another user, who may not write here
    options += ["APT::Sandbox::User=root", "Acquire::Retries=3", "Acquire::http::Timeout=60", "Acquire::Languages=none"]
    apt = ["apt-get", "-q", *(word for option in options for word in ("-o", option))]
    print("Updating a private copy of the package lists …", flush=True)
    # one unreachable third-party repository makes the whole update fail; only the download has to work
    _run([*apt, "update"], folder)
    print(f"Downloading {' and '.join(packages)} ({megabytes} MB) …", flush=True)
    downloaded = _run([*apt, "download", *packages], folder)
    if downloaded.returncode:
        raise CollectError(
            f"The packages {' and '.join(packages)} could not be downloaded ({_reason(downloaded, -1)}). Check the "
            "network and run this again, or collect a folder of your own: `artlib collect folder PATH`."
        )


def _unpack(folder: Path, packages: Sequence[str]) -> None:
    partial, done = folder / "unpacking", folder / UNPACKED
    for path in (partial, done):  # of an interrupted run, or with files missing
        shutil.rmtree(path, ignore_errors=True)
    for package in packages:
        file = max(folder.glob(f"{package}_*.deb"))
        print(f"Unpacking {package} …", flush=True)
        result = _run(["dpkg-deb", "-x", str(file), str(partial)], folder)
        if result.returncode:
            raise _cannot_be_unpacked(file, _reason(result))
    partial.replace(done)
    write_text(folder / COUNT, f"{_count(done)}\n")


def _cannot_be_unpacked(file: Path, reason: str) -> CollectError:
    """Return the error, and delete the file if it is the cause: the next run would not fetch what is there already."""
    # this reads all of the package and writes nothing
    read = _run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$0" > /dev/null', str(file)], file.parent)
    if read.returncode:
        file.unlink()
        return CollectError(f"{file} is damaged ({_reason(read)}) and was deleted. Run this again.")
    return CollectError(
        f"{file.name} is whole, but can't be unpacked in {file.parent} ({reason}). "
        f"Make space there, {ANOTHER_FOLDER}, and run this again."
    )


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _reason(failed: subprocess.CompletedProcess[str], line: int = 0) -> str:
    """Return why a command failed: dpkg-deb's first line, or apt-get's last."""
    return (failed.stderr.strip().splitlines() or ["no reason given"])[line]
