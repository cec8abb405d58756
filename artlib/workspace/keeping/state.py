"""The state: what a local folder remembers of the place where its workspace is kept."""

import json
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from artlib.workspace.disk.writing import write_text
from artlib.workspace.formats.json_files import Field, check_fields, list_of, read_json, text
from artlib.workspace.keeping import manifest
from artlib.workspace.keeping.manifest import KeptError, Manifest
from artlib.workspace.keeping.units import Signature, signature

FOLDER, FILE = ".kept", "state.json"  # in the workspace
PREPARED = "prepared.json"  # the state after a write, until the manifest is there and this one is moved into place


@dataclass
class State:
    """What was last kept or fetched.

    Attributes:
        asked: the folder that was asked for.
        folder: the folder where the workspace is kept; another one if two machines wrote into the first.
        manifest: of that folder, as it was then.
        machine: the name of this local folder.
        files: for each unit that is here, its files with their signatures then, and the part that holds each.
        leaving: files here that another machine replaced or removed there; they are deleted before anything is fetched.
    """

    asked: str
    folder: str
    manifest: Manifest
    machine: str = field(default_factory=lambda: secrets.token_hex(4))
    files: dict[str, dict[str, tuple[Signature, str]]] = field(default_factory=dict)
    leaving: list[str] = field(default_factory=list)

    @property
    def waiting(self) -> set[str]:
        """The units that are kept there, and not here yet."""
        return {part.unit for part in self.manifest.parts} - set(self.files)

    def write(self, root: Path) -> None:
        """Write it into the workspace's folder."""
        write_text(root / FOLDER / FILE, json.dumps(asdict(self)))

    def prepare(self, root: Path) -> None:
        """Write it beside the present one, before the manifest is replaced: a kill after that loses nothing."""
        write_text(root / FOLDER / PREPARED, json.dumps(asdict(self)))

    def commit(self, root: Path) -> None:
        """Put what was prepared in the place of the present one; that needs no room on the disk."""
        (root / FOLDER / PREPARED).replace(root / FOLDER / FILE)


NAMES = tuple(each.name for each in fields(State))
FIELDS = {
    "asked": text(empty=False),
    "folder": text(empty=False),
    "machine": text(empty=False),
    "files": Field(
        "an object of objects", lambda units: isinstance(units, dict) and all(map(_are_files, units.values()))
    ),
    "leaving": list_of(str),
}


def _are_files(files: Any) -> bool:
    """Return whether it is what the state remembers of one unit: names with signatures of three numbers and a part."""
    return isinstance(files, dict) and all(
        isinstance(each, list)
        and len(each) == 2
        and isinstance(each[1], str)
        and isinstance(each[0], list)
        and [type(number) for number in each[0]] == [int, int, int]
        for each in files.values()
    )


def prepared(root: Path, revision: str) -> State | None:
    """Return the state that was prepared for a revision of the manifest, if a kill left it."""
    found = read(root, PREPARED)
    return found if found and found.manifest.revision == revision else None


def mark(root: Path) -> Signature | None:
    """Return what changes whenever a state is written; None where there is none."""
    try:
        return signature((root / FOLDER / FILE).stat())
    except OSError:
        return None


def read(root: Path, file: str = FILE) -> State | None:
    """Return the state of a workspace's folder; None if it is not kept elsewhere.

    Raises:
        KeptError: it is damaged, or a newer artlib wrote it.
    """
    path = root / FOLDER / file
    try:
        content = read_json(path)
        check_fields(content, FIELDS)
        files = {
            unit: {name: (tuple(signature), part) for name, (signature, part) in files.items()}
            for unit, files in content["files"].items()
        }
        content |= {"files": files, "manifest": manifest.parsed(content["manifest"], path)}
        return State(**{name: value for name, value in content.items() if name in NAMES})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeptError(
            f"{path} is damaged ({error!r}), as by a power failure. Delete it and open the workspace again: what is in "
            f"{root} is then kept beside what is kept already."
        ) from error
