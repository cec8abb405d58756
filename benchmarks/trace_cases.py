"""The pictures that the trace benchmark asks about: attacked works, and negatives of which no work is known.

Negatives are works of the same artists that were left out, and pictures by others. All stand in one of two halves:
"choosing", on which thresholds may be chosen, and "reporting", on which figures are reported. A near-duplicate group
stands in one half, and so does everything by one of the other artists.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from attacks import ATTACKS, Attack  # the benchmark's modules beside this one
from PIL import Image

from artlib import images
from artlib.images.files import pictures_under
from artlib.similarity.near_duplicates import join_groups
from artlib.workspace.formats.columns import ID_LENGTH

CHOOSING, REPORTING = HALVES = ("choosing", "reporting")
SAME_WORKS = Path(__file__).parent / "same_works.csv"
# Pairs of these kinds are one work, and a match of them is right. The other kinds (shared part, study, same subject,
# shared frame, different) are there because a keypoint matcher proposed them: called a copy, they are false matches.
SAME = ("another photograph", "detail", "another state")
LEFT_OUT = 0.1  # of each artist's groups
BESIDE = 20  # every so many-th picture by others stands beside works in screenshots, and is no negative
PLAIN, ATTACKED = "plain", "attacked"


@dataclass(frozen=True)
class Picture:
    """One picture of the data.

    Attributes:
        path: of the file.
        artist: its folder's name.
        kind: "work", "same artists" or the name of a folder of other artists.
        group: pictures of one work share it.
        half: CHOOSING or REPORTING.
    """

    path: Path
    artist: str
    kind: str
    group: str
    half: str

    @property
    def name(self) -> str:
        """The path from the data's folder on."""
        return "/".join(self.path.parts[-3:])

    @property
    def id(self) -> str:
        """The id that it has in a catalog."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:ID_LENGTH]

    def load(self) -> Image.Image:
        """Return it as RGB."""
        return _loaded(self.path).copy()


@lru_cache(maxsize=512)
def _loaded(path: Path) -> Image.Image:
    return images.load(path)


@dataclass(frozen=True)
class Case:
    """One question: a picture, and the groups of the works that it shows; none for a negative."""

    name: str
    kind: str
    half: str
    pictures: tuple[Picture, ...]
    attack: Attack | None
    seed: int

    @property
    def right(self) -> tuple[str, ...]:
        """The groups of the works that it shows."""
        return tuple(picture.group for picture in self.pictures if picture.kind == "work")

    @property
    def source(self) -> str:
        """The names of the pictures that it was made from."""
        return "; ".join(picture.name for picture in self.pictures)

    def picture(self, beside: Sequence[Image.Image]) -> Image.Image:
        """Make it."""
        pictures = [picture.load() for picture in self.pictures]
        return self.attack(pictures, beside, self.seed) if self.attack else pictures[0]


@dataclass(frozen=True)
class Data:
    """All pictures of one run.

    Attributes:
        works: those that are collected.
        negatives: those that are not, and show none of the works.
        beside: pictures for screenshots.
    """

    works: list[Picture]
    negatives: list[Picture]
    beside: list[Image.Image]

    @classmethod
    def read(
        cls, folder: Path, others: Sequence[Path], most_works: int | None, most_negatives: int | None, seed: int
    ) -> "Data":
        """Read a folder laid out as artist/picture and folders of other artists, and part them."""
        generator = np.random.default_rng(seed)
        mine, theirs = list(_files(folder)), [file for other in others for file in _files(other)]
        groups = _groups(mine + theirs)
        halves = _halves(sorted({groups[path] for path in mine}), generator)
        left_out = _left_out(mine, groups, generator)
        kept = [path for path in mine if groups[path] not in left_out]
        if most_works and most_works < len(kept):
            kept = sorted(generator.choice(np.array(kept, object), most_works, replace=False))
        works = [_picture(path, "work", groups, halves) for path in kept]
        negatives = [_picture(p, "same artists", groups, halves) for p in mine if groups[p] in left_out]
        known = {work.group for work in works}
        for other in others:
            paths = [path for path in theirs if path.is_relative_to(other)]
            artists = _halves(sorted({path.parent.name for path in paths}), generator)
            strangers = [
                Picture(path, path.parent.name, other.name, groups[path], artists[path.parent.name])
                for path in paths
                if groups[path] not in known
            ]
            negatives += strangers
        aside = [picture for picture in negatives if picture.kind != "same artists"][::BESIDE]
        negatives = [picture for picture in negatives if picture not in aside]
        if most_negatives and most_negatives < len(negatives):
            rows = np.sort(generator.choice(len(negatives), most_negatives, replace=False))
            negatives = [negatives[row] for row in rows]
        return cls(works, negatives, [picture.load() for picture in aside])

    def positives(self, half: str, most: int, seed: int) -> Iterator[Case]:
        """Yield attacked works of one half, as many for each attack, at most so many in all."""
        generator = np.random.default_rng((seed, 1))
        works = [work for work in self.works if work.half == half]
        for place, attack in enumerate(ATTACKS):
            for number in range(max(1, most // len(ATTACKS))):
                chosen = _different(works, attack.works, generator)
                yield Case(attack.name, attack.group, half, chosen, attack, place * 1_000_000 + number)

    def questions_without_original(self, half: str, seed: int) -> Iterator[Case]:
        """Yield each negative of one half as it is, then each with one attack, in turn."""
        mine = [picture for picture in self.negatives if picture.half == half]
        for picture in mine:
            yield Case(PLAIN, picture.kind, half, (picture,), None, 0)
        order = np.random.default_rng((seed, 2)).permutation(len(mine))
        for place, row in enumerate(order):
            attack = ATTACKS[place % len(ATTACKS)]
            more = tuple(
                other for other in (mine[r] for r in np.roll(order, -place - 1)) if other.kind == mine[row].kind
            )
            yield Case(ATTACKED, mine[row].kind, half, (mine[row], *more[: attack.works - 1]), attack, place)


def _files(folder: Path) -> Iterator[Path]:
    return (folder / path for path in sorted(pictures_under(folder)) if len(path.parts) == 2)


def _picture(path: Path, kind: str, groups: dict[Path, str], halves: dict[str, str]) -> Picture:
    return Picture(path, path.parent.name, kind, groups[path], halves[groups[path]])


def _different(works: list[Picture], count: int, generator: np.random.Generator) -> tuple[Picture, ...]:
    """Return so many works of different groups."""
    while True:
        chosen = tuple(works[row] for row in generator.choice(len(works), count, replace=False))
        if len({work.group for work in chosen}) == count:
            return chosen


def _halves(names: list[str], generator: np.random.Generator) -> dict[str, str]:
    order = generator.permutation(len(names))
    return {names[row]: HALVES[place % 2] for place, row in enumerate(order)}


def _left_out(paths: list[Path], groups: dict[Path, str], generator: np.random.Generator) -> set[str]:
    """Return the groups of each artist that are not collected."""
    left_out: set[str] = set()
    for artist in sorted({path.parent.name for path in paths}):
        mine = sorted({groups[path] for path in paths if path.parent.name == artist})
        left_out |= set(generator.choice(mine, round(LEFT_OUT * len(mine)), replace=False))
    return left_out


def _groups(paths: list[Path]) -> dict[Path, str]:
    """Return each picture's group: of its manifest, and joined where a person saw one work in two groups."""
    stated = {path: group for folder in {path.parents[1] for path in paths} for path, group in _stated(folder)}
    names = {"/".join(path.parts[-3:]): place for place, path in enumerate(paths)}
    joined = np.arange(len(paths))
    for row in same_works():
        if row["what"] in SAME and row["left"] in names and row["right"] in names:
            joined[joined == joined[names[row["left"]]]] = joined[names[row["right"]]]
    numbers = join_groups(np.array([stated.get(path, str(path)) for path in paths]), joined)
    return {path: f"w{number:06d}" for path, number in zip(paths, numbers, strict=True)}


def _stated(folder: Path) -> Iterator[tuple[Path, str]]:
    manifest = folder / "manifest.csv"
    if manifest.exists():
        with manifest.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield folder / row["file"], f"{folder}: {row['near_dup_group']}"


def same_works() -> list[dict[str, str]]:
    """Return the pairs that a person looked at: left, right, what and reason."""
    if not SAME_WORKS.exists():
        return []
    with SAME_WORKS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
