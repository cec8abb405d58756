"""Finding suspects: planted wrong labels come first, and where nothing can be checked plain words say so."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import copy_of, write_catalog

import artlib
from artlib import backbones
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import weights_fingerprint
from artlib.sort.suspects import SuspectReport
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.decisions import record
from artlib.workspace.disk.writing import write_table

pytestmark = pytest.mark.thorough

WIDTH = 64
Planted = Callable[..., Workspace]


@pytest.fixture
def planted(workspace: Workspace) -> Planted:
    """Make a workspace of pictures whose features lie around a point for each artist who made them.

    Those of near-duplicates are the same, and unlike all others.
    """

    def planted(made_by: Sequence[int], under: Sequence[int], groups: Sequence[str] | None = None) -> Workspace:
        ids = [f"{number:016x}" for number in range(len(under))]
        table = pd.DataFrame({"id": ids, "artist": [f"artist {number}" for number in under]})
        write_catalog(workspace, dict(zip(table["id"], table["artist"], strict=True)))
        if groups is not None:
            write_table(workspace.groups, pd.DataFrame({"id": ids, "group": groups}))
        generator = np.random.default_rng(0)
        middles, noise = generator.normal(size=(9, WIDTH)), generator.normal(size=(len(ids), WIDTH))
        for group in sorted({each for each in groups or () if groups.count(each) > 1}):
            noise[[each == group for each in groups]] = 2 * generator.normal(size=WIDTH)
        backbone = backbones.get(BACKBONE)
        workspace.features.mkdir()
        name = f"{BACKBONE}-{weights_fingerprint(backbone)}-{backbone.image_size}-whole-planted.npz"
        np.savez(workspace.features / name, ids=ids, features=(middles[list(made_by)] + noise).astype(np.float16))
        return workspace

    return planted


def alone(count: int) -> list[str]:
    return [f"g{number}" for number in range(count)]


MADE_BY = np.repeat([0, 1, 2], 30).tolist()
WRONG = {5: 1, 41: 2, 77: 0}  # from the picture to the artist that it stands under
UNDER = [WRONG.get(number, artist) for number, artist in enumerate(MADE_BY)]


# --- what is found ---


def test_planted_wrong_labels_are_the_suspects(planted: Planted) -> None:
    report = artlib.find_suspects(planted(MADE_BY, UNDER, alone(90)))
    found = {int(row.id, 16): (row.artist, row.looks_like) for row in report.suspects.itertuples()}
    assert found == {number: (f"artist {WRONG[number]}", f"artist {MADE_BY[number]}") for number in WRONG}


def test_what_is_found_is_what_is_read_from_disk(planted: Planted) -> None:
    workspace = planted(MADE_BY, UNDER, alone(90))
    report = artlib.find_suspects(workspace)
    pd.testing.assert_frame_equal(artlib.read_suspects(workspace), report.suspects)
    assert report.suspects["label_issue_score"].is_monotonic_decreasing


def test_a_picture_that_was_moved_to_its_artist_is_none_any_more(planted: Planted) -> None:
    workspace = planted(MADE_BY, UNDER, alone(90))
    record(workspace, f"{5:016x}", "move", "artist 0")
    record(workspace, f"{41:016x}", "discard")
    assert artlib.find_suspects(workspace).suspects["id"].tolist() == [f"{77:016x}"]


def test_a_copy_does_not_vouch_for_a_wrong_label(planted: Planted) -> None:
    """Four near-duplicates under the same wrong artist: each alone would confirm the others' label."""
    under = [1 if number < 4 else artist for number, artist in enumerate(MADE_BY)]
    groups = ["copies" if number < 4 else f"g{number}" for number in range(90)]
    found = artlib.find_suspects(planted(MADE_BY, under, groups)).suspects
    assert set(found["id"]) == {f"{number:016x}" for number in range(4)}


