"""Measures recognition on pictures that were never collected, by grouped cross-validation.

For each fold, a workspace is built from the other folds' pictures with artlib's ordinary stages. The fold's pictures
are then predicted as files, as a user would do it. Near-duplicates are always in the same fold.

    python benchmarks/accuracy.py PATH/artist/picture… [--folds 1] [--artists A,B,C] [--unknown PATH…]
        [--recipe artlib] [--epochs N] [--levels all|last] [--averaging EPOCHS] [--keep FOLDER]

With --epochs 0 only the head is trained; --levels and --averaging change the recipe, to measure each part.

The artists of the first --unknown folder are asked about without having been learned from; then half of them are given
as other artists, in training's way, and the other half is asked about; then the other way round. For shares of 0, 0.2
and 0.5 of unknown pictures: how many firm answers are right, how many known works get a firm and right one, the
calibration error of the confidence (intervals: bootstrap over known pictures and unknown artists).
"""

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from mixtures import SHARES, Mixture
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

import artlib
from artlib import collect
from artlib.images.files import pictures_under
from artlib.prediction.verdict import Verdict
from artlib.recogniser import files
from artlib.recogniser.files import versions
from artlib.recogniser.openset.measures import detection
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import expected_calibration_error, wilson_interval
from artlib.training import recipes
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.disk.writing import write_table
from artlib.workspace.groups import read_groups
from artlib.workspace.ingest import Candidate, take_in


def main() -> None:
    """Run the folds and print one line for each, then one for all together."""
    options = parser().parse_args()
    change_recipe(options)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {versions()}", flush=True)
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        everything = Workspace(Path(folder) / "all")
        for artist in options.artists or sorted(path.name for path in Path(options.path).iterdir() if path.is_dir()):
            collect.folder(everything, Path(options.path) / artist, artist=artist)
        artlib.find_duplicates(everything)
        catalog = read_catalog(everything)
        groups = read_groups(everything, catalog["id"].tolist())
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=options.seed).split(
            catalog, catalog["artist"], groups
        )
        answers: list[tuple[str, Verdict]] = []
        every: dict[str, list[Mixture]] = {}
        for number, (known, asked) in islice(enumerate(folds), options.first_fold, options.folds):
            workspace = Workspace(Path(folder) / f"fold{number}")
            seconds = learn(workspace, everything, catalog.iloc[known], options)
            paths = [everything.root / path for path in catalog["path"].iloc[asked]]
            actual = catalog["artist"].iloc[asked].tolist()
            learn_without_others(workspace)
            verdicts = ask(workspace, paths)
            answers += list(zip(actual, verdicts, strict=True))
            print(f"fold {number}: {describe(answers[-len(asked) :])}; trained in {seconds:.0f} s", flush=True)
            for folder_name in options.unknown:
                print(f"  unknown, {Path(folder_name).name}: {unknown(workspace, verdicts, folder_name)}", flush=True)
            if options.unknown:
                for title, mixtures in asked_with_unknown(workspace, paths, actual, Path(options.unknown[0])):
                    every.setdefault(title, []).extend(mixtures)
                report(every)
        print(f"all these folds: {describe(answers)}")


def learn(workspace: Workspace, everything: Workspace, rows, options: argparse.Namespace) -> float:
    """Build a workspace from some rows of a catalog, train, and return the seconds that training took.

    A workspace kept from an earlier run is not trained again.
    """
    if (workspace.model("default") / "model.keras").exists():
        return 0
    candidates = [
        Candidate(row.artist, Path(row.path).name, (everything.root / row.path).read_bytes, "fold")
        for row in rows.itertuples()
    ]
    take_in(workspace, candidates)
    artlib.find_duplicates(workspace)
    artlib.make_split(workspace, seed=options.seed)
    # the fold that is left out is the test part, so the workspace's own test part can be trained on
    table = workspace.read_table(workspace.split)
    write_table(workspace.split, table.assign(part=table["part"].replace("test", "train")))
    started = time.perf_counter()
    artlib.train(workspace, recipe=options.recipe, backbone=options.backbone, epochs=options.epochs, seed=options.seed)
    return time.perf_counter() - started


def learn_without_others(workspace: Workspace) -> None:
    """Learn a model's decision rule without the other artists of an earlier run, for a workspace that was kept."""
    model = TrainedModel(workspace)
    files.write_metadata(model.folder, replace(model.metadata, others=""))
    TrainedModel(workspace).learn_decision_rule()


