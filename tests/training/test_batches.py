"""Batches for fit(): what comes out, what augmentation may change and what it must not."""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from conftest import copy_of
from PIL import Image

from artlib.inference.pixels import prepare, prepared_side, resize_to_square, resized
from artlib.training.batches import ArtworkBatches, augmented, generators, part_batches, random_box
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

pytestmark = pytest.mark.thorough

SIDE = 72
TOP_TO_BOTTOM = np.repeat(np.linspace(250, 5, SIDE).astype(np.uint8), SIDE * 3).reshape(SIDE, SIDE, 3)


@pytest.fixture(scope="module")
def divided(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = copy_of(collected, tmp_path_factory.mktemp("divided") / "data")
    make_split(workspace)
    return workspace


@pytest.fixture
def batches() -> Callable[..., ArtworkBatches]:
    """Ten random pictures in batches of four."""

    def make(**options) -> ArtworkBatches:
        pixels = np.random.default_rng(0).integers(0, 256, (20, SIDE, SIDE, 3), np.uint8)
        given = {"batch_size": 4, "image_size": 56, **options}
        return ArtworkBatches(pixels, np.arange(0, 20, 2), np.arange(10) % 3, ["a", "b", "c"], **given)

    return make


def everything(batches: ArtworkBatches) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*(batches[index] for index in range(len(batches))), strict=True)
    return np.concatenate(images), np.concatenate(labels)


# --- what comes out ---


@pytest.mark.parametrize("augment", [True, False])
def test_pictures_are_float32_from_0_to_255_of_the_size_asked_for(
    augment: bool, batches: Callable[..., ArtworkBatches]
) -> None:
    images, labels = batches(augment=augment)[0]
    assert (images.dtype, images.shape, labels.shape) == (np.float32, (4, 56, 56, 3), (4,))
    assert 0 <= images.min() < 60 and 195 < images.max() <= 255


def test_labels_are_integers(batches: Callable[..., ArtworkBatches]) -> None:
    assert np.issubdtype(batches()[0][1].dtype, np.integer)


def test_the_last_batch_holds_the_rest(batches: Callable[..., ArtworkBatches]) -> None:
    sizes = [len(batches()[index][1]) for index in range(len(batches()))]
    assert sizes == [4, 4, 2]


def test_a_batch_holds_at_least_one_picture(batches: Callable[..., ArtworkBatches]) -> None:
    with pytest.raises(ValueError, match="Received: batch_size=0"):
        batches(batch_size=0)


def test_validation_is_in_order_and_not_augmented(batches: Callable[..., ArtworkBatches]) -> None:
    validation = batches()
    images, labels = everything(validation)
    assert labels.tolist() == [index % 3 for index in range(10)]
    assert (images == np.stack([resized(validation.pixels[row], 56) for row in range(0, 20, 2)])).all()


def test_validation_is_the_same_in_every_epoch(batches: Callable[..., ArtworkBatches]) -> None:
    validation = batches()
    before = everything(validation)[0]
    validation.on_epoch_end()
    assert (everything(validation)[0] == before).all()


def test_every_training_picture_comes_once_an_epoch(batches: Callable[..., ArtworkBatches]) -> None:
    training = batches(augment=True)
    for _ in range(3):
        assert sorted(everything(training)[1]) == sorted(index % 3 for index in range(10))
        training.on_epoch_end()


def test_a_shuffled_picture_keeps_its_label() -> None:
    pixels = np.stack([np.full((SIDE, SIDE, 3), 40 * value, np.uint8) for value in range(6)])
    training = ArtworkBatches(pixels, np.arange(6), np.arange(6), list("abcdef"), 2, 56, augment=True)
    for _ in range(3):
        images, labels = everything(training)
        assert np.abs(images.mean(axis=(1, 2, 3)) / 40 - labels).max() < 1
        training.on_epoch_end()


# --- chance ---


def test_training_is_reproducible_by_its_seed(batches: Callable[..., ArtworkBatches]) -> None:
    first, second = (everything(batches(augment=True, seed=5)) for _ in range(2))
    assert (first[0] == second[0]).all() and (first[1] == second[1]).all()


