"""The command that measures a trained model."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED


def add_to(commands: Any) -> None:
    """Add the command `evaluate`."""
    shared = (options.workspace(), options.model(), options.others(), options.promise())
    text = "measure a trained model (metrics.json, report.html)"
    options.command(commands, "evaluate", text, _evaluate, *shared, needs=("pictures", "split", "model"))


def _evaluate(asked: argparse.Namespace) -> int:
    evaluation = artlib.evaluate(
        asked.workspace,
        name=asked.name,
        others=asked.others,
        firm_error=asked.firm_error,
        unknown_share=asked.unknown_share,
    )
    print(f"The report: {evaluation.folder / 'report.html'}")
    return ANSWERED
