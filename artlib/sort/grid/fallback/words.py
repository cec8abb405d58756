"""The lines of text of the grid, escaped: names of files and artists come from strangers."""

from html import escape

from artlib.sort.pictures import SortPicture
from artlib.sort.queues import QUEUES, SUGGESTED, SUSPECTS, Only
from artlib.sort.session import SortSession

ALL, LIST = "", "list"  # of the queue chooser; not None, which means no choice to a Dropdown and shows nothing
ADVICE = {
    SUSPECTS: " `artlib.find_suspects(workspace)` looks for pictures whose artist the model doubts.",
    SUGGESTED: " `artlib.find_suggestions(workspace)` looks for pictures that perhaps are no works.",
}


def line(text: str, colour: str = "inherit") -> str:
    """Return plain text as a line whose height is the same without any text, so that nothing below it moves."""
    return f'<div class="artlib-line" style="color: {colour}">{escape(text) or "&nbsp;"}</div>'


def selection_words(session: SortSession) -> str:
    """Say how many pictures are selected, and how many of them can't be seen."""
    selected = session.selected
    elsewhere = len(selected - set(session.page))
    if not selected:
        return "Nothing is selected."
    return f"{len(selected)} selected" + (f", {elsewhere} of them not on this page" if elsewhere else "")


def empty_words(only: Only) -> str:
    """Say that a queue is empty, and how it is filled."""
    return f"No picture is here.{ADVICE.get(only, '') if isinstance(only, str) else ''}"


def size_words(picture: SortPicture) -> str:
    """Return the size of the original in pixels."""
    return f"{picture.width} × {picture.height}" if picture.width else "size unknown"


def doubt_words(picture: SortPicture) -> str:
    """Return what is suggested about a picture, such as "looks like Ross, 92 %"; empty for most."""
    if picture.suggested is None:
        return picture.reason if picture.reason != picture.label else ""
    share = "" if picture.confidence is None else f", {picture.confidence:.0%}"
    return f"looks like {picture.suggested}{share}"


def progress_line(session: SortSession) -> str:
    """Return how far the session is, with a bar."""
    progress = session.progress
    share = 100 * progress.decided / max(1, progress.total)  # nothing may be set apart
    return (
        f'<div class="artlib-line" style="margin-left: 12px"><progress max="100" value="{share:.1f}"></progress> '
        f"<b>{progress.decided}</b> of {progress.total} decided</div>"
    )


def queue_choices(session: SortSession) -> list[tuple[str, str]]:
    """Return text and value of each queue that can be chosen; a list of ids can only be left."""
    choices = [(f"all ({session.count(None):,})", ALL)]
    choices += [(f"{name} ({session.count(name):,})", name) for name in QUEUES]
    if queue_value(session.only) == LIST:
        choices.append((f"chosen pictures ({session.count(session.only):,})", LIST))
    return choices


def queue_value(only: Only) -> str:
    """Return the chooser's value for a queue."""
    return only if isinstance(only, str) else ALL if only is None else LIST


def artist_choices(session: SortSession) -> list[tuple[str, str]]:
    """Return text and value of each artist that can be chosen."""
    counts = session.progress.artists
    choices = [("all artists", ALL)]
    choices += [(f"{name} ({count.decided} of {count.total})", name) for name, count in counts.items()]
    shown = session.artist or ALL
    if shown not in [ALL, *counts]:  # the last picture has just been moved away
        choices.append((f"{shown} (none left)", shown))
    return choices
