"""Measures how fast training reaches the accuracy of plain Keras, and the speed of feature extraction and input.

    python benchmarks/train.py PATH/artist/picture… [--artists A,B,C] [--backbone efficientnet_lite0] [--weights FILE]
        [--seed 0] [--epochs-original N] [--epochs-artlib N] [--only train|extraction|input] [--json FILE]

Time to accuracy: an ordinary training in plain Keras (`original` below) compared with `artlib.train`, on the same
split, pictures and ImageNet weights, for all artists and again for three who are hard to distinguish.
Extraction: pictures per second of the frozen network in Keras and in artlib's engine, and how well the two agree.
Input: pictures per second of a training epoch without a network, compared with the speed of fine-tuning.

Each measurement runs in its own process, so that nothing is warm and the peak memory is its own. No other program
should run at the same time; the load average at the start is printed to check this.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

import artlib
from artlib import backbones, collect
from artlib.backbones import Backbone, WeightsError
from artlib.inference.features import frozen_network
from artlib.inference.pixels import prepare, prepared_side
from artlib.recogniser.runner import Recogniser
from artlib.statistics.metrics import wilson_interval
from artlib.workspace import Workspace
from artlib.workspace.disk.writing import safe_name, write_json
from artlib.workspace.split import PARTS, Split, read_split

SIDE = 224
REPEATS = 3  # of each extraction, of which the median counts
STEPS = 8  # of fine-tuning, to see its pace
INPUT_BATCH = 32
PACKAGES = ("artlib", "keras", "tensorflow", "numpy", "scipy", "pillow", "openvino")
ORIGINAL_PHASES = (("all layers", 10), ("core frozen", 25))


def main() -> None:
    """Run the chosen parts, print a table of each, and write all figures after each part."""
    options = parser().parse_args()
    figures: dict[str, Any] = {"machine": alone(machine), "options": vars(options)}
    for name, value in figures["machine"].items():
        print(f"{name}: {value}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for part, measure in (("train", time_to_accuracy), ("extraction", extraction), ("input", input_pipeline)):
            if options.only in (None, part):
                figures[part] = measure(Path(folder), options)
                if options.json:
                    write_json(Path(options.json), figures)


# --- The machine and the data -----------------------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Return the processor, its instructions for bfloat16, cores, memory, versions and load."""
    processor, flags = processor_and_flags()
    return {
        "processor": processor,
        "bfloat16": ", ".join(flag for flag in ("amx_bf16", "amx_int8", "avx512_bf16") if flag in flags) or "none",
        "cores": os.cpu_count(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "graphics": ", ".join(graphics()) or "none",
        "load": "{:.2f} {:.2f} {:.2f} (1, 5, 15 minutes)".format(*os.getloadavg()),
        "python": platform.python_version(),
        "versions": installed(PACKAGES),
    }


def graphics() -> list[str]:
    """Return the names of the graphics processors that TensorFlow sees."""
    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    return [device.get("device_name", "unnamed") for device in details]


def processor_and_flags() -> tuple[str, list[str]]:
    """Return the processor's model name and its flags, if the system has them."""
    path, known = Path("/proc/cpuinfo"), {}
    for line in path.read_text().splitlines() if path.exists() else []:
        name, _, value = line.partition(":")
        known.setdefault(name.strip(), value.strip())
    return known.get("model name") or platform.processor() or platform.machine(), known.get("flags", "").split()


def installed(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    found = {distribution.name.lower(): distribution.version for distribution in metadata.distributions()}
    return {package: found[package] for package in packages if package in found}


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a fresh process."""
    # this process only waits: on Linux a child's peak memory starts from what its parent had
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=only_figures_on_stdout) as pool:
        return pool.submit(function, *arguments).result()


def only_figures_on_stdout() -> None:
    """Send the messages of Keras and artlib to standard error."""
    sys.stdout = sys.stderr


def peak_memory() -> float:
    """Return the peak memory of this process in GiB, with the pages of files mapped into memory."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def workspace_of(folder: Path, options: argparse.Namespace, artists: list[str] | None) -> tuple[Workspace, Path]:
    """Return a workspace with a split of some artists, or of all, and the same split as directories; made once."""
    workspace, directories = Workspace(folder / "workspace"), folder / "directories"
    if not directories.exists():
        alone(make_workspace, workspace, options, artists)
        lay_out(workspace, directories)
    return workspace, directories


def make_workspace(workspace: Workspace, options: argparse.Namespace, artists: list[str] | None) -> None:
    """Collect and split some artists' pictures, or all."""
    if artists is None:
        collect.folder(workspace, options.path)
    for artist in artists or []:
        collect.folder(workspace, Path(options.path) / artist, artist=artist)
    artlib.find_duplicates(workspace)
    artlib.make_split(workspace, seed=options.seed)


def lay_out(workspace: Workspace, directories: Path) -> None:
    """Copy a split's normalised pictures to part/artist/, as Keras needs them."""
    split = read_split(workspace)
    for name in split.class_names:
        for part in PARTS:
            (directories / part / safe_name(name)).mkdir(parents=True)
    for image_id, label, part in zip(split.ids, split.labels, split.parts, strict=True):
        shutil.copy(workspace.image(image_id), directories / part / safe_name(split.class_names[label]))


def table(title: str, rows: list[dict[str, Any]]) -> None:
    """Print a table with its title."""
    print(f"\n{title}\n{pd.DataFrame(rows).to_string(index=False)}", flush=True)


class Clock(keras.callbacks.Callback):
    """Keeps one row per epoch: phase, epoch, validation accuracy, and the seconds since the clock was made."""

    def __init__(self) -> None:
        super().__init__()
        self.started = time.perf_counter()
        self.phase = ""
        self.rows: list[dict[str, Any]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        row = {"phase": self.phase, "epoch": epoch + 1, "val_accuracy": (logs or {}).get("val_accuracy")}
        self.rows.append(row | {"elapsed": time.perf_counter() - self.started})
        print(self.rows[-1], flush=True)


# --- Time to accuracy ------------------------------------------------------------------------------------------------


def time_to_accuracy(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure both trainings on all artists, and on the trio if the folder has these artists."""
    sets: dict[str, list[str] | None] = {"all": options.artists}
    present = options.artists or [path.name for path in Path(options.path).iterdir() if path.is_dir()]
    if options.trio and set(options.trio) < set(present):
        sets["trio"] = options.trio
    return {name: compare(folder / name, options, artists) for name, artists in sets.items()}


def compare(folder: Path, options: argparse.Namespace, artists: list[str] | None) -> dict[str, Any]:
    """Measure both trainings on some artists and print the accuracies that they reached, and when."""
    workspace, directories = workspace_of(folder, options, artists)
    split = read_split(workspace)
    runs = {
        "original": alone(original, workspace, directories, options),
        "artlib": alone(ours, workspace, options),
    }
    levels = reached(runs["original"]["epochs"], runs["artlib"]["epochs"])
    print(f"\nTraining {options.backbone} on {', '.join(split.class_names)}: {split}")
    table("Seconds until a validation accuracy was first reached", [shown_level(level) for level in levels])
    table("What each reached (95 % intervals)", [shown_run(name, run) for name, run in runs.items()])
    return {"split": str(split), "artists": split.class_names, "reached": levels, "runs": runs}


def original(workspace: Workspace, directories: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Train with ordinary Keras code: ImageDataGenerator, Flatten, Dense(512), two phases."""
    keras.utils.set_random_seed(options.seed)
    split, clock = read_split(workspace), Clock()
    training, validation = (directory_flow(directories, part, split) for part in ("train", "validation"))
    core, model = plain_network(backbones.get(options.backbone), options.weights, len(split.class_names))
    for phase, epochs in ORIGINAL_PHASES:
        clock.phase, core.trainable = phase, phase == "all layers"
        model.compile(keras.optimizers.Adam(1e-4), "categorical_crossentropy", metrics=["accuracy"])
        model.fit(
            training,
            validation_data=validation,
            epochs=min(epochs, options.epochs_original or epochs),
            class_weight=dict(enumerate(split.class_weights)),
            callbacks=[plain_callback(phase), clock],
            verbose=0,
        )
    seconds = time.perf_counter() - clock.started
    flows = (directory_flow(directories, part, split) for part in ("validation", "test"))
    scores = [score(flow.classes, model.predict(flow, verbose=0)) for flow in flows]
    return figures_of(clock.rows, seconds, *scores)


def directory_flow(directories: Path, part: str, split: Split, batch_size: int = 16, class_mode: str = "categorical"):
    """Return Keras' batches of one part; those of the training part are shuffled and augmented."""
    augmentation = {"horizontal_flip": True, "width_shift_range": 0.1, "height_shift_range": 0.1, "zoom_range": 0.1}
    # no rescale=1/255, which does not fit ImageNet weights: with its own preprocessing, this side is better than usual
    generator = tf.keras.preprocessing.image.ImageDataGenerator(**(augmentation if part == "train" else {}))
    return generator.flow_from_directory(
        directories / part,
        target_size=(SIDE, SIDE),
        batch_size=batch_size,
        class_mode=class_mode,
        classes=[safe_name(name) for name in split.class_names],
        shuffle=part == "train",
    )


def plain_network(backbone: Backbone, weights: str, artists: int) -> tuple[keras.Model, keras.Model]:
    """Return a pre-trained core, and the model of it with a head of Flatten and two dense layers."""
    inputs = keras.Input((SIDE, SIDE, 3))
    core = keras.Model(inputs, backbone.feature_map(inputs))
    backbone.load_weights(core, weights)
    hidden = keras.layers.Dense(512, activation="relu")(keras.layers.Flatten()(core.output))
    return core, keras.Model(inputs, keras.layers.Dense(artists, activation="softmax")(hidden))


def plain_callback(phase: str) -> keras.callbacks.Callback:
    """Return the callback of one phase of the original training."""
    if phase == "all layers":
        return keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=5)
    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)


def ours(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Train with artlib from the start: no picture is prepared, no feature is stored."""
    shutil.rmtree(workspace.features, ignore_errors=True)
    train = artlib.train  # importing it is not timed, as in the other training
    started = time.perf_counter()
    run = train(
        workspace,
        recipe="artlib",
        backbone=options.backbone,
        epochs=options.epochs_artlib,
        seed=options.seed,
        weights=options.weights,
    )
    seconds = time.perf_counter() - started
    split = read_split(workspace)
    pixels = prepare(workspace, split.ids, prepared_side(run.metadata.image_size))
    rows, recogniser = [split.rows(part) for part in ("validation", "test")], Recogniser.of(run.model)
    scores = [score(split.labels[chosen], recogniser(pixels, chosen).probabilities) for chosen in rows]
    epochs = run.history[["phase", "epoch", "val_accuracy", "elapsed"]].to_dict("records")
    return figures_of(epochs, seconds, *scores)


def figures_of(
    epochs: list[dict[str, Any]], seconds: float, validation: dict[str, Any], test: dict[str, Any]
) -> dict[str, Any]:
    """Return the figures of a training; the scores are those of its final model."""
    return {
        "best_val_accuracy": max(row["val_accuracy"] for row in epochs),
        "validation": validation,
        "test": test,
        "seconds": seconds,
        "peak_memory_gib": peak_memory(),
        "epochs": epochs,
    }


def score(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    """Return accuracy with its 95 % interval."""
    right, n = int((probabilities.argmax(axis=1) == labels).sum()), len(labels)
    return {"accuracy": right / n, "interval": wilson_interval(right, n), "right": right, "n": n}


def reached(original_epochs: list[dict[str, Any]], our_epochs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return when each training reached the original's best validation accuracy, and one and two points less."""
    best = max(row["val_accuracy"] for row in original_epochs)
    levels = []
    # the best epoch can be late by chance, so lower levels are shown, too
    for level in (best, best - 0.01, best - 0.02):
        theirs, mine = first_at(original_epochs, level), first_at(our_epochs, level)
        levels.append({"level": level, "original": theirs, "artlib": mine, "ratio": mine and theirs and theirs / mine})
    return levels


def first_at(epochs: list[dict[str, Any]], level: float) -> float | None:
    """Return the seconds after which a validation accuracy was first reached, or None."""
    # both trainings count the same pictures; the tolerance is for Keras' float32
    return next((float(row["elapsed"]) for row in epochs if row["val_accuracy"] >= level - 1e-6), None)


def shown_level(level: dict[str, Any]) -> dict[str, str]:
    """Return one row of reached() as text."""
    seconds = {name: "never" if level[name] is None else f"{level[name]:.1f}" for name in ("original", "artlib")}
    ratio = f"{level['ratio']:.1f}" if level["ratio"] else "-"
    return {"validation accuracy": f"{level['level']:.4f}", **seconds, "original / artlib": ratio}


def shown_run(name: str, run: dict[str, Any]) -> dict[str, str]:
    """Return one training's figures as text."""
    return {
        "training": name,
        "best epoch": f"{run['best_val_accuracy']:.4f}",
        "validation": shown_score(run["validation"]),
        "test": shown_score(run["test"]),
        "epochs": str(len(run["epochs"])),
        "seconds in all": f"{run['seconds']:.1f}",
        "peak GiB": f"{run['peak_memory_gib']:.2f}",
    }


def shown_score(score: dict[str, Any]) -> str:
    """Return a score as text."""
    low, high = score["interval"]
    return f"{score['accuracy']:.4f} ({low:.3f} to {high:.3f}, n={score['n']})"


# --- Feature extraction ----------------------------------------------------------------------------------------------


def extraction(folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure the frozen networks in Keras and in the engine."""
    workspace, _ = workspace_of(folder / "all", options, options.artists)
    names = dict.fromkeys([options.backbone, "resnet50"])
    results = [alone(extract, workspace, name, options) for name in names]
    table(f"Features of {options.pictures} pictures in memory", [shown_extraction(result) for result in results])
    return results


def extract(workspace: Workspace, name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return one frozen network's pictures per second in Keras and in the engine, and how well they agree."""
    from artlib.inference.engine import Engine

    backbone = backbones.get(name)
    network, weights = pretrained(backbone, options.weights if name == options.backbone else "imagenet")
    engine = Engine(lambda: network)
    pixels = pictures_in_memory(workspace, backbone.image_size, options.pictures)
    ways = {
        "keras": lambda chosen: network.predict(chosen, batch_size=32, verbose=0),
        "engine": lambda chosen: np.concatenate([engine(chosen[at : at + 64]) for at in range(0, len(chosen), 64)]),
    }
    first_calls, speeds, features = timed(ways, pixels)
    cosines = cosine(features["keras"], features["engine"])
    return {
        "backbone": name,
        "weights": weights,
        "engine": engine.name,
        "first_call_seconds": first_calls,
        "keras_speeds": speeds["keras"],
        "engine_speeds": speeds["engine"],
        "ratio": statistics.median(speeds["engine"]) / statistics.median(speeds["keras"]),
        "smallest_cosine": float(cosines.min()),
        "median_cosine": float(np.median(cosines)),
    }


def pretrained(backbone: Backbone, weights: str) -> tuple[keras.Model, str]:
    """Return a frozen network and the name of its weights, which are untrained if no others are available."""
    try:
        return frozen_network(backbone, weights=weights), weights
    except WeightsError:
        # speed does not depend on the values
        return frozen_network(backbone, weights=None), "untrained"


def pictures_in_memory(workspace: Workspace, side: int, number: int) -> np.ndarray:
    """Return prepared pictures, uint8 (number, side, side, 3); pictures of a small set are repeated."""
    pixels = prepare(workspace, read_split(workspace).ids[:number], side)
    return pixels[np.arange(number) % len(pixels)]


def timed(
    ways: dict[str, Callable[[np.ndarray], np.ndarray]], pixels: np.ndarray
) -> tuple[dict[str, float], dict[str, list[float]], dict[str, np.ndarray]]:
    """Return each way's seconds for its first call, its pictures per second in every repeat, and its last results."""
    first_calls, speeds, results = {}, {name: [] for name in ways}, {}
    for name, way in ways.items():  # warm-up, in which the engine also chooses and compiles
        started = time.perf_counter()
        way(pixels[:64])
        first_calls[name] = time.perf_counter() - started
    for _ in range(REPEATS):  # the ways take turns, so that another program slows down both
        for name, way in ways.items():
            started = time.perf_counter()
            results[name] = way(pixels)
            speeds[name].append(len(pixels) / (time.perf_counter() - started))
    return first_calls, speeds, results


def cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the cosine of each row of one with the same row of the other, float (n,)."""
    left, right = left.astype(np.float64), right.astype(np.float64)
    return (left * right).sum(axis=1) / (np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1))


def shown_extraction(result: dict[str, Any]) -> dict[str, str]:
    """Return one network's figures as text."""
    return {
        "network": f"{result['backbone']} ({result['weights']})",
        "Keras images/s": f"{statistics.median(result['keras_speeds']):.1f}",
        "engine images/s": f"{statistics.median(result['engine_speeds']):.1f} ({result['engine']})",
        "engine / Keras": f"{result['ratio']:.2f}",
        "first calls, s": "{keras:.1f}, {engine:.1f}".format(**result["first_call_seconds"]),
        "smallest cosine": f"{result['smallest_cosine']:.5f}",
        "median cosine": f"{result['median_cosine']:.5f}",
    }


# --- Input pipeline --------------------------------------------------------------------------------------------------


def input_pipeline(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the input pipelines, and the speed of fine-tuning that they must reach."""
    workspace, directories = workspace_of(folder / "all", options, options.artists)
    pipelines = {
        "artlib.generators": artlib_batches,
        "ImageDataGenerator": keras_generator,
        "ImageDataGenerator, 2 workers": keras_generator_two_workers,
        "image_dataset_from_directory": keras_dataset,
        "image_dataset_from_directory, cached": keras_dataset_cached,
    }
    speeds = {name: alone(input_speeds, make, workspace, directories) for name, make in pipelines.items()}
    pace = alone(fine_tuning_speed, workspace, options)
    rows = [
        {
            "input": name,
            "first epoch": f"{first:.1f}",
            "second epoch": f"{second:.1f}",
            "second / pace": f"{second / pace:.2f}",
        }
        for name, (first, second) in speeds.items()
    ]
    table(f"Input at {SIDE} px in batches of {INPUT_BATCH}, images/s; the speed of fine-tuning is {pace:.1f}", rows)
    return {"fine_tuning_images_per_second": pace, "first_and_second_epoch_images_per_second": speeds}


def input_speeds(make: Callable[..., Any], workspace: Workspace, directories: Path) -> tuple[float, float]:
    """Return the pictures per second of a first epoch, with the time to make the pipeline, and of a second one."""
    shutil.rmtree(workspace.features, ignore_errors=True)
    split = read_split(workspace)
    model = trivial_model(len(split.class_names))
    clock = Clock()
    # batches run through fit(), because only there do a PyDataset's workers run
    model.fit(make(workspace, directories, split), epochs=2, shuffle=False, callbacks=[clock], verbose=0)
    first, second = (row["elapsed"] for row in clock.rows)
    return len(split.rows("train")) / first, len(split.rows("train")) / (second - first)


def trivial_model(artists: int) -> keras.Model:
    """Return a compiled model that takes almost no time."""
    inputs = keras.Input((SIDE, SIDE, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(artists, activation="softmax")(pooled))
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def artlib_batches(workspace: Workspace, directories: Path, split: Split):
    """Return artlib's training batches; the first call prepares the pictures, those of the other parts too."""
    return artlib.generators(workspace, batch_size=INPUT_BATCH, image_size=SIDE)[0]


def keras_generator(workspace: Workspace, directories: Path, split: Split):
    """Return ImageDataGenerator's batches."""
    return directory_flow(directories, "train", split, INPUT_BATCH, "sparse")


def keras_generator_two_workers(workspace: Workspace, directories: Path, split: Split):
    """Return ImageDataGenerator's batches with as many workers as artlib's have."""
    flow = keras_generator(workspace, directories, split)
    flow.workers = 2
    return flow


def keras_dataset(workspace: Workspace, directories: Path, split: Split, cached: bool = False) -> tf.data.Dataset:
    """Return image_dataset_from_directory's batches with augmentation layers, prefetched."""
    dataset = keras.utils.image_dataset_from_directory(
        directories / "train",
        class_names=[safe_name(name) for name in split.class_names],
        batch_size=INPUT_BATCH,
        image_size=(SIDE, SIDE),
        verbose=False,
    )
    layers = [keras.layers.RandomFlip("horizontal"), keras.layers.RandomTranslation(0.1, 0.1)]
    augmentation = keras.Sequential([*layers, keras.layers.RandomZoom(0.1)])
    return (
        (dataset.cache() if cached else dataset)
        .map(lambda images, labels: (augmentation(images, training=True), labels), num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def keras_dataset_cached(workspace: Workspace, directories: Path, split: Split) -> tf.data.Dataset:
    """Return the same with all decoded pictures in memory, which is impossible for a large set."""
    return keras_dataset(workspace, directories, split, cached=True)


def fine_tuning_speed(workspace: Workspace, options: argparse.Namespace) -> float:
    """Return the pictures per second of fine-tuning if all pictures are in memory."""
    names, backbone = read_split(workspace).class_names, backbones.get(options.backbone)
    # the speed does not depend on the values
    model = artlib.build_model(names, backbone=options.backbone, image_size=SIDE, weights=None)
    backbone.freeze_below(model, backbone.fine_tune_from)
    model.compile(keras.optimizers.AdamW(1e-4), "sparse_categorical_crossentropy")
    generator, clock = np.random.default_rng(options.seed), Clock()
    pixels = generator.uniform(0, 255, (STEPS * INPUT_BATCH, SIDE, SIDE, 3)).astype(np.float32)
    labels = generator.integers(len(names), size=len(pixels))
    model.fit(pixels, labels, batch_size=INPUT_BATCH, epochs=2, callbacks=[clock], verbose=0)
    first, second = (row["elapsed"] for row in clock.rows)
    return len(pixels) / (second - first)


def names(text: str) -> list[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="a folder laid out as artist/picture")
    parser.add_argument("--artists", type=names, help="only these, separated by commas")
    parser.add_argument(
        "--trio",
        type=names,
        default="claude-monet,pierre-auguste-renoir,vincent-van-gogh",
        help="three artists who are hard to distinguish (default: %(default)s); empty leaves this out",
    )
    parser.add_argument("--backbone", default="efficientnet_lite0", choices=list(backbones.BACKBONES))
    parser.add_argument("--weights", default="imagenet", help="a weights file of that backbone (default: ImageNet's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs-original", type=int, help="at most this many in each phase, for a quick try")
    parser.add_argument("--epochs-artlib", type=int, help="at most this many in each phase that runs the network")
    parser.add_argument("--pictures", type=int, default=1024, help="pictures for the extraction (default: 1024)")
    parser.add_argument("--only", choices=("train", "extraction", "input"))
    parser.add_argument("--json", help="write the figures to this file, too")
    return parser


if __name__ == "__main__":
    main()
