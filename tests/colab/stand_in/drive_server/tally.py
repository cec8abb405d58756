"""What the Drive was asked for: each call costs its wait, and the counts are in a file that tests read."""

import json
import os
import time
from collections import Counter
from pathlib import Path


class Tally:
    """Counts calls and waits for each of them.

    Attributes:
        path: the JSON file with the counts, written before each call is answered; counts in it are gone on with.
        delay: of a call, in seconds.
        drop_after: the number of calls of this mount after which the Drive is gone; None for never.
    """

    def __init__(self, path: Path, delay: float, drop_after: int | None) -> None:
        self.path, self.delay, self.drop_after = path, delay, drop_after
        earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._by_kind = Counter(earlier.get("by_kind", {}))
        self._most_files, self._waited = earlier.get("most_files", 0), earlier.get("waited", 0.0)
        self._files, self._calls = 0, 0

    def start_with(self, files: int) -> None:
        """Say how many files are on the Drive."""
        self._files = files
        self._write()

    def count(self, kind: str) -> None:
        """Count a call and wait for it; end the process where the Drive is to drop out."""
        if self._calls == self.drop_after:
            os._exit(1)
        self._calls += 1
        time.sleep(self.delay)
        self._by_kind[kind] += 1
        self._waited += self.delay
        self._write()

    def change_files(self, by: int) -> None:
        """Count files that came or went."""
        self._files += by
        self._write()

    def _write(self) -> None:
        self._most_files = max(self._most_files, self._files)
        counts = {"calls": self._by_kind.total(), "waited": round(self._waited, 3), "by_kind": self._by_kind}
        counts |= {"files": self._files, "most_files": self._most_files, "process": os.getpid()}
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(counts), encoding="utf-8")
        beside.replace(self.path)
