"""Cleaning: what sorting did to accuracy is measured on the same test part, and nothing leaks into the training."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of, group_each_alone
from drawing import LOOKS, write

import artlib
from artlib import backbones, images
from artlib.evaluation.cleaning import Cleaning, Gain, measure_cleaning
from artlib.evaluation.wording import describe
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import weights_fingerprint
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record
from artlib.workspace.disk.writing import write_table
from artlib.workspace.split import Split

pytestmark = pytest.mark.thorough

WIDTH = 64  # of the features
WORKS = 12  # of each artist, where pictures are compared
ARTISTS = sorted(LOOKS)


def plant_features(workspace: Workspace, made_by: Sequence[str]) -> None:
    """Write features around a point for each artist, far apart, for the pictures of the catalog."""
    labels = [ARTISTS.index(artist) for artist in made_by]
    generator = np.random.default_rng(0)
    middles, noise = generator.normal(size=(3, WIDTH)), generator.normal(size=(len(labels), WIDTH))
    features = (middles[labels] + noise / 2).astype(np.float16)
    backbone = backbones.get(BACKBONE)
    name = f"{BACKBONE}-{weights_fingerprint(backbone)}-{backbone.image_size}-whole-planted.npz"
    workspace.features.mkdir(exist_ok=True)
    np.savez(workspace.features / name, ids=read_catalog(workspace)["id"].tolist(), features=features)


@pytest.fixture
def drawn(collected: Workspace, tmp_path: Path) -> Workspace:
    """Three artists' pictures under their true names, with features that tell them apart."""
    workspace = copy_of(collected, tmp_path / "drawn")
    plant_features(workspace, read_catalog(workspace)["artist"].tolist())
    return workspace


@pytest.fixture
def few(drawn: Workspace) -> Workspace:
    """The same with fewer pictures."""
    catalog = read_catalog(drawn)
    write_table(drawn.catalog, catalog[catalog.groupby("artist").cumcount() < WORKS])
    plant_features(drawn, read_catalog(drawn)["artist"].tolist())
    group_each_alone(drawn)
    return drawn


def measured(workspace: Workspace) -> Cleaning:
    return measure_cleaning(workspace, artlib.make_split(workspace))


def under_wrong_names(workspace: Workspace, wrong: Callable[[int], bool]) -> dict[str, str]:
    """Write other artists into some rows of the catalog, as if collected so; return id and true artist of these."""
    catalog = read_catalog(workspace)
    rows = [row for row in range(len(catalog)) if wrong(row)]
    true = {catalog["id"][row]: catalog["artist"][row] for row in rows}
    catalog.loc[rows, "artist"] = [ARTISTS[ARTISTS.index(artist) - 1] for artist in true.values()]
    write_table(workspace.catalog, catalog)
    return true


# --- what is measured ---


def test_labels_that_were_corrected_make_the_accuracy_higher(drawn: Workspace) -> None:
    true = under_wrong_names(drawn, lambda row: row % 24 < 14)  # more than half of each artist's
    for image_id, artist in true.items():
        record(drawn, image_id, "move", artist)
    cleaning = measured(drawn)
    assert (cleaning.moved, cleaning.discarded, cleaning.set_apart) == (len(true), 0, 0)
    gain = cleaning.gain
    assert gain and (gain.before, gain.after) == (0.0, 1.0) and gain.low == gain.high == 1.0


def test_labels_that_were_made_wrong_make_it_lower(drawn: Workspace) -> None:
    """Only in the training part, because the test part counts with the labels as sorted."""
    split = artlib.make_split(drawn)
    for row in split.rows("train")[::2]:
        record(drawn, split.ids[row], "move", ARTISTS[split.labels[row] - 1])
    relabelled = with_labels_now(drawn, split)
    cleaning = measure_cleaning(drawn, relabelled)
    assert cleaning.gain and cleaning.gain.after < cleaning.gain.before


def with_labels_now(workspace: Workspace, split: Split) -> Split:
    """Return the same parts with the artists as sorted."""
    now = artlib.sorted_catalog(workspace).set_index("id")["artist"]
    labels = np.array([split.class_names.index(artist) for artist in now[split.ids]])
    return Split(split.ids, labels, split.parts, split.groups, split.class_names, split.class_weights)


