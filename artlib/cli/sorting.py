"""The command that finds near-duplicates."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED


def add_to(commands: Any) -> None:
    """Add the command `duplicates`."""
    text = "find near-duplicate groups (groups.csv)"
    options.command(commands, "duplicates", text, _duplicates, options.workspace(), needs=("pictures",))


def _duplicates(asked: argparse.Namespace) -> int:
    print(artlib.find_duplicates(asked.workspace))
    return ANSWERED
