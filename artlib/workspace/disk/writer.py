"""The one writer: of the commands that write into a workspace, one works at a time, and the next waits for it."""

import functools
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from filelock import FileLock, Timeout

from artlib.errors import warn
from artlib.images.folders import real_path
from artlib.workspace.disk.faults import DiskError, as_disk_error, can_be_written, is_about_the_disk
from artlib.workspace.disk.unfinished import remove_all_leftovers
from artlib.workspace.disk.writing import write_text
from artlib.workspace.formats.json_files import read_json
from artlib.workspace.paths import as_workspace
from artlib.workspace.removal import finish_removal

LOCK, HOLDER = ".writer.lock", ".writer.json"
GLANCE = 0.5  # seconds to wait before saying so
_held = threading.local()  # the folders for which this thread holds the lock: a stage may call another one

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def writes(doing: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Make a function, whose first argument is the workspace, the only writer there while it runs.

    What goes wrong with the disk meanwhile is raised as a `DiskError`, whose text says what to do.

    Args:
        doing: what it does, for who waits for it.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def alone(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
            given: Any = arguments[0] if arguments else options["workspace"]
            try:
                with one_writer(as_workspace(given).root, doing):
                    return function(*arguments, **options)
            except OSError as error:
                if is_about_the_disk(error):
                    raise as_disk_error(error) from error
                raise

        return alone

    return decorate


@contextmanager
def one_writer(root: Path, doing: str) -> Iterator[None]:
    """Hold a workspace's lock; while another process has it, say who that is, and wait.

    Args:
        root: the workspace's folder; made if it is missing.
        doing: what for, in words such as "collecting".

    Raises:
        DiskError: the folder can't be written, or is none.
    """
    folder = real_path(root)
    if os.path.exists(folder) and not os.path.isdir(folder):  # noqa: PTH110, PTH112 (no error)
        raise DiskError(f"{folder} is no folder, and a workspace is one. Give another (--workspace).")
    if not can_be_written(folder):
        raise DiskError(
            f"{folder} can't be written, and {doing} must write there. Correct the permissions, or copy it into a "
            "folder of your own and name that one (--workspace)."
        )
    mine: set[Path] = getattr(_held, "folders", set())
    lock = None if folder in mine else _acquired(folder)
    if lock is None:
        yield
        return
    _held.folders = mine | {folder}
    try:
        if (folder / HOLDER).exists():  # whoever had the lock before was killed
            remove_all_leftovers(folder)
            finish_removal(as_workspace(folder))
        _note_who(folder, doing)
        yield
    finally:
        _held.folders = mine
        with suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _acquired(folder: Path) -> FileLock | None:
    """Return the lock, held; None where no lock can be, because nothing can be written or the disk has no locks."""
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=GLANCE)
        except Timeout:
            warn(f"{folder} is in use: {_who(folder)}. Waiting for it to end; Ctrl-C gives up.")
            lock.acquire()
    except (NotImplementedError, OSError):
        return None
    return lock


def _note_who(folder: Path, doing: str) -> None:
    holder = {
        "process": os.getpid(),
        "doing": doing,
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    with suppress(OSError):  # it only helps who waits
        write_text(folder / HOLDER, json.dumps(holder))


def _who(folder: Path) -> str:
    try:
        holder = read_json(folder / HOLDER)
        return f"{holder['doing']} by process {holder['process']}, since {holder['since']}"
    except (OSError, ValueError, TypeError, KeyError):  # it has just begun, or was killed
        return "another artlib writes there"
