"""The plain grid, clicked without a browser: `click()` does what the browser's message does."""

import io

import pandas as pd
import pytest
from PIL import Image

from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS
from artlib.workspace.decisions import latest, record
from artlib.workspace.disk.writing import write_table

pytest.importorskip("ipywidgets")

from artlib.sort.grid.fallback import FallbackGrid
from artlib.sort.grid.fallback.tile import COLOURS, SELECTED
from artlib.sort.grid.thumbnail_store import SIDE


def write_catalog(workspace, rows):
    facts = {"artist": "Wlop", "path": "originals/Wlop/a.png", "width": 600, "height": 300, "licence": "CC0"}
    facts |= {"phash": "0" * 16}
    numbered = [{"sha256": f"{number:064x}"} | row for number, row in enumerate(rows)]
    table = pd.DataFrame([dict.fromkeys(COLUMNS, "") | facts | row for row in numbered], columns=COLUMNS)
    write_table(workspace.catalog, table)


@pytest.fixture
def workspace(tmp_path):
    """Five images, wlop0 to wlop4, the last without its file."""
    workspace = Workspace(tmp_path / "data")
    workspace.images.mkdir(parents=True)
    write_catalog(workspace, [{"id": f"wlop{number}"} for number in range(5)])
    for number in range(4):
        Image.new("RGB", (600, 300), (number * 50, 90, 160)).save(workspace.image(f"wlop{number}"))
    return workspace


@pytest.fixture
def grouped(workspace):
    """wlop0 and the larger wlop1 are nearly the same; so are wlop2 and wlop3, of which one is Ross's."""
    write_catalog(
        workspace,
        [
            {"id": "wlop0"},
            {"id": "wlop1", "width": 1200, "height": 600},
            {"id": "wlop2"},
            {"id": "wlop3", "artist": "Ross"},
            {"id": "wlop4"},
        ],
    )
    groups = pd.DataFrame({"id": [f"wlop{number}" for number in range(5)], "group": ["g1", "g1", "g2", "g2", "g3"]})
    write_table(workspace.groups, groups)
    return FallbackGrid(SortSession(workspace, only="duplicates"))


@pytest.fixture
def doubted(workspace):
    """The model takes wlop1 for Ross's with 95 %, and wlop2 with 60 %."""
    doubts = [{"id": "wlop1", "probability": 0.95}, {"id": "wlop2", "probability": 0.6}]
    facts = {
        "artist": "Wlop",
        "looks_like": "Ross",
        "own_probability": 0.02,
        "label_issue_score": 0.9,
        "reason": "looks",
    }
    write_table(workspace.suspects, pd.DataFrame([facts | doubt for doubt in doubts]))
    return FallbackGrid(SortSession(workspace, only="suspects"))


@pytest.fixture
def grid(workspace):
    return FallbackGrid(SortSession(workspace, page_size=3))


def actions(workspace):
    return {image_id: decision.action for image_id, decision in latest(workspace).items()}


def press(grid, name):
    grid.controls.buttons[name].click()


def pick(grid, *places):
    for place in places:
        grid.tiles[place].button.click()


def message(grid):
    return grid.controls.message.value


def frame_of(tile):
    # ipywidgets 8 keeps four borders, 7 keeps one
    return tile.widget.layout.border_top if hasattr(tile.widget.layout, "border_top") else tile.widget.layout.border


def test_discarding_the_selected_pictures_saves_it_at_once(grid, workspace):
    pick(grid, 0)
    pick(grid, 2)
    press(grid, "discard")
    assert actions(workspace) == {"wlop0": "discard", "wlop2": "discard"}


def test_keeping_saves_it_at_once(grid, workspace):
    pick(grid, 1)
    press(grid, "keep")
    assert actions(workspace) == {"wlop1": "keep"} and "Saved: keep 1 picture." in message(grid)


def test_moving_to_a_new_artist_saves_the_name(grid, workspace):
    pick(grid, 1)
    grid.controls.artist_box.value = "Katsura"
    press(grid, "move")
    assert latest(workspace)["wlop1"].artist == "Katsura"


def test_a_new_artist_is_offered_in_the_box_and_in_the_filter(grid):
    pick(grid, 1)
    grid.controls.artist_box.value = "Katsura"
    press(grid, "move")
    assert "Katsura" in grid.controls.artist_box.options and "Katsura" in [
        value for _, value in grid.controls.artist_choice.options
    ]


def test_undo_takes_the_last_click_back(grid, workspace):
    press(grid, "select")
    press(grid, "discard")
    press(grid, "undo")
    assert actions(workspace) == {}


