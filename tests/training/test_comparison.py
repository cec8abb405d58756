"""Comparison of recipes: figures against values worked out by hand, and that it goes on where it was stopped."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import quick
from conftest import copy_of

from artlib import plots
from artlib.backbones import BACKBONES
from artlib.errors import ArtlibError
from artlib.recogniser import files
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.stored_outputs import write_outputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.training import comparison
from artlib.training.comparison import Comparison, compare, differences, summarise
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

QUICK = {"recipes": ("original", "artlib"), "seeds": (0, 1), "backbone": "tiny", "epochs": 1, "image_size": 32}


class Weightless:
    """The same network, whose weights can't be had."""

    feature_map, load_weights = staticmethod(quick.feature_map), staticmethod(quick.load_weights)

    @staticmethod
    def find_weights() -> None:
        return None


@pytest.fixture(scope="module", autouse=True)
def tiny() -> Iterator[None]:
    """Three names of one small network: tiny, twin, and weightless."""
    with pytest.MonkeyPatch.context() as patch:
        quick.register(patch)
        patch.setitem(BACKBONES, "twin", replace(quick.TINY, name="twin"))
        patch.setitem(BACKBONES, "weightless", replace(quick.TINY, name="weightless", network=Weightless()))
        yield


def runs(**accuracies: list[float]) -> pd.DataFrame:
    """Runs of recipes with these accuracies, one a seed, on a hundred pictures."""
    rows = [(recipe, seed, each) for recipe, values in accuracies.items() for seed, each in enumerate(values)]
    return pd.DataFrame(rows, columns=["recipe", "seed", "accuracy"]).assign(macro_f1=0.5, seconds=60.0, n=100)


def right(count: int, n: int = 100) -> np.ndarray:
    return np.arange(n) < count


def alone(n: int = 100) -> np.ndarray:
    """Groups of pictures without near-duplicates."""
    return np.array([f"g{row}" for row in range(n)])


def compared(mean: float, low: float, high: float, **options: Any) -> Comparison:
    row = {"best": "artlib", "other": "original", "mean": mean, "low": low, "high": high}
    return Comparison(runs(), summarise(runs()), pd.DataFrame([row]), **options)


# --- one recipe ---


def test_the_interval_over_seeds_is_students() -> None:
    (row,) = summarise(runs(artlib=[0.80, 0.82, 0.84])).itertuples()
    # the mean's standard error is 0.02 / sqrt(3), the quantile for two degrees of freedom 4.3027
    assert (row.accuracy, row.low, row.high) == pytest.approx((0.82, 0.7703, 0.8697), abs=1e-4)


def test_an_interval_does_not_leave_what_is_possible() -> None:
    (row,) = summarise(runs(artlib=[0.8, 0.9])).itertuples()
    assert (row.low, row.high) == pytest.approx((0.85 - 12.7062 * 0.05, 1), abs=1e-4)


def test_of_one_seed_the_interval_is_that_of_its_pictures() -> None:
    (row,) = summarise(runs(artlib=[0.9])).itertuples()
    assert (row.low, row.high) == wilson_interval(90, 100)


def test_the_summary_has_one_row_a_recipe_in_the_order_given() -> None:
    table = summarise(runs(original=[0.5, 0.7], artlib=[0.9, 0.9]))
    assert table.columns.tolist() == ["recipe", "accuracy", "low", "high", "macro_f1", "seconds"]
    assert table["recipe"].tolist() == ["original", "artlib"]
    assert table["accuracy"].tolist() == pytest.approx([0.6, 0.9])


# --- two recipes ---


def test_the_difference_is_that_of_the_best_recipe_to_each_other_one() -> None:
    table = differences({"a": [right(50)], "b": [right(80)], "c": [right(70)]}, alone())
    assert table[["best", "other"]].to_numpy().tolist() == [["b", "a"], ["b", "c"]]
    assert table["mean"].tolist() == pytest.approx([0.3, 0.1])


