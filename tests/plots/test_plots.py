"""Plots: what each shows; how it looks is for eyes."""

from collections.abc import Callable

import pandas as pd
import pytest

from artlib import plots
from artlib.plots import Figure
from artlib.plots.comparison import compared_recipes
from artlib.plots.curves import recall_curves


@pytest.fixture
def history() -> pd.DataFrame:
    """Two phases of two epochs; 5 s went before the first, and the third epoch was kept."""
    return pd.DataFrame(
        {
            "phase": ["head", "head", "fine-tune", "fine-tune"],
            "epoch": [1, 2, 1, 2],
            "loss": [2.0, 1.0, 0.8, 0.7],
            "accuracy": [0.3, 0.6, 0.8, 0.9],
            "val_loss": [2.0, 1.2, 0.9, 1.0],
            "val_accuracy": [0.3, 0.5, 0.7, 0.6],
            "learning_rate": [1e-3, 1e-3, 3e-4, 0.0],
            "seconds": [1.0, 1.0, 60.0, 60.0],
            "elapsed": [6.0, 7.0, 70.0, 133.0],
            "kept": [False, True, True, False],
        }
    )


def test_a_training_is_shown_as_accuracy_loss_learning_rate_and_time(history: pd.DataFrame) -> None:
    titles = [axes.get_title() for axes in plots.training_curves(history).axes]
    assert titles == ["Accuracy", "Loss", "Learning rate", "Time"]


def test_the_change_of_phase_and_the_kept_epoch_are_marked(history: pd.DataFrame) -> None:
    accuracy = plots.training_curves(history).axes[0]
    marks = [line.get_xdata()[0] for line in accuracy.lines if len(line.get_xdata()) == 2]
    assert marks == [3, 2.5]
    assert [text.get_text() for text in accuracy.texts] == ["head", "fine-tune"]


def test_the_time_of_each_stage_is_shown(history: pd.DataFrame) -> None:
    time = plots.training_curves(history).axes[3]
    assert [label.get_text() for label in time.get_yticklabels()] == ["pictures and features", "head", "fine-tune"]
    assert [text.get_text() for text in time.texts] == ["5 s", "2 s", "2.1 min"]


@pytest.mark.filterwarnings("error::UserWarning")  # matplotlib's, where a text far outside leaves the axes no place
@pytest.mark.parametrize("epochs", [1, 2, 4])
def test_short_trainings_can_be_drawn_with_their_phases_inside_the_axes(history: pd.DataFrame, epochs: int) -> None:
    figure = plots.training_curves(history.iloc[:epochs])
    figure.draw_without_rendering()
    accuracy = figure.axes[0]
    left, right = accuracy.get_xlim()
    assert accuracy.texts and all(left <= text.get_position()[0] <= right for text in accuracy.texts)
    assert {tick for tick in accuracy.get_xticks() if left < tick < right} == set(range(1, epochs + 1))


def test_a_training_that_kept_no_epoch_has_no_mark(history: pd.DataFrame) -> None:
    accuracy = plots.training_curves(history.assign(kept=False)).axes[0]
    assert [line.get_xdata()[0] for line in accuracy.lines if len(line.get_xdata()) == 2] == [2.5]


def test_a_learning_curve_names_each_share() -> None:
    sizes = pd.DataFrame({"share": [0.5, 1.0], "images": [50, 100], "accuracy": [0.7, 0.8]})
    sizes = sizes.assign(low=sizes["accuracy"] - 0.1, high=sizes["accuracy"] + 0.1)
    (axes,) = plots.learning_curve(sizes).axes
    assert [text.get_text() for text in axes.texts] == ["50%", "100%"]


def recalls(artists: int) -> pd.DataFrame:
    """The table of recall_curves; the later an artist comes, the lower the recall."""
    rows = [
        {"artist": f"Artist {number}", "images": 40 * share, "share": share, "recall": share * (1 - number / artists)}
        for number in range(artists)
        for share in (0.25, 0.5, 1.0)
    ]
    table = pd.DataFrame(rows)
    return table.assign(low=table["recall"] * 0.9, high=table["recall"] * 0.9 + 0.1)


