"""The artists on the number keys."""

from collections.abc import Mapping


class NumberedArtists:
    """Nine names at most, each on a number key. A name keeps its number while the grid is open: hands learn it.

    Args:
        pictures: of each artist how many there are; the nine with most get a key.
    """

    MOST = 9

    def __init__(self, pictures: Mapping[str, int]) -> None:
        by_count = sorted(pictures, key=lambda name: (-pictures[name], name))
        self.names = by_count[: self.MOST]
        self._used: list[str] = []  # the last one used last

    def use(self, name: str) -> None:
        """Note that pictures were moved to an artist, who gets a key: a free one, or that of the one least used."""
        if name in self._used:
            self._used.remove(name)
        self._used.append(name)
        if name in self.names:
            return
        if len(self.names) < self.MOST:
            self.names.append(name)
            return
        last_use = {used: place for place, used in enumerate(self._used)}
        # of several that were never used, the one with the fewest pictures, which stands last
        leaving = min(range(self.MOST), key=lambda key: (last_use.get(self.names[key], -1), -key))
        self.names[leaving] = name
