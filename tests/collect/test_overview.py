"""The overview of a collection: what became of every picture."""

from pathlib import Path

import pandas as pd
import pytest
from drawing import photo, write

from artlib import plots
from artlib.collect import collect_report, described, folder
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record
from artlib.workspace.disk.writing import write_table
from artlib.workspace.set_apart import read_set_apart


@pytest.fixture
def table(workspace: Workspace, photos: Path) -> pd.DataFrame:
    """Of a collection with one picture of each fate, and of three works by Ross Tran."""
    write(photos / "Wlop" / "thumbnail.jpg", photo(0).resize((80, 60)))
    write(photos / "Wlop" / "banner.jpg", photo(20, (728, 90)))
    write(photos / "Wlop" / "broken.jpg", b"\xff\xd8\xff not much of a picture")
    write(photos / "Wlop" / "thrown out.jpg", photo(21))
    write(photos / "Wlop" / "twin.jpg", photo(22))
    folder(workspace, photos)
    id_of = {Path(row.path).name: row.id for row in read_catalog(workspace).itertuples()}
    record(workspace, id_of["thrown out.jpg"], "discard")
    groups = {image_id: name for name, image_id in id_of.items()} | {id_of["twin.jpg"]: "0.jpg"}
    write_table(workspace.groups, pd.DataFrame(groups.items(), columns=["id", "group"]))
    return collect_report(workspace)


def test_every_picture_is_counted_once_for_its_artist(table: pd.DataFrame) -> None:
    wlop = table.loc["Wlop"]
    assert wlop[wlop > 0].to_dict() == {"kept": 3, "duplicate": 1, "small copy": 1, "strip": 1, "discarded": 1}
    assert table.loc["Ross Tran"].to_dict() == {"kept": 3} | dict.fromkeys(table.columns[1:], 0)


def test_a_broken_picture_counts_without_an_artist(table: pd.DataFrame) -> None:
    assert table.loc["(artist not known)", "left out"] == 1


def test_a_picture_whose_maker_opted_out_is_not_among_those_left_out(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    rows = [("a.jpg", "opted out: its page says noai", "Wlop"), ("b.jpg", "It is damaged.", "")]
    write_table(workspace.rejected, pd.DataFrame(rows, columns=["source", "reason", "artist"]))
    table = collect_report(workspace)
    assert table["opted out"].to_dict() == {"Wlop": 1, "Ross Tran": 0, "(artist not known)": 0}
    assert table["left out"].sum() == 1


def test_an_accepted_picture_is_kept(workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / "banner.jpg", photo(20, (728, 90)))
    folder(workspace, photos)
    record(workspace, read_set_apart(workspace)["id"][0], "move", "Ross Tran")
    assert collect_report(workspace)["kept"].to_dict() == {"Ross Tran": 4, "Wlop": 3}


def test_the_text_has_one_line_for_all_and_one_for_each_artist(table: pd.DataFrame) -> None:
    first, _, *artists = described(table).splitlines()
    assert first == "11 pictures of 2 artists: 6 kept, 1 duplicate, 1 small copy, 1 strip, 1 discarded, 1 left out."
    assert [line.split("  ")[0] for line in artists] == ["Wlop", "Ross Tran", "(artist not known)"]


def test_the_text_of_many_artists_is_short(table: pd.DataFrame) -> None:
    many = pd.concat([table] * 30)
    assert described(many).splitlines()[-1] == "(+70 more artists)"


def test_the_figure_has_a_bar_for_each_fate(table: pd.DataFrame) -> None:
    (axes,) = plots.collection(table).axes
    labels = [bars.get_label() for bars in axes.containers]
    assert labels == ["kept (6)", "duplicate (1)", "small copy (1)", "strip (1)", "discarded (1)", "left out (1)"]


def test_a_figure_of_nothing_says_so() -> None:
    figure = plots.collection(pd.DataFrame({"kept": []}, dtype=int))
    assert "nothing" in figure.texts[0].get_text()
