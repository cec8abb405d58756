"""The commands that sort: how far it is, what to look at first, and near-duplicates."""

import argparse
from pathlib import Path, PurePosixPath
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, PARTLY
from artlib.errors import ArgumentError

SHOWN = 5  # pictures of each reason; the CSV file has all
ARTISTS = 30  # in a list
LONGEST = 60  # letters of a name in a list


def add_to(commands: Any) -> None:
    """Add the commands `sort` and `duplicates`."""
    text = "say how far the sorting is, or what to look at first (suggestions.csv)"
    sort = options.command(commands, "sort", text, _sort, options.workspace(), needs=("pictures",))
    text = "look for pictures that are perhaps no works: blurry or nearly blank ones, screenshots, pages of text, …"
    sort.add_argument("--suggest", action="store_true", help=text)
    sort.add_argument("--csv", metavar="FILE", help="with --suggest: write one row per picture suggested to this file")
    text = "find near-duplicate groups (groups.csv)"
    options.command(commands, "duplicates", text, _duplicates, options.workspace(), needs=("pictures",))


def _duplicates(asked: argparse.Namespace) -> int:
    print(artlib.find_duplicates(asked.workspace))
    return ANSWERED


def _sort(asked: argparse.Namespace) -> int:
    if asked.csv and not asked.suggest:
        raise ArgumentError(f"--csv writes the pictures suggested. Received: --csv {asked.csv} alone; add --suggest.")
    return _suggest(asked) if asked.suggest else _progress(asked)


def _suggest(asked: argparse.Namespace) -> int:
    from artlib.answers.outputs import check_file
    from artlib.workspace.writing import write_table

    if asked.csv:
        check_file(Path(asked.csv))
    report = artlib.find_suggestions(asked.workspace)
    _print(str(report))
    for reason, pictures in report.found.groupby("reason", sort=False):
        _print_first(str(reason), pictures)
    if asked.csv:
        write_table(Path(asked.csv), report.found)
        _print(f"\nAll of them: {asked.csv}")
    if len(report.found) or report.set_apart:
        kinds = [name for name, there in (("suggested", len(report.found)), ("set apart", report.set_apart)) if there]
        _print("\nNothing is decided yet. Look at them in 02_sort, or in a notebook of your own:")
        for kind in kinds:
            _print(f'    artlib.SortGrid(artlib.SortSession({asked.workspace!r}, only="{kind}"))')
    return PARTLY if report.unread else ANSWERED


def _print_first(reason: str, pictures: Any) -> None:
    _print(f"\n{reason} ({len(pictures)})")
    for row in pictures.head(SHOWN).itertuples():
        name = PurePosixPath(row.path).name
        _print(f"  {row.id}  {_short(row.artist)}  {_short(name)}\n      {_one_line(row.detail)}")
    if len(pictures) > SHOWN:
        _print(f"  (+{len(pictures) - SHOWN} more)")


def _progress(asked: argparse.Namespace) -> int:
    progress = artlib.SortSession(asked.workspace).progress
    _print(f"{progress.decided} of {progress.total} pictures are decided.")
    _print("  decided   total  discarded  artist")
    counts = sorted(progress.artists.items(), key=lambda item: item[1].decided - item[1].total)  # most left first
    for artist, count in counts[:ARTISTS]:
        _print(f"  {count.decided:7d} {count.total:7d} {count.discarded:10d}  {_short(artist)}")
    if len(counts) > ARTISTS:
        _print(f"  (+{len(counts) - ARTISTS} more artists)")
    where = "" if asked.workspace == "data" else f' --workspace "{asked.workspace}"'
    _print(f"What nobody decides on is kept. Decide in 02_sort; first: artlib sort --suggest{where}")
    return ANSWERED


def _short(name: str) -> str:
    name = _one_line(name)
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _one_line(text: str) -> str:
    """Return a text with what a terminal would obey, such as a new line in a name, written as numbers."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _print(text: str) -> None:
    """Print a text with what the terminal can't show written as numbers."""
    from artlib.answers.run import printable

    print(printable(text))
