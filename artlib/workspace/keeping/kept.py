"""A kept workspace: worked on in a local folder, and kept in another one, such as on Google Drive."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

from artlib.errors import ArtlibError, warn
from artlib.workspace.disk.faults import is_full
from artlib.workspace.disk.writing import locked
from artlib.workspace.keeping import chain, leftovers, manifest, parting, parts, shared_log, state, units
from artlib.workspace.keeping.manifest import Manifest
from artlib.workspace.keeping.state import State
from artlib.workspace.keeping.units import DECISIONS, TABLES, Signature

Found = dict[str, dict[str, Signature]]


class Kept:
    """The two folders of a workspace, and what goes from one to the other.

    Pictures, tables and models are written there as archives that grow by parts; the manifest is replaced when they are
    complete. Decisions are appended to a file there, line by line. Units are fetched when they are first asked for.

    Args:
        root: the local folder.
        remembered: what it remembers.
    """

    def __init__(self, root: Path, remembered: State) -> None:
        self.root, self._state = root, remembered
        self._kept_at, self._unreachable, self._mark = time.monotonic(), False, state.mark(root)

    @classmethod
    def of(cls, root: Path) -> "Kept | None":
        """Return how a workspace in a local folder is kept; None if it is simply there."""
        remembered = state.read(root)
        return cls(root, remembered) if remembered else None

    @property
    def folder(self) -> Path:
        """The folder where it is kept."""
        return Path(self._state.folder)

    @property
    def units(self) -> set[str]:
        """The units that are kept there."""
        self._refresh()
        return {part.unit for part in self._state.manifest.parts}

    def fetch(self, unit: str) -> None:
        """Bring a unit here, unless it is here already or is not kept.

        Raises:
            KeptError: the folder can't be reached.
            ArchiveError: an archive is damaged.
        """
        self._refresh()
        if unit not in self._state.waiting:
            return
        with locked(self.root / state.FOLDER / state.FILE):
            self._reload()  # another process may have fetched it
            if unit in self._state.waiting:
                self._fetch(unit)

    def keep(self, *, at_most_every: float = 0.0) -> None:
        """Write what has changed here since the last time; where that can't be done, say so and go on.

        Args:
            at_most_every: do nothing if it was done less than so many seconds ago.
        """
        if time.monotonic() - self._kept_at < at_most_every:
            return
        self._kept_at = time.monotonic()
        if not self.root.is_dir():
            return  # it was deleted; what is kept there stays
        with locked(self.root / state.FOLDER / state.FILE):
            self._reload()
            try:
                self._write_changes()
                self._unreachable = False
            except (OSError, ArtlibError) as error:
                self._warn_unreachable(error)

    def append_decisions(self, lines: str) -> None:
        """Append lines to the decisions there; where that can't be done, `keep` does it later."""
        self._refresh()
        try:
            shared_log.append(self.folder / DECISIONS, lines)
        except OSError as error:
            self._warn_unreachable(error)

    def catch_up(self) -> None:
        """Bring here what another machine has kept since, if nothing has changed here; and keep what has."""
        with locked(self.root / state.FOLDER / state.FILE):
            self._reload()
            for left in (self.root / state.FOLDER).glob("tmp*"):  # by a kill: whoever makes one has the lock
                shutil.rmtree(left, ignore_errors=True)
            kept = self._manifest_there()
            if kept and kept.revision != self._state.manifest.revision and not self._changes(self._found()):
                self._adopt(kept)
        self.keep()
        self.fetch(TABLES)
        leftovers.remove_old(self.folder)

    def _adopt(self, kept: Manifest) -> None:
        """Forget the units that were changed there, so that they are fetched again."""
        for unit in set(self._state.files):
            if kept.of(unit) != self._state.manifest.of(unit):
                self._state.leaving += self._state.files.pop(unit)
        self._state.manifest = kept
        self._state.write(self.root)  # first: files that are gone without it seem deleted by hand
        self._delete_leaving()

    def _delete_leaving(self) -> None:
        for name in self._state.leaving:
            (self.root / name).unlink(missing_ok=True)
        self._state.leaving = []
        self._state.write(self.root)

    def _fetch(self, unit: str) -> None:
        files = parts.fetched(unit, self._state.manifest.of(unit), self.root, self.folder)
        self._state.files[unit] = {
            name: (units.signature((self.root / name).stat()), part) for name, part in files.items()
        }
        self._state.write(self.root)

    def _refresh(self) -> None:
        """Read the state if another object or process has written it, as by opening the workspace again."""
        if (mark := state.mark(self.root)) != self._mark:
            self._state, self._mark = state.read(self.root) or self._state, mark

    def _reload(self) -> None:
        self._state = state.read(self.root) or self._state
        if self._state.leaving:  # a kill interrupted it
            self._delete_leaving()

    def _manifest_there(self) -> Manifest | None:
        """Return the manifest there, after remembering it if it is our own and a kill came before that."""
        kept = manifest.read(self.folder)
        if kept and (ours := state.prepared(self.root, kept.revision)):
            self._state = ours
            self._state.commit(self.root)
        return kept

    def _changes(self, found: Found) -> Found:
        """Return the units that differ from what is kept, with all their files."""
        here = {unit: files for unit, files in found.items() if unit not in self._state.waiting}
        here |= {unit: {} for unit in self._state.files if unit not in found}
        return {
            unit: files
            for unit, files in here.items()
            if {name: known for name, (known, _) in self._state.files.get(unit, {}).items()} != files
        }

    def _found(self) -> Found:
        """Return the files that are here. A whole folder that is gone was deleted by hand: it waits to be fetched.

        Removing pictures one by one leaves their folder, so nothing is taken for deleted by mistake.
        """
        found = units.found_in(self.root)
        gone = set(self._state.files) - set(found)
        if TABLES not in gone:  # without any table, everything was deleted
            gone = {unit for unit in gone if unit in units.FOLDERS and not (self.root / unit).is_dir()}
        if gone:
            self._state.files = {unit: files for unit, files in self._state.files.items() if unit not in gone}
            self._state.write(self.root)
        return found

    def _write_changes(self) -> None:
        kept = self._manifest_there()
        if kept is None:
            raise FileNotFoundError(f"{self.folder / manifest.FILE} is not there")
        shared_log.join(self.root / DECISIONS, self.folder / DECISIONS)
        found = self._found()
        if kept.revision != self._state.manifest.revision:
            if not self._changes(found):
                return  # opening it again brings here what is there
            self._part_company(kept)
        for unit in self._state.waiting & set(found):  # somebody put files there by hand
            self._fetch(unit)
            found = units.found_in(self.root)
        changes = self._changes(found)
        while changes and (newer := self._write_parts(changes)):
            self._part_company(newer)
            changes = self._changes(found)

    def _write_parts(self, changes: Found) -> Manifest | None:
        """Write what differs; if another machine wrote there meanwhile, return its manifest and take ours back."""
        before = self._state.manifest
        after = replace(
            self._state, manifest=Manifest(before.parts, self._state.machine), files=dict(self._state.files)
        )
        newer = None
        try:
            for unit, files in changes.items():
                self._write_unit(unit, files, after)
            newer = self._newer()
            after.prepare(self.root)
        except BaseException:
            leftovers.remove_parts(self.folder, after.manifest, before)  # else a full disk gets fuller with each try
            raise
        if newer:
            leftovers.remove_parts(self.folder, after.manifest, before)
            return newer
        after.manifest.write(self.folder)
        self._state = after
        self._state.commit(self.root)
        leftovers.remove_parts(self.folder, before, after.manifest)
        return None

    def _write_unit(self, unit: str, files: dict[str, Signature], after: State) -> None:
        known = self._state.files.get(unit, {})
        link = chain.extended(self._state.manifest.of(unit), known, files)
        others = (part for part in after.manifest.parts if part.unit != unit)
        after.manifest = replace(after.manifest, parts=(*others, *link.parts))
        removed, where = link.removed, {name: part for name, (_, part) in known.items()}
        for names in link.batches:
            part = replace(parts.written(unit, names, self.root, self.folder), removed=removed)
            after.manifest = replace(after.manifest, parts=(*after.manifest.parts, part))
            removed, where = (), where | dict.fromkeys(names, part.file)
        after.files[unit] = {name: (mark, where[name]) for name, mark in files.items()}

    def _newer(self) -> Manifest | None:
        """Return the manifest there if it is no longer ours: writing pictures takes minutes."""
        there = manifest.read(self.folder)
        if there is None:
            raise FileNotFoundError(f"{self.folder / manifest.FILE} is not there")
        return there if there.revision != self._state.manifest.revision else None

    def _part_company(self, kept: Manifest) -> None:
        """Go on in a folder of our own, because another machine has written into the one so far."""
        waiting = [part for part in kept.parts if part.unit in self._state.waiting]
        mine, begun = parting.own_folder(self.root, self.folder, waiting, self._state.machine)
        warn(
            f"Another machine has written into {self.folder} (at {kept.written_at}). What was done here is kept in "
            f"{mine} from now on; both are complete. Open one of the two, and work on one machine at a time."
        )
        self._state.folder, self._state.manifest, self._state.files = str(mine), begun, {}
        self._state.write(self.root)

    def _warn_unreachable(self, error: Exception) -> None:
        if not self._unreachable:
            full = isinstance(error, OSError) and is_full(error)
            remedy = "Free some space there" if full else "Bring the folder back, such as by mounting Google Drive"
            warn(
                f"What was done can't be kept in {self.folder} now ({error}). It is safe in {self.root} while this "
                f"machine runs. {remedy}; the next step then keeps it."
            )
        self._unreachable = True