def test_another_seed_gives_other_pictures(batches: Callable[..., ArtworkBatches]) -> None:
    first, second = (everything(batches(augment=True, seed=seed))[0] for seed in (5, 6))
    assert (first != second).any()


def test_each_epoch_gives_other_pictures_in_another_order(batches: Callable[..., ArtworkBatches]) -> None:
    training = batches(augment=True)
    first = everything(training)
    training.on_epoch_end()
    second = everything(training)
    assert (first[0] != second[0]).any() and (first[1] != second[1]).any()


def test_a_batch_is_the_same_however_often_and_in_whatever_order_it_is_asked_for(
    batches: Callable[..., ArtworkBatches],
) -> None:
    """Keras asks from several threads."""
    training = batches(augment=True)
    backwards = [training[index][0] for index in (2, 1, 0)]
    assert (np.concatenate(backwards[::-1]) == everything(training)[0]).all()


# --- what augmentation must not change ---


def views(pixels: np.ndarray, count: int = 200) -> np.ndarray:
    generator = np.random.default_rng(0)
    return np.stack([augmented(pixels, 56, generator) for _ in range(count)])


def test_a_picture_is_never_turned_upside_down() -> None:
    seen = views(TOP_TO_BOTTOM)
    assert (seen[:, :8].mean(axis=(1, 2, 3)) > seen[:, -8:].mean(axis=(1, 2, 3))).all()


def test_a_picture_is_never_turned_on_its_side() -> None:
    seen = views(TOP_TO_BOTTOM)
    assert np.abs(seen[:, :, :8].mean(axis=(1, 2, 3)) - seen[:, :, -8:].mean(axis=(1, 2, 3))).max() < 1


def test_about_half_of_the_views_are_mirrored() -> None:
    seen = views(TOP_TO_BOTTOM.transpose(1, 0, 2))
    mirrored = seen[:, :, :8].mean(axis=(1, 2, 3)) < seen[:, :, -8:].mean(axis=(1, 2, 3))
    assert 0.35 < mirrored.mean() < 0.65


def test_the_order_of_the_channels_is_kept() -> None:
    seen = views(np.full((SIDE, SIDE, 3), (180, 110, 60), np.uint8))
    assert (seen[..., 0] > seen[..., 1] + 20).all() and (seen[..., 1] > seen[..., 2] + 20).all()


def test_the_hue_is_kept() -> None:
    """What is added and multiplied is the same for the three channels, so the ratio of their differences stays."""
    seen = views(np.full((SIDE, SIDE, 3), (180, 110, 60), np.uint8)).mean(axis=(1, 2))
    ratio = (seen[:, 0] - seen[:, 1]) / (seen[:, 1] - seen[:, 2])
    assert ratio == pytest.approx(np.full(len(seen), 70 / 50), rel=1e-3)


def test_brightness_changes_by_at_most_15_percent() -> None:
    seen = views(np.full((SIDE, SIDE, 3), 120, np.uint8)).mean(axis=(1, 2, 3))
    assert seen.min() >= 120 * 0.85 - 1e-3 and seen.max() <= 120 * 1.15 + 1e-3
    assert seen.max() - seen.min() > 20


def test_a_crop_keeps_at_least_a_third_of_the_picture_and_stays_inside() -> None:
    generator = np.random.default_rng(0)
    for left, top, right, bottom in (random_box(100, generator) for _ in range(500)):
        assert 0 <= left < right <= 100 + 1e-9 and 0 <= top < bottom <= 100 + 1e-9
        assert (right - left) * (bottom - top) >= 0.33 * 100**2


# --- of a workspace ---


def test_generators_are_two_keras_datasets_of_train_and_validation(divided: Workspace) -> None:
    training, validation = generators(divided, batch_size=8, image_size=64)
    assert all(isinstance(each, keras.utils.PyDataset) for each in (training, validation))
    split = read_split(divided)
    assert (len(training.labels), len(validation.labels)) == (len(split.rows("train")), len(split.rows("validation")))
    assert (training.augment, validation.augment) == (True, False)


