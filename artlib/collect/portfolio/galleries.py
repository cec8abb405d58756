"""Artists' works from the sites that gallery-dl knows."""

import hashlib
import shutil
from dataclasses import replace

from artlib.collect.errors import CollectError
from artlib.collect.portfolio.report import FetchReport
from artlib.collect.portfolio.run import collected_so_far
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.sources.gallery_dl import gallery_works, run_gallery_dl
from artlib.collect.work import Work
from artlib.errors import ArgumentError
from artlib.images import is_url
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.ingest import Candidate, take_in
from artlib.workspace.rejections import record_rejections, rejected_for_good


def gallery_dl(workspace: AnyWorkspace, url: str, *, artist: str | None = None) -> FetchReport:
    """Collect what the installed command gallery-dl fetches from an address (ArtStation, DeviantArt, Pixiv …).

    gallery-dl runs with your own configuration, and so with your accounts. It notes what it has fetched, and running
    this again fetches only what is new. After an interruption, what has come is collected the next time.

    Works whose tags or fields say that they are not for AI are not taken.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        url: of a portfolio, a work or a search.
        artist: one name for all pictures; None takes the maker whom the site states for each.

    Returns:
        What was added, known, left out and opted out.

    Raises:
        ArgumentError: `url` is no http(s) address.
        CollectError: gallery-dl is not installed, or nothing came because of an error.
        WorkspaceError: the catalog is damaged.
    """
    if not is_url(url):
        raise ArgumentError(f"Give an address that begins with https://. Received: {url!r}.")
    workspace, report = as_workspace(workspace), FetchReport("gallery-dl", artist or "")
    folder = workspace.downloads / "gallery-dl" / hashlib.sha256(url.encode()).hexdigest()[:16]
    archive = workspace.downloads / "gallery-dl.sqlite3"
    trouble = run_gallery_dl(url, folder, archive)
    works = list(gallery_works(folder, url, artist, report.left_out, report.opted_out))
    if trouble and not (works or report.left_out or report.opted_out):
        raise CollectError(f"Nothing came from {url}: {trouble}")
    if trouble:
        report.stopped.append(f"{trouble} Run the same command again for what did not come.")
    _take(workspace, works, report)
    shutil.rmtree(folder, ignore_errors=True)  # all of it is in the catalog, or not wanted
    if not (works or report.left_out or report.opted_out):
        report.stopped.append(f"Nothing new came. What gallery-dl has fetched before is noted in {archive}.")
    return report


def _take(workspace: Workspace, works: list[Work], report: FetchReport) -> None:
    artists = list(collected_so_far(workspace)["artist"].unique())
    known = rejected_for_good(workspace)
    works = [
        replace(work, artist=Wanted(work.artist).spelled_as(artists)) for work in works if work.source not in known
    ]
    candidates = [
        Candidate(work.artist, work.name, work.read, work.source, work.source_url, work.licence) for work in works
    ]
    report.add(take_in(workspace, candidates))
    record_rejections(workspace, report.opted_out, {source for source, _ in report.opted_out})
