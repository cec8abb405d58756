"""The command that collects pictures."""

import argparse
import sys
from typing import Any

import artlib
from artlib.cli import fetching, options
from artlib.cli.options import ANSWERED, PARTLY, USAGE


def add_to(commands: Any) -> None:
    """Add the command `collect` with its sources."""
    workspace = options.workspace()
    collect = commands.add_parser(
        "collect", help="collect pictures into the workspace", description="Collect pictures into the workspace."
    )
    sources = collect.add_subparsers(metavar="SOURCE", required=True)
    own = _own()
    text = "a folder in which a folder of each path names the artist"
    folder = options.command(sources, "folder", text, _collect_own, workspace, own)
    folder.add_argument("path", metavar="PATH")
    text = "a zip or tar file, laid out in the same way"
    archive = options.command(sources, "zip", text, _collect_own, workspace, own)
    archive.add_argument("path", metavar="FILE")
    text = "the Open Clip Art Library (Debian, Ubuntu)"
    library = options.command(sources, "openclipart", text, _collect_openclipart, workspace)
    library.add_argument("--min-works", type=int, default=100, help="leave out artists with fewer works (default: 100)")
    library.add_argument("--max-works", type=int, help="collect at most this many works of each artist")
    fetching.add_to(sources, workspace)
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


def _own() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--artist", metavar="NAME", help="one artist for all pictures, instead of the folders' names")
    text = "which folder names the artist, 1 for the first; file: names such as artist_title.jpg (default: inferred)"
    own.add_argument("--artist-level", metavar="N", help=text)
    own.add_argument("--encoding", metavar="NAME", help="of names that are not UTF-8, such as shift_jis or gbk")
    own.add_argument("--licence", default="", help="the licence of the pictures, for the catalog")
    own.add_argument("--yes", action="store_true", help="do not ask before collecting")
    return own


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    names = {"artist": asked.artist, "level": asked.artist_level, "encoding": asked.encoding}
    return names | {"licence": asked.licence}


def _collect_own(asked: argparse.Namespace) -> int:
    return _collect_plan(asked, artlib.collect.plan(asked.workspace, asked.path, **_options(asked)))


def _collect_plan(asked: argparse.Namespace, plan: Any) -> int:
    """Show what was understood, ask at a terminal, and collect."""
    print(plan)
    plan.check()
    if not asked.yes and sys.stdin.isatty() and input("Go on? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        print("Nothing was collected. Correct it with --artist-level N or --artist NAME.")
        return USAGE
    return _report(asked, artlib.collect.take(asked.workspace, plan))


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
