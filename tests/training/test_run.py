"""Training: what is written, that it can be repeated, and that an interruption loses nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pandas as pd
import pytest
import quick
from conftest import Trained, copy_of, write_as_keras_serves
from drawing import LOOKS, photo, write

import artlib
from artlib import plots
from artlib.backbones import BACKBONES, Backbone, WeightsError
from artlib.collect import folder
from artlib.errors import ArgumentError
from artlib.inference.features import features_of
from artlib.inference.pixels import prepare
from artlib.recogniser import files, runner, second_network
from artlib.recogniser.files import FORMAT
from artlib.recogniser.model import build_model
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.runner import Recogniser
from artlib.recogniser.second_network import SecondNetwork
from artlib.recogniser.trained_model import TrainedModel
from artlib.training import callbacks, checkpoint, recipes, run
from artlib.training.run import Run, is_trained
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

COLUMNS = {"phase", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
COLUMNS |= {"seconds", "elapsed", "kept"}
QUICK = {"backbone": "tiny", "image_size": 32, "epochs": 1}


@pytest.fixture(scope="module", autouse=True)
def tiny() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quick.register(patch)
        yield


def validation_outputs(workspace: Workspace, name: str = "default") -> tuple[ModelOutputs, np.ndarray]:
    """The outputs of a saved model for the validation pictures, computed anew, and their labels."""
    model, split = TrainedModel(workspace, name), read_split(workspace)
    pixels, rows = prepare(workspace, split.ids, model.prepared_side), split.rows("validation")
    return Recogniser.of(model.network)(pixels, rows, progress=False), split.labels[rows]


def accuracy(workspace: Workspace, name: str = "default") -> float:
    outputs, labels = validation_outputs(workspace, name)
    return float((outputs.logits.argmax(axis=1) == labels).mean())


def assert_same(run: Run, other: Run) -> None:
    """To the last bit on one machine; the tolerance is for processors whose sums depend on the number of threads."""
    histories = [each.history.drop(columns=["seconds", "elapsed"]) for each in (run, other)]
    pd.testing.assert_frame_equal(*histories, rtol=1e-3, atol=1e-4)
    weights = zip(run.model.get_weights(), other.model.get_weights(), strict=True)
    assert all(np.allclose(*pair, rtol=1e-3, atol=1e-4) for pair in weights)


@pytest.fixture(scope="module")
def head_only(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A training of the head alone; only to be read."""
    workspace = copy_of(collected, tmp_path_factory.mktemp("head only") / "data")
    make_split(workspace)
    return artlib.train(workspace, **(QUICK | {"epochs": 0}))


@pytest.fixture
def own(head_only: Run, tmp_path: Path) -> Workspace:
    """A workspace with a split and frozen features, to be written."""
    return copy_of(Workspace(head_only.folder.parents[1]), tmp_path / "data")


