"""Options that several commands share, and the exit statuses."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

ANSWERED, PARTLY, USAGE, INTERRUPTED = 0, 1, 2, 130
# written out, because artlib.backbones is heavy to import; a test compares the two
BACKBONES = (
    "resnet50, efficientnet_lite0, efficientnet_lite2, efficientnetv2_b0, efficientnetv2_s, convnext_tiny, "
    "convnext_base, dinov2_small, dinov2_base, clip_vit_base_patch16, clip_vit_base_patch32"
)


def seed(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**32):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {2**32 - 1}. Received: {text}")
    return int(text)


def workspace(default: str = "data") -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--workspace", default=default, metavar="W", help="the folder that holds everything (default: data)"
    )
    return options


def model() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--name", default="default", help="the model's name (default: default)")
    return options


def others() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    text = "pictures by artists who are not yours, in a folder each; never named (default: W/others, if there)"
    options.add_argument("--others", metavar="FOLDER", help=text)
    return options


def promise() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    text = "share of firm answers that may be wrong (default: the model's, 0.1 at first; evaluate keeps it)"
    options.add_argument("--firm-error", type=float, metavar="SHARE", help=text)
    text = "share of the pictures that are by unknown artists (default: the model's, 0.5 at first; evaluate keeps it)"
    options.add_argument("--unknown-share", type=float, metavar="SHARE", help=text)
    return options


def network() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--backbone", default="auto", metavar="NAME", help=f"{BACKBONES} or auto (default)")
    options.add_argument("--epochs", type=int, metavar="N", help="at most N epochs in each phase that runs the network")
    options.add_argument("--image-size", type=int, default=224, metavar="PIXELS", help="of the input (default: 224)")
    return options


def command(
    commands: Any,
    name: str,
    text: str,
    function: Callable[[argparse.Namespace], int],
    *parents: argparse.ArgumentParser,
    needs: Sequence[str] = (),
) -> argparse.ArgumentParser:
    """Add a command with its help text and function, and the options of its parents; return its parser.

    What it needs of the workspace is checked before it runs (artlib.workspace.needs).
    """
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", parents=parents)
    command.set_defaults(command=function, needs=needs)
    return command
