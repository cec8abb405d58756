"""Chains: an archive that grows by parts. Small last parts are joined with the new one, so there are never many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from artlib.workspace.keeping.manifest import Part
from artlib.workspace.keeping.units import Signature

LARGEST = 500_000_000  # bytes of a part: a file that is written whole, or not at all
SMALL = 4_000_000  # bytes that are rewritten without a thought


@dataclass(frozen=True)
class Link:
    """What has to be written so that a chain holds a unit's present files.

    Attributes:
        parts: earlier parts that stay.
        batches: the names of the files of each new part.
        removed: names in the parts that stay, of files that are gone.
    """

    parts: list[Part]
    batches: list[list[str]]
    removed: tuple[str, ...]


def extended(parts: Sequence[Part], known: Mapping[str, tuple[Signature, str]], files: Mapping[str, Signature]) -> Link:
    """Return how a chain is extended.

    A last part is joined with the new one if it is at most twice as large, so the parts get smaller by half and more
    from each to the next, and each file is rewritten a few times at most.

    Args:
        parts: of the chain so far.
        known: the files in it, each with its signature then and the part that holds it.
        files: the unit's present files.
    """
    staying = list(parts)
    names = {name for name, mark in files.items() if name not in known or known[name][0] != mark}
    gone = set(known) - set(files)
    while staying and _joins(staying[-1].size, sum(files[name][0] for name in names)):
        last = staying.pop()
        names |= {name for name in files if name in known and known[name][1] == last.file}
        gone |= set(last.removed) - set(files)
    removed = sorted(gone) if staying else []  # also of joined parts: an earlier one may hold the file as it was before
    return Link(staying, _batches(sorted(names), files, bool(removed)), tuple(removed))


def _joins(last: int, new: int) -> bool:
    return last + new <= LARGEST and last <= max(2 * new, SMALL)


def _batches(names: list[str], files: Mapping[str, Signature], even_if_empty: bool) -> list[list[str]]:
    batches: list[list[str]] = [[]] if names or even_if_empty else []
    room = LARGEST
    for name in names:
        if batches[-1] and files[name][0] > room:
            batches.append([])
            room = LARGEST
        batches[-1].append(name)
        room -= files[name][0]
    return batches
