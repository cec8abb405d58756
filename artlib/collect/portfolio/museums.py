"""One artist's free works from museums and from Wikimedia Commons."""

from collections.abc import Callable, Iterator

from artlib.collect.portfolio.report import FetchReport
from artlib.collect.portfolio.run import REFUSALS, collected_so_far, fetch_works
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.sources import art_institute
from artlib.collect.sources import commons as wikimedia_commons
from artlib.collect.sources import met as the_met
from artlib.collect.sources.polite_client import PoliteClient
from artlib.collect.work import Work
from artlib.errors import ArgumentError
from artlib.workspace import AnyWorkspace, Workspace, as_workspace

WORKS = 100  # how many of an artist's works are looked at if nobody says another number
Sleep = Callable[[float], object] | None


def met(workspace: AnyWorkspace, artist: str, *, works: int = WORKS, sleep: Sleep = None) -> FetchReport:
    """Collect an artist's works in the public domain from the Metropolitan Museum of Art (CC0).

    Running this again fetches only what did not come.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        artist: the name, in any order and spelling; nobody with a longer or shorter name is taken for the same.
        works: how many works are collected at most, those that are there already included.
        sleep: called with the seconds to wait between requests; None simply waits.

    Returns:
        What was added, known, left out, opted out, and what is to be tried again.

    Raises:
        ArgumentError: `artist` is empty, or `works` less than 1.
        WorkspaceError: the catalog is damaged.
    """
    workspace, wanted = as_workspace(workspace), Wanted(artist)
    client = PoliteClient(the_met.NAME, the_met.HEADERS, sleep, REFUSALS)
    report = _begun(workspace, the_met.NAME, wanted, works)
    cache = workspace.downloads / "met"
    return _fetched(workspace, the_met.met_works(client, wanted, report.left_out, cache), report, works, client)


def artic(workspace: AnyWorkspace, artist: str, *, works: int = WORKS, sleep: Sleep = None) -> FetchReport:
    """Collect an artist's works in the public domain from the Art Institute of Chicago (CC0).

    Arguments, result and errors are those of `met`.
    """
    workspace, wanted = as_workspace(workspace), Wanted(artist)
    client = PoliteClient(art_institute.NAME, art_institute.HEADERS, sleep, REFUSALS)
    report = _begun(workspace, art_institute.NAME, wanted, works)
    return _fetched(workspace, art_institute.works_by(client, wanted, report.left_out), report, works, client)


def commons(
    workspace: AnyWorkspace,
    category: str,
    *,
    artist: str | None = None,
    works: int = WORKS,
    sleep: Sleep = None,
) -> FetchReport:
    """Collect an artist's works from a category of Wikimedia Commons: those in the public domain, and CC0.

    Subcategories that name the artist are searched, too.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        category: such as "Category:Paintings by Claude Monet", or simply the artist's name.
        artist: whose works are taken; None takes the name in the category's.
        works: how many works are collected at most, those that are there already included.
        sleep: called with the seconds to wait between requests; None simply waits.

    Returns:
        What was added, known, left out, opted out, and what is to be tried again.

    Raises:
        ArgumentError: `category` is empty, or `works` less than 1.
        WorkspaceError: the catalog is damaged.
    """
    workspace, wanted = as_workspace(workspace), Wanted(artist or wikimedia_commons.artist_of(category))
    client = PoliteClient(wikimedia_commons.NAME, wikimedia_commons.HEADERS, sleep, REFUSALS)
    report = _begun(workspace, wikimedia_commons.NAME, wanted, works)
    offered = wikimedia_commons.commons_works(client, category, wanted, report.left_out)
    return _fetched(workspace, offered, report, works, client)


def _begun(workspace: Workspace, source: str, wanted: Wanted, works: int) -> FetchReport:
    if works < 1:
        raise ArgumentError(f"Ask for at least one work. Received: works={works}.")
    # in one way, so that all works have one artist
    wanted.artist = wanted.spelled_as(collected_so_far(workspace)["artist"].unique())
    return FetchReport(source, wanted.artist, similar=wanted.similar)


def _fetched(
    workspace: Workspace, offered: Iterator[Work], report: FetchReport, works: int, client: PoliteClient
) -> FetchReport:
    return fetch_works(workspace, offered, report, works, client.close)
