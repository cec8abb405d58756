"""What is left out: files that are no pictures which artlib can read, by kind, with what to do. None is passed over."""

import os
import re
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


def grouped(files: Iterable[tuple[str, LeftOut]]) -> list[LeftOut]:
    """Return groups of files of one kind each, the largest first, from the paths and kinds of files."""
    groups: dict[str, LeftOut] = {}
    for path, kind in files:
        groups.setdefault(kind.kind, kind).paths.append(path)
    return sorted(groups.values(), key=lambda group: -len(group.paths))


def left_out_under(root: Path) -> list[LeftOut]:
    """Return the files under a folder that `pictures_under` does not find, without systems' litter."""
    found = []
    for folder_name, _, file_names in os.walk(root):
        for name in sorted(file_names):
            file = Path(folder_name) / name
            relative = PurePosixPath(file.relative_to(root).as_posix())
            head = head_of(file)
            if not is_litter(relative) and not is_picture_under(relative, head):
                found.append((str(relative), kind_of(name, head)))
    return grouped(found)


def _lower(advice: str) -> str:
    return (advice[:1].lower() + advice[1:]).rstrip(".")
