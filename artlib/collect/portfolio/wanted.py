"""The artist who is asked for, and whether a museum means the same one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from artlib.collect.naming import IN_BRACKETS, may_be_one, name_words, one_artist
from artlib.errors import ArgumentError
from artlib.workspace.artist_names import clean_artist


@dataclass
class Wanted:
    """An artist by name.

    A museum's name is that of the artist if it has the same words, whatever their order, capitals and accents, also
    inside brackets: "Rembrandt (Rembrandt van Rijn)" is Rembrandt and Rembrandt van Rijn. With more or fewer words it
    may be another person, such as Rembrandt Peale: then nothing is guessed, and the report names what the museum has.

    Attributes:
        artist: the name that was asked for.
        similar: names that share words with it, and how many works each has.
    """

    artist: str
    similar: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.artist = clean_artist(self.artist)
        if not name_words(self.artist):
            raise ArgumentError(f"Give the name of an artist. Received: {self.artist!r}.")

    def is_by(self, stated: str) -> bool:
        """Return whether a source states this artist, and nobody else, as the maker."""
        asked = name_words(self.artist)
        if name_words(stated) == asked:
            return True
        plain = one_artist(stated)
        if not plain:
            return False
        in_brackets = [text[1:-1] for text in IN_BRACKETS.findall(stated)]
        if asked in [name_words(name) for name in (plain, *in_brackets)]:
            return True
        self.similar[plain] += may_be_one(plain, [self.artist])
        return False

    def spelled_as(self, artists: Iterable[str]) -> str:
        """Return the name as it is written among those artists, if it is one of them."""
        asked = name_words(self.artist)
        return next((artist for artist in artists if name_words(artist) == asked), self.artist)
