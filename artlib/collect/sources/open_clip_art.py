"""The demo source: the Open Clip Art Library, real works in the public domain, from Debian's and Ubuntu's packages.

The pictures come from the package `openclipart-png`, the artists' names from the metadata in `openclipart-svg`. Nothing
is installed: both packages are downloaded and unpacked in the workspace. This needs neither root nor the system's apt
lists.
"""

import gzip
import random
import shutil
import subprocess
import zlib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.naming import one_artist
from artlib.collect.run import collected
from artlib.collect.work import NOT_ONE_ARTIST, Work
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.ingest import Candidate, CollectReport

PACKAGES = ("openclipart-png", "openclipart-svg")
UNPACKED = "unpacked"  # the folder that both packages are unpacked into
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
LICENCE = "public domain (Open Clip Art Library)"
URL = "https://openclipart.org/"

# Series that repeat one shape or picture with small changes: hundreds of stars, plain colour gradients and tilings, one
# lamp in many colours, and the same 54 playing cards with other borders.
ONE_SHAPE_REPEATED = (
    "shapes/stars/",
    "special/gradients/",
    "special/patterns/",
    "signs_and_symbols/led/",
    "recreation/games/cards/",
    "shapes/jigsaw/",
)

# Where no hand shows: flags, road signs and icons look the same whoever draws them.
SIGNS = (
    "signs_and_symbols/",
    "computer/",
    "transportation/aiga-symbols/",
    "transportation/roadsigns/",
    "shapes/",
    "logos/",
    "special/",
    "buttons/",
)


def openclipart(workspace: AnyWorkspace, *, min_works: int = 100, max_works: int | None = None) -> CollectReport:
    """Collect the works of the Open Clip Art Library's artists who have enough of them.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        min_works: artists with fewer works are left out; see `openclipart_works` for what counts as a work.
        max_works: at most this many works of each artist, evenly spread over the subjects; None takes all.

    Returns:
        What was added, what was known already, and what was rejected and why.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, the packages can't be downloaded, or no artist has
            `min_works` works.
    """
    workspace = as_workspace(workspace)
    works = openclipart_works(workspace, min_works=min_works)
    pictures = _library(workspace) / "png"
    chosen = [(artist, file) for artist, mine in sorted(works.items()) for file in _spread(mine, max_works)]
    return collected(workspace, [_candidate(artist, file, file.relative_to(pictures)) for artist, file in chosen])


def _candidate(artist: str, file: Path, work: Path) -> Candidate:
    name = work.as_posix()
    return Candidate(artist, name.replace("/", "__"), file.read_bytes, f"openclipart: {name}", URL, LICENCE)


def openclipart_works(workspace: AnyWorkspace, *, min_works: int = 1) -> dict[str, list[Path]]:
    """Return the works in the Open Clip Art Library by artist, without collecting them.

    The library is downloaded once (156 MB) and kept in the workspace under `downloads/`. Series that repeat one shape
    are left out, and so are works whose artist is not named.

    Args:
        workspace: a Workspace, or the path of one.
        min_works: artists with fewer works are left out.

    Returns:
        The artists' names, each with the absolute paths of their works as PNG files, sorted.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, the packages can't be downloaded, or no artist has
            `min_works` works.
    """
    library = _fetch(as_workspace(workspace))
    works: dict[str, list[Path]] = {}
    drawings = sorted((library / "svg").rglob("*.svg*"))
    for drawing in tqdm(drawings, desc="Reading artists' names", unit="drawing"):
        work = drawing.relative_to(library / "svg").as_posix().removesuffix(".gz").removesuffix(".svg") + ".png"
        picture = library / "png" / work
        if not work.startswith(ONE_SHAPE_REPEATED) and (artist := _creator(drawing)) and picture.is_file():
            works.setdefault(artist, []).append(picture)
    enough = {artist: mine for artist, mine in works.items() if len(mine) >= min_works}
    if not enough:
        most = Counter({artist: len(mine) for artist, mine in works.items()}).most_common(1)
        raise CollectError(f"No artist has {min_works} works; the most is {most}. Ask for fewer.")
    return enough


