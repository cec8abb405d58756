"""The head of the grid: how far sorting is, what can be shown, and what undo and redo would do."""

from typing import Any

from artlib.sort.queues import QUEUES
from artlib.sort.session import SortSession

WORDS = {
    None: "All pictures",
    "undecided": "Undecided",
    "suspects": "Suspects",
    "duplicates": "Duplicates",
    "mixed": "Mixed groups",
    "set apart": "Set apart",
    "suggested": "Suggested to look at",
}

EMPTY = {
    "undecided": "Every picture is decided.",
    "suspects": "There are no suspects: artlib.find_suspects(workspace) looks for them, as soon as there are features.",
    "duplicates": "There are no near-duplicates: artlib.find_duplicates(workspace) looks for them.",
    "mixed": "No group of near-duplicates has several artists.",
    "set apart": "The collection set no picture apart.",
    "suggested": "Nothing is suggested: artlib.find_suggestions(workspace) looks for what is perhaps no work.",
}


def head_of(session: SortSession, numbered: list[str]) -> dict[str, Any]:
    """Return what the front end shows above the tiles, as data for JSON.

    Args:
        session: that is shown.
        numbered: the artists on the number keys, in their order.
    """
    progress = session.progress
    return {
        "progress": {"decided": progress.decided, "total": progress.total},
        "undo": session.undo_text,
        "redo": session.redo_text,
        "only": session.only if session.only is None or isinstance(session.only, str) else list(session.only),
        "artist": session.artist,
        "empty": _empty(session),
        "queues": [{"value": only, "words": WORDS[only], "count": session.count(only)} for only in (None, *QUEUES)],
        "artists": [
            {"name": name, "decided": count.decided, "total": count.total} for name, count in progress.artists.items()
        ],
        "keys": list(numbered),
    }


def _empty(session: SortSession) -> str:
    """Return what to say where the queue has no picture."""
    if session.artist is not None:
        return f"There is no such picture of {session.artist}."
    return EMPTY.get(session.only, "") if isinstance(session.only, str) else "There is no picture here."