def test_the_report_says_how_many(planted: Planted) -> None:
    report = artlib.find_suspects(planted(MADE_BY, UNDER, alone(90)))
    assert str(report) == (
        "90 images of 3 artists, 3 suspects, which look more like another artist's. "
        "Look at them: some labels are right."
    )


def test_drawn_pictures_under_the_wrong_artist_are_found_by_the_network(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    catalog = artlib.read_catalog(workspace)
    artists = sorted(set(catalog["artist"]))
    moved = catalog.groupby("artist").nth(3)
    for row in moved.itertuples():
        record(workspace, row.id, "move", artists[artists.index(row.artist) - 1])
    report = artlib.find_suspects(workspace)
    assert set(report.suspects["id"][:3]) == set(moved["id"])
    assert dict(zip(moved["id"], moved["artist"], strict=True)) == dict(
        zip(report.suspects["id"][:3], report.suspects["looks_like"][:3], strict=True)
    )


# --- where little can be checked ---


def test_an_artist_of_few_works_is_named_and_the_others_are_checked(planted: Planted) -> None:
    made_by, under = [*MADE_BY, 3, 3, 3, 3], [*UNDER, 3, 3, 3, 3]
    report = artlib.find_suspects(planted(made_by, under, alone(94)))
    assert report.not_checked == ["artist 3"] and len(report.suspects) == 3
    assert str(report).splitlines()[1].endswith("as many to compare with: artist 3.")


def test_near_duplicates_count_as_one_work(planted: Planted) -> None:
    made_by, under = [*MADE_BY, *[3] * 8], [*UNDER, *[3] * 8]
    groups = [*alone(90), *["a", "b"] * 4]
    assert artlib.find_suspects(planted(made_by, under, groups)).not_checked == ["artist 3"]


def test_without_groups_each_picture_is_a_work_and_the_report_says_so(planted: Planted) -> None:
    report = artlib.find_suspects(planted(MADE_BY, UNDER))
    assert len(report.suspects) == 3 and not report.grouped
    assert "Run `artlib duplicates` first" in str(report)


@pytest.mark.parametrize(
    ("under", "words"),
    [
        ([0] * 20, "20 images of one artist: suspects can be found from two artists on."),
        ([0], "1 image of one artist: suspects can be found from two artists on."),
        ([0, 1, 1, 2], "4 images of 3 artists, and none was checked.\nNot checked"),
        ([0] * 20 + [1], "21 images of 2 artists, and none was checked.\nNot checked"),
    ],
)
def test_where_nothing_can_be_checked_plain_words_say_so(under: list[int], words: str, planted: Planted) -> None:
    workspace = planted(under, under, alone(len(under)))
    report = artlib.find_suspects(workspace)
    assert str(report).startswith(words) and report.suspects.empty
    assert artlib.read_suspects(workspace).empty


def test_where_all_is_discarded_plain_words_say_so(planted: Planted) -> None:
    workspace = planted([0, 1], [0, 1], alone(2))
    for number in range(2):
        record(workspace, f"{number:016x}", "discard")
    assert str(artlib.find_suspects(workspace)) == "No picture is left to check: all are discarded or set apart."


def test_suspects_of_an_earlier_search_are_gone_afterwards(planted: Planted) -> None:
    workspace = planted(MADE_BY, UNDER, alone(90))
    artlib.find_suspects(workspace)
    for number in WRONG:
        record(workspace, f"{number:016x}", "discard")
    artlib.find_suspects(workspace)
    assert artlib.read_suspects(workspace).empty


def test_without_a_catalog_the_error_names_what_makes_it(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib collect"):
        artlib.find_suspects(workspace)


def test_many_artists_that_were_not_checked_are_counted() -> None:
    names = [f"artist {number:02}" for number in range(11)]
    report = SuspectReport(40, 11, pd.DataFrame(columns=["id"]), names, True)
    assert str(report).endswith("artist 06, artist 07 and 3 more.")
