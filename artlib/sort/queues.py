"""Queues: which pictures a session shows, and in which order."""

from collections.abc import Callable, Sequence

from artlib.sort.pictures import CollectedPictures
from artlib.workspace.decisions import DecisionError

UNDECIDED, SUSPECTS, DUPLICATES, MIXED = "undecided", "suspects", "duplicates", "mixed"
SET_APART, SUGGESTED = "set apart", "suggested"
QUEUES = (UNDECIDED, SUSPECTS, DUPLICATES, MIXED, SET_APART, SUGGESTED)
GROUPED = (DUPLICATES, MIXED)
Only = str | Sequence[str] | None


class Queues:
    """Chooses and orders pictures; nothing here decides.

    Args:
        pictures: all pictures.
        artist_of: returns the artist under which a picture is now.
        is_decided: whether a person has decided on a picture.
    """

    def __init__(
        self, pictures: CollectedPictures, artist_of: Callable[[str], str], is_decided: Callable[[str], bool]
    ) -> None:
        self._pictures, self._artist_of, self._is_decided = pictures, artist_of, is_decided

    def check(self, only: Only) -> None:
        """Refuse what is no queue.

        Raises:
            DecisionError: it is another text, or a list with ids that the catalog does not have.
        """
        if isinstance(only, str):
            if only not in QUEUES:
                names = ", ".join(map(repr, QUEUES))
                raise DecisionError(
                    f"A session shows all pictures, {names}, or a list of ids. Received: only={only!r}."
                )
        elif only is not None and (unknown := [each for each in only if each not in self._pictures]):
            raise DecisionError(f"The catalog has no such image. Received: {unknown[:5]!r}; give ids of catalog.csv.")

    def ids(self, only: Only, artist: str | None = None) -> list[str]:
        """Return the ids of a queue, those to decide on first.

        Args:
            only: one of `QUEUES`, a list of ids, which stays in its order, or None for all but those set apart.
            artist: leave out the pictures of all others; of a group, all are shown if one of them is the artist's.
        """
        if only in GROUPED:
            return [image_id for group in self.groups(only, artist) for image_id in group]
        chosen = self._by(artist, self._chosen(only))
        is_list = only is not None and not isinstance(only, str)
        return chosen if is_list else sorted(chosen, key=self._is_decided)  # sorted() is stable

    def count(self, only: Only, artist: str | None = None) -> int:
        """Return how many pictures a queue has."""
        return len(self.ids(only, artist) if only in GROUPED else self._by(artist, self._chosen(only)))

    def groups(self, only: Only, artist: str | None = None) -> list[list[str]]:
        """Return the groups of "duplicates" or "mixed": mixed and undecided ones first, then the larger ones.

        Of any other queue it returns none.
        """
        if only not in GROUPED:
            return []
        found = [each for each in self._pictures.groups if artist is None or artist in map(self._artist_of, each)]
        if only == MIXED:
            found = [each for each in found if self.is_mixed(each)]
        return sorted(found, key=lambda ids: (all(map(self._is_decided, ids)), not self.is_mixed(ids), -len(ids)))

    def is_mixed(self, group: Sequence[str]) -> bool:
        """Return whether the pictures of a group are under several artists now."""
        return len(set(map(self._artist_of, group))) > 1

    def _by(self, artist: str | None, ids: list[str]) -> list[str]:
        return ids if artist is None else [each for each in ids if self._artist_of(each) == artist]

    def _chosen(self, only: Only) -> list[str]:
        pictures = self._pictures
        if only == SET_APART:
            return [image_id for image_id in pictures.ids if image_id in pictures.apart]
        if only == SUGGESTED:
            return list(pictures.suggestions)
        if only == SUSPECTS:
            return [each for each, doubt in pictures.suspects.items() if self._is_open(each, doubt.artist)]
        if only is not None and not isinstance(only, str):
            return list(dict.fromkeys(only))
        others = [each for each in pictures.ids if each not in pictures.apart or self._is_decided(each)]
        return [each for each in others if not self._is_decided(each)] if only == UNDECIDED else others

    def _is_open(self, image_id: str, artist: str) -> bool:
        """Return whether a doubt is about what stands now: the artist may have been renamed or corrected since."""
        return self._is_decided(image_id) or self._artist_of(image_id) == artist