def test_undo_with_nothing_decided_says_so(grid):
    press(grid, "undo")
    assert "nothing to undo" in message(grid)


def test_keep_rest_keeps_what_is_undecided_and_turns_the_page(grid, workspace):
    pick(grid, 0)
    press(grid, "discard")
    press(grid, "keep_rest")
    assert actions(workspace) == {"wlop0": "discard", "wlop1": "keep", "wlop2": "keep"}
    assert grid.session.page == ["wlop3", "wlop4"]


def test_keep_rest_never_keeps_what_is_selected(grid, workspace):
    # a user who selected pictures and forgot the click on Discard does not want to keep them
    pick(grid, 0)
    press(grid, "keep_rest")
    assert actions(workspace) == {"wlop1": "keep", "wlop2": "keep"} and grid.session.selected == {"wlop0"}
    assert "1 picture left as selected, not kept" in message(grid)


def test_a_second_click_on_a_picture_takes_it_out_of_the_selection(grid):
    pick(grid, 0)
    pick(grid, 0)
    assert grid.session.selected == set()


def test_the_sign_of_selection_is_never_replaced_by_an_empty_text(grid):
    # JupyterLab's button ignores an empty description and would go on showing the sign
    pick(grid, 0)
    press(grid, "keep")
    assert grid.tiles[0].button.description == " "


def test_the_filter_says_all_artists_from_the_start(grid):
    assert grid.controls.artist_choice.label == "all artists"


def test_select_all_selects_the_page_and_then_nothing(grid):
    press(grid, "select")
    selected = set(grid.session.selected)
    press(grid, "select")
    assert selected == {"wlop0", "wlop1", "wlop2"} and grid.session.selected == set()


@pytest.mark.parametrize(
    "change",
    [
        lambda grid: press(grid, "next"),
        lambda grid: setattr(grid.controls.queue_choice, "value", "undecided"),
        lambda grid: setattr(grid.controls.artist_choice, "value", "Wlop"),
    ],
    ids=["page", "queue", "artist"],
)
def test_the_selection_survives_another_page_queue_and_artist(grid, change):
    pick(grid, 0)
    change(grid)
    assert grid.session.selected == {"wlop0"}


def test_what_is_selected_and_out_of_sight_is_counted(grid):
    pick(grid, 0, 1)
    press(grid, "next")
    pick(grid, 0)
    assert "3 selected, 2 of them not on this page" in grid.controls.selection_line.value


def test_a_decision_is_also_about_what_is_selected_on_another_page(grid, workspace):
    pick(grid, 0)
    press(grid, "next")
    pick(grid, 1)
    press(grid, "discard")
    assert actions(workspace) == {"wlop0": "discard", "wlop4": "discard"}


def test_unselect_all_also_unselects_other_pages(grid):
    pick(grid, 0)
    press(grid, "next")
    press(grid, "unselect")
    assert grid.session.selected == set()


def test_the_last_page_shows_only_the_pictures_left(grid):
    press(grid, "next")
    assert len(grid.pictures.children) == 2 and "page 2 of 2" in grid.controls.page_line.value


def test_the_first_page_is_reached_again(grid):
    first = grid.tiles[0].picture.value
    press(grid, "next")
    press(grid, "previous")
    assert grid.tiles[0].picture.value == first and len(grid.pictures.children) == 3


def test_a_button_without_a_selection_says_what_to_do(grid, workspace):
    press(grid, "discard")
    assert "No picture is selected" in message(grid) and actions(workspace) == {}


def test_a_move_without_a_name_says_so_and_keeps_the_selection(grid):
    pick(grid, 0)
    press(grid, "move")
    assert "needs the name of an artist" in message(grid) and grid.session.selected == {"wlop0"}


def test_a_log_that_cannot_be_written_is_shown_as_a_line(grid, workspace):
    workspace.decisions.mkdir()
    pick(grid, 0)
    press(grid, "keep")
    assert "could not be saved" in message(grid)


def test_the_frame_tells_selected_decided_and_undecided_apart(workspace):
    record(workspace, "wlop4", "discard")
    grid = FallbackGrid(SortSession(workspace))
    pick(grid, 0)
    frames = [frame_of(tile) for tile in grid.tiles[:5]]
    assert [SELECTED in frames[0], COLOURS["undecided"] in frames[1], COLOURS["discard"] in frames[4]] == [True] * 3


def test_the_words_under_a_picture_say_what_was_decided(grid):
    pick(grid, 0)
    press(grid, "discard")
    assert "discard" in grid.tiles[0].words.value and "undecided" in grid.tiles[1].words.value


