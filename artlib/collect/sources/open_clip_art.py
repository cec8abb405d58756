"""The demo source: the Open Clip Art Library, real works in the public domain, from Debian's and Ubuntu's packages.

The pictures come from `openclipart-png`, the artists' names from the metadata in `openclipart-svg`. Nothing is
installed: the packages are downloaded and unpacked in the workspace, which needs neither root nor existing apt lists.
"""

import gzip
import shutil
import subprocess
import zlib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.workspace import Workspace
from artlib.workspace.ingest import Candidate, CollectReport, take_in

PACKAGES = ("openclipart-png", "openclipart-svg")
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
LICENCE = "public domain (Open Clip Art Library)"
URL = "https://openclipart.org/"

# Series in which one shape or picture is repeated with small changes: hundreds of rays around a point, plain colour
# runs and tilings, one lamp in many colours, and the same 54 playing cards with other borders.
ONE_SHAPE_REPEATED = (
    "shapes/stars/",
    "special/gradients/",
    "special/patterns/",
    "signs_and_symbols/led/",
    "recreation/games/cards/",
    "shapes/jigsaw/",
)


def openclipart(workspace: Workspace, min_works: int = 100, max_works: int | None = None) -> CollectReport:
    """Collect the Open Clip Art Library's artists who have enough works.

    Args:
        workspace: where to; the packages are kept under `downloads/`.
        min_works: artists with fewer works, after leaving out series of one shape, are left out.
        max_works: at most so many of each artist, evenly spread over the subjects; None takes all.

    Returns:
        What was added, known already, or rejected and why.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, or the packages can't be had.
    """
    library = fetch(workspace.downloads / "openclipart")
    works = works_by_artist(library, min_works)
    chosen = [(artist, work) for artist, mine in sorted(works.items()) for work in _spread(mine, max_works)]
    return take_in(
        workspace,
        [
            Candidate(
                artist,
                work.replace("/", "__"),
                (library / "png" / work).read_bytes,
                f"openclipart: {work}",
                URL,
                LICENCE,
            )
            for artist, work in chosen
        ],
    )


def works_by_artist(library: Path, min_works: int) -> dict[str, list[str]]:
    """Return artist to the relative paths of their pictures, for artists with at least `min_works`.

    Raises:
        CollectError: nobody has so many.
    """
    works: dict[str, list[str]] = {}
    drawings = sorted((library / "svg").rglob("*.svg*"))
    for drawing in tqdm(drawings, desc="Reading artists' names", unit="drawing"):
        work = drawing.relative_to(library / "svg").as_posix().removesuffix(".gz").removesuffix(".svg") + ".png"
        if (
            not work.startswith(ONE_SHAPE_REPEATED)
            and (artist := creator(drawing))
            and (library / "png" / work).is_file()
        ):
            works.setdefault(artist, []).append(work)
    enough = {artist: mine for artist, mine in works.items() if len(mine) >= min_works}
    if not enough:
        most = Counter({artist: len(mine) for artist, mine in works.items()}).most_common(1)
        raise CollectError(f"No artist has {min_works} works; the most is {most}. Ask for fewer.")
    return enough


def creator(drawing: Path) -> str | None:
    """Return the artist's name from a drawing's metadata, or None where it is missing or can't be parsed."""
    opener = gzip.open if drawing.suffix == ".gz" else open
    try:
        with opener(drawing, "rb") as file:
            for _, element in ElementTree.iterparse(file):
                if element.tag == CREATOR:
                    return (element.findtext(f".//{TITLE}") or "").strip() or None
    except (ElementTree.ParseError, OSError, EOFError, zlib.error):
        pass
    return None


def fetch(folder: Path) -> Path:
    """Download and unpack the packages once, and return the folder that holds `png/` and `svg/`.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, or a package can't be downloaded.
    """
    folder = folder.resolve()  # apt and dpkg run inside it
    library = folder / "unpacked" / "usr" / "share" / "openclipart"
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
    # lists and cache of our own: no root, no dependence on when the system's were last brought up to date
    state, cache = folder / "apt" / "state", folder / "apt" / "cache"
    for path in (state / "lists" / "partial", cache / "archives" / "partial"):
        path.mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State={state}", "Dir::State::status=/var/lib/dpkg/status", f"Dir::Cache={cache}"]
    # apt would drop to another user when run as root, who may not write here
    options += ["APT::Sandbox::User=root", "Acquire::Retries=3", "Acquire::http::Timeout=60", "Acquire::Languages=none"]
    apt = ["apt-get", "-q", *(word for option in options for word in ("-o", option))]
    print("Bringing a private copy of the package lists up to date …", flush=True)
    # one unreachable third-party repository fails the update as a whole; whether the download works is what counts
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
    partial, done = folder / "unpacking", folder / "unpacked"
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


def _spread(works: list[str], limit: int | None) -> list[str]:
    if limit is None or len(works) <= limit:
        return works
    return [works[index * len(works) // limit] for index in range(limit)]
