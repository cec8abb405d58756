"""What the Drive does: files and folders as anywhere, but no links, no permissions, and a wait for each call."""

import errno
import os
import struct
from collections import Counter
from pathlib import Path

from drive_server.messages import Question, attributes, entry, listed
from drive_server.tally import Tally

SET_SIZE, SET_ACCESSED, SET_MODIFIED, ACCESSED_NOW, MODIFIED_NOW = 8, 16, 32, 128, 256
MEGABYTE = 1 << 20
# what ends another call, or what a real Drive answers without asking far away
FREE = {"release", "opendir", "releasedir", "statfs"}


class Drive:
    """Answers for the files in a folder.

    Attributes:
        root: the folder.
        tally: counts the calls.
    """

    def __init__(self, root: Path, tally: Tally) -> None:
        self.root, self.tally = root, tally
        self._paths = {1: root}  # from the numbers that the kernel knows
        self._numbers = {root: 1}
        self._last = 1
        self._listings: dict[int, list[tuple[str, bool]]] = {}
        self._carried: Counter[tuple[str, int]] = Counter()  # bytes that were read from or written to each open file
        tally.start_with(sum(path.is_file() for path in root.rglob("*")))

    def answer(self, question: Question) -> bytes:
        """Do what the kernel asks, after the wait.

        Raises:
            OSError: it can't be done; the caller of the file system gets its number.
        """
        assert question.kind
        if self._costs(question):
            self.tally.count(question.kind.removesuffix("2"))
        return getattr(self, f"_{question.kind}")(question)

    def _costs(self, question: Question) -> bool:
        """Whether it is a call of its own; the kernel asks for kilobytes at a time, and a megabyte is one call."""
        if question.kind == "readdir":
            return question.fields("QQ")[1] == 0  # the rest of a long folder belongs to the same call
        if question.kind not in ("read", "write"):
            return question.kind not in FREE
        handle, _, size = question.fields("QQI")
        before = self._carried[question.kind, handle]
        self._carried[question.kind, handle] += size
        return (before - 1) // MEGABYTE < (before + size - 1) // MEGABYTE

    def _path(self, question: Question, name: str = "") -> Path:
        # the number of a file that was removed is still asked for while it is open
        if question.node not in self._paths:
            raise OSError(errno.ESTALE, "removed")
        return self._paths[question.node] / name

    def _number(self, path: Path) -> int:
        if path not in self._numbers:
            self._last += 1
            self._numbers[path], self._paths[self._last] = self._last, path
        return self._numbers[path]

    def _forget(self, path: Path) -> None:
        self._paths.pop(self._numbers.pop(path, 0), None)

    def _entry(self, path: Path) -> bytes:
        status = path.lstat()
        return entry(self._number(path), status)

    def _lookup(self, question: Question) -> bytes:
        return self._entry(self._path(question, *question.names()))

    def _getattr(self, question: Question) -> bytes:
        flags, _, handle = question.fields("IIQ")
        status = os.fstat(handle) if flags & 1 else self._path(question).lstat()
        return struct.pack("<QII", 1, 0, 0) + attributes(question.node, status)

    def _setattr(self, question: Question) -> bytes:
        what, _, _, size, _, accessed, modified, _, accessed_part, modified_part = question.fields("IIQQQQQQII")
        path = self._path(question)
        status = path.lstat()
        if what & SET_SIZE:
            os.truncate(path, size)
        if what & (ACCESSED_NOW | MODIFIED_NOW):
            os.utime(path)
        elif what & (SET_ACCESSED | SET_MODIFIED):
            first = accessed * 10**9 + accessed_part if what & SET_ACCESSED else status.st_atime_ns
            second = modified * 10**9 + modified_part if what & SET_MODIFIED else status.st_mtime_ns
            os.utime(path, ns=(first, second))
        return struct.pack("<QII", 1, 0, 0) + attributes(question.node, path.lstat())

    def _symlink(self, _: Question) -> bytes:
        raise OSError(errno.ENOTSUP, "no links")

    _link = _symlink

    def _mkdir(self, question: Question) -> bytes:
        path = self._path(question, *question.names("II"))
        path.mkdir()
        return self._entry(path)

    def _rmdir(self, question: Question) -> bytes:
        path = self._path(question, *question.names())
        path.rmdir()
        self._forget(path)
        return b""

    def _unlink(self, question: Question) -> bytes:
        path = self._path(question, *question.names())
        path.unlink()
        self._forget(path)
        self.tally.change_files(-1)
        return b""

    def _rename(self, question: Question, layout: str = "Q") -> bytes:
        before, after = question.names(layout)
        old, new = self._path(question, before), self._paths[question.fields("Q")[0]] / after
        replaces = new.is_file()
        old.replace(new)
        self._forget(new)
        for path in [path for path in self._numbers if path == old or old in path.parents]:
            number, moved = self._numbers.pop(path), new / path.relative_to(old)
            self._numbers[moved], self._paths[number] = number, moved
        self.tally.change_files(-replaces)
        return b""

    def _rename2(self, question: Question) -> bytes:
        if question.fields("QI")[1]:  # without replacing, or exchanging
            raise OSError(errno.EINVAL, "flags")
        return self._rename(question, "QII")

    def _open(self, question: Question) -> bytes:
        (flags,) = question.fields("I")
        # the kernel adds its own place to each write, also to those that append
        handle = os.open(self._path(question), flags & ~(os.O_APPEND | os.O_EXCL | os.O_CREAT))
        return struct.pack("<QII", handle, 0, 0)

    def _create(self, question: Question) -> bytes:
        path = self._path(question, *question.names("IIII"))
        is_new = not path.exists()
        handle = os.open(path, question.fields("I")[0] & ~os.O_APPEND | os.O_CREAT, 0o600)
        self.tally.change_files(is_new)
        return self._entry(path) + struct.pack("<QII", handle, 0, 0)

    def _read(self, question: Question) -> bytes:
        handle, place, size = question.fields("QQI")
        return os.pread(handle, size, place)

    def _write(self, question: Question) -> bytes:
        handle, place, size = question.fields("QQI")
        return struct.pack("<II", os.pwrite(handle, question.body[40 : 40 + size], place), 0)

    def _fsync(self, question: Question) -> bytes:
        os.fsync(question.fields("Q")[0])
        return b""

    def _release(self, question: Question) -> bytes:
        (handle,) = question.fields("Q")
        os.close(handle)
        for kind in ("read", "write"):
            self._carried.pop((kind, handle), None)
        return b""

    def _statfs(self, _: Question) -> bytes:
        space = os.statvfs(self.root)
        sizes = space.f_blocks, space.f_bfree, space.f_bavail, space.f_files, space.f_ffree
        return struct.pack("<QQQQQIIII24x", *sizes, space.f_bsize, 255, space.f_frsize, 0)

    def _opendir(self, question: Question) -> bytes:
        with os.scandir(self._path(question)) as found:
            names = [(".", True), ("..", True), *((each.name, each.is_dir()) for each in found)]
        handle = max(self._listings, default=0) + 1
        self._listings[handle] = names
        return struct.pack("<QII", handle, 0, 0)

    def _readdir(self, question: Question) -> bytes:
        handle, start, size = question.fields("QQI")
        return listed(self._listings[handle], start, size)

    def _releasedir(self, question: Question) -> bytes:
        del self._listings[question.fields("Q")[0]]
        return b""
