"""Artists' works from the sites that gallery-dl knows."""

import hashlib
import shutil
from pathlib import Path

from artlib.collect.errors import CollectError
from artlib.collect.portfolio.report import FetchReport
from artlib.collect.portfolio.run import collected_so_far
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.run import collected
from artlib.collect.sources.gallery_dl import NOBODY_STATED, SOURCE, gallery_works, run_gallery_dl
from artlib.errors import ArgumentError
from artlib.images import is_url
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.ingest import Candidate
from artlib.workspace.rejections import record_rejections


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
    try:
        report.known, trouble = run_gallery_dl(url, folder, archive)
    except KeyboardInterrupt:
        _take(workspace, folder, url, artist, report)
        raise
    _take(workspace, folder, url, artist, report)
    if trouble and not (report.collected.added or report.known or report.left_out or report.opted_out):
        raise CollectError(f"Nothing came from {url}: {trouble}")
    if trouble:
        report.stopped.append(f"{trouble} Run the same command again for what did not come.")
    if report.known:
        report.notes.append(
            f"{archive} notes what gallery-dl has fetched before. Without this file, it fetches all again."
        )
    if report.left_out[NOBODY_STATED]:
        report.notes.append(
            "If they are all by one artist, run it again with --artist NAME: they wait in the workspace."
        )
    workspace.keep()
    return report


def _take(workspace: Workspace, folder: Path, url: str, artist: str | None, report: FetchReport) -> None:
    """Take everything that lies in the folder into the catalog, but for pictures of nobody."""
    works = list(gallery_works(folder, url, artist, report.left_out, report.opted_out))
    artists = list(collected_so_far(workspace)["artist"].unique())
    candidates = [
        Candidate(
            Wanted(work.artist).spelled_as(artists), work.name, work.read, work.source, work.source_url, work.licence
        )
        for work in works
    ]
    report.add(collected(workspace, candidates))
    record_rejections(workspace, report.opted_out, {source for source, _ in report.opted_out})
    if not report.left_out[NOBODY_STATED]:  # gallery-dl would not fetch them once more
        shutil.rmtree(folder, ignore_errors=True)
    else:
        for source in [work.source for work in works] + [source for source, _ in report.opted_out]:
            (folder / source.removeprefix(SOURCE)).unlink(missing_ok=True)
