"""The artists' names: which text names one artist, and whether two names may mean the same one."""

import functools
import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from artlib.workspace.artist_names import clean_artist

IN_BRACKETS = re.compile(r"[(\[<{][^)\]>}]*[)\]>}]")  # addresses, years, remarks
# texts that name nobody, several people, or somebody who only stood near
NOBODY = re.compile(r"\b(unknown|anonym\w*|unidentified|various|HASH)\b|@|://|\bwww\.", re.IGNORECASE)
NOT_ONE = re.compile(
    r"\b(and|et al|after|attributed|circle|follower|imitator|manner|school|workshop|based on)\b|[&;]", re.IGNORECASE
)


def one_artist(name: str) -> str:
    """Return the name of the one artist whom a source names, without remarks in brackets; "" if it does not."""
    plain = clean_artist(IN_BRACKETS.sub(" ", name))
    return "" if NOT_ONE.search(name) or NOBODY.search(plain) or not name_words(plain) else plain


@functools.cache  # the same few names are compared thousands of times
def name_words(name: str) -> frozenset[str]:
    """Return the words of a name, without accents, capitals, punctuation and order.

    "Dürer, Albrecht", "Albrecht Durer" and "albrecht-dürer" have the same words.
    """
    decomposed = unicodedata.normalize("NFKD", clean_artist(name).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return frozenset(re.findall(r"[^\W_]+", bare))


def may_be_one(name: str, others: Iterable[str]) -> bool:
    """Return whether a name may mean the same artist as one of the others.

    It may if all words of one name are in the other: who collects "Rembrandt" also means Rembrandt van Rijn.
    """
    words = name_words(name)
    return any(theirs and (words <= theirs or theirs <= words) for theirs in map(name_words, others))


def alike(names: Iterable[str]) -> list[list[str]]:
    """Return groups of different names that agree but for case, accents, separators and the order of their words."""
    groups: list[set[str]] = []
    for name in sorted(set(names)):
        mine = {name}
        for group in [each for each in groups if any(_agree(name, other) for other in each)]:
            groups.remove(group)
            mine |= group
        groups.append(mine)
    return [sorted(group) for group in groups if len(group) > 1]


def joining_command(names: Sequence[str], pictures: Mapping[str, int], root: Path) -> str:
    """Return the command that joins names; the one that stays has the most pictures, or else is written best.

    Args:
        names: of one artist.
        pictures: how many each name has in the workspace.
        root: the workspace's folder.
    """
    stays = max(names, key=lambda name: (pictures.get(name, 0), *_well_written(name)))
    joined = " ".join(quoted(name) for name in names if name != stays)
    elsewhere = "" if root == Path("data") else f" --workspace {quoted(str(root))}"
    return f"artlib artists join {joined} --as {quoted(stays)}{elsewhere}"


def _well_written(name: str) -> tuple[bool, bool, int, int]:
    accents = sum(unicodedata.combining(letter) > 0 for letter in unicodedata.normalize("NFKD", name))
    return "_" not in name, name not in (name.lower(), name.upper()), -len(name), accents


def quoted(name: str) -> str:
    """Return a name as it is typed at a command line, on Windows too."""
    if re.fullmatch(r"\w[\w.-]*", name):
        return name
    return shlex.quote(name) if re.search(r'["$`\\!]', name) else f'"{name}"'


def _agree(name: str, other: str) -> bool:
    return name_words(name) == name_words(other) != frozenset() or _letters(name) == _letters(other) != ""


@functools.cache
def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", clean_artist(name).casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