def test_a_clear_difference_has_an_interval_without_zero() -> None:
    (row,) = differences({"a": [right(50)], "b": [right(80)]}, alone()).itertuples()
    # 30 of 100 pictures differ, all on one side: standard error sqrt(0.3 x 0.7 / 100)
    assert (row.low, row.high) == pytest.approx((0.3 - 1.96 * 0.0458, 0.3 + 1.96 * 0.0458), abs=0.02)


def test_recipes_that_are_right_on_the_same_pictures_do_not_differ() -> None:
    (row,) = differences({"a": [right(50)] * 2, "b": [right(50)] * 2}, alone()).itertuples()
    assert (row.mean, row.low, row.high) == (0, 0, 0)


def test_a_picture_counts_with_the_share_of_seeds_that_name_it_rightly() -> None:
    (row,) = differences({"a": [right(0), right(0)], "b": [right(40), right(80)]}, alone()).itertuples()
    assert row.mean == pytest.approx(0.6)


def test_seeds_that_not_all_recipes_have_are_left_out() -> None:
    (row,) = differences({"a": [right(50), right(100)], "b": [right(80)]}, alone()).itertuples()
    assert (row.best, row.mean) == ("b", pytest.approx(0.3))


def test_near_duplicates_are_not_counted_as_so_many_proofs() -> None:
    in_tens = np.arange(100) // 10
    (single,) = differences({"a": [right(0)], "b": [right(70)]}, alone()).itertuples()
    (grouped,) = differences({"a": [right(0)], "b": [right(70)]}, in_tens).itertuples()
    assert grouped.high - grouped.low > 2 * (single.high - single.low)


@pytest.mark.parametrize(("differing", "proof"), [(5, False), (6, True)])
def test_five_pictures_that_differ_prove_nothing_though_all_are_on_one_side(differing: int, proof: bool) -> None:
    (row,) = differences(
        {"a": [right(0, differing)], "b": [right(differing, differing)]}, alone(differing)
    ).itertuples()
    assert (row.low > 0) == proof


@pytest.mark.slow
def test_about_95_percent_of_the_intervals_hold_the_true_difference() -> None:
    """200 collections of 100 pictures; a is right on 60 % of all works, b on 75 %, independently."""
    generator, held = np.random.default_rng(0), 0
    for _ in range(200):
        (row,) = differences(
            {"a": [generator.random(100) < 0.6], "b": [generator.random(100) < 0.75]}, alone()
        ).itertuples()
        gain = row.mean if row.best == "b" else -row.mean
        held += abs(gain - 0.15) <= (row.high - row.low) / 2
    assert 0.90 <= held / 200 <= 0.99


def test_one_recipe_differs_from_nothing() -> None:
    assert differences({"a": [right(50)]}, alone()).empty


# --- in words ---


def test_a_better_recipe_is_called_better_in_points() -> None:
    text = compared(0.041, 0.012, 0.0704).in_words()
    assert text == "artlib is 4.1 points better than original (95 % interval over other pictures 1.2 to 7.0)."


def test_where_the_interval_holds_zero_they_cannot_be_told_apart() -> None:
    text = compared(0.012, -0.01, 0.034).in_words()
    assert text == (
        "artlib and original do not differ clearly: 1.2 points apart (95 % interval over other pictures -1.0 to 3.4)."
    )


def test_an_unfinished_comparison_says_so() -> None:
    assert "compare again to go on" in compared(0.1, 0.05, 0.2, finished=False).in_words()


def test_a_comparison_of_nothing_says_so_and_can_be_drawn() -> None:
    nothing = Comparison(runs(), summarise(runs()), differences({}, alone()), finished=False)
    assert "nothing to compare yet" in nothing.in_words()
    assert plots.compared_recipes(nothing.runs, nothing.summary, nothing.part)._repr_png_()


