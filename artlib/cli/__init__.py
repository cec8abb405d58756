"""The command line: one command per stage. Nothing heavy is imported before a command needs it."""

import argparse
import sys
from collections.abc import Sequence

import artlib
from artlib.cli import collecting, correcting, evaluating, handing, predicting, sorting, tracing, training
from artlib.cli.options import INTERRUPTED, USAGE
from artlib.errors import ArtlibError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: everything was done or answered; 1: some pictures were not; 2: wrong usage, or something is missing;
    130: interrupted. Any exception but an ArtlibError is a bug in artlib, and is shown with its trace.
    """
    options = parser().parse_args(arguments)
    try:
        _require(options)
        return options.command(options)
    except ArtlibError as error:
        print(f"artlib: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("artlib: interrupted. Finished work is kept; the same command continues from there.", file=sys.stderr)
        return INTERRUPTED


def _require(options: argparse.Namespace) -> None:
    """Refuse a command whose workspace lacks something, before the seconds in which TensorFlow is loaded."""
    from artlib.workspace.needs import require  # with pandas, which help need not wait for

    require(options.workspace, options.needs, getattr(options, "name", "default"))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="artlib", description="Build a recogniser for your own set of artists.")
    top.add_argument("--version", action="version", version=f"artlib {artlib.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for stage in (collecting, correcting, sorting, training, evaluating, predicting, tracing, handing):
        stage.add_to(commands)
    return top
