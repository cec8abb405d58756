"""The summary of sorting: what was decided, by whom, how long it took, and what happens to the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from artlib.errors import counted
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import Decision, DecisionLog, accepted
from artlib.workspace.decisions.decision import HAND
from artlib.workspace.rejections import rejected_for_good, rejected_for_now
from artlib.workspace.set_apart import read_set_apart

PAUSE = 120.0  # seconds between two clicks, from which on nobody was sorting
DEEDS = {"keep": "kept", "discard": "discarded", "move": "moved to another artist", "unsure": "not sure"}


@dataclass(frozen=True)
class SortingSummary:
    """What sorting by hand has come to.

    Attributes:
        pictures: how many the catalog has.
        decided: how many of them have a decision, by what was decided: "keep", "discard", "move" or "unsure".
        by_hand: how many of these decisions a person made on the pictures.
        by_suggestion: how many came with a suggestion that was accepted for many pictures at once.
        minutes: between the clicks of each sitting; pauses of more than two minutes are left out.
        undecided: how many pictures are used as they were collected, because nobody has decided on them.
        set_apart: how many pictures a collection set apart and nobody kept, moved or discarded.
        rejected: how many files of the collections could not be taken in.
    """

    pictures: int
    decided: Counter[str]
    by_hand: int
    by_suggestion: int
    minutes: float
    undecided: int
    set_apart: int
    rejected: int

    @property
    def pictures_a_minute(self) -> float | None:
        """How many pictures were decided on by hand in a minute; None where no time was measured."""
        return self.by_hand / self.minutes if self.minutes > 0 and self.by_hand else None

    def __str__(self) -> str:
        return "\n".join([*self._decided_lines(), *self._rest_lines()])

    def _decided_lines(self) -> list[str]:
        if not self.decided:
            return ["Nobody has decided on a picture so far."]
        counts = ", ".join(f"{self.decided[action]} {deed}" for action, deed in DEEDS.items() if self.decided[action])
        lines = [f"{self.decided.total()} of {self.pictures} pictures are decided on: {counts}."]
        lines.append(f"By hand: {self.by_hand}. By accepting suggestions: {self.by_suggestion}.")
        if self.pictures_a_minute:
            speed = f"{counted(round(self.pictures_a_minute), 'picture')} a minute"
            lines.append(f"Sorting by hand took {_minutes(self.minutes)}: {speed}.")
        return lines

    def _rest_lines(self) -> list[str]:
        out = {
            "set apart by the collection": self.set_apart,
            "discarded by hand": self.decided["discard"],
            "in rejected.csv, because they could not be read or are unsuitable": self.rejected,
        }
        left_out = ", ".join(f"{count} {why}" for why, count in out.items() if count)
        one, many = "undecided picture is used as it was", "undecided pictures are used as they were"
        used = f"{counted(self.undecided, one, many)} collected."
        return [
            used if self.undecided else "No picture is undecided.",
            f"Left out: {left_out}." if left_out else "Nothing is left out.",
            "Files with the same bytes were taken in only once.",
        ]


def sorting_summary(workspace: AnyWorkspace) -> SortingSummary:
    """Say what was decided on the pictures of a workspace, by whom, in what time, and what happens to the rest.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Raises:
        WorkspaceError: there is no catalog yet, or it is damaged.
    """
    workspace = as_workspace(workspace)
    ids = set(read_catalog(workspace)["id"])
    log = DecisionLog(workspace)
    decisions = {image_id: decision for image_id, decision in log.latest.items() if image_id in ids}
    by_hand = sum(decision.by == HAND for decision in decisions.values())
    apart = ids & set(read_set_apart(workspace)["id"])
    discarded = {image_id for image_id, decision in decisions.items() if decision.action == "discard"}
    return SortingSummary(
        pictures=len(ids),
        decided=Counter(decision.action for decision in decisions.values()),
        by_hand=by_hand,
        by_suggestion=len(decisions) - by_hand,
        minutes=_minutes_of(batch.decisions[0] for batch in log.standing),
        undecided=len(ids - apart - decisions.keys()),
        set_apart=len(apart - accepted(decisions) - discarded),
        rejected=len(rejected_for_good(workspace) | rejected_for_now(workspace)),
    )


def _minutes_of(clicks: Iterable[Decision]) -> float:
    """Add up the times between the clicks of each session."""
    last: dict[str, datetime] = {}
    seconds = 0.0
    for click in clicks:
        at = _time(click.at)
        if at and click.session in last:
            passed = (at - last[click.session]).total_seconds()
            seconds += passed if 0 < passed <= PAUSE else 0.0
        if at:
            last[click.session] = at
    return seconds / 60


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:  # the log is a text file that a person may have edited
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} minutes" if minutes >= 1.5 else "about a minute"
