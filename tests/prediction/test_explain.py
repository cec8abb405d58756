"""Explaining: the heat is where the evidence is, and the contributions add up to the logit."""

import gc
import weakref
from pathlib import Path

import keras
import numpy as np
import pytest
from drawing import photo
from PIL import Image
from scipy.special import log_softmax

from artlib.inference.pixels import prepared_side, resize_to_square, resized
from artlib.prediction import explain
from artlib.prediction.explain import contributions, heat_map, overlay
from artlib.recogniser.model import build_model, standardise
from artlib.recogniser.runner import Recogniser
from artlib.statistics.linear_head import linear_head

pytestmark = pytest.mark.slow  # networks run in nearly every one

NAMES = ["Ross Tran", "Wlop", "北斎"]
SIDE = 96
CORNERS = {"top left": (0, 0), "top right": (0, 1), "bottom left": (1, 0), "bottom right": (1, 1)}


def random_model(backbone: str = "efficientnet_lite0", levels: str = "all", size: int = 64) -> keras.Model:
    """Nothing in it is trained, and nothing is 0 or 1."""
    model = build_model(NAMES, backbone=backbone, image_size=size, weights=None, levels=levels)
    generator = np.random.default_rng(0)
    *_, (width, artists) = [weight.shape for weight in model.layers[-1].weights[:1]]
    if levels == "all":
        standardise(model, generator.normal(0.3, 0.5, (50, width)))
    model.layers[-1].set_weights([generator.normal(size=(width, artists)), generator.normal(size=artists)])
    return model


def marked(seed: int, corner: str | None) -> Image.Image:
    """A picture with a small chequered mark in one corner, or without one."""
    pixels = np.array(photo(seed, (SIDE, SIDE)))
    if corner:
        row, column = (5 + 62 * place for place in CORNERS[corner])
        chequers = np.indices((24, 24)).sum(axis=0) // 2 % 2 * 255
        pixels[row : row + 24, column : column + 24] = chequers[..., None]
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def small() -> keras.Model:
    return random_model()


@pytest.fixture(scope="module")
def knows_the_mark() -> keras.Model:
    """A recogniser of two artists: every picture of the second one has the mark, in any corner."""
    model = build_model(["without", "with"], backbone="efficientnet_lite0", image_size=SIDE)
    corners = [*CORNERS, *[None] * len(CORNERS)] * 12
    pixels = np.stack([np.asarray(marked(seed, corner)) for seed, corner in enumerate(corners)])
    features = Recogniser.of(model)(pixels, progress=False).embeddings * np.sqrt(1 + 0.01)  # undo variance 1, mean 0
    standardise(model, features)
    seen = Recogniser.of(model)(pixels, progress=False).embeddings
    head = linear_head()[-1].fit(seen, np.array([corner is not None for corner in corners]))
    weights = np.concatenate([-head.coef_, head.coef_]).T / 2
    model.layers[-1].set_weights([weights, np.array([-0.5, 0.5]) * head.intercept_])
    return model


# --- heat maps ---


@pytest.mark.parametrize(
    ("backbone", "levels", "stage_count"),
    [("efficientnet_lite0", "all", 8), ("efficientnet_lite0", "last", 1), ("resnet50", "all", 4)],
)
def test_the_contributions_of_all_places_add_up_to_the_logit(backbone: str, levels: str, stage_count: int) -> None:
    model = random_model(backbone, levels)
    pixels = np.stack([np.asarray(photo(seed, (64, 64))) for seed in range(3)])
    logits = []
    for artist in range(len(NAMES)):
        stages, bias = contributions(model, pixels, artist)
        logits.append(sum(stage.sum(axis=(1, 2)) for stage in stages) + bias)
    probabilities = model(pixels.astype(np.float32), training=False).numpy()
    # probabilities know logits only up to what all artists have in common
    assert np.exp(log_softmax(np.stack(logits, axis=1), axis=1)) == pytest.approx(probabilities, abs=1e-4)
    assert len(stages) == stage_count


def test_the_logit_itself_is_met_and_not_only_differences(small: keras.Model) -> None:
    pixels = resize_to_square(photo(1), prepared_side(64))
    whole = resized(pixels, 64)
    # with random weights every confidence is low: the logits are the mean with those of the mirror image
    stages, bias = contributions(small, np.stack([whole, whole[:, ::-1]]), 2)
    logit = Recogniser.of(small)(pixels[None], progress=False).logits[0, 2]
    assert sum(stage.sum() for stage in stages) / 2 + bias == pytest.approx(logit, rel=1e-3)