def test_generators_take_the_original_projects_sizes(divided: Workspace) -> None:
    training, _ = generators(divided)
    assert training[0][0].shape == (16, 224, 224, 3)


def test_keras_fits_on_the_generators(divided: Workspace) -> None:
    training, validation = generators(divided, batch_size=16, image_size=32)
    model = keras.Sequential([keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    history = model.fit(training, validation_data=validation, epochs=2, verbose=0)
    assert np.isfinite(history.history["val_loss"]).all()


class Witness(keras.Sequential):
    """Writes down which pictures it is trained on."""

    def train_step(self, data):
        self.seen.extend(data[1].numpy().tolist())
        return super().train_step(data)


def seen_in_fit(seed: int) -> list[list[int]]:
    """What each of three epochs of fit() shows, of forty pictures in batches of four."""
    # shuffle=False: fit() would shuffle the batches once more, by no seed
    pixels = np.zeros((40, SIDE, SIDE, 3), np.uint8)
    names = [str(number) for number in range(40)]
    training = ArtworkBatches(pixels, np.arange(40), np.arange(40), names, 4, 32, augment=True, seed=seed)
    model = Witness([keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(40, activation="softmax")])
    model.seen = []
    model.compile(loss="sparse_categorical_crossentropy", run_eagerly=True)
    model.fit(training, epochs=3, verbose=0, shuffle=False)
    return [list(model.seen[start : start + 40]) for start in range(0, len(model.seen), 40)]


def test_in_fit_every_picture_comes_once_an_epoch_in_an_order_that_the_seed_decides() -> None:
    """Keras fetches batches ahead in threads of its own."""
    epochs = seen_in_fit(seed=1)
    assert [sorted(epoch) for epoch in epochs] == [list(range(40))] * 3
    assert epochs[0] != epochs[1] != epochs[2]
    assert seen_in_fit(seed=1) == epochs


def test_each_picture_has_its_own_artists_label(divided: Workspace) -> None:
    """The warm pictures are one artist's, the blue and green ones another's."""
    images, labels = everything(generators(divided, image_size=32)[1])
    names = np.array(read_split(divided).class_names)[labels]
    red, blue = images[..., 0].mean(axis=(1, 2)), images[..., 2].mean(axis=(1, 2))
    assert set(names[red > 2 * blue]) == {"Ross Tran"}
    assert set(names[blue > 2 * red]) == {"北斎"}


def test_without_a_split_the_error_names_the_command_that_makes_it(collected: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib split"):
        generators(collected)


# --- prepared pixels ---


def test_pictures_are_prepared_larger_than_the_network_sees_them() -> None:
    assert prepared_side(224) == 288


def test_a_prepared_picture_is_squashed_and_not_cropped() -> None:
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste((0, 0, 255), (270, 0, 300, 100))
    assert resize_to_square(picture, 100)[50, 95].tolist() == [0, 0, 255]


def test_pictures_are_prepared_once(divided: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = read_split(divided).ids[:5]
    first = np.array(prepare(divided, ids, 40))
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "image", lambda *_: pytest.fail("a picture was opened again"))
        assert (prepare(divided, ids, 40) == first).all()


def test_pixels_of_earlier_sets_do_not_fill_the_disk(divided: Workspace) -> None:
    ids = read_split(divided).ids
    for count in (3, 4):
        prepare(divided, ids[:count], 48)
    assert len(list(divided.features.glob("pixels-48-*.npy"))) == 1


def test_prepared_pixels_come_in_the_order_asked_for(divided: Workspace) -> None:
    ids = read_split(divided).ids[:4]
    forwards = np.array(prepare(divided, ids, 36))
    assert (prepare(divided, ids[::-1], 36)[::-1] == forwards).all()


def test_a_part_has_its_own_rows(divided: Workspace) -> None:
    split = read_split(divided)
    assert part_batches(divided, split, "test", 64).rows.tolist() == split.rows("test").tolist()
