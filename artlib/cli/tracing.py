"""The command that finds the originals of pictures."""

import argparse
from typing import Any

from artlib.cli import options


def add_to(commands: Any) -> None:
    """Add the command `trace`."""
    trace = options.command(
        commands,
        "trace",
        "find the known works that pictures are copies of",
        _trace,
        options.workspace(),
        needs=("pictures",),
    )
    trace.add_argument("paths", nargs="+", metavar="PATH", help="a picture, a folder or an http(s) URL")
    trace.add_argument("--csv", metavar="FILE", help="write one row per picture to this file")
    trace.add_argument("--html", metavar="FILE", help="write a page with the proof of each copy to this file")
    trace.add_argument("--proof", metavar="FOLDER", help="write a proof picture for each copy to this folder")


def _trace(asked: argparse.Namespace) -> int:
    from artlib.tracing import batch

    return batch.run(asked.workspace, asked.paths, csv=asked.csv, html=asked.html, proof=asked.proof)
