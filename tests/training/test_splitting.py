"""The split: by artist, in whole near-duplicate groups, the same for the same seed."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import copy_of, group_each_alone, write_catalog
from drawing import photo, write

from artlib.collect import folder
from artlib.training.splitting import artists_table, assign_parts, make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record
from artlib.workspace.disk.writing import write_table
from artlib.workspace.split import PARTS, Split, is_split_of, read_split, split_hash


@pytest.fixture
def grouped(collected: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the collected workspace: 24 pictures of each of three artists, each in a group of its own."""
    return copy_of(collected, tmp_path / "data")


def random_groups(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Artists of 5 to 200 pictures in groups of 1 to 8, a few of the groups with a second artist in them."""
    generator, artists, groups = np.random.default_rng(seed), [], []
    for artist in range(int(generator.integers(2, 8))):
        for _ in range(int(generator.integers(4, 80))):
            size, name = int(generator.choice([1, 1, 1, 2, 3, 8])), f"g{len(set(groups)):05d}"
            artists += [f"artist {artist}"] * size
            groups += [name] * size
            if generator.random() < 0.03:
                artists.append("artist 0")
                groups.append(name)
    return np.array(artists), np.array(groups)


# --- the rule ---


@pytest.mark.parametrize("seed", range(20))
def test_a_duplicate_group_never_stands_on_both_sides(seed: int) -> None:
    artists, groups = random_groups(seed)
    parts = assign_parts(artists, groups, seed)
    assert pd.Series(parts).groupby(groups).nunique().max() == 1


@pytest.mark.parametrize("seed", range(20))
def test_every_picture_is_in_one_of_the_three_parts(seed: int) -> None:
    artists, groups = random_groups(seed)
    assert set(assign_parts(artists, groups, seed)) <= set(PARTS)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("images", [40, 100, 556])
def test_each_artist_is_split_about_80_10_10(images: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    artists = np.array(["Wlop"] * images + ["Ross"] * 234)
    groups = np.array([f"g{number}" for number in generator.integers(0, 2 * len(artists), len(artists))])
    # groups must not mix the artists here
    groups = np.char.add(groups, artists)
    parts = assign_parts(artists, groups, seed)[:images]
    assert np.mean(parts == "test") == pytest.approx(0.1, abs=0.05)
    assert np.mean(parts == "validation") == pytest.approx(0.1, abs=0.05)


def test_without_duplicates_the_shares_are_exact() -> None:
    parts = assign_parts(np.array(["Wlop"] * 100), np.arange(100).astype(str), seed=0)
    assert [int((parts == part).sum()) for part in PARTS] == [80, 10, 10]


def test_the_same_seed_gives_the_same_parts() -> None:
    artists, groups = random_groups(1)
    assert (assign_parts(artists, groups, 7) == assign_parts(artists, groups, 7)).all()


def test_another_seed_gives_other_parts() -> None:
    artists, groups = random_groups(1)
    assert (assign_parts(artists, groups, 7) != assign_parts(artists, groups, 8)).any()


def test_the_parts_do_not_depend_on_the_order_of_rows() -> None:
    artists, groups = np.array(["Ross", "Wlop"] * 50), np.arange(100).astype(str)
    order = np.random.default_rng(0).permutation(len(artists))
    first = dict(zip(groups, assign_parts(artists, groups, 0), strict=True))
    again = dict(zip(groups[order], assign_parts(artists[order], groups[order], 0), strict=True))
    assert first == again


@pytest.mark.parametrize("seed", range(10))
def test_an_artists_giant_group_stays_in_train(seed: int) -> None:
    artists = np.array(["Wlop"] * 40)
    groups = np.array(["giant"] * 30 + [f"single {number}" for number in range(10)])
    parts = assign_parts(artists, groups, seed)
    assert set(parts[groups == "giant"]) == {"train"}
    assert {"validation", "test"} <= set(parts)


def test_an_artist_of_one_group_is_learned_and_not_held_out() -> None:
    assert set(assign_parts(np.array(["Wlop"] * 12), np.array(["g"] * 12), 0)) == {"train"}


def test_a_group_of_several_artists_follows_the_one_with_most_pictures_in_it() -> None:
    artists = np.array(["Ross", "Wlop", "Wlop"] + ["Ross"] * 20)
    groups = np.array(["mixed"] * 3 + [f"ross {number}" for number in range(20)])
    # the only group that is Wlop's must be learned from
    assert set(assign_parts(artists, groups, 0)[:3]) == {"train"}


def test_the_class_weight_is_total_by_artists_times_paintings() -> None:
    """The three artists of the original project."""
    counts = {"Katsura": 234, "Ross Tran": 358, "Wlop": 556}
    table = artists_table(pd.Series([name for name, count in counts.items() for _ in range(count)]))
    assert table.columns.tolist() == ["name", "paintings", "class_weight"]
    assert dict(zip(table["name"], table["paintings"], strict=True)) == counts
    assert table["class_weight"].tolist() == pytest.approx([1148 / (3 * count) for count in counts.values()], abs=1e-6)


def test_artists_are_sorted_by_name() -> None:
    assert artists_table(pd.Series(["b", "a", "b", "北", "C"]))["name"].tolist() == ["C", "a", "b", "北"]


# --- in a workspace ---


def test_the_file_has_the_fixed_columns_and_every_picture(grouped: Workspace) -> None:
    make_split(grouped)
    table = grouped.read_table(grouped.split)
    assert table.columns.tolist() == ["id", "artist", "group", "part"]
    assert table["id"].tolist() == read_catalog(grouped)["id"].tolist()


def test_the_artists_file_has_the_fixed_columns(grouped: Workspace) -> None:
    make_split(grouped)
    table = grouped.read_table(grouped.artists)
    assert table.values.tolist() == [[name, "24", "1.0"] for name in ("Ross Tran", "Wlop", "北斎")]


def test_the_same_seed_writes_the_same_bytes(grouped: Workspace) -> None:
    make_split(grouped, seed=3)
    before = grouped.split.read_bytes()
    make_split(grouped, seed=3)
    assert grouped.split.read_bytes() == before


def test_what_is_returned_is_what_is_read_later(grouped: Workspace) -> None:
    made, found = make_split(grouped), read_split(grouped)
    assert made.ids == found.ids and made.class_names == found.class_names
    assert (made.parts == found.parts).all() and (made.labels == found.labels).all()


def test_labels_are_places_in_the_sorted_names(grouped: Workspace) -> None:
    split = make_split(grouped)
    assert [split.class_names[label] for label in split.labels] == read_catalog(grouped)["artist"].tolist()


def test_rows_of_the_three_parts_are_all_rows(grouped: Workspace) -> None:
    split = make_split(grouped)
    assert sorted(np.concatenate([split.rows(part) for part in PARTS])) == list(range(72))


def test_an_unknown_part_is_refused(grouped: Workspace) -> None:
    with pytest.raises(ValueError, match="train, validation, test. Received: part='dev'"):
        make_split(grouped).rows("dev")


def test_all_small_artists_are_named_in_one_line(grouped: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    make_split(grouped)
    (line,) = capsys.readouterr().err.splitlines()
    assert "3 artists have fewer than 40 different images: Ross Tran (24), Wlop (24), 北斎 (24)" in line


def test_images_are_counted_without_their_near_duplicates(
    grouped: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = grouped.read_table(grouped.groups)
    pair = read_catalog(grouped).query("artist == 'Wlop'")["id"][:2]
    write_table(grouped.groups, groups.assign(group=groups["group"].mask(groups["id"].isin(pair), "pair")))
    make_split(grouped)
    assert "Wlop (23)" in capsys.readouterr().err


def test_an_artist_with_nothing_to_hold_out_is_named(
    workspace: Workspace, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(photos / "Katsura" / "only.jpg", photo(50))
    folder(workspace, photos)
    group_each_alone(workspace)
    make_split(workspace)
    assert "Katsura has no image in validation and test" in capsys.readouterr().err


def test_a_picture_moved_by_hand_is_split_under_its_new_artist(grouped: Workspace) -> None:
    image_id = read_catalog(grouped)["id"][0]
    record(grouped, image_id, "move", artist="Katsura")
    split = make_split(grouped)
    assert split.class_names[split.labels[0]] == "Katsura"


def test_a_discarded_picture_is_not_split(grouped: Workspace) -> None:
    image_id = read_catalog(grouped)["id"][0]
    record(grouped, image_id, "discard")
    assert image_id not in make_split(grouped).ids


@pytest.mark.parametrize("action", ["discard", "move"])
def test_a_decision_after_the_split_asks_for_a_new_one(action: str, grouped: Workspace) -> None:
    make_split(grouped)
    artist = "Katsura" if action == "move" else None
    record(grouped, read_catalog(grouped)["id"][0], action, artist)
    with pytest.raises(WorkspaceError, match="since the split was made. Run `artlib split` again"):
        read_split(grouped)


def test_a_picture_collected_after_the_split_asks_for_a_new_one(grouped: Workspace, tmp_path: Path) -> None:
    make_split(grouped)
    write(tmp_path / "more" / "Wlop" / "new.jpg", photo(99))
    folder(grouped, tmp_path / "more")
    with pytest.raises(WorkspaceError, match="Images were added.*Run `artlib split` again"):
        read_split(grouped)


def test_a_picture_collected_after_the_groups_asks_for_new_groups(grouped: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "more" / "Wlop" / "new.jpg", photo(99))
    folder(grouped, tmp_path / "more")
    with pytest.raises(WorkspaceError, match="Run 02_sort"):
        make_split(grouped)


def test_one_artist_alone_can_not_be_told_from_others(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos / "Wlop", artist="Wlop")
    group_each_alone(workspace)
    with pytest.raises(WorkspaceError, match=r"at least 2 artists. .*\['Wlop'\].*01_collect"):
        make_split(workspace)


def test_without_groups_the_error_names_the_command_that_makes_them(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    with pytest.raises(WorkspaceError, match="artlib duplicates"):
        make_split(workspace)


def test_without_a_split_the_error_names_the_command_that_makes_it(grouped: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"no split \(split\.csv\)\.\nRun first:\n(.*\n)*    artlib split"):
        read_split(grouped)


# --- files that were edited by hand ---


@pytest.fixture
def divided(grouped: Workspace) -> Workspace:
    make_split(grouped)
    return grouped


def rewritten(path: Path, order: str, **options: Any) -> None:
    """Save a table as a spreadsheet program does, with its rows sorted by a column."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False).sort_values(order, ascending=False)
    table.to_csv(path, index=False, **options)


def by_id(split: Split) -> dict[str, tuple[str, str, float]]:
    names, weights = split.class_names, split.class_weights
    rows = zip(split.ids, split.labels, split.parts, strict=True)
    return {image_id: (names[label], part, weights[label]) for image_id, label, part in rows}


def test_artists_whose_rows_were_sorted_by_hand_keep_their_labels(divided: Workspace) -> None:
    before = read_split(divided)
    rewritten(divided.artists, "name", sep=";", lineterminator="\r\n", encoding="utf-8-sig")
    after = read_split(divided)
    assert after.class_names == before.class_names
    assert (after.labels == before.labels).all()
    assert after.class_weights == pytest.approx(before.class_weights)


def test_artists_that_do_not_fit_the_split_are_named(divided: Workspace) -> None:
    text = divided.artists.read_text(encoding="utf-8")
    divided.artists.write_text(text.replace("Wlop,24", "Wlop,42"), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="artists.csv does not fit split.csv: of 'Wlop' it has 42 paintings.* 24"):
        read_split(divided)


@pytest.fixture
def uneven(tmp_path: Path) -> Workspace:
    """A split of three artists with 10, 20 and 30 images."""
    workspace = Workspace(tmp_path / "uneven")
    names = np.repeat(["Katsura", "Ross Tran", "Wlop"], [20, 10, 30])
    write_catalog(workspace, {f"{number:016x}": name for number, name in enumerate(names)})
    group_each_alone(workspace)
    make_split(workspace)
    return workspace


@pytest.mark.parametrize("reverse", [True, False])
def test_weights_that_were_sorted_without_their_artists_are_noticed(reverse: bool, uneven: Workspace) -> None:
    table = pd.read_csv(uneven.artists, dtype=str)
    table.assign(class_weight=sorted(table["class_weight"], reverse=reverse)).to_csv(uneven.artists, index=False)
    with pytest.raises(WorkspaceError, match=r"artists\.csv is damaged.*class_weight was sorted.*artlib split"):
        read_split(uneven)


def test_weights_of_ones_own_are_kept(uneven: Workspace) -> None:
    table = pd.read_csv(uneven.artists, dtype=str)
    table.assign(class_weight=["0.5", "1.5", "2.5"]).to_csv(uneven.artists, index=False)
    assert read_split(uneven).class_weights.tolist() == [0.5, 1.5, 2.5]


def test_a_split_in_another_form_is_still_the_one_a_model_was_trained_on(divided: Workspace) -> None:
    before, key = read_split(divided), split_hash(divided)
    rewritten(divided.split, "artist", sep="\t", lineterminator="\r", encoding="utf-16")
    assert is_split_of(divided, key)
    assert by_id(read_split(divided, key)) == by_id(before)


def test_the_hash_of_a_split_is_that_of_its_file(divided: Workspace) -> None:
    """Models of an earlier artlib keep this one."""
    assert split_hash(divided) == hashlib.sha256(divided.split.read_bytes()).hexdigest()


def test_a_split_with_another_part_is_another_one(divided: Workspace) -> None:
    key = split_hash(divided)
    text = divided.split.read_text(encoding="utf-8")
    divided.split.write_text(text.replace(",train\n", ",test\n", 1), encoding="utf-8")
    assert not is_split_of(divided, key)


def test_a_row_that_is_gone_from_the_split_is_noticed(divided: Workspace) -> None:
    lines = divided.split.read_text(encoding="utf-8").splitlines(keepends=True)
    divided.split.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="since the split was made"):
        read_split(divided)


def test_an_id_that_the_catalog_lacks_is_named(divided: Workspace) -> None:
    image_id = read_split(divided).ids[0]
    text = divided.split.read_text(encoding="utf-8")
    divided.split.write_text(text.replace(image_id, "1234567890123450"), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="split.csv was edited: it has an image '1234567890123450'"):
        read_split(divided)