def test_the_progress_line_counts_on(grid):
    pick(grid, 0)
    press(grid, "keep")
    assert "<b>1</b> of 5 decided" in grid.controls.progress_line.value


def test_the_filter_shows_one_artist_alone(grid):
    pick(grid, 2)
    grid.controls.artist_box.value = "Ross"
    press(grid, "move")
    grid.controls.artist_choice.value = "Ross"
    assert grid.session.page == ["wlop2"] and len(grid.pictures.children) == 1


def test_deciding_leaves_the_filter_where_it_is(grid):
    grid.controls.artist_choice.value = "Wlop"
    pick(grid, 0)
    press(grid, "keep")
    assert grid.controls.artist_choice.value == "Wlop" == grid.session.artist


def test_a_filter_whose_last_picture_was_moved_away_stays_until_another_is_chosen(grid):
    grid.controls.artist_choice.value = "Wlop"
    grid.session.move(["wlop3", "wlop4"], "Ross")
    press(grid, "select")
    grid.controls.artist_box.value = "Ross"
    press(grid, "move")
    assert grid.controls.artist_choice.value == "Wlop" and len(grid.pictures.children) == 3


def test_markup_in_an_artists_name_is_shown_as_text(grid):
    pick(grid, 0)
    grid.controls.artist_box.value = "<script>alert(1)</script>"
    press(grid, "move")
    assert "<script>" not in grid.tiles[0].words.value + message(grid)


def test_a_missing_picture_is_shown_in_grey_beside_the_others(workspace):
    grid = FallbackGrid(SortSession(workspace))
    grey = Image.open(io.BytesIO(grid.tiles[4].picture.value))
    assert len(grey.getcolors()) == 1


def test_the_grid_is_sent_small_jpegs(grid):
    sent = Image.open(io.BytesIO(grid.tiles[0].picture.value))
    assert (sent.format, max(sent.size) <= SIDE) == ("JPEG", True)


def test_the_grid_shows_itself_in_a_notebook(grid, capsys):
    # outside of a kernel, display() prints the text form
    grid._ipython_display_()
    assert "VBox" in capsys.readouterr().out


def test_the_box_of_move_to_is_empty_after_a_move(grid):
    # else the next pictures would go to the artist of the last ones
    pick(grid, 0)
    grid.controls.artist_box.value = "Ross"
    press(grid, "move")
    assert grid.controls.artist_box.value == ""


def test_keep_after_a_move_keeps_under_the_artist_that_the_screen_shows(grid, workspace):
    pick(grid, 0)
    grid.controls.artist_box.value = "Ross"
    press(grid, "move")
    grid.controls.artist_choice.value = "Ross"
    press(grid, "select")
    press(grid, "keep")
    assert latest(workspace)["wlop0"].artist == "Ross"


def test_not_sure_is_saved_and_shown(grid, workspace):
    pick(grid, 0)
    press(grid, "unsure")
    assert actions(workspace) == {"wlop0": "unsure"} and "not sure" in grid.tiles[0].words.value


def test_undo_and_redo_say_on_their_buttons_what_they_will_do(grid):
    pick(grid, 0, 1)
    press(grid, "discard")
    undo, redo = grid.controls.buttons["undo"], grid.controls.buttons["redo"]
    before = undo.description, redo.disabled
    press(grid, "undo")
    assert (before, redo.description) == (("Undo: discard 2 pictures", True), "Redo: discard 2 pictures")


def test_redo_brings_a_decision_again(grid, workspace):
    pick(grid, 0)
    press(grid, "discard")
    press(grid, "undo")
    press(grid, "redo")
    assert actions(workspace) == {"wlop0": "discard"}


def test_the_line_of_the_message_is_there_before_the_first_click(grid):
    # else the first message would shift the pictures under the mouse
    assert message(grid) != "" and grid.controls.selection_line.value != ""


def test_a_tile_says_size_and_file_name_of_the_picture(grid):
    assert "600 × 300" in grid.tiles[0].words.value and "a.png" in grid.tiles[0].words.value


def test_the_queue_is_chosen_from_names_with_their_numbers(grid):
    press(grid, "select")
    press(grid, "discard")
    assert ("undecided (2)", "undecided") in grid.controls.queue_choice.options
    grid.controls.queue_choice.value = "undecided"
    assert grid.session.page == ["wlop3", "wlop4"]


def test_a_list_of_ids_is_a_queue_that_another_artist_does_not_end(workspace):
    grid = FallbackGrid(SortSession(workspace, only=["wlop3", "wlop1"]))
    grid.controls.artist_choice.value = "Wlop"
    assert grid.session.page == ["wlop3", "wlop1"] and grid.controls.queue_choice.label == "chosen pictures (2)"


