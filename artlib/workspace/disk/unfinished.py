"""Unfinished files: they are named after the process that writes them, so that those of a killed one can be removed."""

import functools
import hashlib
import os
import platform
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

LEFTOVER_SECONDS = 24 * 3600
LONGEST_STEM = 50  # characters of up to 4 bytes each; the usual limit of a name is 255 bytes
# so long that no file of a user's is taken for one: answers are written into folders of theirs
NAME = re.compile(r"\..+-(?P<machine>[0-9a-f]{6})(?P<process>[0-9a-f]{8})[0-9a-f]{4}(?:\.\w+)?")
ANY = f".*-{'?' * 18}*"  # all such names


def unfinished(path: Path) -> Path:
    """Return a new temporary path beside a file or folder, with the same suffix, for this process to fill."""
    name = f".{path.stem[:LONGEST_STEM]}-{_machine()}{os.getpid():08x}{secrets.token_hex(2)}{path.suffix}"
    return path.with_name(name)


@functools.cache  # once per folder: searching a large one takes longer than writing
def remove_leftovers(folder: Path) -> None:
    """Remove what interrupted processes left in a folder; what a running one may still be writing stays."""
    for path in folder.glob(ANY):
        with suppress(OSError):
            if is_left(path):
                _remove(path)


def remove_all_leftovers(root: Path) -> None:
    """Remove them in a folder and all folders in it: a writer was killed there."""
    for folder, _, _ in os.walk(root):
        remove_leftovers.__wrapped__(Path(folder))


def is_left(path: Path) -> bool:
    """Return whether a path has a temporary name, and nobody can still be writing it."""
    named = NAME.fullmatch(path.name)
    if named and named["machine"] == _machine() and not _is_running(int(named["process"], 16)):
        return True
    return named is not None and is_leftover(path)


def is_leftover(path: Path) -> bool:
    """Return whether a file is so old that no running process can still be writing it."""
    return time.time() - path.stat().st_mtime > LEFTOVER_SECONDS


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


@functools.cache
def _machine() -> str:
    """Return what tells a machine or a container, since it was started, from others that use the same disk."""
    known = [platform.node()]
    with suppress(OSError):
        known.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    with suppress(OSError):
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(known).encode(errors="replace")).hexdigest()[:6]


def _is_running(process: int) -> bool:
    """Return whether a process of this machine runs; on Windows, where asking for it could end it, always True."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True
