"""One decision about one picture, and one step back or forth, each as a line of the log.

    {"id": "8f3a…", "action": "move", "artist": "Wlop", "at": "2026…", "batch": "5be0…", "size": 48, "session": "91c2…"}
    {"action": "undo", "of": "5be0…", "at": "2026…", "session": "91c2…"}

The lines of one click are a batch; `size` says how many they are, so that a click that was cut off counts as nothing.
Lines of earlier versions have no batch: those with the same time are one, and an undo names a picture.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from artlib.errors import ArtlibError
from artlib.workspace.artist_names import clean_artist

ACTIONS = ("keep", "discard", "move", "unsure", "undo")  # "undo" with an id takes back the picture's last decision
STEPS = ("undo", "redo")  # with the batch that they are about
HAND, SUGGESTION = "hand", "suggestion"  # who decided: a person on this picture, or on a suggestion for many


class DecisionError(ArtlibError):
    """A decision is invalid or could not be saved."""


@dataclass(frozen=True)
class Decision:
    """A decision about one image.

    Attributes:
        id: of the image, the beginning of its content's sha256.
        action: one of `ACTIONS`.
        artist: for a move, and only then.
        at: ISO 8601, UTC; the same for all decisions of a batch.
        batch: names the click; empty for a decision by itself.
        size: how many decisions the batch has, 1 or more.
        session: names the sitting; empty outside of one.
        by: "hand", or "suggestion" where a suggestion was accepted for many pictures at once.
    """

    id: str
    action: str
    artist: str | None
    at: str
    batch: str = ""
    size: int = 1
    session: str = ""
    by: str = HAND

    def as_line(self) -> str:
        """Return the decision as one line of the log, without the line end."""
        fields: dict[str, Any] = {"id": self.id, "action": self.action, "artist": self.artist, "at": self.at}
        if self.batch:
            fields |= {"batch": self.batch, "size": self.size, "session": self.session}
        if self.by != HAND:
            fields["by"] = self.by
        return json.dumps({key: value for key, value in fields.items() if value is not None}, ensure_ascii=False)

    def obeying(self, aliases: dict[str, str]) -> "Decision":
        """Return the decision with the artist's name in place of an alias."""
        return replace(self, artist=aliases[self.artist]) if self.artist in aliases else self


@dataclass(frozen=True)
class Step:
    """A step back ("undo") or forth ("redo"): a batch as a whole is taken back, or stands again."""

    action: str
    of: str
    at: str
    session: str

    def as_line(self) -> str:
        """Return the step as one line of the log, without the line end."""
        return json.dumps({"action": self.action, "of": self.of, "at": self.at, "session": self.session})


def checked(image_id: Any, action: Any, artist: Any, at: str, **more: Any) -> Decision:
    """Return a decision whose fields are valid.

    Args:
        image_id: an image's id, not empty.
        action: one of `ACTIONS`.
        artist: given with "move" and only then; extra spaces are removed.
        at: the time.
        **more: the other fields of a decision.

    Raises:
        DecisionError: a field is invalid.
    """
    if not isinstance(image_id, str) or not image_id:
        raise DecisionError(f"A decision needs an image's id as text. Received: id={image_id!r}; see catalog.csv.")
    if action not in ACTIONS:
        raise DecisionError(f"There is no such action. Received: action={action!r}; use one of {', '.join(ACTIONS)}.")
    if action != "move":
        if artist is not None:
            raise DecisionError(f"Only a move names an artist. Received: action={action!r}, artist={artist!r}.")
        return Decision(image_id, action, None, at, **more)
    name = clean_artist(artist) if isinstance(artist, str) else ""
    if not name:
        raise DecisionError(f"A move needs the name of an artist. Received: artist={artist!r}; give one.")
    return Decision(image_id, action, name, at, **more)


def parse(line: bytes) -> Decision | Step:
    """Read a line of the log.

    Raises:
        DecisionError: it is JSON, but no decision and no step.
        ValueError: it is no JSON.
    """
    fields = json.loads(line)
    if not isinstance(fields, dict) or not isinstance(fields.get("at"), str):
        raise DecisionError("not a decision with id, action and at")
    batch, session = fields.get("batch", ""), fields.get("session", "")
    size, by = fields.get("size", 1), fields.get("by", HAND)
    if not all(isinstance(text, str) for text in (batch, session, by)) or not isinstance(size, int) or size < 1:
        raise DecisionError("batch, session and by are texts, and size is 1 or more")
    if "of" in fields:
        if fields.get("action") not in STEPS or not isinstance(fields["of"], str):
            raise DecisionError("a step is undo or redo, and names a batch")
        return Step(fields["action"], fields["of"], fields["at"], session)
    more = {"batch": batch, "size": size, "session": session, "by": by}
    return checked(fields.get("id"), fields.get("action"), fields.get("artist"), fields["at"], **more)
