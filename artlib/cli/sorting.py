"""The commands that sort: how far it is, what to look at first, and near-duplicates."""

import argparse
from pathlib import PurePosixPath
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, PARTLY
from artlib.errors import ArgumentError

SHOWN = 5  # pictures of each reason; the CSV file has all
ARTISTS = 30  # in a list
COLUMNS = ("id", "artist", "path", "reason", "detail")  # of the CSV file
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
    from artlib.answers.outputs import check_files, table

    check_files({"csv": asked.csv}, (), COLUMNS, page="")
    report = artlib.find_suggestions(asked.workspace)
    print(report)
    for reason, pictures in report.found.groupby("reason", sort=False):
        _print_first(str(reason), pictures)
    with table(asked.csv, COLUMNS) as write:
        for row in report.found.to_dict("records"):
            write(row)
    if asked.csv:
        print(f"\nAll of them: {asked.csv}")
    if len(report.found) or report.set_apart:
        kinds = [name for name, there in (("suggested", len(report.found)), ("set apart", report.set_apart)) if there]
        print("\nNothing is decided yet. Look at them in 02_sort, or in a notebook of your own:")
        for kind in kinds:
            print(f'    artlib.SortGrid(artlib.SortSession({asked.workspace!r}, only="{kind}"))')
    return PARTLY if report.unread else ANSWERED


def _print_first(reason: str, pictures: Any) -> None:
    print(f"\n{reason} ({len(pictures)})")
    for row in pictures.head(SHOWN).itertuples():
        name = PurePosixPath(row.path).name
        print(f"  {row.id}  {_short(row.artist)}  {_short(name)}\n      {row.detail}")
    if len(pictures) > SHOWN:
        print(f"  (+{len(pictures) - SHOWN} more)")


def _progress(asked: argparse.Namespace) -> int:
    print(artlib.sorting_summary(asked.workspace))
    progress = artlib.SortSession(asked.workspace).progress
    print("\n  decided   total  discarded  artist")
    counts = sorted(progress.artists.items(), key=lambda item: item[1].decided - item[1].total)  # most left first
    for artist, count in counts[:ARTISTS]:
        print(f"  {count.decided:7d} {count.total:7d} {count.discarded:10d}  {_short(artist)}")
    if len(counts) > ARTISTS:
        print(f"  (+{len(counts) - ARTISTS} more artists)")
    where = "" if asked.workspace == "data" else f' --workspace "{asked.workspace}"'
    print(f"\nDecide in 02_sort. What to look at first: artlib sort --suggest{where}")
    return ANSWERED


def _short(name: str) -> str:
    """Return a name in one line, cut where it is very long."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