@pytest.fixture(scope="module")
def undisturbed(head_only: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """A training of four epochs with each recipe; only to be read."""
    workspace = copy_of(Workspace(head_only.folder.parents[1]), tmp_path_factory.mktemp("undisturbed") / "data")
    return {
        recipe: artlib.train(workspace, recipe=recipe, name=recipe, **(QUICK | {"epochs": 4}))
        for recipe in ("artlib", "original")
    }


# --- what is refused before any work ---


def test_without_a_split_the_error_names_the_command(collected: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"no split \(split\.csv\)\.\nRun first:\n(.*\n)*    artlib split"):
        artlib.train(collected)


def test_without_a_picture_to_validate_on_nothing_is_trained(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    table = workspace.read_table(workspace.catalog)
    # each artist's pictures are all near-duplicates of each other
    workspace.groups.write_text("id,group\n" + "".join(f"{row.id},{row.artist}\n" for row in table.itertuples()))
    make_split(workspace)
    with pytest.raises(WorkspaceError, match="no validation image.*Collect more, then split again"):
        artlib.train(workspace, **QUICK)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"recipe": "mine"}, "Known recipes: original, artlib. Received: recipe='mine'"),
        ({"backbone": "vgg16"}, "Known backbones: .*Received: backbone='vgg16'"),
        ({"second_backbone": "vgg19"}, "Known backbones: .*Received: backbone='vgg19'"),
        ({"epochs": -1}, "Received: epochs=-1"),
        ({"image_size": 8}, "Received: image_size=8"),
        ({"name": "../x"}, "Received: name='../x'"),
    ],
)
def test_a_wrong_argument_is_named(
    option: dict[str, object], message: str, collected: Workspace, tmp_path: Path
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(ValueError, match=message):
        artlib.train(workspace, **(QUICK | option))
    assert not (workspace.root / "models").exists()


def test_an_empty_path_for_other_artists_is_refused_before_any_work(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(ArgumentError, match="path is empty. Received: others=''"):
        artlib.train(workspace, others="", **QUICK)
    assert not (workspace.root / "models").exists()


def test_a_folder_of_other_artists_without_pictures_is_refused_before_any_work(
    collected: Workspace, tmp_path: Path
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match="no readable picture of other artists.*Received: others='.*empty'"):
        artlib.train(workspace, others=tmp_path / "empty", **QUICK)
    with pytest.raises(ArgumentError, match="There is no such folder. Received: others='.*nowhere'"):
        artlib.train(workspace, others=tmp_path / "nowhere", **QUICK)
    assert not (workspace.root / "models").exists()


def test_a_second_backbone_without_weights_is_refused_before_any_work(
    collected: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = replace(quick.TINY, name="lost", network=SimpleNamespace(find_weights=lambda: None))
    monkeypatch.setitem(BACKBONES, "lost", lost)
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(WeightsError, match="weights of lost are not on this machine"):
        artlib.train(workspace, second_backbone="lost", **QUICK)
    assert not (workspace.root / "models").exists()


# --- what a training leaves ---


@pytest.mark.slow
def test_the_history_has_one_row_an_epoch_and_the_promised_columns(trained: Trained) -> None:
    history = trained.run.history
    assert set(history.columns) == COLUMNS
    for _, phase in history.groupby("phase"):
        assert phase["epoch"].tolist() == list(range(1, len(phase) + 1))
    assert not history.isna().any(axis=None)


@pytest.mark.slow
def test_the_head_is_trained_first_and_then_fine_tuned(trained: Trained) -> None:
    assert trained.run.history["phase"].unique().tolist() == ["head", "fine-tune"]
    assert (trained.run.history["phase"] == "fine-tune").sum() == 1


@pytest.mark.slow
def test_the_history_is_written_beside_the_model(trained: Trained) -> None:
    written = pd.read_csv(trained.run.folder / "history.csv")
    assert written["val_loss"].tolist() == pytest.approx(trained.run.history["val_loss"].tolist())


@pytest.mark.slow
def test_the_metadata_say_how_the_model_was_made(trained: Trained) -> None:
    content = json.loads((trained.workspace.model() / "artist_model.json").read_text(encoding="utf-8"))
    expected = {
        "class_names": sorted(LOOKS),
        "backbone": "efficientnet_lite0",
        "image_size": 224,
        "recipe": "artlib",
        "seed": 0,
        "format": FORMAT,
        "versions": files.versions(),
    }
    assert {key: content[key] for key in expected} == expected


@pytest.mark.slow
def test_about_99_percent_of_the_validation_pictures_are_of_a_known_kind(trained: Trained) -> None:
    detector = TrainedModel(trained.workspace).decision_rule.detector
    scores = detector(validation_outputs(trained.workspace)[0])
    assert (scores <= detector.threshold + 1e-3).mean() >= 0.99 - 1 / len(scores)
    assert detector.threshold == pytest.approx(np.quantile(scores, 0.99), abs=0.01)


@pytest.mark.slow
def test_a_training_learns_how_sure_answers_are(trained: Trained) -> None:
    model = TrainedModel(trained.workspace)
    assert model.confidence is not None and model.metadata.unknown_threshold == 0.5
    assert model.confidence.evidence.artists.tolist() == [0, 1, 2]


@pytest.mark.slow
def test_the_trained_model_on_disk_is_the_one_returned(trained: Trained) -> None:
    given = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3)).astype(np.float32)
    loaded = TrainedModel(trained.workspace).network
    assert loaded.predict_on_batch(given) == pytest.approx(trained.run.model.predict_on_batch(given), abs=1e-6)


@pytest.mark.slow
def test_the_run_says_what_it_did_in_words(trained: Trained) -> None:
    text = str(trained.run)
    assert text.startswith("artlib recipe on efficientnet_lite0: ") and str(trained.run.folder) in text


@pytest.mark.slow
def test_the_training_curves_can_be_drawn(trained: Trained) -> None:
    assert plots.training_curves(trained.run.history)._repr_png_()


@pytest.mark.slow
def test_a_model_counts_as_trained_until_the_split_changes(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    assert is_trained(workspace) and not is_trained(workspace, name="another")
    make_split(workspace, seed=1)
    assert not is_trained(workspace)


@pytest.mark.slow
def test_the_trained_model_recognises_the_validation_pictures(trained: Trained) -> None:
    assert accuracy(trained.workspace) >= 0.8


@pytest.mark.slow
def test_every_batch_normalization_keeps_its_statistics(undisturbed: dict[str, Run]) -> None:
    run = undisturbed["artlib"]
    assert run.history.query("phase == 'fine-tune'")["kept"].any()  # else it would be no proof
    fresh = build_model(sorted(LOOKS), backbone="tiny", image_size=32)
    for stage in quick.STAGE_NAMES:
        pair = [model.get_layer(f"{stage}_bn").get_weights() for model in (fresh, run.model)]
        assert all((old == new).all() for old, new in zip(*pair, strict=True))


@pytest.mark.slow
def test_where_fine_tuning_harms_the_model_stays_as_the_head_left_it(
    head_only: Run, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = recipes.recipe_phases

    def harmful(*given: object) -> list[recipes.Phase]:
        head, fine_tuning = usual(*given)
        return [head, replace(fine_tuning, learning_rate=3.0)]

    monkeypatch.setattr(recipes, "recipe_phases", harmful)
    run = artlib.train(own, **(QUICK | {"epochs": 2}))
    head, fine_tuning = (run.history[run.history["phase"] == phase] for phase in ("head", "fine-tune"))
    assert fine_tuning["val_accuracy"].max() < head[head["kept"]]["val_accuracy"].item()
    assert not fine_tuning["kept"].any()
    weights = zip(run.model.get_weights(), head_only.model.get_weights(), strict=True)
    assert all(np.allclose(*pair, rtol=1e-4, atol=1e-5) for pair in weights)


@pytest.mark.slow
def test_a_training_learns_from_other_artists(own: Workspace, tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path / "others" / f"artist {number % 2}" / f"{number}.jpg", photo(700 + number))
    run = artlib.train(own, others=tmp_path / "others", **(QUICK | {"epochs": 0}))
    others = TrainedModel(own).others
    assert others is not None and (others.names, len(others.artists)) == (["artist 0", "artist 1"], 4)
    assert run.metadata.class_names == TrainedModel(own).class_names == sorted(LOOKS)


# --- a second backbone ---


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Backbone:
    """One that may be named as second backbone; its pictures are larger than those of the first."""
    small = replace(quick.TINY, name="small", image_size=48)
    monkeypatch.setitem(BACKBONES, "small", small)
    return small


def test_the_logits_of_a_second_backbone_are_added(
    own: Workspace, small: Backbone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = artlib.train(own, second_backbone="small", **(QUICK | {"epochs": 0}))
    second = SecondNetwork.read(trained.folder / trained.metadata.second_network)
    assert f"{second.share:g} times its logits are added" in capsys.readouterr().out
    monkeypatch.setattr(runner, "SURE", 0)  # without mirror images
    alone, _ = validation_outputs(own)
    model, split = TrainedModel(own), read_split(own)
    pixels, rows = prepare(own, split.ids, model.prepared_side), split.rows("validation")
    expected = alone.logits + second.logits(features_of(pixels, small)[rows])
    both = model.recogniser(pixels, rows, progress=False)
    assert both.logits == pytest.approx(expected, abs=0.02) and np.abs(both.logits - alone.logits).max() > 0.2
    assert model.decision_rule.confidence is not None


def test_a_second_backbone_that_is_no_gain_leaves_the_model_as_it_is(
    own: Workspace, head_only: Run, small: Backbone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(second_network, "LEAST_GAIN", 100)
    trained = artlib.train(own, second_backbone=small.name, **(QUICK | {"epochs": 0}))
    assert "small, is no gain on the validation part" in capsys.readouterr().out
    assert trained.metadata.second_network == "" and not list(trained.folder.glob("second_network-*"))
    assert_same(trained, head_only)


# --- again ---


@pytest.mark.slow
def test_the_same_seed_gives_the_same_history_and_another_does_not(head_only: Run, own: Workspace) -> None:
    assert_same(artlib.train(own, **(QUICK | {"epochs": 0})), head_only)
    other = artlib.train(own, seed=2, **(QUICK | {"epochs": 0}))
    assert other.history["loss"].iloc[0] != head_only.history["loss"].iloc[0]


@pytest.mark.slow
def test_the_original_recipe_runs_its_two_phases(undisturbed: dict[str, Run]) -> None:
    run = undisturbed["original"]
    assert run.history["phase"].tolist() == ["all layers"] * 4 + ["core frozen"] * 4
    assert (run.model.name, run.metadata.recipe) == ("artlib_tiny", "original")


@pytest.mark.slow
def test_without_epochs_the_artlib_recipe_leaves_the_backbone_as_it_was(head_only: Run) -> None:
    assert head_only.history["phase"].unique().tolist() == ["head"]
    fresh = build_model(sorted(LOOKS), backbone="tiny", image_size=32)
    for stage in quick.STAGE_NAMES:
        pair = [model.get_layer(f"{stage}_conv").get_weights()[0] for model in (fresh, head_only.model)]
        assert (pair[0] == pair[1]).all()


def test_the_original_recipe_without_epochs_has_nothing_to_do(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(ValueError, match="epochs"):
        artlib.train(workspace, recipe="original", **(QUICK | {"epochs": 0}))


# --- interrupted and killed ---

# what a shell runs in the background ignores Ctrl-C, and so would its children, this training
SIGNALLED = """
import os, signal, sys, artlib, pytest, quick
from artlib.training import callbacks
signal.signal(signal.SIGINT, signal.default_int_handler)
patch = pytest.MonkeyPatch()
quick.register(patch)
quick.stop_at(patch, "fine-tune", 3, lambda: os.kill(os.getpid(), int(sys.argv[2])))
patch.setattr(callbacks, "SECONDS", float(sys.argv[3]))
artlib.train(sys.argv[1], name="stopped", backbone="tiny", image_size=32, epochs=4)
"""


def in_a_process(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_while_fine_tuning_keeps_a_usable_model(own: Workspace) -> None:
    done = in_a_process(SIGNALLED, own.root, int(signal.SIGINT), callbacks.SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(own.model("stopped") / "checkpoint.npz") as held:
        progress = json.loads(str(held["progress"]))
    assert (progress["phase"], progress["epoch"]) == (1, 2), "the epochs that were finished are not lost"
    assert "Interrupted in phase 'fine-tune': the best weights so far are kept and saved." in done.stderr
    assert accuracy(own, "stopped") >= 0.8


class StoppedError(Exception):
    pass


def interrupt() -> None:
    raise KeyboardInterrupt


def die() -> None:
    raise StoppedError


@pytest.mark.slow
def test_ctrl_c_in_the_first_epoch_of_fine_tuning_keeps_what_the_head_learned(
    head_only: Run, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.stop_at(monkeypatch, "fine-tune", 1, interrupt)
    run = artlib.train(own, name="stopped", **QUICK)
    assert not run.finished
    weights = zip(run.model.get_weights(), head_only.model.get_weights(), strict=True)
    assert all(np.allclose(*pair, rtol=1e-4, atol=1e-5) for pair in weights)


@pytest.mark.slow
def test_ctrl_c_before_anything_was_learned_leaves_no_model(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    quick.stop_at(monkeypatch, "head", 1, interrupt)
    with pytest.raises(KeyboardInterrupt):
        artlib.train(own, name="stopped", **QUICK)
    assert not own.model("stopped").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize(
    ("seconds", "finished"),
    [(0, "epoch 2 of phase 'fine-tune'"), (callbacks.SECONDS, "epoch 4 of phase 'head'")],
    ids=["each epoch is written", "these epochs are too quick to be written"],
)
def test_a_killed_training_goes_on_to_the_result_of_an_undisturbed_one(
    seconds: float, finished: str, undisturbed: dict[str, Run], own: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_a_process(SIGNALLED, own.root, int(signal.SIGKILL), seconds).returncode == -signal.SIGKILL
    assert not is_trained(own, name="stopped")
    run = artlib.train(own, name="stopped", **(QUICK | {"epochs": 4}))
    assert f"Training goes on after {finished}." in capsys.readouterr().out
    assert_same(run, undisturbed["artlib"])
    assert is_trained(own, name="stopped") and not checkpoint.exists(run.folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "phase", "epoch"),
    [("artlib", "head", 3), ("artlib", "fine-tune", 1), ("original", "all layers", 3), ("original", "core frozen", 3)],
)
def test_a_training_that_failed_in_any_phase_goes_on_to_the_result_of_an_undisturbed_one(
    recipe: str,
    phase: str,
    epoch: int,
    undisturbed: dict[str, Run],
    own: Workspace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = QUICK | {"recipe": recipe, "name": "stopped", "epochs": 4}
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedError):
        quick.stop_at(patch, phase, epoch, die)
        artlib.train(own, **options)
    assert not is_trained(own, name="stopped")
    run = artlib.train(own, **options)
    finished = f"after epoch {epoch - 1} of phase '{phase}'" if epoch > 1 else "of phase 'head'"
    assert f"{finished}." in capsys.readouterr().out
    assert_same(run, undisturbed[recipe])


@pytest.mark.slow
def test_under_auto_an_unfinished_training_goes_on_with_its_own_backbone(
    undisturbed: dict[str, Run], own: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    options = QUICK | {"name": "stopped", "epochs": 4}
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedError):
        quick.stop_at(patch, "fine-tune", 3, die)
        artlib.train(own, **options)
    run = artlib.train(own, **(options | {"backbone": "auto"}))
    said = capsys.readouterr().out
    assert "backbone=auto: tiny, because what was begun goes on with it." in said
    assert "Training goes on after epoch 2 of phase 'fine-tune'." in said
    assert_same(run, undisturbed["artlib"])


@pytest.mark.parametrize("change", [{"seed": 1}, {"recipe": "original"}, {"image_size": 64}, {"epochs": 3}, None])
def test_a_training_with_other_settings_does_not_bind_auto(
    change: dict[str, object] | None, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = QUICK | {"name": "stopped", "epochs": 4}
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedError):
        quick.stop_at(patch, "head", 2, die)
        artlib.train(own, **options)
    begun: list[str | None] = []

    def choosing(_: str, found: str | None = None) -> Backbone:
        begun.append(found)
        raise StoppedError

    monkeypatch.setattr(run.backbones, "choose", choosing)
    with pytest.raises(StoppedError):
        artlib.train(own, **(options | (change or {}) | {"backbone": "auto"}))
    assert begun == ["tiny" if change is None else None]


@pytest.mark.slow
def test_a_checkpoint_holds_no_frozen_layer(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "remove", lambda _: None)
    run = artlib.train(own, **QUICK)
    held = checkpoint.read(run.folder, json.loads(str(np.load(run.folder / "checkpoint.npz")["progress"]))["settings"])
    assert set(held.learned) == {"body_conv", "top_conv", "standardised", "dropout", "artists"}


# --- another backbone ---


@pytest.mark.slow
def test_resnet50_with_weights_given_by_hand_trains_through_the_same_code(own: Workspace, tmp_path: Path) -> None:
    original = keras.applications.ResNet50(include_top=False, weights=None)
    file = write_as_keras_serves(original, tmp_path / "resnet50.h5")
    run = artlib.train(own, **(QUICK | {"backbone": "resnet50", "epochs": 0, "weights": file}))
    assert (run.metadata.backbone, run.metadata.weights) == ("resnet50", str(file))
    given = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    expected = run.model.predict_on_batch(given)
    assert TrainedModel(own).network.predict_on_batch(given) == pytest.approx(expected, abs=1e-6)


# --- several devices ---

ON_TWO_DEVICES = """
import sys, pytest, quick, tensorflow
cpu = tensorflow.config.list_physical_devices("CPU")[0]
tensorflow.config.set_logical_device_configuration(cpu, [tensorflow.config.LogicalDeviceConfiguration()] * 2)
import artlib
from artlib.training import phases, run
quick.register(pytest.MonkeyPatch())
strategy = tensorflow.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
run._strategy = lambda: strategy
compiled = phases._compiled
def witness(context, phase, steps):
    learner = compiled(context, phase, steps)
    print(phase.name, "on", learner.distribute_strategy.num_replicas_in_sync, "devices")
    return learner
phases._compiled = witness
artlib.train(sys.argv[1], backbone="tiny", image_size=32, epochs=1)
"""


@pytest.mark.slow
def test_training_runs_on_two_devices_at_once(own: Workspace) -> None:
    """Two halves of the processor stand for two GPUs."""
    done = in_a_process(ON_TWO_DEVICES, own.root)
    assert "head on 2 devices" in done.stdout and "fine-tune on 2 devices" in done.stdout, done.stderr[-2000:]
    assert accuracy(own) >= 0.8


@pytest.mark.parametrize(("count", "mirrored"), [(0, False), (1, False), (2, True)])
def test_only_several_gpus_are_trained_on_together(count: int, mirrored: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    devices = {"GPU": [object()] * count}
    monkeypatch.setattr(run.tensorflow.config, "list_physical_devices", lambda kind: devices[kind])
    monkeypatch.setattr(run.tensorflow.distribute, "MirroredStrategy", lambda: "mirrored")
    assert (run._strategy() == "mirrored") == mirrored


@pytest.mark.slow
def test_a_training_prepares_all_pictures_once(trained: Trained) -> None:
    (path,) = trained.workspace.features.glob("pixels-*.npy")
    assert len(np.load(path, mmap_mode="r")) == len(trained.workspace.read_table(trained.workspace.split))


@pytest.mark.slow
def test_the_recipe_is_told_how_many_pictures_are_learned_from(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*given: object) -> None:
        raise ValueError(f"images={given[-1]}")

    monkeypatch.setattr(run.recipes, "recipe_phases", told)
    with pytest.raises(ValueError, match=f"images={len(read_split(own).rows('train'))}$"):
        artlib.train(own, **QUICK)


@pytest.mark.slow
def test_only_what_is_learned_from_is_also_seen_mirrored(trained: Trained) -> None:
    split = read_split(trained.workspace)
    (path,) = trained.workspace.features.glob("*-mirrored*.npz")
    with np.load(path) as file:
        assert sorted(file["ids"]) == sorted(np.array(split.ids)[split.rows("train")])