def test_an_empty_queue_says_how_it_is_filled(grid):
    grid.controls.queue_choice.value = "suspects"
    assert "find_suspects" in message(grid) and len(grid.pictures.children) == 0


def test_enlarging_shows_the_whole_picture_with_its_facts(grid):
    grid.tiles[1].enlarge.click()
    large = Image.open(io.BytesIO(grid.preview.widget.children[1].value))
    assert large.size == (600, 300)
    assert all(fact in grid.preview.words.value for fact in ("a.png", "600 × 300", "CC0", "Wlop"))


def test_in_the_preview_a_decision_is_about_its_picture_alone_and_goes_on_to_the_next(grid, workspace):
    pick(grid, 2)
    grid.tiles[0].enlarge.click()
    press(grid, "discard")
    assert actions(workspace) == {"wlop0": "discard"}
    assert grid.preview.image_id == "wlop1" and grid.session.selected == {"wlop2"}


def test_the_preview_turns_to_the_next_page_and_back_to_the_grid(grid):
    grid.tiles[2].enlarge.click()
    press(grid, "next")
    press(grid, "close")
    assert grid.preview.image_id is None and grid.session.page == ["wlop3", "wlop4"]
    assert grid.pictures.layout.display == "grid"


def test_markup_in_a_files_name_and_source_is_shown_as_text(workspace):
    name, source = "<b onload=x>.png", 'https://example.org/"><script>'
    write_catalog(workspace, [{"id": "wlop0", "path": f"originals/Wlop/{name}", "source_url": source}])
    grid = FallbackGrid(SortSession(workspace))
    grid.tiles[0].enlarge.click()
    shown = grid.tiles[0].words.value + grid.preview.words.value
    assert "<b onload" not in shown and "<script>" not in shown


def test_each_group_begins_a_row_and_names_its_best(grouped):
    first, second = grouped.session.groups
    rows = [tile.widget.layout.grid_column for tile in grouped.tiles[: len(first) + len(second)]]
    assert rows == ["1", "auto", "1", "auto"]
    assert ["the best" in tile.words.value for tile in grouped.tiles[2:4]] == [False, True]


def test_keep_best_decides_on_all_groups_by_one_artist_as_one_click(grouped, workspace):
    press(grouped, "keep_best")
    assert actions(workspace) == {"wlop0": "discard", "wlop1": "keep"}
    press(grouped, "undo")
    assert actions(workspace) == {}


def test_discard_smaller_leaves_the_largest_alone(grouped, workspace):
    press(grouped, "discard_smaller")
    assert actions(workspace) == {"wlop0": "discard"}


def test_a_suspects_tile_says_whom_it_looks_like_and_how_sure_the_model_is(doubted):
    assert "looks like Ross, 95%" in doubted.tiles[0].words.value


def test_suggestions_are_accepted_above_the_confidence_typed_in(doubted, workspace):
    assert doubted.controls.buttons["accept"].description == "Accept 1 suggestion from"
    doubted.controls.threshold.value = 50
    assert doubted.controls.buttons["accept"].description == "Accept 2 suggestions from"
    press(doubted, "accept")
    assert {image_id: each.artist for image_id, each in latest(workspace).items()} == {"wlop1": "Ross", "wlop2": "Ross"}


@pytest.mark.parametrize(("queue", "shown"), [("duplicates", [True, False]), ("suspects", [False, True])])
def test_buttons_for_groups_and_suggestions_are_where_they_serve(workspace, queue, shown):
    controls = FallbackGrid(SortSession(workspace, only=queue)).controls
    assert [row.layout.display != "none" for row in (controls.grouped, controls.doubted)] == shown


def test_a_decision_of_another_session_is_shown_at_the_next_step(grid, workspace):
    SortSession(workspace).discard(["wlop1"])
    pick(grid, 0)
    assert "discard" in grid.tiles[1].words.value and "1 picture: decided in another session" in message(grid)


def test_own_decisions_are_not_said_to_be_anothers(grid):
    pick(grid, 0)
    press(grid, "keep")
    press(grid, "undo")
    assert "another session" not in message(grid)


def test_opening_again_resumes_where_it_was_left(grid, workspace):
    grid.controls.artist_choice.value = "Wlop"
    press(grid, "next")
    again = FallbackGrid(SortSession(workspace, page_size=3))
    assert (again.session.artist, again.session.page) == ("Wlop", ["wlop3", "wlop4"])
