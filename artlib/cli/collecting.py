"""The command that collects pictures."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, PARTLY


def add_to(commands: Any) -> None:
    """Add the command `collect` with its sources."""
    workspace = options.workspace()
    collect = commands.add_parser(
        "collect", help="collect pictures into the workspace", description="Collect pictures into the workspace."
    )
    sources = collect.add_subparsers(metavar="SOURCE", required=True)
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--artist", help="one artist for all pictures, instead of the folders' names")
    own.add_argument("--licence", default="", help="the licence of the pictures, for the catalog")
    folder = options.command(sources, "folder", "a folder, laid out as artist/picture", _collect_own, workspace, own)
    folder.add_argument("path", metavar="PATH")
    archive = options.command(sources, "zip", "a zip file, laid out as artist/picture", _collect_own, workspace, own)
    archive.add_argument("path", metavar="FILE")
    folder.set_defaults(source="folder")
    archive.set_defaults(source="archive")
    text = "the Open Clip Art Library (Debian, Ubuntu)"
    library = options.command(sources, "openclipart", text, _collect_openclipart, workspace)
    library.add_argument("--min-works", type=int, default=100, help="leave out artists with fewer works (default: 100)")
    library.add_argument("--max-works", type=int, help="collect at most this many works of each artist")
    text = "free works by other artists, from which the recogniser learns whose hand it does not know"
    others = options.command(sources, "others", text, _collect_others, workspace)
    others.add_argument("--works", type=int, default=300, metavar="N", help="how many works in all (default: 300)")
    others.add_argument("--max-works", type=int, default=10, metavar="N", help="of each artist (default: 10)")
    others.add_argument(
        "--from",
        dest="source",
        choices=("artic", "openclipart", "auto"),
        default="auto",
        help="the Art Institute of Chicago, the Open Clip Art Library, or the first that can be reached (default)",
    )


def _collect_own(asked: argparse.Namespace) -> int:
    collect = getattr(artlib.collect, asked.source)
    return _report(asked, collect(asked.workspace, asked.path, artist=asked.artist, licence=asked.licence))


def _collect_openclipart(asked: argparse.Namespace) -> int:
    limits = {"min_works": asked.min_works, "max_works": asked.max_works}
    return _report(asked, artlib.collect.openclipart(asked.workspace, **limits))


def _collect_others(asked: argparse.Namespace) -> int:
    report = artlib.collect.others(asked.workspace, works=asked.works, source=asked.source, max_works=asked.max_works)
    print(report)
    return ANSWERED if report.is_complete else PARTLY


def _report(asked: argparse.Namespace, report: Any) -> int:
    print(report)
    print(artlib.collect.described(artlib.collect_report(asked.workspace)))
    return PARTLY if report.rejected else ANSWERED
