"""The commands that split, train, compare trainings, and add artists to a trained model."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, INTERRUPTED


def add_to(commands: Any) -> None:
    """Add the commands `split`, `train`, `compare`, `add-artist` and `remove-artist`."""
    workspace, model, network = options.workspace(), options.model(), options.network()
    text = "split into train, validation and test (split.csv, artists.csv)"
    split = options.command(commands, "split", text, _split, workspace, needs=("pictures", "groups"))
    split.add_argument("--seed", type=options.seed, default=0, metavar="N", help="of the random choices (default: 0)")
    text = "train a recogniser (models/NAME/)"
    train = options.command(
        commands, "train", text, _train, workspace, model, network, options.others(), needs=("pictures", "split")
    )
    train.add_argument("--recipe", choices=("artlib", "original"), default="artlib")
    train.add_argument("--weights", metavar="PATH", help="a file with pre-trained weights of the backbone")
    train.add_argument("--seed", type=options.seed, default=0, metavar="N", help="of the random choices (default: 0)")
    text = "a second, frozen one, whose logits are added (slower; docs/training.md); none by default"
    train.add_argument("--second-backbone", metavar="NAME", help=text)
    text = "train recipes or backbones several times on one split and test whether one is better"
    compare = options.command(commands, "compare", text, _compare, workspace, network, needs=("pictures", "split"))
    compare.add_argument("--recipes", default="original,artlib", help="separated by commas (default: original,artlib)")
    compare.add_argument("--backbones", metavar="A,B", help="several, separated by commas, instead of --backbone")
    compare.add_argument("--seeds", type=int, default=3, metavar="N", help="trainings of each recipe (default: 3)")
    text = "add an artist to a trained model from 5 to 20 images"
    add = options.command(commands, "add-artist", text, _add_artist, workspace, model, needs=("model",))
    add.add_argument("artist", metavar="NAME", help="the artist's name")
    add.add_argument("folder", metavar="FOLDER", help="a folder with the images")
    text = "remove an artist who was added"
    remove = options.command(commands, "remove-artist", text, _remove_artist, workspace, model, needs=("model",))
    remove.add_argument("artist", metavar="NAME", help="the artist's name")


def _split(asked: argparse.Namespace) -> int:
    print(artlib.make_split(asked.workspace, seed=asked.seed))
    return ANSWERED


def _train(asked: argparse.Namespace) -> int:
    run = artlib.train(
        asked.workspace,
        recipe=asked.recipe,
        backbone=asked.backbone,
        name=asked.name,
        epochs=asked.epochs,
        seed=asked.seed,
        image_size=asked.image_size,
        weights=asked.weights,
        others=asked.others,
        second_backbone=asked.second_backbone,
    )
    print(run)
    print(artlib.training_advice(run.history, model=artlib.TrainedModel(asked.workspace, asked.name)))
    return ANSWERED if run.finished else INTERRUPTED


def _compare(asked: argparse.Namespace) -> int:
    comparison = artlib.compare(
        asked.workspace,
        recipes=_names(asked.recipes),
        seeds=range(asked.seeds),
        backbone=asked.backbone,
        backbones=_names(asked.backbones) if asked.backbones else None,
        epochs=asked.epochs,
        image_size=asked.image_size,
    )
    print(comparison.summary.to_string(index=False))
    print(comparison)
    return ANSWERED if comparison.finished else INTERRUPTED


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _add_artist(asked: argparse.Namespace) -> int:
    print(artlib.add_artist(asked.workspace, asked.artist, asked.folder, name=asked.name))
    return ANSWERED


def _remove_artist(asked: argparse.Namespace) -> int:
    artlib.remove_artist(asked.workspace, asked.artist, name=asked.name)
    print(f"{asked.artist} was removed.")
    return ANSWERED
