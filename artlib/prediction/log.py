"""The log of a long prediction: each answer is saved as soon as it is known, so that an interruption loses none."""

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from artlib import images
from artlib.images.thumbnails import jpeg
from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work
from artlib.workspace.writing import append_line, atomic, drop_torn_line

PICTURE = 240  # pixels of the longest side of what is kept to look at


class PredictionLog:
    """Verdicts in a file, one line each.

    Args:
        path: the path of the file.
        key: the predictor's key; a log with another key is deleted and started again.
        with_pictures: whether to keep a small copy of each picture, too.
    """

    def __init__(self, path: Path, key: str, with_pictures: bool = False) -> None:
        self.path, self._with_pictures = path, with_pictures
        drop_torn_line(path)
        head = json.dumps({"key": key, "with_pictures": with_pictures})
        if not path.exists() or _first_line(path) != head:
            path.unlink(missing_ok=True)
            append_line(path, head)
        self._file = self._appending()

    def write(self, verdict: Verdict) -> None:
        """Append an answer."""
        self._file.write(json.dumps(_as_json(verdict, self._with_pictures)) + "\n")
        self._file.flush()

    def left_of(self, names: Sequence[str]) -> list[str]:
        """Return the pictures that have no answer yet; answers for other pictures and for changed files are dropped."""
        wanted, kept = Counter(names), []
        for place, line in self._lines():
            if wanted[line["path"]] and line["stamp"] == stamp(line["path"]):
                wanted[line["path"]] -= 1
                kept.append(place)
        self._keep(kept)
        left = []
        for name in reversed(names):  # if a name is given twice, the first one has the answer
            if wanted[name]:
                wanted[name] -= 1
                left.append(name)
        return left[::-1]

    def verdicts(self) -> Iterator[Verdict]:
        """Return the answers one by one."""
        return (_from_json(line) for _, line in self._lines())

    def errors(self) -> list[Verdict]:
        """Return the verdicts of pictures that could not be read."""
        return [_from_json(line) for _, line in self._lines() if line["verdict"] == "error"]

    def surest_first(self) -> Iterator[Verdict]:
        """Return the answers one by one, without errors: copies, then firm answers, likely ones and unknown artists.

        Each kind begins with the highest confidence; of unknown artists, with the lowest unknown score.
        """
        order = sorted(
            (*verdict.rank, place)
            for place, verdict in ((place, _from_json(line)) for place, line in self._lines())
            if verdict.verdict != "error"
        )
        with self.path.open("rb") as file:
            for *_, place in order:
                file.seek(place)
                yield _from_json(json.loads(file.readline()))

    def __enter__(self) -> "PredictionLog":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _keep(self, places: list[int]) -> None:
        self._file.close()
        with atomic(self.path) as temporary, self.path.open("rb") as old, temporary.open("wb") as new:
            new.write(old.readline())
            for place in places:
                old.seek(place)
                new.write(old.readline())
        self._file = self._appending()

    def _appending(self) -> IO[str]:
        # flushed line by line, but not synced: answers lost in a power cut are only predicted again
        return self.path.open("a", encoding="utf-8", newline="\n")

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open("rb") as file:
            place = len(file.readline())
            for line in file:
                if answer := _whole(line):
                    yield place, answer
                place += len(line)


def stamp(name: str) -> str:
    """Return the size and time of a file, which change when the file changes; empty if there is no such file."""
    if images.is_url(name) or not Path(name).is_file():
        return ""
    status = Path(name).stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _whole(line: bytes) -> dict[str, Any]:
    """Return the answer in a line; empty if the line is damaged, as after a power cut."""
    with suppress(ValueError):
        return json.loads(line)
    return {}


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline().rstrip("\n")


def _as_json(verdict: Verdict, with_picture: bool) -> dict[str, Any]:
    line = asdict(replace(verdict, picture=None, heat_map=None, style=None))  # type: ignore[arg-type]
    line["nearest"] = [work | {"image": str(work["image"])} for work in line["nearest"]]
    line["style"] = base64.b64encode(verdict.style.astype(np.float16).tobytes()).decode()
    if with_picture and verdict.picture:
        line["picture"] = base64.b64encode(jpeg(images.normalised(verdict.picture, PICTURE))).decode()
    return line | {"stamp": stamp(verdict.path)}


def _from_json(line: dict[str, Any]) -> Verdict:
    del line["stamp"]
    line["nearest"] = [Work(**work | {"image": Path(work["image"])}) for work in line["nearest"]]
    line["top_artists"] = [(artist, probability) for artist, probability in line["top_artists"]]
    line["style"] = np.frombuffer(base64.b64decode(line["style"]), np.float16).astype(np.float32)
    if line["picture"]:
        line["picture"] = Image.open(io.BytesIO(base64.b64decode(line["picture"])))
    return Verdict(**line)
