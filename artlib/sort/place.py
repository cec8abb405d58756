"""The place where sorting was left: `sorting.json` in the workspace, so that opening again goes on there."""

import json
from typing import Any

from artlib.workspace import Workspace
from artlib.workspace.writing import write_json

FIELDS: dict[str, type | tuple[type, ...]] = {
    "only": str,  # the queue; empty for all pictures
    "artist": str,  # empty for all artists
    "focus": str,  # the id of the picture
    "focus_of": dict,  # the same for sessions that were opened for a queue or an artist, by what they were opened for
    "search": str,
    "tile": (int, float),  # pixels
    "advance": bool,
}


def read_place(workspace: Workspace) -> dict[str, Any]:
    """Return the fields that were remembered; a file that is missing or damaged holds none: it only saves clicks."""
    try:
        found = json.loads((workspace.root / "sorting.json").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name, kind in FIELDS.items() if isinstance(found.get(name), kind)}


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
