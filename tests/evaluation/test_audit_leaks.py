"""Leaks: near-duplicates across the split are found, and their effect on accuracy is measured."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
from drawing import photo, scene, write
from PIL import ImageOps

from artlib.evaluation.audit import Leaks, find_leaks
from artlib.evaluation.wording import describe
from artlib.statistics.proportion import Proportion
from artlib.workspace import Workspace
from artlib.workspace.split import Split

pytestmark = pytest.mark.thorough

NAMES = ["Ross", "Wlop"]
PARTS = ["train"] * 8 + ["validation", "test"]


def split_of(labels: Sequence[int], groups: Sequence[str] | None = None) -> Split:
    """Pictures p0, p1, … of which every tenth is for validation and every tenth for testing."""
    ids = [f"p{number}" for number in range(len(labels))]
    parts = np.array([PARTS[number % 10] for number in range(len(labels))])
    names = [f"artist {number}" for number in range(max(labels) + 1)] if max(labels) > 1 else NAMES
    return Split(ids, np.array(labels), parts, np.array(groups or ids), names, np.ones(len(names)))


def noise(count: int, seed: int = 0) -> np.ndarray:
    """Features of which no two are alike, and none depends on the artist."""
    return np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Forty pictures, p0 to p39, of which p8 is p20 mirrored."""
    workspace = Workspace(tmp_path_factory.mktemp("leaks") / "data")
    for number in range(40):
        picture = ImageOps.mirror(photo(20, (96, 96))) if number == 8 else photo(number, (96, 96))
        write(workspace.image(f"p{number}"), picture)
    return workspace


CLEAN = split_of([0, 1] * 20, ["p20" if number == 8 else f"p{number}" for number in range(40)])
CLEAN.parts[20] = CLEAN.parts[8]
STALE = split_of([0, 1] * 20)  # its groups do not show that p8 and p20 are near-duplicates


@pytest.fixture(scope="module")
def stale(drawn: Workspace) -> Leaks:
    return find_leaks(drawn, STALE, noise(40))


# --- across the split ---


def test_where_nothing_leaks_nothing_is_found(drawn: Workspace) -> None:
    leaks = find_leaks(drawn, CLEAN, noise(40))
    assert (leaks.groups, leaks.across, leaks.unknown_pairs) == ([["p8", "p20"]], [], [])
    assert "No near-duplicates are in different parts of the split." in describe(leaks)


def test_a_group_that_an_edited_split_puts_into_two_parts_is_found(drawn: Workspace) -> None:
    parts = CLEAN.parts.copy()
    parts[20] = "train"
    leaks = find_leaks(drawn, replace(CLEAN, parts=parts), noise(40))
    assert (leaks.across, leaks.unknown_pairs) == ([["p8", "p20"]], [])
    assert "1 of the split's groups are in more than one part of it; the first is p8, p20." in describe(leaks)


def test_a_mirrored_copy_that_the_groups_do_not_know_is_found_by_its_hash(stale: Leaks) -> None:
    assert (stale.across, stale.unknown_pairs) == ([], [("p8", "p20")])
    assert stale.groups == [["p8", "p20"]]
    assert "1 held-out images are near-duplicates of training images" in describe(stale)


def test_a_group_of_the_split_stays_one_though_the_search_does_not_find_it(drawn: Workspace) -> None:
    groups = CLEAN.groups.copy()
    groups[[1, 2, 3]] = "by hand"
    assert find_leaks(drawn, replace(CLEAN, groups=groups), noise(40)).groups == [["p1", "p2", "p3"], ["p8", "p20"]]


def test_a_pair_that_only_the_network_sees_is_found(drawn: Workspace) -> None:
    features = noise(40)
    features[19] = features[30] * 1.5
    assert find_leaks(drawn, CLEAN, features).unknown_pairs == [("p19", "p30")]


def test_what_validation_and_test_share_is_no_copy_of_a_training_picture(drawn: Workspace) -> None:
    features = noise(40)
    features[19] = features[28]
    assert find_leaks(drawn, CLEAN, features).unknown_pairs == []


def test_without_a_held_out_picture_nothing_leaks(drawn: Workspace) -> None:
    leaks = find_leaks(drawn, replace(STALE, parts=np.full(40, "train")), noise(40))
    assert (leaks.groups, leaks.across, leaks.unknown_pairs) == ([["p8", "p20"]], [], [])


