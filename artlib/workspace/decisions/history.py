"""The history of decisions: which clicks stand, which were taken back, and what a session may undo and redo next."""

from dataclasses import dataclass, field

from artlib.workspace.decisions.decision import Decision, Step


@dataclass(eq=False)
class Batch:
    """The decisions of one click.

    Attributes:
        key: its name in the log.
        session: the sitting that it belongs to; empty for earlier versions of the log.
        size: how many decisions it has to have before it counts.
        decisions: one for each picture, in the order given.
        made_at: the line of the log at which it was whole; 0 before.
        undone_at: the line at which it was taken back; 0 while it stands.
        undone_by: the session that took it back.
    """

    key: str
    session: str
    size: int
    decisions: list[Decision] = field(default_factory=list)
    made_at: int = 0
    undone_at: int = 0
    undone_by: str = ""

    @property
    def ids(self) -> list[str]:
        """The pictures that it is about."""
        return [decision.id for decision in self.decisions]


class History:
    """The lines of a log, one after the other.

    A session undoes its own clicks and those that were there when it began, the latest first. What another session
    decides meanwhile is not its to undo: the person there would not know why it is gone.

    Attributes:
        place: how many lines were read.
        standing: the batches that count, the latest last.
        undone: the batches that were taken back, the latest last.
    """

    def __init__(self) -> None:
        self.place = 0
        self.standing: list[Batch] = []
        self.undone: list[Batch] = []
        self._batches: dict[str, Batch] = {}
        self._growing: Batch | None = None
        self._damaged = 0  # lines just before, which may have been the first of a click

    @property
    def latest(self) -> dict[str, Decision]:
        """The decision that counts about every picture that has one."""
        return {decision.id: decision for batch in self.standing for decision in batch.decisions}

    @property
    def is_cut_off(self) -> bool:
        """Whether the last click is not whole, so that it counts as nothing."""
        return self._growing is not None

    def add(self, line: Decision | Step) -> None:
        """Take in the next line of the log."""
        self.place += 1
        if isinstance(line, Step):
            self._step(line)
        elif line.action == "undo":
            self._take_back(line.id)
        elif line.batch:
            self._grow(line)
        else:
            self._add_without_size(line)
        self._damaged = 0

    def add_damaged(self) -> None:
        """Take in a line that can't be read: if it stands in a click, the other decisions of the click count."""
        self.place += 1
        self._damaged += 1
        if self._growing:
            self._growing.size -= 1
            self._stand_if_whole(self._growing)
            self._damaged = 0

    def undoable(self, session: str, since: int) -> Batch | None:
        """Return the batch that a session would take back next.

        Args:
            session: its name.
            since: the `place` at which it began.
        """
        return next(
            (each for each in reversed(self.standing) if each.session == session or each.made_at <= since), None
        )

    def redoable(self, session: str, since: int) -> Batch | None:
        """Return the batch that would stand again next; a decision made after an undo leaves nothing to redo."""
        made = [each.made_at for each in self._batches.values() if each.session == session or each.made_at <= since]
        mine = [each for each in self.undone if each.undone_by == session or each.undone_at <= since]
        return mine[-1] if mine and mine[-1].undone_at > max(made, default=0) else None

    def _grow(self, line: Decision) -> None:
        new = Batch(line.batch, line.session, line.size - self._damaged)
        batch = self._batches.setdefault(line.batch, new)
        batch.decisions.append(line)
        self._stand_if_whole(batch)

    def _stand_if_whole(self, batch: Batch) -> None:
        is_whole = len(batch.decisions) >= batch.size
        self._growing = None if is_whole else batch
        if is_whole and not batch.made_at and batch.decisions:
            batch.made_at = self.place
            self.standing.append(batch)

    def _add_without_size(self, line: Decision) -> None:
        last = self.standing[-1] if self.standing else None
        if last and last.key == line.at:
            last.decisions.append(line)
        else:
            self._batches[line.at] = Batch(line.at, line.session, 1, [line], self.place)
            self.standing.append(self._batches[line.at])

    def _step(self, step: Step) -> None:
        batch = self._batches.get(step.of)
        if batch is None or not batch.made_at:
            return
        if step.action == "undo" and not batch.undone_at:
            self.standing.remove(batch)
            batch.undone_at, batch.undone_by = self.place, step.session
            self.undone.append(batch)
        elif step.action == "redo" and batch.undone_at:
            self.undone.remove(batch)
            batch.undone_at = 0
            self.standing.append(batch)

    def _take_back(self, image_id: str) -> None:
        """Take back the last decision about one picture, as earlier versions did."""
        for batch in reversed(self.standing):
            if image_id in batch.ids:
                del batch.decisions[batch.ids.index(image_id)]
                if not batch.decisions:
                    self.standing.remove(batch)
                    batch.made_at = 0
                return