def asked_with_unknown(
    workspace: Workspace, paths: list[Path], actual: list[str], folder: Path
) -> Iterator[tuple[str, list[Mixture]]]:
    """Ask about known and unknown pictures together: without other artists, then with each half learned from."""
    model = TrainedModel(workspace)
    artists = sorted(path.name for path in folder.iterdir() if path.is_dir())
    halves = artists[::2], artists[1::2]
    for title, learned, asked in (
        ("without others", [], artists),
        ("with others", *halves),
        ("with others", *reversed(halves)),
    ):
        with tempfile.TemporaryDirectory() as others:
            for artist in learned:
                shutil.copytree(folder / artist, Path(others) / artist)
            if learned:
                model.learn_decision_rule(others)
        strangers = [folder / picture for picture in sorted(pictures_under(folder)) if picture.parts[0] in asked]
        for share in SHARES:
            predictor = artlib.predictor(workspace, unknown_share=share, copies=False)
            verdicts = list(predictor.verdicts((str(path), path) for path in [*paths, *strangers]))
            owners = actual + [path.relative_to(folder).parts[0] for path in strangers]
            yield f"{title}, share {share}", [Mixture.of(verdicts, owners, set(actual), share)]


def report(every: dict[str, list[Mixture]]) -> None:
    """Print the precision and coverage of firm answers and the calibration error of confidence with their intervals."""
    for title, mixtures in every.items():
        figures = ", ".join(
            f"{name} {value:.3f} ({low:.3f} to {high:.3f})"
            for name, value, low, high in Mixture.joined(mixtures).figures()
        )
        print(f"  {title}: {figures}", flush=True)


def change_recipe(options: argparse.Namespace) -> None:
    """Train with other levels of the backbone, or other averaging, than the recipe has."""
    planned = recipes.recipe_phases

    def changed(*arguments, **options_) -> list[recipes.Phase]:
        phases = planned(*arguments, **options_)
        return [replace(phase, averaging=options.averaging) if phase.averaging else phase for phase in phases]

    if options.averaging is not None:
        recipes.recipe_phases = changed
    recipes.LEVELS[options.recipe] = options.levels or recipes.LEVELS[options.recipe]


def ask(workspace: Workspace, paths: list[Path]) -> list[Verdict]:
    """Return the verdicts on pictures that are not in the workspace."""
    predictor = artlib.predictor(workspace, copies=False)
    return list(predictor.verdicts((str(path), path) for path in paths))


def describe(answers: list[tuple[str, Verdict]]) -> str:
    """Return accuracy with its 95 % interval, macro-F1 and the share that was not called unknown."""
    actual, guessed = zip(*((artist, verdict.artist) for artist, verdict in answers), strict=True)
    right = sum(artist == guess for artist, guess in zip(actual, guessed, strict=True))
    low, high = wilson_interval(right, len(actual))
    macro_f1 = f1_score(actual, guessed, average="macro")
    accepted = np.mean([verdict.verdict != "unknown" for _, verdict in answers])
    held = np.mean([artist in verdict.prediction_set for artist, verdict in answers])
    size = np.mean([len(verdict.prediction_set) for _, verdict in answers])
    return (
        f"accuracy {right / len(actual):.4f} (95 % interval {low:.3f} to {high:.3f}, n={len(actual)}), "
        f"macro-F1 {macro_f1:.4f}, {accepted:.1%} not called unknown, "
        f"calibration error {calibration_error(answers):.4f}, prediction sets hold {held:.1%} with {size:.2f} artists"
    )


def calibration_error(answers: list[tuple[str, Verdict]]) -> float:
    """Return the expected calibration error of the most probable artists."""
    confidence = np.array([verdict.probability for _, verdict in answers])
    right = np.array([artist == verdict.artist for artist, verdict in answers])
    # two columns with the confidence first: the other value does not matter as long as it is less
    columns = np.stack([confidence, np.minimum(1 - confidence, confidence / 2)], axis=1)
    return expected_calibration_error((~right).astype(int), columns)


def unknown(workspace: Workspace, known: list[Verdict], folder: str) -> str:
    """Return how well pictures in a folder by unknown artists are detected as unknown."""
    verdicts = ask(workspace, [Path(folder) / picture for picture in sorted(pictures_under(Path(folder)))])
    verdicts = [verdict for verdict in verdicts if verdict.verdict != "error"]
    scores = np.array([verdict.unknown_score for verdict in [*known, *verdicts]])
    measured = detection(scores, np.arange(len(scores)) >= len(known))
    return f"AUROC {measured['auroc']:.4f}, FPR at 95 % TPR {measured['fpr95']:.4f}, n={len(verdicts)}"


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="a folder laid out as artist/picture")
    parser.add_argument(
        "--folds", type=int, default=1, choices=range(1, 6), help="how many of the 5 folds (default: 1)"
    )
    parser.add_argument("--unknown", nargs="+", default=[], help="folders of other artists' pictures")
    parser.add_argument("--recipe", default="artlib")
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--first-fold", type=int, default=0, help="leave out the folds before it")
    parser.add_argument("--keep", help="a folder for the folds' workspaces; the same command then continues from there")
    parser.add_argument("--artists", type=lambda names: names.split(","), help="only these, separated by commas")
    parser.add_argument("--levels", choices=("all", "last"), help="of the backbone, that the head sees")
    parser.add_argument("--averaging", type=float, help="epochs that the fine-tuned weights are averaged over")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
