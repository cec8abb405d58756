"""The command that predicts the artists of pictures."""

import argparse
from typing import Any

from artlib.cli import options


def add_to(commands: Any) -> None:
    """Add the command `predict`."""
    shared = (options.workspace(), options.model(), options.promise())
    predict = options.command(
        commands, "predict", "predict the artists of pictures", _predict, *shared, needs=("model",)
    )
    predict.add_argument("paths", nargs="+", metavar="PATH", help="a picture, a folder or an http(s) URL")
    predict.add_argument("--actual", metavar="NAME", help="the real artist, if you know")
    predict.add_argument("--csv", metavar="FILE", help="write one row per picture to this file; - prints it")
    predict.add_argument("--excel", action="store_true", help="with --csv: for a spreadsheet")
    predict.add_argument("--html", metavar="FILE", help="write a page with one card per picture to this file")


def _predict(asked: argparse.Namespace) -> int:
    from artlib.prediction import batch

    return batch.run(
        asked.workspace,
        asked.paths,
        name=asked.name,
        actual=asked.actual,
        csv=asked.csv,
        html=asked.html,
        excel=asked.excel,
        firm_error=asked.firm_error,
        unknown_share=asked.unknown_share,
    )
