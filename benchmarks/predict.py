"""Measures how fast pictures are predicted, compared with the Keras code that a user would otherwise write.

A recogniser is trained on a folder of artists, or some of them, with two epochs of fine-tuning. Its confidence is then
high as often as after a full training, which matters because pictures with a low confidence take longer. Pictures of
1,000 pixels are made from the same folder. The Keras code is load_img, then model.predict on one picture, with the same
model.

    python benchmarks/predict.py PATH/artist/picture… [--pictures 1000] [--backbones efficientnet_lite0,resnet50]

resnet50 is measured with random weights: its confidence is always low, so that it runs twice on every picture.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import keras
import numpy as np
from train import processor_and_flags  # the benchmark beside this one

import artlib
from artlib import collect, images
from artlib.prediction.verdict import Verdict
from artlib.recogniser.files import save_model, versions
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import Workspace

STARTS, SINGLES, WARM_UP, LOOP = 5, 40, 8, 60
EPOCHS = 2
SIDE = 1000  # pixels


def main() -> None:
    """Print the times of the start, of single pictures and of a folder."""
    options = parser().parse_args()
    print(f"{processor_and_flags()[0]}, {os.cpu_count()} cores, {versions()}", flush=True)
    for command in ("-c", "import artlib"), ("-m", "artlib", "--help"):
        seconds = median(lambda command=command: run(*command), STARTS)
        print(f"start, {' '.join(command[1:])}: {seconds:.2f} s (median of {STARTS})", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = recogniser(Workspace(Path(folder) / "data"), Path(options.path), options.artists)
        asked = large_pictures(Path(options.path), Path(folder) / "asked", options.pictures)
        for backbone in options.backbones:
            singles(with_backbone(workspace, backbone), backbone, asked)
        many(workspace, Path(folder) / "asked", len(asked), Path(folder) / "answers.csv")


def recogniser(workspace: Workspace, path: Path, artists: list[str] | None) -> Workspace:
    """Return a workspace with a recogniser of the artists of a folder."""
    for artist in artists or sorted(each.name for each in path.iterdir() if each.is_dir()):
        collect.folder(workspace, path / artist, artist=artist)
    artlib.find_duplicates(workspace)
    artlib.make_split(workspace)
    artlib.train(workspace, backbone="efficientnet_lite0", epochs=EPOCHS)
    return workspace


def with_backbone(workspace: Workspace, backbone: str) -> TrainedModel:
    """Return a workspace's model with this backbone; another than the trained one has random weights."""
    trained = TrainedModel(workspace)
    if backbone == trained.metadata.backbone:
        return trained
    network = artlib.build_model(trained.metadata.class_names, backbone=backbone, weights=None)
    metadata = replace(trained.metadata, backbone=backbone, unknown_detector="")
    save_model(workspace.model(backbone), network, metadata)
    # evaluating it would do this, too
    pixels = np.random.default_rng(0).integers(0, 256, (128, 288, 288, 3), dtype=np.uint8)
    TrainedModel(workspace, backbone).recogniser(pixels, progress=False)
    return TrainedModel(workspace, backbone)


def large_pictures(path: Path, folder: Path, number: int) -> list[Path]:
    """Write `number` JPEG files with 1,000 pixels on the longest side, made from a folder's pictures."""
    folder.mkdir()
    found = sorted(images.pictures_under(path))
    for place, picture in enumerate(islice(cycle(found), number)):
        image = images.load(path / picture)
        scale = SIDE / max(image.size)
        width, height = (max(1, round(side * scale)) for side in image.size)
        image.resize((width, height)).save(folder / f"{place:05}.jpg", quality=90)
    return sorted(folder.iterdir())


def singles(model: TrainedModel, backbone: str, asked: list[Path]) -> None:
    """Print the times of a warm predictor and of model.predict for one picture."""
    predictor, network = artlib.predictor(model.workspace, name=model.name), model.network
    side = (model.metadata.image_size,) * 2

    def as_people_write_it(path: Path) -> None:
        image = keras.utils.img_to_array(keras.utils.load_img(path, target_size=side))
        network.predict(image[None], verbose=0)

    ours, theirs = [], []
    for path in asked[:WARM_UP]:
        predictor.verdict(path)
        as_people_write_it(path)
    for path in asked[WARM_UP : WARM_UP + SINGLES]:
        ours.append(timed(lambda path=path: predictor.verdict(path)))
        theirs.append(timed(lambda path=path: as_people_write_it(path)))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(
        f"one picture, {backbone} on {predictor._recogniser._engine.name or 'TensorFlow'}: {1000 * mine:.0f} ms with "
        f"evidence and copies; model.predict {1000 * other:.0f} ms: {other / mine:.1f} times "
        f"(medians of {len(ours)})",
        flush=True,
    )


def many(workspace: Workspace, folder: Path, number: int, csv_file: Path) -> None:
    """Print how many pictures per second are predicted in a folder, and in a loop over model.predict."""
    model = TrainedModel(workspace)
    predictor, network = artlib.predictor(model.workspace, name=model.name), model.network
    paths = sorted(folder.iterdir())
    verdicts: list[Verdict] = []
    seconds = timed(lambda: verdicts.extend(predictor.verdicts((path.name, path) for path in paths)))
    confident = sum(verdict.probability >= 0.9 for verdict in verdicts) / number
    whole = timed(
        lambda: run("-m", "artlib", "predict", str(folder), "--csv", str(csv_file), "--workspace", str(workspace.root))
    )
    side = (model.metadata.image_size,) * 2

    def loop() -> None:
        for path in paths[:LOOP]:
            network.predict(keras.utils.img_to_array(keras.utils.load_img(path, target_size=side))[None], verbose=0)

    loop_rate = min(LOOP, number) / timed(loop)
    print(
        f"{number} JPEG files: {number / seconds:.0f} per second ({seconds:.1f} s; {confident:.0%} with a "
        f"confidence of 90 % or more); the command with its start and CSV file {whole:.1f} s; a loop over "
        f"model.predict {loop_rate:.1f} per second: {number / seconds / loop_rate:.1f} times"
    )


def run(*arguments: str) -> None:
    """Run Python and wait for it."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def median(call: Callable[[], object], times: int) -> float:
    """Return the median of the seconds that a call takes."""
    return statistics.median(timed(call) for _ in range(times))


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="a folder laid out as artist/picture")
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--artists", type=lambda names: names.split(","), help="only these, separated by commas")
    parser.add_argument("--backbones", type=lambda names: names.split(","), default=["efficientnet_lite0", "resnet50"])
    return parser


if __name__ == "__main__":
    main()
