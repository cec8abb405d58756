"""The demo source: the Open Clip Art Library, real works in the public domain, from Debian's and Ubuntu's packages.

The pictures come from the package `openclipart-png`, the artists' names from the metadata in `openclipart-svg`.
"""

import gzip
import random
import zlib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.naming import one_artist
from artlib.collect.run import collected
from artlib.collect.sources.debian_packages import unpacked
from artlib.collect.work import NOT_ONE_ARTIST, Work
from artlib.workspace import AnyWorkspace
from artlib.workspace.ingest import Candidate, CollectReport

PACKAGES = ("openclipart-png", "openclipart-svg")
MEGABYTES = 156  # to download
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
    works = openclipart_works(min_works=min_works)
    pictures = _library() / "png"
    chosen = [(artist, file) for artist, mine in sorted(works.items()) for file in _spread(mine, max_works)]
    return collected(workspace, [_candidate(artist, file, file.relative_to(pictures)) for artist, file in chosen])


def _candidate(artist: str, file: Path, work: Path) -> Candidate:
    name = work.as_posix()
    return Candidate(artist, name.replace("/", "__"), file.read_bytes, f"openclipart: {name}", URL, LICENCE)


def openclipart_works(*, min_works: int = 1) -> dict[str, list[Path]]:
    """Return the works in the Open Clip Art Library by artist, without collecting them.

    The library is downloaded once (156 MB) and kept in the computer's temporary folder. Series that repeat one shape
    are left out, and so are works whose artist is not named.

    Args:
        min_works: artists with fewer works are left out.

    Returns:
        The artists' names, each with the absolute paths of their works as PNG files, sorted.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, the packages can't be downloaded, or no artist has
            `min_works` works.
    """
    library = _library()
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


def offered_works(left_out: Counter[str]) -> list[Work]:
    """Return the works of one named artist each that show a hand, in an order that mixes artists and subjects.

    Args:
        left_out: counts by reason the works that are in the library, but not returned.

    Raises:
        CollectError: this is not a Debian or Ubuntu system, or the packages can't be downloaded.
    """
    pictures, offered = _library() / "png", []
    for creator, files in openclipart_works().items():
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


def _library() -> Path:
    """Return the folder that holds `png/` and `svg/`, downloaded and unpacked unless that was done already."""
    return unpacked("openclipart", PACKAGES, MEGABYTES) / "usr" / "share" / "openclipart"


def _spread(works: list[Path], limit: int | None) -> list[Path]:
    if limit is None or len(works) <= limit:
        return works
    return [works[index * len(works) // limit] for index in range(limit)]
