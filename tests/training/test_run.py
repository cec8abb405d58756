"""Training: what is written, that it can be repeated, and that an interruption loses nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import Trained, copy_of, write_as_keras_serves
from drawing import LOOKS

import artlib
from artlib import plots
from artlib.collect import folder
from artlib.inference.pixels import prepare
from artlib.recogniser import files
from artlib.recogniser.files import FORMAT
from artlib.recogniser.model import build_model
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.runner import Recogniser
from artlib.recogniser.trained_model import TrainedModel, is_trained
from artlib.training import checkpoint, run
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

COLUMNS = {"phase", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
COLUMNS |= {"seconds", "elapsed", "kept"}
QUICK = {"backbone": "efficientnet_lite0", "image_size": 64, "epochs": 1}


def validation_outputs(workspace: Workspace, name: str = "default") -> tuple[ModelOutputs, np.ndarray]:
    """The outputs of a saved model for the validation pictures, computed anew, and their labels."""
    model, split = TrainedModel(workspace, name), read_split(workspace)
    pixels, rows = prepare(workspace, split.ids, model.prepared_side), split.rows("validation")
    return Recogniser(model.network)(pixels, rows, progress=False), split.labels[rows]


# --- what is refused before any work ---


def test_without_a_split_the_error_names_the_notebook(collected: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="no split.csv .*03_train"):
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
def test_about_95_percent_of_the_validation_pictures_are_under_the_unknown_threshold(trained: Trained) -> None:
    detector = TrainedModel(trained.workspace).decision_rule.detector
    scores = detector(validation_outputs(trained.workspace)[0])
    assert (scores <= detector.threshold + 1e-3).mean() >= 0.95 - 1 / len(scores)
    assert detector.threshold == pytest.approx(np.quantile(scores, 0.95), abs=0.01)


@pytest.mark.slow
def test_the_trained_model_on_disk_is_the_one_returned(trained: Trained) -> None:
    given = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3)).astype(np.float32)
    loaded = TrainedModel(trained.workspace).network
    assert (loaded.predict_on_batch(given) == trained.run.model.predict_on_batch(given)).all()


@pytest.mark.slow
def test_every_batch_normalization_kept_its_imagenet_statistics(trained: Trained) -> None:
    fresh = build_model(sorted(LOOKS), backbone="efficientnet_lite0")
    for layer in fresh.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer.name != "standardised":
            pairs = zip(layer.get_weights(), trained.run.model.get_layer(layer.name).get_weights(), strict=True)
            assert all((old == new).all() for old, new in pairs)


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
def test_fine_tuning_is_never_kept_where_it_made_things_worse(trained: Trained) -> None:
    """One epoch on so few pictures harms more than it teaches; the head alone already has everything right."""
    outputs, labels = validation_outputs(trained.workspace)
    probabilities = outputs.probabilities
    best_head = trained.run.history.query("phase == 'head'")["val_accuracy"].max()
    assert (probabilities.argmax(axis=1) == labels).mean() >= best_head


# --- again ---


def history_of(workspace: Workspace, seed: int, epochs: int = 1) -> pd.DataFrame:
    return artlib.train(workspace, seed=seed, **(QUICK | {"epochs": epochs})).history.drop(
        columns=["seconds", "elapsed"]
    )


@pytest.mark.slow
def test_the_same_seed_gives_the_same_history_and_another_does_not(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    first, again = (history_of(workspace, seed=1) for _ in range(2))
    pd.testing.assert_frame_equal(first, again, rtol=1e-4)
    assert first["loss"].iloc[0] != history_of(workspace, seed=2, epochs=0)["loss"].iloc[0]


@pytest.mark.slow
def test_the_original_recipe_runs_its_two_phases(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    run = artlib.train(workspace, recipe="original", **QUICK)
    assert run.history["phase"].tolist() == ["all layers", "core frozen"]
    assert (run.model.name, run.metadata.recipe) == ("artlib_efficientnet_lite0", "original")


@pytest.mark.slow
def test_without_epochs_the_artlib_recipe_leaves_the_backbone_as_it_was(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    run = artlib.train(workspace, **(QUICK | {"epochs": 0}))
    assert run.history["phase"].unique().tolist() == ["head"]
    fresh = build_model(sorted(LOOKS), backbone="efficientnet_lite0", image_size=64)
    for name in ("stem_conv", "stage3_block0_expand_conv", "head_conv"):
        assert (run.model.get_layer(name).get_weights()[0] == fresh.get_layer(name).get_weights()[0]).all()


def test_the_original_recipe_without_epochs_has_nothing_to_do(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(ValueError, match="epochs"):
        artlib.train(workspace, recipe="original", **(QUICK | {"epochs": 0}))


# --- interrupted ---


# what a shell runs in the background ignores Ctrl-C, and so would its children, these trainings
TRAIN = """
import signal, sys, artlib
signal.signal(signal.SIGINT, signal.default_int_handler)
options = {"name": "interrupted", "backbone": "efficientnet_lite0", "image_size": 64}
artlib.train(artlib.Workspace(sys.argv[1]), recipe=sys.argv[2], epochs=int(sys.argv[3]), **options)
"""


def interrupt_when(workspace: Workspace, seen: Callable[[str], bool]) -> tuple[int, str]:
    """Train in a process of its own, send it Ctrl-C once its progress shows something, and return how it ended."""
    command = [sys.executable, "-c", TRAIN, str(workspace.root), "artlib", "8"]
    environment = os.environ | {"TQDM_MININTERVAL": "0"}
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)
    stuck = threading.Timer(180, running.kill)
    stuck.start()
    said = ""
    assert running.stderr is not None
    while chunk := os.read(running.stderr.fileno(), 4096):
        said += chunk.decode(errors="replace")
        if seen(said):
            running.send_signal(signal.SIGINT)
            break
    said += running.stderr.read().decode(errors="replace")
    stuck.cancel()
    return running.wait(), said


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
@pytest.mark.parametrize("epochs_done", [0, 2])
def test_ctrl_c_while_fine_tuning_keeps_a_usable_model(epochs_done: int, trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    status, said = interrupt_when(workspace, lambda text: f" {epochs_done}/8" in text.partition("fine-tune")[2])
    assert status == 0, said[-2000:]
    assert "Interrupted in phase 'fine-tune': the best weights so far are kept and saved." in said
    outputs, labels = validation_outputs(workspace, "interrupted")
    probabilities = outputs.probabilities
    assert (probabilities.argmax(axis=1) == labels).mean() >= 0.8


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_before_anything_was_learned_leaves_no_model(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    for file in workspace.features.glob("*-mirrored*.npz"):
        file.unlink()
    status, _ = interrupt_when(workspace, lambda text: "Frozen features" in text)
    assert status != 0
    assert not workspace.model("interrupted").exists()


# --- killed ---


def kill_when(workspace: Workspace, recipe: str, epochs: int, seen: Callable[[str], bool]) -> None:
    """Train in a process of its own and kill it, as a lost connection does, once its progress shows something."""
    command = [sys.executable, "-c", TRAIN, str(workspace.root), recipe, str(epochs)]
    environment = os.environ | {"TQDM_MININTERVAL": "0"}  # else a quick epoch is not shown, and the moment is missed
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as running:
        said = ""
        assert running.stderr is not None
        while not seen(said) and (chunk := os.read(running.stderr.fileno(), 4096)):
            said += chunk.decode(errors="replace")
        running.kill()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "epochs", "moments"),
    [
        ("artlib", 8, (" 12/40", "fine-tune:  50%")),  # in the head's phase, then in the fourth epoch of fine-tuning
        ("original", 4, ("all layers:  50%", "core frozen:  50%")),
    ],
)
def test_a_killed_training_goes_on_to_the_result_of_an_undisturbed_one(
    recipe: str, epochs: int, moments: tuple[str, str], trained: Trained, tmp_path: Path
) -> None:
    """To the last bit on one machine; the tolerance is for processors whose sums depend on the number of threads."""
    options = {
        "recipe": recipe,
        "epochs": epochs,
        "name": "interrupted",
        "backbone": "efficientnet_lite0",
        "image_size": 64,
    }
    undisturbed, killed = (copy_of(trained.workspace, tmp_path / name) for name in ("undisturbed", "killed"))
    expected = artlib.train(undisturbed, **options)
    for moment in moments:
        kill_when(killed, recipe, epochs, lambda said, moment=moment: moment in said)
        assert not is_trained(killed, name="interrupted")
    run = artlib.train(killed, **options)
    clocks = ["seconds", "elapsed"]
    pd.testing.assert_frame_equal(
        run.history.drop(columns=clocks), expected.history.drop(columns=clocks), rtol=1e-3, atol=1e-4
    )
    weights = zip(run.model.get_weights(), expected.model.get_weights(), strict=True)
    assert all(np.allclose(*pair, rtol=1e-3, atol=1e-4) for pair in weights)
    assert is_trained(killed, name="interrupted") and not checkpoint.exists(run.folder)


@pytest.mark.slow
def test_a_checkpoint_holds_no_frozen_layer(trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    monkeypatch.setattr(checkpoint, "remove", lambda _: None)
    run = artlib.train(workspace, **QUICK)
    held = checkpoint.read(run.folder, json.loads(str(np.load(run.folder / "checkpoint.npz")["progress"]))["settings"])
    assert "head_conv" in held.learned
    assert not any(name.startswith(("stem", "stage1", "stage2")) for name in held.learned)


# --- another backbone ---


@pytest.mark.slow
def test_resnet50_with_weights_given_by_hand_trains_through_the_same_code(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    untrained = keras.applications.ResNet50(include_top=False, weights=None)
    file = write_as_keras_serves(untrained, tmp_path / "resnet50.h5")
    run = artlib.train(workspace, backbone="resnet50", image_size=64, epochs=1, weights=file)
    assert run.history["phase"].unique().tolist() == ["head", "fine-tune"]
    assert (run.metadata.backbone, run.metadata.weights) == ("resnet50", str(file))


# --- several devices ---

ON_TWO_DEVICES = """
import sys, tensorflow
cpu = tensorflow.config.list_physical_devices("CPU")[0]
tensorflow.config.set_logical_device_configuration(cpu, [tensorflow.config.LogicalDeviceConfiguration()] * 2)
import artlib
from artlib.training import run
strategy = tensorflow.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
run._strategy = lambda: strategy
done = artlib.train(artlib.Workspace(sys.argv[1]), backbone="efficientnet_lite0", image_size=64, epochs=1)
print("devices", strategy.num_replicas_in_sync, "epochs", len(done.history))
"""


@pytest.mark.slow
def test_training_runs_on_two_devices_at_once(trained: Trained, tmp_path: Path) -> None:
    """Two halves of the processor stand for two GPUs."""
    workspace = copy_of(trained.workspace, tmp_path / "data")
    command = [sys.executable, "-c", ON_TWO_DEVICES, str(workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "devices 2 epochs" in done.stdout, done.stderr[-2000:]
    outputs, labels = validation_outputs(workspace)
    probabilities = outputs.probabilities
    assert (probabilities.argmax(axis=1) == labels).mean() >= 0.8


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
def test_the_recipe_is_told_how_many_pictures_are_learned_from(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*given: object) -> None:
        raise ValueError(f"images={given[-1]}")

    monkeypatch.setattr(run.recipes, "recipe_phases", told)
    workspace = copy_of(trained.workspace, tmp_path / "data")
    with pytest.raises(ValueError, match=f"images={len(read_split(workspace).rows('train'))}$"):
        artlib.train(workspace, **QUICK)


@pytest.mark.slow
def test_only_what_is_learned_from_is_also_seen_mirrored(trained: Trained) -> None:
    split = read_split(trained.workspace)
    (path,) = trained.workspace.features.glob("*-mirrored*.npz")
    with np.load(path) as file:
        assert sorted(file["ids"]) == sorted(np.array(split.ids)[split.rows("train")])
