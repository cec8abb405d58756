"""gallery-dl: the user's own installed program, which fetches from ArtStation, DeviantArt, Pixiv and many other sites.

It is under the GPL, so that artlib neither contains nor imports it: it runs it as a command.
"""

import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.gallery_dl_metadata import Metadata, metadata_names, read_metadata
from artlib.collect.work import Work
from artlib.errors import printable
from artlib.images import BYTE_LIMIT
from artlib.images.kinds import is_supported

COMMAND = "gallery-dl"
MISSING = (
    "The command gallery-dl is not installed. Install it with `python -m pip install gallery-dl` (it is free software "
    "under the GPL, and no part of artlib), or fetch the pictures yourself and use `artlib collect folder PATH`."
)
OPTIONS = ("--write-metadata", "--no-mtime", "--filesize-max", str(BYTE_LIMIT))
SOURCE = "gallery-dl: "  # how the source of each picture begins; then comes its path
NOBODY_STATED = "the site does not say who made it, or several have"
LOG = re.compile(r"\[[^\]]*\]\[(\w+)\] (.*)")  # "[deviantart][error] 404 Not Found"
SILENCE = 900.0  # seconds without a line, after which it is ended: it waits longer than that for nobody
# bits of its exit status (its documentation calls them so), and what to do
STATUS = {
    64: "it knows no way to get pictures from this address; `gallery-dl --list-extractors` shows what it knows",
    16: "the site wants you to log in; gallery-dl's documentation says how to give it your account or your cookies",
    8: "the site wants to see a person; try again later, or give gallery-dl the cookies of your browser",
    32: "the address or your gallery-dl configuration is wrong",
    4: "some pictures could not be fetched",
}


def run_gallery_dl(url: str, folder: Path, archive: Path) -> tuple[int, str]:
    """Run gallery-dl on an address, and show what it fetches.

    Args:
        url: of a portfolio, a work or a search.
        folder: where the pictures go, in folders as gallery-dl names them, each with a JSON file beside it.
        archive: a file in which gallery-dl notes what it has fetched, so that it fetches nothing twice.

    Returns:
        How many pictures it has passed over because it had fetched them before, and what went wrong; empty if nothing
        did.

    Raises:
        CollectError: the command is not installed.
    """
    command = shutil.which(COMMAND)
    if not command:
        raise CollectError(MISSING)
    for parent in (folder, archive.parent):
        parent.mkdir(parents=True, exist_ok=True)
    asked = [command, *OPTIONS, "--download-archive", str(archive), "-d", str(folder), url]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8:replace"}
    running = subprocess.Popen(
        asked,
        stdin=subprocess.DEVNULL,  # it must not ask for a password that nobody sees
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
    )
    try:
        known, told = _follow(running)
        status = running.wait()
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait()
    return known, "" if status == 0 else _reason(status, told)


def _follow(running: "subprocess.Popen[str]") -> tuple[int, str]:
    """Show how many pictures have come; return how many were passed over, and the last error that gallery-dl told."""
    known, told = 0, ""
    with tqdm(desc="gallery-dl fetches", unit="picture") as bar:
        for line in _lines_until_silence(running):
            found = LOG.match(line)
            if found and found.group(1) in ("error", "critical"):
                told = found.group(2).strip()
            elif found:
                bar.set_postfix_str(printable(found.group(2)[:60]))
            elif line.startswith("#"):
                known += 1
            elif line.strip():
                bar.update()
    return known, told


def _lines_until_silence(running: "subprocess.Popen[str]") -> Iterator[str]:
    timer = threading.Timer(SILENCE, running.kill)
    timer.start()
    try:
        for line in running.stdout or ():
            timer.cancel()
            timer = threading.Timer(SILENCE, running.kill)
            timer.start()
            yield line
    finally:
        timer.cancel()


def _reason(status: int, told: str) -> str:
    advice = next((text for bit, text in STATUS.items() if status > 0 and status & bit), "")
    ended = f"gallery-dl ended with status {status}" if status > 0 else "gallery-dl was ended before it was ready"
    return ": ".join(text for text in (ended, advice, told and f"it said {told!r}") if text) + "."


def gallery_works(
    folder: Path, url: str, artist: str | None, left_out: Counter[str], opted_out: list[tuple[str, str]]
) -> Iterator[Work]:
    """Yield the pictures that gallery-dl has put into a folder.

    Args:
        folder: with pictures and their JSON files.
        url: what gallery-dl was asked for.
        artist: one name for all; None takes the maker whom the JSON file states.
        left_out: counts by reason the files that are there, but not yielded.
        opted_out: gets the source and the reason of works whose makers do not want that machines learn from them.
    """
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".json", ".part")):
        name = PurePosixPath(file.relative_to(folder).as_posix())
        stated = next((found for each in metadata_names(str(name)) if (found := _metadata(folder / each))), None)
        source = f"{SOURCE}{name}".encode(errors="replace").decode()  # a name need not be text
        with file.open("rb") as opened:
            is_picture = is_supported(opened.read(1024))
        if not is_picture:
            left_out["no picture of a kind that artlib reads"] += 1
        elif stated is None:  # nor would it be known whether its maker allows it
            left_out["without a JSON file that says whose it is"] += 1
        elif stated.opted_out:
            opted_out.append((source, stated.opted_out))
        elif not (artist or stated.artist):
            left_out[NOBODY_STATED] += 1
        else:
            page, maker = stated.page or url, artist or stated.artist
            yield Work(maker, stated.title, name.name, source, page, stated.licence, file.read_bytes)


def _metadata(file: Path) -> Metadata | None:
    return read_metadata(file.read_bytes()) if file.is_file() else None
