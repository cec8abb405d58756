"""The artists' names in a source: how each picture's path tells whose work it is, and whether two names are one."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from artlib.workspace.decisions import clean_artist

IN_BRACKETS = re.compile(r"[(\[<{][^)\]>}]*[)\]>}]")  # addresses, years, remarks
# texts that name nobody, several people, or somebody who only stood near
NOBODY = re.compile(r"\b(unknown|anonym\w*|unidentified|various|HASH)\b|@|://|\bwww\.", re.IGNORECASE)
NOT_ONE = re.compile(
    r"\b(and|et al|after|attributed|circle|follower|imitator|manner|school|workshop|based on)\b|[&;]", re.IGNORECASE
)


def name_artists(paths: Sequence[PurePosixPath], fallback: str, artist: str | None = None) -> list[str]:
    """Return the artist of each relative path: `artist` if given, else the first folder in which the paths differ.

    Args:
        paths: such as `wlop/2019/a.jpg`, or `my-set/wlop/a.jpg` if everything is in one folder `my-set`.
        fallback: the name for pictures that are in no folder.
        artist: one name for all pictures.
    """
    depth = 0
    while (
        paths and min(len(path.parts) for path in paths) > depth + 2 and len({path.parts[depth] for path in paths}) == 1
    ):
        depth += 1
    names = [artist or (path.parts[depth] if len(path.parts) > depth + 1 else fallback) for path in paths]
    # macOS decomposes accents in file names: without NFC, one artist would become two
    return [unicodedata.normalize("NFC", name).strip() for name in names]


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