def test_each_artists_recall_has_axes_of_its_own_the_lowest_first() -> None:
    figure = recall_curves(recalls(5))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["Artist 4  0.20", "Artist 3  0.40", "Artist 2  0.60", "Artist 1  0.80", "Artist 0  1.00"]
    assert {axes.get_ylim() for axes in figure.axes} == {(0, 1.05)}


def test_an_artists_axis_names_the_numbers_of_pictures() -> None:
    (axes,) = recall_curves(recalls(1)).axes
    assert axes.get_xticks().tolist() == [10, 20, 40]


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("artists", [1, 9])
def test_the_recalls_of_one_and_of_many_artists_can_be_drawn(artists: int) -> None:
    recall_curves(recalls(artists)).draw_without_rendering()


@pytest.mark.parametrize("draw", [recall_curves, plots.learning_curve, plots.recall_by_shots])
def test_an_empty_table_is_drawn_as_a_line_of_text(draw: Callable[[pd.DataFrame], Figure]) -> None:
    figure = draw(recalls(1).iloc[:0])
    assert figure.axes == [] and [text.get_text() for text in figure.texts] == [
        "There are too few pictures for a curve."
    ]


@pytest.mark.filterwarnings("error::UserWarning")
def test_a_figure_shows_itself_as_a_png_also_with_a_name_in_another_script() -> None:
    figure = recall_curves(recalls(1).assign(artist="北斎"))
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_compared_recipes_show_a_dot_for_each_training_and_each_mean() -> None:
    runs = pd.DataFrame({"recipe": ["original", "artlib"] * 3, "accuracy": [0.6, 0.9, 0.5, 0.92, 0.55, 0.91]})
    summary = runs.groupby("recipe", sort=False, as_index=False)["accuracy"].mean()
    (axes,) = compared_recipes(runs, summary.assign(low=0.5, high=0.95)).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["original", "artlib"]
    dots = [line.get_xdata().tolist() for line in axes.lines if len(line.get_xdata()) == 3]
    assert dots == [[0.6, 0.5, 0.55], [0.9, 0.92, 0.91]]
    assert [text.get_text() for text in axes.texts] == ["55.0%", "91.0%"]


@pytest.mark.parametrize(("seeds", "over"), [(3, "seeds"), (1, "pictures")])
def test_compared_recipes_say_over_what_the_interval_is(seeds: int, over: str) -> None:
    runs = pd.DataFrame({"recipe": ["original", "artlib"] * seeds, "accuracy": [0.6, 0.9] * seeds})
    summary = runs.groupby("recipe", sort=False, as_index=False)["accuracy"].mean()
    (legend,) = compared_recipes(runs, summary.assign(low=0.5, high=0.95)).legends
    assert f"mean, 95 % interval over other {over}" in [text.get_text() for text in legend.get_texts()]


SHARES = {"firm_right": 0.238, "firm_wrong": 0.014, "likely_right": 0.124, "likely_wrong": 0.062}
SHARES |= {"none_known": 0.137, "none_unknown": 0.425}


def test_a_bar_shows_what_becomes_of_a_hundred_pictures() -> None:
    figure = plots.answers(SHARES, 0.5)
    (axes,) = figure.axes
    assert axes.get_title() == "Of 100 pictures, 50 of them by unknown artists"
    widths = [patch.get_width() for patch in axes.patches]
    assert widths == [24, 12, 43, 14, 6, 1] and sum(widths) == 100
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0] == "firm, right: 24" and labels[-1] == "firm, wrong: 1"


def test_the_error_of_firm_answers_is_drawn_with_what_is_promised_and_chosen() -> None:
    curve = pd.DataFrame({"coverage": [0.1, 0.5, 0.9], "error": [0.0, 0.06, 0.3]})
    labels = plots.firm_answers(curve, 0.1, (0.5, 0.06)).axes[0].get_legend_handles_labels()[1]
    assert labels == ["promised: at most 10%", "chosen: 6% wrong, 50% of known works"]


def test_without_firm_answers_no_point_is_drawn() -> None:
    curve = pd.DataFrame({"coverage": [0.1], "error": [0.5]})
    assert plots.firm_answers(curve, 0.1, None).axes[0].get_legend_handles_labels()[1] == ["promised: at most 10%"]
