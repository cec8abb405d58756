"""The place where sorting was left: `sorting.json` in the workspace, so that opening again goes on there."""

from typing import Any

from artlib.workspace import Workspace
from artlib.workspace.disk.writing import write_json
from artlib.workspace.formats.json_files import Field, JsonError, named_texts, number, read_json, text

FIELDS = {
    "only": text(),  # the queue; empty for all pictures
    "artist": text(),  # empty for all artists
    "focus": text(),  # the id of the picture
    "focus_of": named_texts(),  # the same for sessions opened for a queue or an artist, by what they were opened for
    "search": text(),
    "tile": number(1, 10_000),  # pixels
    "advance": Field("true or false", lambda value: isinstance(value, bool)),
}


def read_place(workspace: Workspace) -> dict[str, Any]:
    """Return the fields that were remembered; a file that is missing or damaged holds none: it only saves clicks."""
    try:
        found = read_json(workspace.root / "sorting.json")
    except (OSError, JsonError):
        return {}
    return {name: found[name] for name, field in FIELDS.items() if name in found and field.fits(found[name])}


def write_place(workspace: Workspace, place: dict[str, Any]) -> None:
    """Remember some fields, and leave the others as they are; without the permission to write, it is forgotten."""
    known = {name: value for name, value in place.items() if name in FIELDS}
    before = read_place(workspace)
    if "focus_of" in known:
        known["focus_of"] = {**before.get("focus_of", {}), **known["focus_of"]}
    try:
        if before | known != before:
            write_json(workspace.root / "sorting.json", before | known)
    except OSError:
        return
