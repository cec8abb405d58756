"""The manifest: the one file that says which archives in a folder are the workspace. Replacing it is the commit."""

import secrets
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from artlib.errors import ArtlibError
from artlib.workspace.disk.writing import write_json
from artlib.workspace.formats.json_files import check_fields, list_of, read_json, text, whole

FILE = "workspace.json"
FORMAT = 1  # raised when an older artlib could not read it


class KeptError(ArtlibError):
    """What is kept elsewhere can't be read, or is not the one that is worked on here."""


@dataclass(frozen=True)
class Part:
    """An archive with some files of one unit. Later parts replace files of earlier ones.

    Attributes:
        file: its name in the folder; no two parts ever have the same.
        unit: such as "images" or "models/default".
        size: in bytes.
        files: how many are in it.
        removed: names of files in earlier parts that are no longer there.
    """

    file: str
    unit: str
    size: int
    files: int
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a folder holds.

    Attributes:
        parts: in the order in which they are unpacked.
        machine: that wrote it last; each local folder has its own name.
        revision: changes with each write.
        written_at: ISO 8601, UTC.
        format: of this file and of the archives.
    """

    parts: tuple[Part, ...] = ()
    machine: str = ""
    revision: str = field(default_factory=lambda: secrets.token_hex(8))
    written_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    format: int = FORMAT

    def of(self, unit: str) -> list[Part]:
        """Return the parts of one unit."""
        return [part for part in self.parts if part.unit == unit]

    def write(self, folder: Path) -> None:
        """Write it into a folder, in which all of its parts must be already."""
        write_json(folder / FILE, asdict(self))


FIELDS = {"parts": list_of(dict), "machine": text(), "revision": text(), "written_at": text(), "format": whole(0)}


def read(folder: Path) -> Manifest | None:
    """Return the manifest of a folder, or None if there is none.

    Raises:
        KeptError: it is damaged, or a newer artlib wrote it.
        OSError: the folder can't be reached.
    """
    try:
        content = read_json(folder / FILE)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise KeptError(
            f"{folder / FILE} is damaged ({error}). On Google Drive, bring back its version of before: right click, "
            "File information, Manage versions."
        ) from error
    return parsed(content, folder / FILE)


def parsed(content: object, path: Path) -> Manifest:
    """Return a manifest from what its file holds.

    Raises:
        KeptError: it is no manifest, or a newer artlib wrote it.
    """
    try:
        check_fields(content, FIELDS)  # type: ignore[arg-type]
        if content["format"] > FORMAT:  # type: ignore[index]
            raise KeptError(f"{path} was written by a newer artlib. Install that one, or take another folder.")
        parts = [Part(**part | {"removed": tuple(part["removed"])}) for part in content["parts"]]  # type: ignore[index]
        if odd := [part for part in parts if not _is_sound(part)]:
            raise ValueError(f"{odd[0].file!r} is no archive beside it")
        known = {each.name: content[each.name] for each in fields(Manifest) if each.name in content}  # type: ignore
        return Manifest(**known | {"parts": tuple(parts)})
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise KeptError(
            f"{path} is not the list of a workspace's archives ({error!r}). Take another folder."
        ) from error


def _is_sound(part: Part) -> bool:
    texts, numbers = (part.file, part.unit, *part.removed), (part.size, part.files)
    return (
        all(isinstance(text, str) and "\0" not in text for text in texts)
        and all(isinstance(number, int) and number >= 0 for number in numbers)
        and Path(part.file).name == part.file
        and part.file.endswith(".zip")
    )