def offered_works(workspace: Workspace, left_out: Counter[str]) -> list[Work]:
    """Return the works of one named artist each that show a hand, in an order that mixes artists and subjects.

    Args:
        workspace: where the library is kept.
        left_out: counts by reason the works that are in the library, but not returned.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, or the packages can't be downloaded.
    """
    pictures, offered = _library(workspace) / "png", []
    for creator, files in openclipart_works(workspace).items():
        artist = one_artist(creator)
        for file in files:
            work = file.relative_to(pictures)
            if not artist:
                left_out[NOT_ONE_ARTIST] += 1
            elif work.as_posix().startswith(SIGNS):
                left_out["a flag, sign or icon, in which no hand shows"] += 1
            else:
                offered.append(_work(artist, file, work))
    random.Random(0).shuffle(offered)  # the same order in each run
    return offered


def _work(artist: str, file: Path, work: Path) -> Work:
    name = work.as_posix()
    title = file.stem.replace("_", " ")
    return Work(artist, title, name.replace("/", "__"), f"openclipart: {name}", URL, LICENCE, file.read_bytes)


def _creator(drawing: Path) -> str | None:
    """Return the artist's name from a drawing's metadata, or None if it is missing or can't be parsed."""
    opener = gzip.open if drawing.suffix == ".gz" else open
    try:
        with opener(drawing, "rb") as file:
            for _, element in ElementTree.iterparse(file):
                if element.tag == CREATOR:
                    return (element.findtext(f".//{TITLE}") or "").strip() or None
    except (ElementTree.ParseError, OSError, EOFError, zlib.error):
        pass
    return None


def _downloads(workspace: Workspace) -> Path:
    return workspace.downloads.resolve() / "openclipart"  # absolute, because apt and dpkg run inside it


def _library(workspace: Workspace) -> Path:
    """Return the folder that holds `png/` and `svg/` once the packages are unpacked."""
    return _downloads(workspace) / UNPACKED / "usr" / "share" / "openclipart"


def _fetch(workspace: Workspace) -> Path:
    """Download and unpack the packages unless that was done already, and return the folder of the library."""
    folder, library = _downloads(workspace), _library(workspace)
    if library.is_dir():
        return library
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise CollectError(
            "The Open Clip Art Library comes from Debian's and Ubuntu's packages, and this system has no apt-get. "
            "Collect a folder of your own instead: `artlib collect folder PATH`, laid out as artist/picture."
        )
    folder.mkdir(parents=True, exist_ok=True)
    _download(folder)
    _unpack(folder)
    return library


def _download(folder: Path) -> None:
    # artlib's own lists and cache: this needs no root, and it does not matter how old the system's lists are
    state, cache = folder / "apt" / "state", folder / "apt" / "cache"
    for path in (state / "lists" / "partial", cache / "archives" / "partial"):
        path.mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State={state}", "Dir::State::status=/var/lib/dpkg/status", f"Dir::Cache={cache}"]
    # when run as root, apt would switch to another user, who may not write here
    options += ["APT::Sandbox::User=root", "Acquire::Retries=3", "Acquire::http::Timeout=60", "Acquire::Languages=none"]
    apt = ["apt-get", "-q", *(word for option in options for word in ("-o", option))]
    print("Updating a private copy of the package lists …", flush=True)
    # one unreachable third-party repository makes the whole update fail; only the download has to work
    _run([*apt, "update"], folder)
    print(f"Downloading {' and '.join(PACKAGES)} (156 MB) …", flush=True)
    downloaded = _run([*apt, "download", *PACKAGES], folder)
    if downloaded.returncode:
        reason = downloaded.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise CollectError(
            f"The packages {' and '.join(PACKAGES)} could not be downloaded ({reason[0]}). Check the network and "
            "run this again, or collect a folder of your own: `artlib collect folder PATH`."
        )


def _unpack(folder: Path) -> None:
    partial, done = folder / "unpacking", folder / UNPACKED
    shutil.rmtree(partial, ignore_errors=True)
    for package in PACKAGES:
        file = max(folder.glob(f"{package}_*.deb"))
        print(f"Unpacking {package} …", flush=True)
        result = _run(["dpkg-deb", "-x", str(file), str(partial)], folder)
        if result.returncode:
            file.unlink()
            raise CollectError(f"{file} is damaged ({result.stderr.strip()}) and was deleted. Run this again.")
    partial.replace(done)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _spread(works: list[Path], limit: int | None) -> list[Path]:
    if limit is None or len(works) <= limit:
        return works
    return [works[index * len(works) // limit] for index in range(limit)]
