"""The command line: one command per stage. Nothing heavy is imported before a command needs it."""

import argparse
from collections.abc import Sequence

import artlib
from artlib.cli import (
    checking,
    collecting,
    correcting,
    evaluating,
    handing,
    predicting,
    sorting,
    terminal,
    tracing,
    training,
)
from artlib.cli.options import USAGE
from artlib.errors import ArtlibError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: everything was done or answered; 1: some pictures were not; 2: wrong usage, or something is missing or can't be
    written; 130: interrupted; 141: who read the output has closed it. Any other exception is a bug in artlib, and is
    shown with its trace.
    """
    is_program = arguments is None
    if is_program:
        terminal.open_closed_streams()
        terminal.end_soon_after_interrupt()
    try:
        options = parser().parse_args(arguments)
        with terminal.plain_output():
            _require(options)
            return options.command(options)
    except ArtlibError as error:
        return _refused(str(error))
    except BrokenPipeError:
        return terminal.close_quietly()
    except OSError as error:
        from artlib.workspace.disk.faults import advice

        return _refused(advice(error))
    except KeyboardInterrupt:
        return terminal.say_goodbye()


def _refused(text: str) -> int:
    terminal.say(f"artlib: {text}")
    return USAGE


def _require(options: argparse.Namespace) -> None:
    """Refuse a command whose workspace lacks something, before the seconds in which TensorFlow is loaded."""
    from artlib.workspace.needs import require  # with pandas, which help need not wait for

    require(options.workspace, options.needs, getattr(options, "name", "default"))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="artlib", description="Build a recogniser for your own set of artists.")
    top.add_argument("--version", action="version", version=f"artlib {artlib.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for stage in (collecting, correcting, sorting, training, evaluating, predicting, tracing, handing, checking):
        stage.add_to(commands)
    return top
