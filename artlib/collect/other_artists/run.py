"""Fetching works by other artists: as many artists as possible, with a few works each."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError, LeftOutError
from artlib.collect.naming import name_words
from artlib.collect.other_artists.report import OthersReport
from artlib.collect.other_artists.screening import Screening
from artlib.collect.other_artists.shelf import FEWEST, Shelf
from artlib.collect.sources import art_institute, open_clip_art
from artlib.collect.sources.polite_client import PoliteClient
from artlib.collect.work import Work
from artlib.errors import ArgumentError
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.disk.writer import writes

SOURCES = ("artic", "openclipart")  # in the order in which "auto" tries them
ONLY_WORK = "the only usable work of its artist"
WAY_OUT = (
    "Give pictures of your own instead: `artlib train --others FOLDER`, with at least a few dozen works by 8 or more "
    "artists, in a folder for each."
)


@dataclass
class _Hand:
    """One artist, and the works that may still be taken."""

    words: frozenset[str]
    offered: list[Work] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = iter(self.offered)  # goes on behind what is appended later


@writes("fetching other artists")
def others(
    workspace: AnyWorkspace,
    *,
    works: int = 300,
    source: str = "auto",
    max_works: int = 10,
    sleep: Callable[[float], object] = time.sleep,
) -> OthersReport:
    """Fetch freely licensed works by artists who are not the user's own, and keep them apart from the catalog.

    A recogniser that also learns from them says more reliably when it does not know a hand. They are kept in `others/`,
    in a folder for each artist; `others/sources.csv` says where each comes from. Every work is on the disk before the
    next one is fetched. Running this again goes on, and adds only what is missing.

    Args:
        workspace: a Workspace, or the path of one.
        works: how many works there shall be in the end; one more can come, because each artist has two at least.
        source: "artic" (the Art Institute of Chicago), "openclipart" (the Open Clip Art Library, on Debian and Ubuntu)
            or "auto" (the museum, or the library if nothing came from the museum).
        max_works: at most this many works of each artist. Further artists come before further works.
        sleep: called with the seconds to wait between requests.

    Returns:
        What was added, what was known already, and what was left out and why.

    Raises:
        ArgumentError: `works` is less than 4, `max_works` less than 2, or there is no such source.
        CollectError: afterwards, not even two artists have two works each.
        WorkspaceError: the catalog is empty or damaged.
    """
    _check(works, source, max_works)
    workspace = as_workspace(workspace)
    shelf, screening = Shelf(workspace), Screening(workspace)
    report = OthersReport(shelf.folder, works, known=len(shelf), has_catalog=screening.has_catalog)
    for name in SOURCES if source == "auto" else (source,):
        if len(shelf) >= works or report.added:
            break
        try:
            if name == "artic":
                client = PoliteClient(art_institute.NAME, art_institute.HEADERS, sleep)
                # twice as many artists as are needed, because some are left out
                offered = art_institute.art_institute_works(client, works, report.left_out)
            else:
                offered = open_clip_art.offered_works(report.left_out)
            _take(_hands(offered, shelf, screening, report), shelf, screening, max_works, report)
        except CollectError as error:
            report.stopped.append(str(error))
    if not shelf.is_usable():
        raise CollectError(" ".join(["There are no works by two other artists.", *report.stopped, WAY_OUT]))
    report.works, report.artists = len(shelf), sum(count > 0 for count in shelf.works.values())
    report.own_artists = screening.own_among(shelf.folders())
    workspace.keep()
    return report


def _check(works: int, source: str, max_works: int) -> None:
    if source not in (*SOURCES, "auto"):
        raise ArgumentError(f"There is no such source. Received: source={source!r}; use {', '.join(SOURCES)} or auto.")
    if works < 2 * FEWEST:
        raise ArgumentError(f"At least two artists with {FEWEST} works each are needed: 4. Received: works={works}.")
    if max_works < FEWEST:
        raise ArgumentError(f"Each artist needs at least {FEWEST} works. Received: max_works={max_works}.")


def _hands(offered: list[Work], shelf: Shelf, screening: Screening, report: OthersReport) -> list[_Hand]:
    """Return the works that may be fetched, by artist, in the order of the source."""
    hands: dict[frozenset[str], _Hand] = {}
    for work in offered:
        words = name_words(work.artist)
        if screening.is_own(work.artist):
            report.left_out["by an artist who is, or may be, one of yours"] += 1
        elif work.source not in shelf.sources:
            # spelled in one way, so that all lie in one folder
            artist = shelf.artists.setdefault(words, work.artist)
            hands.setdefault(words, _Hand(words)).offered.append(replace(work, artist=artist))
    alone = [words for words, hand in hands.items() if shelf.works[words] + len(hand.offered) < FEWEST]
    for words in alone:
        report.left_out[ONLY_WORK] += len(hands.pop(words).offered)
    return list(hands.values())


def _take(hands: list[_Hand], shelf: Shelf, screening: Screening, max_works: int, report: OthersReport) -> None:
    """Fetch two works of each artist, then a third one of each, and so on, until there are enough."""
    with tqdm(total=report.wanted, initial=len(shelf), desc="Fetching works by others", unit="work") as progress:
        for most in range(FEWEST, max_works + 1):
            for hand in hands:
                if len(shelf) >= report.wanted:
                    return
                missing = max(0, most - shelf.works[hand.words])
                fetched = list(islice(_fetched(hand, shelf, screening, report), missing))
                if fetched and shelf.works[hand.words] + len(fetched) < FEWEST:
                    report.left_out[ONLY_WORK] += len(fetched)
                    continue
                for work, content in fetched:
                    shelf.add(work, content)
                    report.added[work.artist] += 1
                    progress.update()


def _fetched(hand: _Hand, shelf: Shelf, screening: Screening, report: OthersReport) -> Iterator[tuple[Work, bytes]]:
    for work in hand.waiting:
        try:
            content = work.read()
            if not shelf.has_file(work, content):
                screening.check(content)
        except LeftOutError as error:
            report.left_out[str(error)] += 1
        except OSError as error:
            report.left_out[f"the file could not be read ({error.strerror})"] += 1
        else:
            yield work, content
