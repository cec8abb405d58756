"""The log of long work: each answer is saved as soon as it is known, so that an interruption loses none."""

import base64
import hashlib
import io
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Generic, Protocol, Self, TypeVar

from PIL import Image

from artlib import images
from artlib.answers.inputs import stamp
from artlib.errors import ArgumentError
from artlib.images.thumbnails import jpeg
from artlib.workspace.disk.writing import append_line, atomic, drop_torn_line
from artlib.workspace.formats.reading import NoFileError, require_file

FORMAT = 3  # of the lines; those of other formats are not read
LONGEST_HEAD = 1 << 16  # characters
CHECK = ', "check": "'  # how the hash of a line begins


class Answer(Protocol):
    """What a log keeps of a picture."""

    @property
    def path(self) -> str:
        """The picture's path, address or name."""

    @property
    def verdict(self) -> str:
        """The answer in a word; "error" if there is none."""

    @property
    def rank(self) -> tuple[float, ...]:
        """Sorts answers, the surest first."""


Answered = TypeVar("Answered", bound=Answer)


class AnswerLog(ABC, Generic[Answered]):
    """Answers in a file, one line each.

    Args:
        path: the path of the file.
        key: changes whenever an answer may change; a log with another key is deleted and started again.
        with_pictures: whether to keep a small copy of each picture, too.

    Raises:
        ArgumentError: another program wrote the file.
    """

    def __init__(self, path: Path, key: str, with_pictures: bool = False) -> None:
        self.path, self._with_pictures = path, with_pictures
        head = json.dumps({"key": key, "with_pictures": with_pictures, "format": FORMAT})
        if not path.exists() or _head_of(path) != head:
            path.unlink(missing_ok=True)
            append_line(path, head)
        drop_torn_line(path)
        self._file = self._appending()

    @abstractmethod
    def _as_json(self, answer: Answered) -> dict[str, Any]:
        """Return what can be written as JSON; at least "path" and "verdict"."""

    @abstractmethod
    def _from_json(self, line: dict[str, Any]) -> Answered:
        """Return the answer again."""

    def write(self, answer: Answered) -> None:
        """Append an answer."""
        self._file.write(_checked(json.dumps(self._as_json(answer) | {"stamp": stamp(answer.path)})) + "\n")
        self._file.flush()

    def left_of(self, names: Sequence[str]) -> list[str]:
        """Return the pictures that have no answer yet; answers for other pictures and for changed files are dropped."""
        wanted, kept = Counter(names), []
        for place, line in self._lines():
            path = line["path"]
            if wanted[path] and line.get("stamp") == stamp(path) and self._is_answer(line):
                wanted[path] -= 1
                kept.append(place)
        self._keep(kept)
        left = []
        for name in reversed(names):  # if a name is given twice, the first one has the answer
            if wanted[name]:
                wanted[name] -= 1
                left.append(name)
        return left[::-1]

    def answers(self) -> Iterator[Answered]:
        """Return the answers one by one."""
        return (self._answer(line) for _, line in self._lines())

    def errors(self) -> list[Answered]:
        """Return the answers about pictures that could not be read."""
        return [self._answer(line) for _, line in self._lines() if line["verdict"] == "error"]

    def surest_first(self) -> Iterator[Answered]:
        """Return the answers one by one, without errors, by their ranks."""
        order = sorted(
            (*answer.rank, place)
            for place, answer in ((place, self._answer(line)) for place, line in self._lines())
            if answer.verdict != "error"
        )
        with self.path.open("rb") as file:
            for *_, place in order:
                file.seek(int(place))
                yield self._answer(_whole(file.readline()))

    def delete(self) -> None:
        """Remove the file, when everything is written that was made from it."""
        self._file.close()
        self.path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _is_answer(self, line: dict[str, Any]) -> bool:
        """Return whether the answer can be read, and was not edited, or damaged, to something else."""
        try:
            self._answer(line)
        except (LookupError, TypeError, ValueError, AttributeError, OSError):
            return False
        return True

    def _answer(self, line: dict[str, Any]) -> Answered:
        return self._from_json({name: value for name, value in line.items() if name != "stamp"})

    def _keep(self, places: list[int]) -> None:
        self._file.close()
        with atomic(self.path) as temporary, self.path.open("rb") as old, temporary.open("wb") as new:
            new.write(old.readline())
            for place in places:
                old.seek(place)
                new.write(old.readline())
        self._file = self._appending()

    def _appending(self) -> IO[str]:
        # flushed line by line, but not synced: answers lost in a power cut are only asked for again
        return self.path.open("a", encoding="utf-8", newline="\n")

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open("rb") as file:
            place = len(file.readline())
            for line in file:
                if answer := _whole(line):
                    yield place, answer
                place += len(line)


def _checked(answer: str) -> str:
    """Return the line of an answer, with a hash at its end: what was changed in it is asked for again."""
    return f'{answer[:-1]}{CHECK}{_hash(answer.encode())}"}}'


def _hash(answer: bytes) -> str:
    return hashlib.sha256(answer).hexdigest()[:16]


def _whole(line: bytes) -> dict[str, Any]:
    """Return the answer in a line; empty if the line is damaged, as after a power cut, or was edited."""
    text, _, check = line.rstrip().rpartition(CHECK.encode())
    answer = text + b"}"
    if check != f'{_hash(answer)}"}}'.encode():
        return {}
    with suppress(ValueError, RecursionError):
        fields = json.loads(answer)
        return fields if isinstance(fields, dict) and isinstance(fields.get("path"), str) else {}
    return {}


def _head_of(path: Path) -> str:
    """Return the first line of a log; a file of another program must not be deleted."""
    try:
        require_file(path)
    except NoFileError as error:
        raise ArgumentError(
            f"Answers on the way are kept in {path}. {error.strerror}. Move it away, or give another name for the "
            "answers."
        ) from error
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.readline(LONGEST_HEAD)
    if head.strip("\0") and not head.startswith('{"key": '):
        raise ArgumentError(
            f"{path} is there already, and artlib did not write it: answers on the way would be kept there. Move it "
            "away, or give another name for the answers."
        )
    return head.rstrip("\n")


def packed(picture: Image.Image, longest_side: int) -> str:
    """Return a small copy of a picture as text."""
    return base64.b64encode(jpeg(images.normalised(picture, longest_side))).decode()


def unpacked(text: str) -> Image.Image:
    """Return the picture again."""
    return Image.open(io.BytesIO(base64.b64decode(text)))
