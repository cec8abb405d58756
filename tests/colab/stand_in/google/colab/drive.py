"""Mounting Drive, as a user of Colab sees it; behind it are a folder and a server that outlive the kernel.

Settings in the environment: COLAB_DRIVE_FOLDER is what is on the Drive; COLAB_DRIVE_COUNTS the JSON file with counts
of calls; COLAB_DRIVE_DELAY the seconds that each call takes (0.02); COLAB_DRIVE_DROP_AFTER the number of calls after
which the Drive is gone (never); COLAB_DRIVE_DENIED says that the user does not give permission.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

SERVER = Path(__file__).parents[2]


class MessageError(Exception):
    """The browser answered with an error (`google.colab._message.MessageError` in Colab)."""


def mount(mountpoint: str, force_remount: bool = False, timeout_ms: int = 120000, readonly: bool = False) -> None:
    """Mount the user's Drive.

    Raises:
        ValueError: something else is at the mountpoint, or it did not work.
        MessageError: the user did not give permission.
        OSError: the Drive that was mounted has dropped out.
    """
    if " " in mountpoint:
        raise ValueError("Mountpoint must not contain a space.")
    if _is_mounted(mountpoint) and not force_remount:
        any(Path(mountpoint).iterdir())  # fails where the Drive has dropped out; then only force_remount helps
        again = f'drive.mount("{mountpoint}", force_remount=True)'
        print(f"Drive already mounted at {mountpoint}; to attempt to forcibly remount, call {again}.")
        return
    if _is_mounted(mountpoint):
        _unmount(mountpoint)
    if os.environ.get("COLAB_DRIVE_DENIED"):
        raise MessageError("Error: credential propagation was unsuccessful")
    _check(Path(mountpoint))
    _start(Path(mountpoint), timeout_ms / 1000)
    print(f"Mounted at {mountpoint}")


def flush_and_unmount(timeout_ms: int = 24 * 60 * 60 * 1000) -> None:
    """Unmount the Drive; its folder stays, empty."""
    if not _is_mounted("/content/drive"):
        print("Drive not mounted, so nothing to flush and unmount.", file=sys.stderr)
        return
    _unmount("/content/drive")


def _check(mountpoint: Path) -> None:
    if mountpoint.is_symlink():
        raise ValueError("Mountpoint must not be a symlink")
    if mountpoint.is_dir() and any(mountpoint.iterdir()):
        raise ValueError("Mountpoint must not already contain files")
    if mountpoint.exists() and not mountpoint.is_dir():
        raise ValueError("Mountpoint must either be a directory or not exist")
    if not mountpoint.parent.exists():
        raise ValueError("Mountpoint must be in a directory that exists")


def _start(mountpoint: Path, seconds: float) -> None:
    mountpoint.mkdir(exist_ok=True)
    settings = os.environ
    command = [sys.executable, "-m", "drive_server", settings["COLAB_DRIVE_FOLDER"], str(mountpoint)]
    command += [settings["COLAB_DRIVE_COUNTS"], settings.get("COLAB_DRIVE_DELAY", "0.02")]
    command += [settings["COLAB_DRIVE_DROP_AFTER"]] if settings.get("COLAB_DRIVE_DROP_AFTER") else []
    with open(f"{settings['COLAB_DRIVE_COUNTS']}.log", "wb") as log:
        # a session of its own, because the Drive of a real machine outlives the kernel
        server = subprocess.Popen(
            command, cwd=SERVER, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + seconds
    while not _is_mounted(str(mountpoint)):
        if server.poll() is not None or time.monotonic() > deadline:
            raise ValueError("mount failed")
        time.sleep(0.05)


def _is_mounted(mountpoint: str) -> bool:
    """Whether it is mounted, also where the server behind it is gone, so that it can't be looked at."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return any(line.split()[1] == mountpoint for line in mounts)


def _unmount(mountpoint: str) -> None:
    # at once, even if a file is open: those who use it get an error from then on
    subprocess.run(["umount", "--lazy", mountpoint], check=True)
