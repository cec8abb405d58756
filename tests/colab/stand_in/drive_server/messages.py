"""How the Linux kernel asks a file system outside of it, and is answered (FUSE; linux/fuse.h has these structures)."""

import ctypes
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MAJOR, MINOR = 7, 31
LARGEST = 1 << 20  # bytes of one read or write
PAGES = LARGEST // 4096
ATOMIC_TRUNCATION, BIG_WRITES, MAX_PAGES = 1 << 3, 1 << 5, 1 << 22  # what the kernel may do
HEADER, ANSWER, INIT = struct.Struct("<IIQQIIIHH"), struct.Struct("<IiQ"), struct.Struct("<IIIIHHIIHH32x")
ATTRIBUTES = struct.Struct("<QQQQQQIIIIIIIIII")
FOLDER_SECONDS, FILE_SECONDS = 1, 0  # for which the kernel may believe that a name is still there

# of the kinds of question, those that are answered; "" for those to which the kernel wants no answer
KINDS = {1: "lookup", 2: "", 3: "getattr", 4: "setattr", 6: "symlink", 9: "mkdir", 10: "unlink", 11: "rmdir"}
KINDS |= {12: "rename", 13: "link", 14: "open", 15: "read", 16: "write", 17: "statfs", 18: "release", 20: "fsync"}
KINDS |= {26: "init", 27: "opendir", 28: "readdir", 29: "releasedir", 35: "create", 36: "", 42: "", 45: "rename2"}


class Question(NamedTuple):
    """What the kernel asks: the kind, its number for the answer, the number of the file or folder, and the rest."""

    kind: str | None
    unique: int
    node: int
    body: bytes

    def fields(self, layout: str) -> tuple:
        """The numbers at the beginning of the rest."""
        return struct.unpack_from("<" + layout, self.body)

    def names(self, layout: str = "") -> list[str]:
        """The names after those numbers."""
        return [os.fsdecode(name) for name in self.body[struct.calcsize("<" + layout) :].split(b"\0")[:-1]]


def mount(mountpoint: Path) -> int:
    """Mount and return the file descriptor over which the kernel asks."""
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    library = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    if library.mount(b"drive", os.fsencode(mountpoint), b"fuse", 0, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(mountpoint))
    return device


def serve(device: int, answer: Callable[[Question], bytes]) -> None:
    """Answer the kernel's questions until the file system is unmounted."""
    while True:
        try:
            message = os.read(device, LARGEST + 4096)
        except OSError:  # unmounted
            return
        _, operation, unique, node, *_ = HEADER.unpack_from(message)
        question = Question(KINDS.get(operation), unique, node, message[HEADER.size :])
        if question.kind != "":
            error, body = _answered(question, answer)
            os.write(device, ANSWER.pack(ANSWER.size + len(body), -error, unique) + body)


def _answered(question: Question, answer: Callable[[Question], bytes]) -> tuple[int, bytes]:
    if question.kind == "init":
        flags = ATOMIC_TRUNCATION | BIG_WRITES | MAX_PAGES
        return 0, INIT.pack(MAJOR, MINOR, LARGEST, flags, 16, 12, LARGEST, 1, PAGES, 0)
    if question.kind is None:
        return 38, b""  # ENOSYS: the kernel does without it and does not ask again
    try:
        return 0, answer(question)
    except OSError as problem:
        return problem.errno or 5, b""


def attributes(node: int, status: os.stat_result) -> bytes:
    """What is known of a file or folder; on Drive, permissions are the same for all and can't be changed."""
    is_folder = status.st_mode & 0o170000 == 0o040000
    parts = [status.st_atime_ns % 10**9, status.st_mtime_ns % 10**9, status.st_ctime_ns % 10**9]
    times = [status.st_atime_ns // 10**9, status.st_mtime_ns // 10**9, status.st_ctime_ns // 10**9]
    mode = 0o040700 if is_folder else 0o100600
    owner = os.getuid(), os.getgid()
    return ATTRIBUTES.pack(node, status.st_size, status.st_blocks, *times, *parts, mode, 1, *owner, 0, 4096, 0)


def entry(node: int, status: os.stat_result) -> bytes:
    """A name that is there."""
    seconds = FOLDER_SECONDS if status.st_mode & 0o170000 == 0o040000 else FILE_SECONDS
    return struct.pack("<QQQQII", node, 0, seconds, 1, 0, 0) + attributes(node, status)


def listed(names: list[tuple[str, bool]], start: int, size: int) -> bytes:
    """As many names of a folder, each with whether it is a folder, as fit."""
    content = b""
    for place, (name, is_folder) in enumerate(names[start:], start + 1):
        written = os.fsencode(name)
        line = struct.pack("<QQII", place + 1, place, len(written), 4 if is_folder else 8) + written
        line += b"\0" * (-len(line) % 8)
        if len(content) + len(line) > size:
            break
        content += line
    return content
