"""Seals: beside a large file its hash, which shows whether the file is still what was written.

Such files are mapped into memory, so they are not read as a whole at each use: a file of the size, and with the time of
the last change, that its seal notes is taken for whole.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from artlib.workspace.disk.writing import write_json
from artlib.workspace.formats.json_files import check_fields, digest, read_json, whole
from artlib.workspace.formats.reading import require_file

SUFFIX = ".seal.json"
FIELDS = {"size": whole(0), "changed": whole(0), "sha256": digest()}


def seal_of(path: Path) -> Path:
    """Return the path of a file's seal."""
    return path.with_name(path.name + SUFFIX)


def seal(path: Path) -> None:
    """Write the seal of a file, as it is now."""
    write_json(seal_of(path), _noted(path) | {"sha256": file_hash(path)})


def check_seal(path: Path) -> None:
    """Check that a file is what was sealed. A file without a seal is an earlier artlib's, and is taken.

    Raises:
        ValueError: it was changed since, or its seal is damaged.
        OSError: it can't be read.
    """
    require_file(path)
    if not seal_of(path).exists():
        return
    stated = read_json(seal_of(path))
    check_fields(stated, FIELDS)
    noted = _noted(path)
    if stated.get("size") != noted["size"]:
        raise ValueError(f"{path.name} was changed since it was written")
    if stated.get("changed") != noted["changed"]:  # as where it was copied
        if file_hash(path) != stated.get("sha256"):
            raise ValueError(f"{path.name} was changed since it was written")
        with suppress(OSError):  # it only saves time
            write_json(seal_of(path), stated | noted)


def file_hash(path: Path) -> str:
    """Return the sha256 of a file, 64 hexadecimal digits."""
    with require_file(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"size": status.st_size, "changed": status.st_mtime_ns}
