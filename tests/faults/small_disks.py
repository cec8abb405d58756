"""Small disks: one that is mounted for the test, or else a limit on the length of files, which has the same effect."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARE = 64  # of the room that one file may take, where only files are limited
PAGE = 4096  # bytes: a disk in memory gives room by pages


class SmallDisk:
    """A disk whose free room a test decides.

    Args:
        place: the folder on which it is mounted.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    @contextlib.contextmanager
    def with_free(self, size: int) -> Iterator[None]:
        """While this lasts, the disk has so many bytes free."""
        self._resize(max(self.used() + size, PAGE))  # 0 would be a disk without a limit
        try:
            yield
        finally:
            self._resize(1 << 30)

    def used(self) -> int:
        return shutil.disk_usage(self.place).used

    def _resize(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.place], check=True, capture_output=True)


class LimitedFiles(SmallDisk):
    """Where no disk can be mounted: no file can become longer than the room there is."""

    @contextlib.contextmanager
    def with_free(self, size: int) -> Iterator[None]:
        import resource

        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // SHARE, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    def used(self) -> int:
        return sum(-(-path.stat().st_size // PAGE) * PAGE for path in self.place.rglob("*") if path.is_file())


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk]:
    """Mount a disk, or limit the length of files; skip the test where neither can be."""
    if sys.platform == "win32":
        pytest.skip("Windows has neither small disks in memory nor limits on the length of files")
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1g", "none", str(place)]
    may_mount = sys.platform == "linux" and os.geteuid() == 0
    if not may_mount or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield LimitedFiles(place)
        return
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)
