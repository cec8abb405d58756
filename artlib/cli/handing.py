"""The commands that pack a workspace into one file, and unpack it."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED


def add_to(commands: Any) -> None:
    """Add the commands `pack` and `unpack`."""
    workspace = options.workspace()
    pack = options.command(commands, "pack", "write a workspace into one file, to hand it over", _pack, workspace)
    pack.add_argument("file", metavar="FILE", help="the zip file to write")
    pack.add_argument("--name", help="the only model to pack (default: all)")
    text = "a trained recogniser alone: it answers as here, and can't show the known works"
    pack.add_argument("--without-pictures", action="store_true", help=text)
    text = "make a workspace from a packed file, or from a folder that one is kept in"
    unpack = options.command(commands, "unpack", text, _unpack, workspace)
    unpack.add_argument("packed", metavar="PATH", help="the file that `artlib pack` wrote, or the folder")


def _pack(asked: argparse.Namespace) -> int:
    print(artlib.pack(asked.workspace, asked.file, pictures=not asked.without_pictures, name=asked.name))
    return ANSWERED


def _unpack(asked: argparse.Namespace) -> int:
    print(artlib.unpack(asked.packed, asked.workspace))
    return ANSWERED
