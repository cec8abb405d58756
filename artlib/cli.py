"""The command line: one command per stage. Nothing heavy is imported before a command needs it."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

import artlib
from artlib.errors import ArtlibError

ANSWERED, PARTLY, USAGE, INTERRUPTED = 0, 1, 2, 130
# written out, because artlib.backbones is heavy to import; a test compares the two
BACKBONES = (
    "resnet50, efficientnet_lite0, efficientnet_lite2, efficientnetv2_b0, efficientnetv2_s, convnext_tiny, "
    "convnext_base, dinov2_small, dinov2_base, clip_vit_base_patch16, clip_vit_base_patch32"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: everything was done or answered; 1: some pictures were not; 2: wrong usage, or something is missing;
    130: interrupted. Any exception but an ArtlibError is a bug in artlib, and is shown with its trace.
    """
    options = parser().parse_args(arguments)
    try:
        return options.command(options)
    except ArtlibError as error:
        print(f"artlib: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("artlib: interrupted. Finished work is kept; the same command continues from there.", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="artlib", description="Build a recogniser for your own set of artists.")
    top.add_argument("--version", action="version", version=f"artlib {artlib.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    workspace, model, network = _workspace_options(), _model_options(), _network_options()
    _add_collect(commands, workspace)
    _command(commands, "duplicates", "find near-duplicate groups (groups.csv)", _duplicates, workspace)
    split = _command(
        commands, "split", "split into train, validation and test (split.csv, artists.csv)", _split, workspace
    )
    split.add_argument("--seed", type=_seed, default=0, metavar="N", help="of the random choices (default: 0)")
    train = _command(commands, "train", "train a recogniser (models/NAME/)", _train, workspace, model, network)
    train.add_argument("--recipe", choices=("artlib", "original"), default="artlib")
    train.add_argument("--weights", metavar="PATH", help="a file with pre-trained weights of the backbone")
    train.add_argument("--seed", type=_seed, default=0, metavar="N", help="of the random choices (default: 0)")
    evaluate = _command(
        commands, "evaluate", "measure a trained model (metrics.json, report.html)", _evaluate, workspace, model
    )
    evaluate.add_argument("--others", metavar="FOLDER", help="pictures by artists who are not among yours")
    text = "train recipes or backbones several times on one split and test whether one is better"
    compare = _command(commands, "compare", text, _compare, workspace, network)
    compare.add_argument("--recipes", default="original,artlib", help="separated by commas (default: original,artlib)")
    compare.add_argument("--backbones", metavar="A,B", help="several, separated by commas, instead of --backbone")
    compare.add_argument("--seeds", type=int, default=3, metavar="N", help="trainings of each recipe (default: 3)")
    predict = _command(commands, "predict", "predict the artists of pictures", _predict, workspace, model)
    predict.add_argument("paths", nargs="+", metavar="PATH", help="a picture, a folder or an http(s) URL")
    predict.add_argument("--actual", metavar="NAME", help="the real artist, if you know")
    predict.add_argument("--csv", metavar="FILE", help="write one row per picture to this file")
    predict.add_argument("--html", metavar="FILE", help="write a page with one card per picture to this file")
    text = "add an artist to a trained model from 5 to 20 images"
    add = _command(commands, "add-artist", text, _add_artist, workspace, model)
    add.add_argument("artist", metavar="NAME", help="the artist's name")
    add.add_argument("folder", metavar="FOLDER", help="a folder with the images")
    remove = _command(commands, "remove-artist", "remove an artist who was added", _remove_artist, workspace, model)
    remove.add_argument("artist", metavar="NAME", help="the artist's name")
    return top


def _seed(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**32):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {2**32 - 1}. Received: {text}")
    return int(text)


def _workspace_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--workspace", default="data", metavar="W", help="the folder that holds everything (default: data)"
    )
    return options


def _model_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--name", default="default", help="the model's name (default: default)")
    return options


def _network_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--backbone", default="auto", metavar="NAME", help=f"{BACKBONES} or auto (default)")
    options.add_argument("--epochs", type=int, metavar="N", help="at most N epochs in each phase")
    options.add_argument("--image-size", type=int, default=224, metavar="PIXELS", help="of the input (default: 224)")
    return options


def _command(
    commands: Any,
    name: str,
    text: str,
    function: Callable[[argparse.Namespace], int],
    *parents: argparse.ArgumentParser,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", parents=parents)
    command.set_defaults(command=function)
    return command


def _add_collect(commands: Any, workspace: argparse.ArgumentParser) -> None:
    collect = commands.add_parser(
        "collect", help="collect pictures into the workspace", description="Collect pictures into the workspace."
    )
    sources = collect.add_subparsers(metavar="SOURCE", required=True)
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--artist", help="one artist for all pictures, instead of the folders' names")
    own.add_argument("--licence", default="", help="the licence of the pictures, for the catalog")
    folder = _command(sources, "folder", "a folder, laid out as artist/picture", _collect_own, workspace, own)
    folder.add_argument("path", metavar="PATH")
    archive = _command(sources, "zip", "a zip file, laid out as artist/picture", _collect_own, workspace, own)
    archive.add_argument("path", metavar="FILE")
    folder.set_defaults(source="folder")
    archive.set_defaults(source="archive")
    text = "the Open Clip Art Library (Debian, Ubuntu)"
    library = _command(sources, "openclipart", text, _collect_openclipart, workspace)
    library.add_argument("--min-works", type=int, default=100, help="leave out artists with fewer works (default: 100)")
    library.add_argument("--max-works", type=int, help="collect at most this many works of each artist")


def _collect_own(options: argparse.Namespace) -> int:
    collect = getattr(artlib.collect, options.source)
    return _report(collect(options.workspace, options.path, artist=options.artist, licence=options.licence))


def _collect_openclipart(options: argparse.Namespace) -> int:
    limits = {"min_works": options.min_works, "max_works": options.max_works}
    return _report(artlib.collect.openclipart(options.workspace, **limits))


def _report(report: Any) -> int:
    print(report)
    return PARTLY if report.rejected else ANSWERED


def _duplicates(options: argparse.Namespace) -> int:
    print(artlib.find_duplicates(options.workspace))
    return ANSWERED


def _split(options: argparse.Namespace) -> int:
    print(artlib.make_split(options.workspace, seed=options.seed))
    return ANSWERED


def _train(options: argparse.Namespace) -> int:
    run = artlib.train(
        options.workspace,
        recipe=options.recipe,
        backbone=options.backbone,
        name=options.name,
        epochs=options.epochs,
        seed=options.seed,
        image_size=options.image_size,
        weights=options.weights,
    )
    print(run)
    print(artlib.training_advice(run.history))
    return ANSWERED if run.finished else INTERRUPTED


def _evaluate(options: argparse.Namespace) -> int:
    evaluation = artlib.evaluate(options.workspace, name=options.name, others=options.others)
    print(f"The report: {evaluation.folder / 'report.html'}")
    return ANSWERED


def _compare(options: argparse.Namespace) -> int:
    comparison = artlib.compare(
        options.workspace,
        recipes=_names(options.recipes),
        seeds=range(options.seeds),
        backbone=options.backbone,
        backbones=_names(options.backbones) if options.backbones else None,
        epochs=options.epochs,
        image_size=options.image_size,
    )
    print(comparison.summary.to_string(index=False))
    print(comparison)
    return ANSWERED if comparison.finished else INTERRUPTED


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _predict(options: argparse.Namespace) -> int:
    from artlib.prediction import batch

    return batch.run(
        options.workspace, options.paths, name=options.name, actual=options.actual, csv=options.csv, html=options.html
    )


def _add_artist(options: argparse.Namespace) -> int:
    print(artlib.add_artist(options.workspace, options.artist, options.folder, name=options.name))
    return ANSWERED


def _remove_artist(options: argparse.Namespace) -> int:
    artlib.remove_artist(options.workspace, options.artist, name=options.name)
    print(f"{options.artist} was removed.")
    return ANSWERED
