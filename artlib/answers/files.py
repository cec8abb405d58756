"""The files of one run: a table, a page, and the journal from which an interrupted run goes on."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from artlib.answers.outputs import STANDARD_OUTPUT, WriteRow, check_files, table
from artlib.errors import ArgumentError
from artlib.workspace import WorkspaceError
from artlib.workspace.disk.temporary import own_temporary_folder


@dataclass(frozen=True)
class AnswerFiles:
    """Where the answers of one run go.

    Attributes:
        csv: path of the table, "-" for the standard output, or None.
        html: path of the page, likewise.
        columns: of the table.
        page: the kind of the page.
        excel: whether the table is for spreadsheets.
    """

    csv: str | None
    html: str | None
    columns: Sequence[str]
    page: str
    excel: bool = False

    @property
    def asked(self) -> list[str]:
        """The files that are wanted, without the standard output."""
        return [file for file in (self.csv, self.html) if file not in (None, STANDARD_OUTPUT)]

    @property
    def is_any(self) -> bool:
        """Whether the answers go anywhere else than to the terminal."""
        return self.csv is not None or self.html is not None

    def check(self, inputs: Sequence[str]) -> None:
        """Refuse what must not or can't be written, before any picture is looked at.

        Raises:
            ArgumentError: see `outputs.check_files`.
        """
        check_files({"csv": self.csv, "html": self.html}, inputs, self.columns, self.page)

    @contextmanager
    def journal(self) -> Iterator[Path]:
        """Yield the path of the journal, `FILE.partial`; while this lasts, no other command may write these files.

        Raises:
            ArgumentError: another command is writing one of them.
        """
        with ExitStack() as stack:
            for file in self.asked:
                stack.enter_context(_alone(file))
            if self.asked:
                yield Path(f"{self.asked[0]}.partial")
            else:  # on the standard output nothing can go on
                yield Path(stack.enter_context(tempfile.TemporaryDirectory())) / "answers.partial"

    def table(self) -> AbstractContextManager[WriteRow]:
        """The table, as a function that writes a row at once."""
        return table(self.csv, self.columns, self.excel)

    def say(self, *lines: object) -> None:
        """Print lines about the run; not among the answers, if these are printed."""
        to = sys.stderr if STANDARD_OUTPUT in (self.csv, self.html) else sys.stdout
        for line in lines:
            print(line, file=to)


@contextmanager
def _alone(file: str) -> Iterator[None]:
    key = hashlib.sha256(os.fsencode(os.path.realpath(file))).hexdigest()[:16]
    try:
        folder = own_temporary_folder()
        # while a lock is taken or given back: a file must not be removed that another command has just opened
        guard, lock = FileLock(folder / "answers.lock"), FileLock(folder / f"answers-{key}.lock")
        with guard:
            lock.acquire(timeout=0)
    except Timeout:
        raise ArgumentError(
            f"Another artlib is writing to this file. Received: {file}. Wait for it to end, or give another name."
        ) from None
    except (WorkspaceError, OSError, NotImplementedError):  # there is no place for locks
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError), guard:
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)