def test_the_grid_keeps_what_the_stages_add_up_to(small: keras.Model) -> None:
    stages, _ = contributions(small, resized(resize_to_square(photo(1), prepared_side(64)), 64)[None], 0)
    for stage in stages:
        assert explain.on_grid(stage[0], 8).sum() == pytest.approx(stage.sum(), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("corner", CORNERS)
def test_the_heat_lies_on_the_mark(corner: str, knows_the_mark: keras.Model) -> None:
    hottest, half = set(), SIDE // explain.CELL // 2
    for seed in range(1000, 1004):
        heat = heat_map(knows_the_mark, marked(seed, corner), artist=1)
        quarters = {name: heat[half * y :][:half, half * x :][:, :half].sum() for name, (y, x) in CORNERS.items()}
        hottest.add(max(quarters, key=quarters.__getitem__))
        assert quarters[corner] > 0.5 * heat.sum()
    assert hottest == {corner}


def test_the_mark_is_no_evidence_for_the_other_artist(knows_the_mark: keras.Model) -> None:
    heat = heat_map(knows_the_mark, marked(1000, "top left"), artist=0)
    assert heat[:3, :3].mean() < 0.5 * heat.mean()


def test_a_heat_map_lies_between_0_and_1_whatever_the_pictures_shape(small: keras.Model) -> None:
    heat = heat_map(small, photo(3, (300, 90)), 0)
    assert (heat.shape, heat.dtype) == ((8, 8), np.float32)
    assert heat.min() >= 0 and heat.max() == 1


def test_without_any_evidence_for_the_artist_all_is_0() -> None:
    model = random_model(levels="last")
    weights, bias = model.layers[-1].get_weights()
    weights[:, :2] = (
        1,
        -1,
    )  # features behind a ReLU are never negative, so no place can be evidence for the second artist
    model.layers[-1].set_weights([weights, bias])
    assert (heat_map(model, photo(0), 1) == 0).all()
    assert heat_map(model, photo(0), 0).max() == 1


@pytest.mark.parametrize("size", [32, 72])
def test_sizes_that_the_stages_do_not_divide_evenly_are_taken(size: int) -> None:
    heat = heat_map(random_model(size=size), photo(0), 0)
    assert heat.shape == (size // 8, size // 8) and np.isfinite(heat).all()


def test_a_model_from_disk_gives_the_same_heat_map(small: keras.Model, tmp_path: Path) -> None:
    small.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False)
    assert heat_map(loaded, photo(2), 1) == pytest.approx(heat_map(small, photo(2), 1), abs=1e-4)


def test_weights_that_changed_since_the_last_heat_map_are_used(small: keras.Model) -> None:
    model = random_model()
    before = heat_map(model, photo(0), 0)
    model.set_weights(small.get_weights())
    assert heat_map(model, photo(0), 0) == pytest.approx(heat_map(small, photo(0), 0), abs=1e-5)
    assert heat_map(model, photo(0), 0) != pytest.approx(before, abs=1e-4)


def test_a_model_that_is_no_longer_used_is_not_kept_alive() -> None:
    model = random_model()
    heat_map(model, photo(0), 0)
    reference = weakref.ref(model)
    del model
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize("artist", [-1, 3])
def test_an_artist_that_the_model_does_not_know_is_refused(artist: int, small: keras.Model) -> None:
    with pytest.raises(ValueError, match=f"artists 0 to 2.*Received: artist={artist}"):
        heat_map(small, photo(0), artist)


# --- overlays ---


def test_an_overlay_is_grey_where_it_is_cold_and_coloured_where_it_is_hot() -> None:
    heat = np.zeros((8, 8), np.float32)
    heat[:3, 5:] = 1
    laid = np.asarray(overlay(photo(5, (200, 120)), heat), int)
    colour = laid.max(axis=2) - laid.min(axis=2)
    assert laid.shape == (120, 200, 3)
    assert colour[70:, :90].max() == 0
    assert colour[:30, 140:].min() > 20


@pytest.mark.parametrize(("size", "expected"), [((2000, 500), (512, 128)), ((90, 300), (90, 300))])
def test_an_overlay_is_as_large_as_its_picture_and_never_larger_than_a_screen_takes(size, expected) -> None:
    assert overlay(photo(5, size), np.ones((4, 4))).size == expected
