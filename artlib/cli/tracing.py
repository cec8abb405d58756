"""The commands that find the originals of pictures, and index the works among which they are searched."""

import argparse
from typing import Any

from artlib.cli import options
from artlib.errors import counted


def add_to(commands: Any) -> None:
    """Add the commands `index` and `trace`."""
    text = "build what trace searches, or bring it up to date"
    index = options.command(commands, "index", text, _index, options.workspace(), needs=("pictures",))
    text = "what finds the keypoints: local, this machine (default), or ray, a Ray cluster"
    index.add_argument("--engine", choices=("local", "ray"), default="local", help=text)
    text = "of the Ray cluster, as HOST:PORT or auto (default: Ray starts on this machine)"
    index.add_argument("--address", metavar="ADDRESS", help=text)
    trace = options.command(
        commands,
        "trace",
        "find the known works that pictures are copies of",
        _trace,
        options.workspace(),
        needs=("pictures",),
    )
    trace.add_argument("paths", nargs="+", metavar="PATH", help="a picture, a folder or an http(s) URL")
    trace.add_argument("--csv", metavar="FILE", help="write one row per picture to this file; - prints it")
    trace.add_argument("--excel", action="store_true", help="with --csv: for a spreadsheet")
    trace.add_argument("--html", metavar="FILE", help="write a page with the proof of each copy to this file")
    trace.add_argument("--proof", metavar="FOLDER", help="write a proof picture for each copy to this folder")


def _index(asked: argparse.Namespace) -> int:
    import artlib

    count = artlib.build_index(asked.workspace, engine=asked.engine, address=asked.address)
    print(f"{counted(count, 'work')} can be found by artlib trace.")
    return options.ANSWERED


def _trace(asked: argparse.Namespace) -> int:
    from artlib.tracing import batch

    return batch.run(asked.workspace, asked.paths, csv=asked.csv, html=asked.html, excel=asked.excel, proof=asked.proof)
