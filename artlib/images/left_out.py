"""What is left out: files that are no pictures which artlib can read, by kind, with what to do. None is passed over."""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from artlib.images.files import head_of, is_litter, is_picture_under
from artlib.images.kinds import lookalike

UNFINISHED = re.compile(r"(?i)\.(part|crdownload|download|partial|opdownload|!ut|aria2)$")
HARMLESS = {"plain text", "of an unknown kind", "vector drawing (SVG)", "icon", "PDF", "video", "Photoshop file"}
INSTEAD = {"packed archive, such as ZIP": "unpack it, then give the folder"}
SHOWN = 3


@dataclass(frozen=True)
class LeftOut:
    """Files of one kind that are left out.

    Attributes:
        kind: what they are.
        advice: what to do.
        is_loss: whether pictures may be lost with them.
        paths: in the source.
    """

    kind: str
    advice: str
    is_loss: bool
    paths: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        shown = ", ".join(self.paths[:SHOWN]) + (", …" if len(self.paths) > SHOWN else "")
        return f"{len(self.paths)} × {self.kind}: {self.advice} ({shown})"


def kind_of(name: str, head: bytes) -> LeftOut:
    """Return the kind of a file that is no picture, as a group that is still empty.

    Args:
        name: of the file.
        head: its first bytes.
    """
    if UNFINISHED.search(name):
        return LeftOut("unfinished download", "finish it, or delete it", True)
    if not head:
        return LeftOut("empty file", "get it again", True)
    kind, advice = lookalike(head)
    kind = re.sub(r"^an? ", "", kind)
    return LeftOut(kind, INSTEAD.get(kind, _lower(advice)), kind not in HARMLESS)


def _barrier(file: Path) -> LeftOut | None:
    """Return why a file can't be opened at all, as a group that is still empty."""
    try:
        mode = file.stat().st_mode
    except OSError as error:  # such as a link to a file that is gone
        return LeftOut(f"file that can't be opened ({error.strerror})", "look where it is, or delete it", True)
    if stat.S_ISDIR(mode):
        return LeftOut("link to a folder", "give that folder itself", True)
    if not stat.S_ISREG(mode):
        return LeftOut("pipe or device", "give a picture file", False)
    if not os.access(file, os.R_OK):
        return LeftOut("file that can't be opened", "give yourself the right to read it", True)
    return None


def grouped(files: Iterable[tuple[str, LeftOut]]) -> list[LeftOut]:
    """Return groups of files of one kind each, the largest first, from the paths and kinds of files."""
    groups: dict[str, LeftOut] = {}
    for path, kind in files:
        groups.setdefault(kind.kind, kind).paths.append(path)
    return sorted(groups.values(), key=lambda group: -len(group.paths))


def left_out_under(root: Path) -> list[LeftOut]:
    """Return the files under a folder that `pictures_under` does not find, without systems' litter."""
    found = []
    for folder_name, folder_names, file_names in os.walk(root):
        links = [name for name in folder_names if os.path.islink(Path(folder_name) / name)]  # noqa: PTH114 (no error)
        for name in sorted([*file_names, *links]):
            file = Path(folder_name) / name
            relative = PurePosixPath(file.relative_to(root).as_posix())
            head = head_of(file)
            if not is_litter(relative) and not is_picture_under(relative, head):
                found.append((str(relative), _barrier(file) or kind_of(name, head)))
    return grouped(found)


def _lower(advice: str) -> str:
    return (advice[:1].lower() + advice[1:]).rstrip(".")
