"""The commands that correct a collection: `artists` and `forget`."""

import argparse
import sys
from contextlib import suppress
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, USAGE


def add_to(commands: Any) -> None:
    """Add the commands `artists`, with its actions, and `forget`."""
    _add_artists(commands)
    text = "remove the pictures of one source, or of one artist, from the workspace"
    forget = options.command(commands, "forget", text, _forget, options.workspace())
    text = "such as 'zip: art.zip', 'folder: Wlop' or openclipart; without it, the sources are listed"
    forget.add_argument("source", metavar="SOURCE", nargs="?", help=text)
    forget.add_argument("--artist", metavar="NAME", help="only this artist's pictures; without SOURCE, all of them")
    forget.add_argument("--all", action="store_true", help="also pictures that were decided on by hand")
    forget.add_argument("--yes", action="store_true", help="do not ask before removing")


def _add_artists(commands: Any) -> None:
    text = "list the artists and names that look alike; rename and join them"
    artists = options.command(commands, "artists", text, _artists, options.workspace())
    actions = artists.add_subparsers(metavar="ACTION")
    workspace = options.workspace(argparse.SUPPRESS)  # not to overwrite the one that stands before the action
    text = "rename an artist, also in later collections"
    rename = options.command(actions, "rename", text, _rename, workspace)
    rename.add_argument("old", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    join = options.command(actions, "join", "make names one artist's, also in later collections", _join, workspace)
    join.add_argument("names", metavar="NAME", nargs="+")
    join.add_argument("--as", dest="artist", metavar="NAME", required=True, help="the name that stays")
    text = "make an alias an artist of its own again"
    separate = options.command(actions, "separate", text, _separate, workspace)
    separate.add_argument("alias", metavar="ALIAS")


def _artists(asked: argparse.Namespace) -> int:
    print(artlib.artists(asked.workspace))
    return ANSWERED


def _rename(asked: argparse.Namespace) -> int:
    print(artlib.rename_artist(asked.workspace, asked.old, asked.new))
    return ANSWERED


def _join(asked: argparse.Namespace) -> int:
    print(artlib.join_artists(asked.workspace, asked.names, asked.artist))
    return ANSWERED


def _separate(asked: argparse.Namespace) -> int:
    print(artlib.separate_artist(asked.workspace, asked.alias))
    return ANSWERED


def _forget(asked: argparse.Namespace) -> int:
    if not (asked.source or asked.artist):
        print(artlib.sources(asked.workspace))
        print("artlib: Give one of these sources, or --artist NAME.", file=sys.stderr)
        return USAGE
    confirm = None if asked.yes else _confirm
    options = {"artist": asked.artist, "decided_too": asked.all, "confirm": confirm}
    report = artlib.forget(asked.workspace, asked.source, **options)
    if report.done:
        print(report)
        return ANSWERED
    if not report.pictures:
        print(report)
    print("Nothing was removed.")
    return USAGE


def _confirm(report: Any) -> bool:
    print(report)
    if not sys.stdin.isatty():
        print("artlib: Add --yes to remove them: nobody can be asked here.", file=sys.stderr)
        return False
    with suppress(EOFError):
        return input("Remove them? [y/N] ").strip().lower() in ("y", "yes")
    return False