def test_pictures_discarded_are_learned_from_before_as_collected(few: Workspace) -> None:
    """Most pictures of each artist under another's name, discarded by hand: with them the head learns the wrong one."""
    true = under_wrong_names(few, lambda row: row % WORKS < 8)
    for image_id in true:
        record(few, image_id, "discard")
    split = artlib.make_split(few)
    cleaning = measure_cleaning(few, split)
    assert (cleaning.moved, cleaning.discarded, cleaning.in_training) == (0, len(true), round(0.8 * len(true)))
    gain = cleaning.gain
    assert gain and (gain.before, gain.after, gain.n) == (0.0, 1.0, len(split.rows("test")))


def test_a_near_duplicate_of_a_held_out_picture_is_in_no_training(few: Workspace, tmp_path: Path) -> None:
    """A small copy of every work, which the collection sets apart: only those of training works are learned from."""
    for row in read_catalog(few).itertuples():
        picture = images.load(few.original(row.path))
        small = picture.resize((picture.width // 2, picture.height // 2))
        write(tmp_path / "small" / row.artist / f"{row.id}.png", small)
    artlib.collect.folder(few, tmp_path / "small")
    plant_features(few, read_catalog(few)["artist"].tolist())
    split, apart = artlib.make_split(few), artlib.read_set_apart(few)
    training = {split.ids[row] for row in split.rows("train")}
    cleaning = measure_cleaning(few, split)
    assert cleaning.set_apart == len(apart) == 3 * WORKS
    assert cleaning.in_training == sum(original in training for original in apart["of"]) < len(apart)


def test_pictures_that_came_as_one_artist_and_were_told_apart(drawn: Workspace) -> None:
    catalog = read_catalog(drawn)
    true = catalog["artist"].tolist()
    write_table(drawn.catalog, catalog.assign(artist="Unsorted"))
    for artist in ARTISTS:
        for image_id in catalog["id"][[name == artist for name in true]]:
            record(drawn, image_id, "move", artist)
    gain = measured(drawn).gain
    assert gain and (gain.before, gain.after) == (0.0, 1.0)


# --- where there is nothing to compare ---


def test_where_nothing_was_sorted_there_is_nothing_to_compare(drawn: Workspace) -> None:
    cleaning = measured(drawn)
    assert cleaning == Cleaning(0, 0, 0)
    assert describe(cleaning).endswith("so there is no before and after to compare.")


def test_what_was_kept_is_no_change(drawn: Workspace) -> None:
    catalog = read_catalog(drawn)
    record(drawn, catalog["id"][0], "keep")
    record(drawn, catalog["id"][1], "move", catalog["artist"][1])
    assert measured(drawn) == Cleaning(0, 0, 0)


def test_a_change_outside_of_the_training_part_is_named_and_nothing_compared(drawn: Workspace) -> None:
    split = artlib.make_split(drawn)
    row = split.rows("test")[0]
    record(drawn, split.ids[row], "move", ARTISTS[split.labels[row] - 1])
    cleaning = measure_cleaning(drawn, with_labels_now(drawn, split))
    assert (cleaning.moved, cleaning.in_training, cleaning.gain) == (1, 0, None)
    assert "None of them is in the training part" in describe(cleaning)


# --- the words ---


def test_the_words_give_what_was_changed_and_both_accuracies_with_the_interval() -> None:
    assert describe(Cleaning(20, 17, 0, 30, Gain(0.81, 0.84, 0.01, 0.06, 300))) == (
        "Sorting changed 37 pictures (20 moved, 17 discarded). Accuracy of a simple model on the same 300 test "
        "pictures: before 0.81, after 0.84, difference +0.03 (95 %: +0.01 to +0.06)."
    )


def test_a_difference_that_may_be_chance_is_called_so() -> None:
    words = describe(Cleaning(1, 0, 0, 1, Gain(0.80, 0.79, -0.02, 0.01, 300)))
    assert words.startswith("Sorting changed 1 picture (1 moved).")
    assert words.endswith("difference -0.01 (95 %: -0.02 to +0.01), which may be chance.")


def test_without_a_test_picture_the_words_say_so() -> None:
    assert describe(Cleaning(1, 0, 0, 1)).endswith("There is no test picture to measure on.")
