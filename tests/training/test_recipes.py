"""The two recipes: what they do in which order."""

import keras
import numpy as np
import pytest

from artlib.backbones import BACKBONES
from artlib.training.recipes import Phase, loss, optimizer, recipe_phases

LITE0 = BACKBONES["efficientnet_lite0"]


def test_the_original_recipe_is_ten_epochs_on_plateaus_then_a_frozen_core() -> None:
    first, second = recipe_phases("original", LITE0)
    assert (first.epochs, first.trainable, first.schedule, first.patience) == (10, "all", "plateau", None)
    assert (second.epochs, second.trainable, second.patience) == (25, "head", 5)


def test_the_original_recipe_runs_the_network_in_both_phases() -> None:
    assert not any(phase.frozen_features for phase in recipe_phases("original", LITE0))


def test_the_artlib_recipe_learns_the_head_first_and_then_fine_tunes() -> None:
    first, second = recipe_phases("artlib", LITE0)
    assert (first.trainable, first.frozen_features) == ("head", True)
    assert (second.trainable, second.frozen_features) == (LITE0.fine_tune_from, False)


@pytest.mark.parametrize(("images", "epochs", "batch_size"), [(999, 16, 16), (1000, 8, 32), (None, 8, 32)])
def test_a_small_collection_is_fine_tuned_for_more_and_smaller_steps(
    images: int | None, epochs: int, batch_size: int
) -> None:
    phase = recipe_phases("artlib", LITE0, images=images)[-1]
    assert (phase.epochs, phase.batch_size) == (epochs, batch_size)


def test_the_original_recipe_is_the_same_for_a_small_collection() -> None:
    assert recipe_phases("original", LITE0, images=10) == recipe_phases("original", LITE0)


@pytest.mark.parametrize("backbone", BACKBONES.values(), ids=lambda backbone: backbone.name)
def test_the_artlib_recipe_fine_tunes_from_a_stage_that_the_backbone_has(backbone) -> None:
    assert recipe_phases("artlib", backbone)[-1].trainable in backbone.stages


@pytest.mark.parametrize(("recipe", "expected"), [("original", [3, 3]), ("artlib", [40, 3])])
def test_a_limit_of_epochs_holds_in_each_phase_that_runs_the_network(recipe: str, expected: list[int]) -> None:
    assert [phase.epochs for phase in recipe_phases(recipe, LITE0, epochs=3)] == expected


def test_a_limit_above_the_recipes_own_number_changes_nothing() -> None:
    assert recipe_phases("original", LITE0, epochs=1000) == recipe_phases("original", LITE0)


def test_without_epochs_the_head_alone_is_trained() -> None:
    assert [phase.name for phase in recipe_phases("artlib", LITE0, epochs=0)] == ["head"]


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Known recipes: original, artlib. Received: recipe='mine'"):
        recipe_phases("mine", LITE0)


def test_a_negative_number_of_epochs_is_refused() -> None:
    with pytest.raises(ValueError, match="Received: epochs=-1"):
        recipe_phases("artlib", LITE0, epochs=-1)


def test_the_cosine_schedule_warms_up_for_half_an_epoch_and_falls_to_zero() -> None:
    rate = optimizer(Phase("fine-tune", 4, "stage3", 3e-4, schedule="cosine"), steps_per_epoch=10)._learning_rate
    rates = [float(rate(step)) for step in range(41)]
    assert rates[0] == 0
    assert int(np.argmax(rates)) == 5 and max(rates) == pytest.approx(3e-4)
    assert rates[40] == pytest.approx(0, abs=1e-9)


def test_the_cosine_schedule_works_with_a_single_step() -> None:
    rate = optimizer(Phase("fine-tune", 1, "stage3", 3e-4, schedule="cosine"), steps_per_epoch=1)._learning_rate
    assert np.isfinite(float(rate(1)))


@pytest.mark.parametrize(("weight_decay", "kind"), [(0.05, keras.optimizers.AdamW), (0.0, keras.optimizers.Adam)])
def test_weight_decay_takes_adamw(weight_decay: float, kind: type) -> None:
    assert type(optimizer(Phase("any", 1, "head", 1e-3, weight_decay=weight_decay), 1)) is kind


def test_weights_are_averaged_over_the_epochs_asked_for() -> None:
    averaged = optimizer(Phase("any", 1, "head", 1e-3, averaging=2.0), steps_per_epoch=50)
    assert (averaged.use_ema, averaged.ema_momentum) == (True, pytest.approx(0.99))
    assert not optimizer(Phase("any", 1, "head", 1e-3), 50).use_ema


def test_the_loss_is_the_cross_entropy_of_integer_labels() -> None:
    probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], np.float32)
    value = loss(Phase("any", 1, "head", 1e-3), 3)(np.array([0, 1]), probabilities)
    assert float(np.mean(value)) == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2, rel=1e-4)


def test_label_smoothing_spreads_a_tenth_over_all_artists() -> None:
    probabilities = np.array([[0.5, 0.25, 0.25]], np.float32)
    value = loss(Phase("any", 1, "head", 1e-3, label_smoothing=0.1), 3)(np.array([0]), probabilities)
    expected = -((0.9 + 0.1 / 3) * np.log(0.5) + 2 * (0.1 / 3) * np.log(0.25))
    assert float(np.mean(value)) == pytest.approx(expected, rel=1e-4)
