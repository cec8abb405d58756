"""Levels: which folder of each picture's path names the artist, judged over the whole source."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from artlib.collect.naming import name_words
from artlib.collect.understanding.distrust import has_users, is_descriptive, is_distrusted, is_site
from artlib.collect.understanding.file_names import artist_in, style_of

FILE = "file"  # the level of file names such as artist_title.jpg
MOST_DISTRUSTED = 0.5  # share of pictures; above it a level is a data set's, a site's or a style's
LEAST_COVERED = 0.5  # share of pictures that have a folder at this level
LEAST_EVIDENT = 0.5  # share of pictures for which a piece of evidence must hold


@dataclass(frozen=True)
class Level:
    """One possible level.

    Attributes:
        depth: of the folder, from 0; below 0 it is a style of file names, -1 for the first one.
        names: how many pictures each name has, as written.
        covered: share of the pictures that have a name here.
        distrusted: share of these whose name hardly ever is an artist's.
        evidence: what speaks for it, in words; empty if nothing does.
    """

    depth: int
    names: Counter[str]
    covered: float
    distrusted: float
    evidence: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether most pictures have a name here that can be an artist's."""
        return self.covered >= LEAST_COVERED and self.distrusted <= MOST_DISTRUSTED

    @property
    def option(self) -> str:
        """What is given as --artist-level."""
        return FILE if self.depth < 0 else str(self.depth + 1)

    def __str__(self) -> str:
        names = [f"{name} ({count})" for name, count in self.names.most_common(3)]
        more = [f"{len(self.names) - 3} more"] if len(self.names) > 3 else []
        return f"--artist-level {self.option}: {', '.join(names + more)}"


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes:
        level: that names the artists; None if there is none.
        sure: whether no other level is as likely.
        others: further possible levels.
    """

    level: Level | None
    sure: bool
    others: list[Level]


def name_at(parts: Sequence[str], depth: int) -> str:
    """Return the name that a path has at a level; "" if it has none there."""
    if depth < 0:
        return artist_in(parts[-1], -1 - depth)
    if len(parts) <= depth + 1:
        return ""
    # pixiv's folders are named by number and name
    above = parts[depth - 1] if depth else ""
    return re.sub(r"^\d+ (?=\S)", "", parts[depth]) if is_site(above) else parts[depth]


def choose(paths: Sequence[Sequence[str]], known: Collection[str] = (), listed: Collection[str] = ()) -> Choice:
    """Choose the level that names the artists.

    A level is possible if most pictures have a name there that can be an artist's. Of several, the one with evidence is
    chosen: its names are in the source's artists.csv or in the catalog, repeat under several parents (train/wlop,
    test/wlop), lie in the folder of a site (pixiv/wlop), or begin the names of the files below. Without evidence the
    first one is likely, but not sure.

    Args:
        paths: the parts of each picture's path, the file's name last.
        known: artists in the catalog.
        listed: artists in the source's own artists.csv.
    """
    deepest = max((len(path) for path in paths), default=1) - 1
    levels = [_level(paths, depth, known, listed) for depth in range(deepest)]
    possible = [level for level in levels if level.is_possible]
    with_evidence = [level for level in possible if level.evidence]
    varied = [level for level in possible if len(level.names) > 1]
    best = next(iter(with_evidence or varied or possible), None)
    if best is None:
        return _from_files(paths, known, listed)
    rivals = [level for level in possible if level.depth != best.depth and _is_rival(level, best)]
    sure = not rivals or (bool(best.evidence) and len(with_evidence) == 1)
    return Choice(best, sure, rivals)


def around(paths: Sequence[Sequence[str]], level: Level) -> str:
    """Return the one folder around all artists, if it may itself be the artist whose series they are; "" otherwise."""
    names = [{name_at(path, depth) for path in paths} for depth in range(level.depth)]
    return next((name for found in names if len(found) == 1 and (name := min(found)) and not is_descriptive(name)), "")


def _is_rival(level: Level, best: Level) -> bool:
    """Return whether a level is as likely as another one.

    A folder around everything is no rival of several artists, unless it reads as a person's name or some of the folders
    in it hold kinds of works: then they may be one artist's series.
    """
    if len(level.names) > 1 or len(best.names) == 1:
        return True
    name = next(iter(level.names))
    reads_as_person = len(name_words(name)) > 1 or best.distrusted > 0
    return level.depth < best.depth and reads_as_person and not is_descriptive(name)


def _from_files(paths: Sequence[Sequence[str]], known: Collection[str], listed: Collection[str]) -> Choice:
    """Return the choice where no folder can be an artist's: file names such as artist_title.jpg are only offered."""
    style = style_of([path[-1] for path in paths])
    level = None if style is None else _level(paths, -1 - style, known, listed)
    if level and level.is_possible:
        return Choice(level, bool(level.evidence), [])
    return Choice(None, False, [])


def _level(paths: Sequence[Sequence[str]], depth: int, known: Collection[str], listed: Collection[str]) -> Level:
    found = [(name, path) for path in paths if (name := name_at(path, depth))]
    names = Counter(name for name, _ in found)
    distrusted = sum(count for name, count in names.items() if is_distrusted(name))
    return Level(
        depth,
        names,
        covered=len(found) / max(1, len(paths)),
        distrusted=distrusted / max(1, len(found)),
        evidence=_evidence(found, names, depth, known, listed),
    )


def _evidence(
    found: Sequence[tuple[str, Sequence[str]]],
    names: Counter[str],
    depth: int,
    known: Collection[str],
    listed: Collection[str],
) -> str:
    for what, artists in (("in artists.csv", listed), ("in the catalog", known)):
        words = {name_words(artist) for artist in artists}
        if _share(names, {name for name in names if name_words(name) in words}) >= LEAST_EVIDENT:
            return f"its names are {what}"
    if depth > 0 and len(names) > 1 and _repeat(found, names, depth):
        return "its names repeat under several folders"
    if depth > 0 and sum(has_users(path[depth - 1]) for _, path in found) > LEAST_EVIDENT * len(found):
        return "its folders are those of a site's artists"
    begin = sum(name_words(name) < name_words(path[-1].rsplit(".", 1)[0]) for name, path in found)
    if depth >= 0 and found and begin / len(found) >= LEAST_EVIDENT:
        return "its names begin those of the files"
    return ""


def _repeat(found: Sequence[tuple[str, Sequence[str]]], names: Counter[str], depth: int) -> bool:
    """Return whether names repeat under several parents as artists do, in train/ and test/, or on several sites.

    The other way round, few names that repeat under many parents are kinds of works, such as "favourites".
    """
    parents: dict[str, set[str]] = {}
    for name, path in found:
        parents.setdefault(name, set()).add(path[depth - 1])
    above = set().union(*parents.values())
    distrusted = sum(map(is_distrusted, above)) > len(above) / 2
    repeated = {name for name, mine in parents.items() if len(mine) > 1}
    return (distrusted or len(names) > len(above)) and _share(names, repeated) >= LEAST_EVIDENT


def _share(names: Counter[str], among: Collection[str]) -> float:
    return sum(count for name, count in names.items() if name in among) / max(1, names.total())
