"""Measures how well artists are recognised who are added from a few images, leaving out one artist at a time.

For each artist, a recogniser is trained on all others. Then the artist is added from 5, 10 or 20 images, in several
random draws, and all the artist's other images are predicted, except near-duplicates of the added ones.

    python benchmarks/small_artists.py PATH/artist/picture… --keep FOLDER [--leave-out A,B,C] [--images 5,10,20]
"""

import argparse
import os
import platform
import shutil
import tempfile
from pathlib import Path

import numpy as np

import artlib
from artlib import collect
from artlib.recogniser.files import versions
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.groups import read_groups


def main() -> None:
    """Print for each artist and number of images the recall, and the accuracy that the other artists lose."""
    options = parser().parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {versions()}", flush=True)
    root, keep = Path(options.path), Path(options.keep)
    artists = sorted(path.name for path in root.iterdir() if path.is_dir())
    everything = collected(Workspace(keep / "all"), root, artists)
    totals: dict[int, list[tuple[int, int, float]]] = {number: [] for number in options.images}
    for left_out in options.leave_out or artists:
        workspace = trained(
            Workspace(keep / f"without-{left_out}"), root, [each for each in artists if each != left_out]
        )
        for number in options.images:
            trials = [trial(workspace, everything, left_out, number, seed) for seed in range(options.draws)]
            totals[number] += trials
            print(f"{left_out}, {number} images: {in_words(trials)}", flush=True)
    for number, trials in totals.items():
        print(f"all these artists, {number} images: {in_words(trials)}")


def collected(workspace: Workspace, root: Path, artists: list[str]) -> Workspace:
    """Return a workspace with some artists' pictures and their near-duplicate groups; an existing one is kept."""
    if not workspace.groups.exists():
        for artist in artists:
            collect.folder(workspace, root / artist, artist=artist)
        artlib.find_duplicates(workspace)
    return workspace


def trained(workspace: Workspace, root: Path, artists: list[str]) -> Workspace:
    """Return a workspace with a recogniser of these artists."""
    collected(workspace, root, artists)
    if not (workspace.model() / "artist_model.json").exists():
        artlib.make_split(workspace)
        artlib.train(workspace, backbone="efficientnet_lite0")
    return workspace


def trial(workspace: Workspace, everything: Workspace, artist: str, number: int, seed: int) -> tuple[int, int, float]:
    """Add an artist from `number` images; return how many of how many others were recognised, and the others' loss."""
    catalog = read_catalog(everything)
    groups = read_groups(everything, catalog["id"].tolist())
    mine = np.flatnonzero(catalog["artist"] == artist)
    drawn = np.random.default_rng(seed).permutation(np.unique(groups[mine]))[:number]
    added = [mine[groups[mine] == group][0] for group in drawn]
    asked = mine[~np.isin(groups[mine], drawn)]
    before = accuracy(workspace)
    with tempfile.TemporaryDirectory() as folder:
        for row in added:
            shutil.copy(everything.root / catalog["path"][row], folder)
        try:
            artlib.add_artist(workspace, artist, folder)
        except artlib.ArtlibError as error:
            print(f"  refused: {error}")
            return 0, len(asked), 0.0
    predictor = artlib.predictor(workspace, copies=False)
    verdicts = predictor.verdicts((row, everything.root / catalog["path"][row]) for row in asked)
    right = sum(verdict.artist == artist for verdict in verdicts)
    lost = before - accuracy(workspace)
    artlib.remove_artist(workspace, artist)
    return right, len(asked), lost


def accuracy(workspace: Workspace) -> float:
    """Return the accuracy on the trained artists' test pictures."""
    model = TrainedModel(workspace)
    test = model.split.rows("test")
    outputs = model.decision_rule.additions.join(model.outputs[test])
    return float((outputs.logits.argmax(axis=1) == model.split.labels[test]).mean())


def in_words(trials: list[tuple[int, int, float]]) -> str:
    """Return recall with its interval, and the mean and largest loss of the others."""
    right, asked = sum(trial[0] for trial in trials), sum(trial[1] for trial in trials)
    mean = np.mean([right / asked for right, asked, _ in trials])
    low, high = wilson_interval(right, asked)
    lost = [trial[2] for trial in trials]
    return (
        f"recall {mean:.3f} ({right} of {asked} in {len(trials)} draws, 95 % interval {low:.3f} to {high:.3f}); "
        f"accuracy on the others' test pictures falls by {np.mean(lost):.4f}, at most {np.max(lost):.4f}"
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="a folder laid out as artist/picture")
    parser.add_argument(
        "--keep", required=True, help="a folder for the workspaces; the same command continues from there"
    )
    parser.add_argument("--leave-out", type=lambda names: names.split(","), help="only these (default: each in turn)")
    parser.add_argument("--images", type=lambda numbers: [int(n) for n in numbers.split(",")], default=[5, 10, 20])
    parser.add_argument("--draws", type=int, default=3)
    return parser


if __name__ == "__main__":
    main()