# --- what is refused before any work ---


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"recipes": ()}, "one or more recipes, each once. Received: recipes=\\[\\]"),
        ({"seeds": (1, 1)}, "one or more seeds, each once. Received: seeds=\\[1, 1\\]"),
        ({"recipes": ("artlib", "mine")}, "Known recipes: original, artlib. Received: recipe='mine'"),
        ({"backbone": "vgg16"}, "Received: backbone='vgg16'"),
        ({"backbones": ()}, "one or more backbones, each once. Received: backbones=\\[\\]"),
        ({"backbones": ("tiny", "tiny")}, "each once. Received: backbones=\\['tiny', 'tiny'\\]"),
        ({"backbones": ("tiny", "vgg16")}, "Received: backbone='vgg16'"),
        ({"backbones": ("tiny", "weightless")}, "weights of weightless are not on this machine"),
        ({"part": "all"}, "Received: part='all'"),
        ({"epochs": -1}, "Received: epochs=-1"),
    ],
)
def test_what_cannot_be_compared_is_named_before_anything_is_trained(
    option: dict[str, object], message: str, collected: Workspace, tmp_path: Path
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    with pytest.raises(ArtlibError, match=message):
        compare(workspace, **(QUICK | option))
    assert not (workspace.root / "models").exists()


def test_without_a_split_the_error_names_the_command(collected: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"no split \(split\.csv\)\.\nRun first:\n(.*\n)*    artlib split"):
        compare(collected, **QUICK)


# --- real trainings ---


@pytest.fixture(scope="module")
def done(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Comparison]:
    """Two short trainings with each recipe, compared; only to be read."""
    workspace = copy_of(collected, tmp_path_factory.mktemp("compared") / "data")
    make_split(workspace)
    return workspace, compare(workspace, **QUICK)


def refuse_to_train(*_: object, **__: object) -> None:
    raise AssertionError("a model that is there was trained again")


@pytest.mark.slow
def test_each_recipe_is_trained_with_each_seed_and_measured_on_the_validation_part(
    done: tuple[Workspace, Comparison],
) -> None:
    workspace, result = done
    assert result.runs.columns.tolist() == ["recipe", "seed", "accuracy", "macro_f1", "seconds", "n"]
    asked = [(recipe, seed) for seed in (0, 1) for recipe in ("original", "artlib")]
    assert list(result.runs[["recipe", "seed"]].itertuples(index=False, name=None)) == asked
    assert set(result.runs["n"]) == {len(read_split(workspace).rows("validation"))}
    made = [TrainedModel(workspace, f"compare-{recipe}-{seed}").metadata for recipe, seed in asked]
    assert [(metadata.recipe, metadata.seed) for metadata in made] == asked
    assert result.finished and (result.runs["seconds"] > 0).all()


@pytest.mark.slow
def test_each_recipe_is_trained_on_each_of_several_backbones(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    result = compare(workspace, **(QUICK | {"recipes": ("artlib",), "seeds": (0,), "backbones": ("tiny", "twin")}))
    assert result.summary["recipe"].tolist() == ["artlib on tiny", "artlib on twin"]
    made = [TrainedModel(workspace, f"compare-artlib-{name}-0").metadata.backbone for name in ("tiny", "twin")]
    assert made == ["tiny", "twin"]
    # the same network with the same seed
    assert result.difference["mean"].tolist() == [0]


@pytest.mark.slow
def test_one_of_several_backbones_is_the_same_as_that_backbone(
    done: tuple[Workspace, Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, result = done
    monkeypatch.setattr(comparison, "train", refuse_to_train)
    pd.testing.assert_frame_equal(compare(workspace, **(QUICK | {"backbones": ("tiny",)})).runs, result.runs)


@pytest.mark.slow
def test_what_is_there_is_not_trained_again(
    done: tuple[Workspace, Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, result = done
    monkeypatch.setattr(comparison, "train", refuse_to_train)
    pd.testing.assert_frame_equal(compare(workspace, **QUICK).runs, result.runs)


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"epochs": 2}, {"image_size": 48}, {"seeds": (2,)}])
def test_a_model_of_other_options_is_trained_again(
    change: dict[str, object], done: tuple[Workspace, Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "train", refuse_to_train)
    with pytest.raises(AssertionError, match="trained again"):
        compare(done[0], **(QUICK | change))


@pytest.mark.slow
def test_a_model_whose_metadata_are_damaged_is_trained_again(
    done: tuple[Workspace, Comparison], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copy_of(done[0], tmp_path / "data")
    (workspace.model("compare-artlib-1") / "artist_model.json").write_text("{")
    monkeypatch.setattr(comparison, "train", refuse_to_train)
    with pytest.raises(AssertionError, match="trained again"):
        compare(workspace, **QUICK)


@pytest.mark.slow
def test_an_interruption_keeps_what_is_known_and_the_same_call_goes_on(
    done: tuple[Workspace, Comparison],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    workspace, options = copy_of(done[0], tmp_path / "data"), QUICK | {"recipes": ("artlib",), "seeds": (0, 1, 2)}
    with monkeypatch.context() as patch:
        quick.stop_at(patch, "fine-tune", 1, interrupt)
        known = compare(workspace, **options)
    assert (known.finished, known.runs["seed"].tolist()) == (False, [0, 1])
    assert "Interrupted in model 3 of 3, compare-artlib-2" in capsys.readouterr().err
    complete = compare(workspace, **options)
    assert (complete.finished, complete.runs["seed"].tolist()) == (True, [0, 1, 2])
    assert "goes on after epoch 4 of phase 'head'" in capsys.readouterr().out


@pytest.mark.slow
def test_under_auto_a_comparison_goes_on_with_the_backbone_of_its_models(
    done: tuple[Workspace, Comparison], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, result = done
    monkeypatch.setattr(comparison, "train", refuse_to_train)
    pd.testing.assert_frame_equal(compare(workspace, **(QUICK | {"backbone": "auto"})).runs, result.runs)
    assert "backbone=auto: tiny, because what was begun goes on with it." in capsys.readouterr().out


@pytest.mark.slow
def test_under_auto_a_comparison_goes_on_with_the_backbone_of_its_unfinished_model(
    done: tuple[Workspace, Comparison], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    workspace, options = copy_of(done[0], tmp_path / "data"), QUICK | {"recipes": ("artlib",), "seeds": (2,)}
    with pytest.MonkeyPatch.context() as patch:
        quick.stop_at(patch, "fine-tune", 1, interrupt)
        compare(workspace, **options)
    (workspace.model("compare-artlib-2") / "artist_model.json").unlink()  # as a kill leaves it
    compare(workspace, **(options | {"backbone": "auto"}))
    said = capsys.readouterr().out
    assert "backbone=auto: tiny" in said and "goes on after epoch 4 of phase 'head'" in said


@pytest.mark.slow
def test_two_recipes_are_compared_on_the_same_pictures(done: tuple[Workspace, Comparison], tmp_path: Path) -> None:
    """Copies of one model stand for both; that of the original recipe is wrong on every other picture."""
    workspace = copy_of(done[0], tmp_path / "data")
    for recipe in ("original", "artlib"):
        model = TrainedModel(workspace, "compare-artlib-0")
        folder = shutil.copytree(model.folder, workspace.model(f"compare-{recipe}-7"))
        files.write_metadata(folder, replace(model.metadata, recipe=recipe, seed=7))
    logits = np.eye(3, dtype=np.float32)[model.split.labels]
    for recipe, wrong in (("artlib", slice(0)), ("original", slice(None, None, 2))):
        model = TrainedModel(workspace, f"compare-{recipe}-7")
        said = logits.copy()
        said[wrong] = np.roll(said[wrong], 1, axis=1)
        write_outputs(model.folder, model.model_hash, model.split.ids, ModelOutputs(model.outputs.embeddings, said))
    result = compare(workspace, **(QUICK | {"seeds": (7,)}))
    wrong = (model.split.rows("validation") % 2 == 0).mean()
    assert result.summary["accuracy"].tolist() == pytest.approx([1 - wrong, 1])
    (row,) = result.difference.itertuples()
    assert (row.best, row.other, row.mean) == ("artlib", "original", pytest.approx(wrong))
    assert 0 < wrong < 1 and plots.compared_recipes(result.runs, result.summary, result.part)._repr_png_()