def test_a_part_of_a_training_picture_is_a_leak_and_a_common_frame_is_named(workspace: Workspace) -> None:
    for number in range(20):
        write(workspace.image(f"p{number}"), scene(number))
    write(workspace.image("p8"), scene(3).crop((60, 50, 300, 230)))
    framed = scene(4)
    framed.paste(scene(90, (400, 290)), (40, 35))
    write(workspace.image("p9"), framed)
    leaks = find_leaks(workspace, split_of([0, 1] * 10), noise(20))
    assert (leaks.unknown_pairs, leaks.shared_parts) == ([("p8", "p3")], [("p9", "p4")])
    assert leaks.groups == [["p3", "p8"]]
    assert "1 held-out images share a part with training images" in describe(leaks)
    assert json.loads(json.dumps(asdict(leaks)))["shared_parts"] == [["p9", "p4"]]


# --- what it does to accuracy ---


def fives(features: np.ndarray) -> np.ndarray:
    """Make each five in a row near-duplicates."""
    return np.repeat(features[::5], 5, axis=0) + features * 0.01


def test_accuracy_from_near_duplicates_is_measured_even_when_the_groups_are_stale(drawn: Workspace) -> None:
    """The features do not depend on the artist: only one of five near-duplicates shows who made the others."""
    labels = np.repeat(np.random.default_rng(1).permutation([0, 1] * 4), 5)
    leaks = find_leaks(drawn, split_of(labels.tolist()), fives(noise(40)))
    assert leaks.random_split.share > 0.9 and leaks.grouped_split.share < 0.75
    assert f"{leaks.difference_points} points of the accuracy would come from near-duplicates." in describe(leaks)


def test_without_near_duplicates_the_two_figures_are_the_same(drawn: Workspace) -> None:
    rows = np.delete(np.arange(40), 8)
    ids, parts = [STALE.ids[row] for row in rows], STALE.parts[rows]
    leaks = find_leaks(drawn, Split(ids, STALE.labels[rows], parts, np.array(ids), NAMES, np.ones(2)), noise(40)[rows])
    assert leaks.groups == [] and leaks.random_split == leaks.grouped_split
    assert 0.3 < leaks.grouped_split.share < 0.7  # so that other folds would give another figure
    assert describe(leaks).endswith("Without near-duplicates the two are the same.")


def figures(random: float, grouped: float, p_value: float = 0.0) -> Leaks:
    before, after = (
        Proportion(round(share * 100), 100, share, share - 0.05, share + 0.05) for share in (random, grouped)
    )
    return Leaks(100, [["a", "b"]], [], [], before, after, p_value, 5, [])


@pytest.mark.parametrize(
    ("leaks", "words"),
    [
        (
            figures(0.87, 0.73),
            "random split 87 %, grouped split 73 % (95 % interval 68 to 78, n=100). With a random split, 14 points of "
            "the accuracy would come from near-duplicates.",
        ),
        (
            figures(0.84, 0.83),
            "random split 84 %, grouped split 83 % (95 % interval 78 to 88, n=100). Near-duplicates make accuracy look "
            "better by 1 point.",
        ),
        (
            figures(0.87, 0.82, p_value=0.2),
            "grouped split 82 % (95 % interval 77 to 87, n=100). The difference of 5 points may be chance.",
        ),
        (
            figures(0.82, 0.83),
            "grouped split 83 % (95 % interval 78 to 88, n=100). Near-duplicates do not make accuracy look better.",
        ),
    ],
)
def test_the_difference_is_described_by_its_size_and_its_chance(leaks: Leaks, words: str) -> None:
    assert describe(leaks).endswith(words)


def test_an_artist_of_one_group_is_left_out_and_named(drawn: Workspace) -> None:
    labels = [2] * 4 + [0, 1] * 18
    features = noise(40)
    features[:4] = features[0]
    leaks = find_leaks(drawn, split_of(labels), features)
    assert leaks.left_out == ["artist 2"] and leaks.grouped_split.n == 36
    assert "all their images are one work: artist 2." in describe(leaks)


def test_an_artist_of_two_groups_makes_two_folds(drawn: Workspace) -> None:
    leaks = find_leaks(drawn, split_of([2, 2] + [0, 1] * 19), noise(40))
    assert (leaks.folds, leaks.grouped_split.n, leaks.left_out) == (2, 40, [])


def test_too_few_pictures_are_reported_as_too_few(drawn: Workspace) -> None:
    leaks = find_leaks(drawn, split_of([0, 1]), noise(2))
    assert (leaks.folds, leaks.left_out) == (0, NAMES)
    assert "too few images to compare" in describe(leaks)


def test_everything_can_be_written_as_json(stale: Leaks) -> None:
    assert json.loads(json.dumps(asdict(stale)))["unknown_pairs"] == [["p8", "p20"]]


def test_the_same_seed_gives_the_same_figures(drawn: Workspace) -> None:
    first, again, other = (find_leaks(drawn, CLEAN, noise(40), seed) for seed in (3, 3, 4))
    assert first == again and first != other
