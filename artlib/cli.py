"""The command line: one command a stage. Nothing heavy is imported before a command needs it."""

import argparse
import sys
from collections.abc import Sequence

import artlib
from artlib.errors import ArtlibError
from artlib.workspace import Workspace

ANSWERED, PARTLY, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: everything was done or answered; 1: some pictures were not; 2: wrong usage, or something is missing;
    130: interrupted.
    """
    options = parser().parse_args(arguments)
    try:
        return options.command(options)
    except (ArtlibError, ValueError) as error:
        print(f"artlib: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(
            "artlib: interrupted; what was finished is kept, and the same command goes on from there.", file=sys.stderr
        )
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="artlib", description="Build a recogniser for your own set of artists.")
    top.add_argument("--version", action="version", version=f"artlib {artlib.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_collect(commands)
    _command(commands, "duplicates", "find near-duplicate groups (groups.csv)", _duplicates)
    split = _command(commands, "split", "split into train, validation and test (split.csv, artists.csv)", _split)
    split.add_argument("--seed", type=int, default=0)
    _add_train(commands)
    _add_evaluate(commands)
    _add_compare(commands)
    _add_predict(commands)
    _add_small_artists(commands)
    return top


def _command(commands, name: str, text: str, function) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument(
        "--workspace", default="data", metavar="W", help="folder that holds everything (default: data)"
    )
    command.set_defaults(command=function)
    return command


def _add_collect(commands) -> None:
    collect = commands.add_parser("collect", help="take pictures into the workspace", description="Take pictures in.")
    sources = collect.add_subparsers(metavar="SOURCE", required=True)
    for name, argument, text in (
        ("folder", "PATH", "laid out as artist/picture"),
        ("zip", "FILE", "laid out the same way"),
    ):
        source = _command(sources, name, f"a {name}, {text}", _collect_own)
        source.add_argument("path", metavar=argument)
        source.add_argument("--artist", help="one artist for all pictures, instead of the folders' names")
        source.add_argument("--licence", default="", help="under which the pictures may be used, for the catalog")
        source.set_defaults(source=name)
    library = _command(sources, "openclipart", "the Open Clip Art Library (Debian, Ubuntu)", _collect_openclipart)
    library.add_argument("--min-works", type=int, default=100, help="leave out artists with fewer (default: 100)")
    library.add_argument("--max-works", type=int, help="take at most so many of each artist")


def _add_train(commands) -> None:
    train = _command(commands, "train", "train a recogniser (models/NAME/)", _train)
    train.add_argument("--name", default="default", help="of the model")
    train.add_argument("--recipe", choices=("artlib", "original"), default="artlib")
    train.add_argument("--backbone", default="auto", help="resnet50, efficientnet_lite0 or auto (default)")
    train.add_argument("--weights", metavar="PATH", help="a file with pre-trained weights of the backbone")
    train.add_argument("--epochs", type=int, metavar="N", help="at most so many in each phase")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--image-size", type=int, default=224, metavar="PIXELS")


def _add_evaluate(commands) -> None:
    evaluate = _command(commands, "evaluate", "measure a trained model (metrics.json, report.html)", _evaluate)
    evaluate.add_argument("--name", default="default", help="of the model")
    evaluate.add_argument("--others", metavar="FOLDER", help="pictures by artists who are none of yours")


def _add_compare(commands) -> None:
    text = "train recipes several times on one split, and say whether one is better"
    compare = _command(commands, "compare", text, _compare)
    compare.add_argument("--recipes", default="original,artlib", help="with commas between (default: original,artlib)")
    compare.add_argument("--seeds", type=int, default=3, metavar="N", help="how often each is trained (default: 3)")
    compare.add_argument("--backbone", default="auto", help="resnet50, efficientnet_lite0 or auto (default)")
    compare.add_argument("--epochs", type=int, metavar="N", help="at most so many in each phase")
    compare.add_argument("--image-size", type=int, default=224, metavar="PIXELS")


def _add_predict(commands) -> None:
    predict = _command(commands, "predict", "say whose hand pictures are in", _predict)
    predict.add_argument("paths", nargs="+", metavar="PATH", help="a picture, a folder or an http(s) URL")
    predict.add_argument("--name", default="default", help="of the model")
    predict.add_argument("--actual", metavar="NAME", help="whose work it really is, if you know")
    predict.add_argument("--csv", metavar="FILE", help="write one row a picture")
    predict.add_argument("--html", metavar="FILE", help="write a page to look at")


def _add_small_artists(commands) -> None:
    add = _command(commands, "add-artist", "add an artist to a trained model from 5 to 20 images", _add_artist)
    add.add_argument("artist", metavar="NAME", help="of the artist")
    add.add_argument("folder", metavar="FOLDER", help="with the images")
    remove = _command(commands, "remove-artist", "take out an artist who was added", _remove_artist)
    remove.add_argument("artist", metavar="NAME", help="of the artist")
    for command in (add, remove):
        command.add_argument("--name", default="default", help="of the model")


def _collect_own(options: argparse.Namespace) -> int:
    from artlib import collect

    source = collect.folder if options.source == "folder" else collect.archive
    return _report(source(Workspace(options.workspace), options.path, options.artist, options.licence))


def _collect_openclipart(options: argparse.Namespace) -> int:
    from artlib import collect

    return _report(collect.openclipart(Workspace(options.workspace), options.min_works, options.max_works))


def _report(report) -> int:
    print(report)
    return PARTLY if report.rejected else ANSWERED


def _duplicates(options: argparse.Namespace) -> int:
    print(artlib.find_duplicates(Workspace(options.workspace)))
    return ANSWERED


def _split(options: argparse.Namespace) -> int:
    print(artlib.make_split(Workspace(options.workspace), options.seed))
    return ANSWERED


def _train(options: argparse.Namespace) -> int:
    from artlib.evaluation import advice

    run = artlib.train(
        Workspace(options.workspace),
        recipe=options.recipe,
        backbone=options.backbone,
        name=options.name,
        epochs=options.epochs,
        seed=options.seed,
        image_size=options.image_size,
        weights=options.weights,
    )
    print(run)
    print(advice.in_words(run.history))
    return ANSWERED if run.finished else INTERRUPTED


def _evaluate(options: argparse.Namespace) -> int:
    evaluation = artlib.evaluate(Workspace(options.workspace), options.name, options.others)
    print(f"The report: {evaluation.folder / 'report.html'}")
    return ANSWERED


def _compare(options: argparse.Namespace) -> int:
    comparison = artlib.compare(
        Workspace(options.workspace),
        recipes=[recipe.strip() for recipe in options.recipes.split(",")],
        seeds=range(options.seeds),
        backbone=options.backbone,
        epochs=options.epochs,
        image_size=options.image_size,
    )
    print(comparison.summary.to_string(index=False))
    print(comparison)
    return ANSWERED if comparison.finished else INTERRUPTED


def _predict(options: argparse.Namespace) -> int:
    from artlib.prediction import batch

    return batch.run(
        Workspace(options.workspace), options.name, options.paths, options.actual, options.csv, options.html
    )


def _add_artist(options: argparse.Namespace) -> int:
    print(artlib.add_artist(Workspace(options.workspace), options.artist, options.folder, options.name))
    return ANSWERED


def _remove_artist(options: argparse.Namespace) -> int:
    artlib.remove_artist(Workspace(options.workspace), options.artist, options.name)
    print(f"{options.artist} was removed.")
    return ANSWERED
