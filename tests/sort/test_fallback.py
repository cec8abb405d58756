"""The sorting grid, clicked without a browser: `click()` does what the browser's message does."""

import io

import pytest
from conftest import write_catalog
from PIL import Image

from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.decisions import latest, record

pytest.importorskip("ipywidgets")

from artlib.images.thumbnails import GRID_SIDE
from artlib.sort.grid.fallback import FallbackGrid
from artlib.sort.grid.tile import COLOURS, SELECTED


@pytest.fixture
def workspace(tmp_path):
    """Five images, wlop0 to wlop4, the last without its file."""
    workspace = Workspace(tmp_path / "data")
    workspace.images.mkdir(parents=True)
    write_catalog(workspace, {f"wlop{number}": "Wlop" for number in range(5)})
    for number in range(4):
        Image.new("RGB", (600, 300), (number * 50, 90, 160)).save(workspace.image(f"wlop{number}"))
    return workspace


@pytest.fixture
def grid(workspace):
    return FallbackGrid(SortSession(workspace, page_size=3))


def actions(workspace):
    return {image_id: decision.action for image_id, decision in latest(workspace).items()}


def frame_of(card):
    # ipywidgets 8 keeps four borders, 7 keeps one
    return card.widget.layout.border_top if hasattr(card.widget.layout, "border_top") else card.widget.layout.border


def test_discarding_the_selected_pictures_saves_it_at_once(grid, workspace):
    grid.cards[0].button.click()
    grid.cards[2].button.click()
    grid.discard_button.click()
    assert actions(workspace) == {"wlop0": "discard", "wlop2": "discard"}


def test_keeping_saves_it_at_once(grid, workspace):
    grid.cards[1].button.click()
    grid.keep_button.click()
    assert actions(workspace) == {"wlop1": "keep"} and "1 picture: keep." in grid.message.value


def test_moving_to_a_new_artist_saves_the_name(grid, workspace):
    grid.cards[1].button.click()
    grid.artist_box.value = "Katsura"
    grid.move_button.click()
    assert latest(workspace)["wlop1"].artist == "Katsura"


def test_a_new_artist_is_offered_in_the_box_and_in_the_filter(grid):
    grid.cards[1].button.click()
    grid.artist_box.value = "Katsura"
    grid.move_button.click()
    assert "Katsura" in grid.artist_box.options and "Katsura" in [value for _, value in grid.artist_filter.options]


def test_undo_takes_the_last_click_back(grid, workspace):
    grid.select_button.click()
    grid.discard_button.click()
    grid.undo_button.click()
    assert actions(workspace) == {}


def test_undo_with_nothing_decided_says_so(grid):
    grid.undo_button.click()
    assert "nothing to undo" in grid.message.value


def test_keep_rest_keeps_what_is_undecided_and_turns_the_page(grid, workspace):
    grid.cards[0].button.click()
    grid.discard_button.click()
    grid.keep_rest_button.click()
    assert actions(workspace) == {"wlop0": "discard", "wlop1": "keep", "wlop2": "keep"}
    assert grid.session.page == ["wlop3", "wlop4"]


def test_keep_rest_never_keeps_what_is_selected(grid, workspace):
    # a user who selected pictures and forgot the click on Discard does not want to keep them
    grid.cards[0].button.click()
    grid.keep_rest_button.click()
    assert actions(workspace) == {} and grid.selected == {"wlop0"} and "Still selected" in grid.message.value


def test_a_second_click_on_a_picture_takes_it_out_of_the_selection(grid):
    grid.cards[0].button.click()
    grid.cards[0].button.click()
    assert grid.selected == set()


def test_the_sign_of_selection_is_never_replaced_by_an_empty_text(grid):
    # JupyterLab's button ignores an empty description and would go on showing the sign
    grid.cards[0].button.click()
    grid.keep_button.click()
    assert grid.cards[0].button.description == " "


def test_the_filter_says_all_artists_from_the_start(grid):
    assert grid.artist_filter.label == "all artists"


def test_select_all_selects_the_page_and_then_nothing(grid):
    grid.select_button.click()
    selected = set(grid.selected)
    grid.select_button.click()
    assert selected == {"wlop0", "wlop1", "wlop2"} and grid.selected == set()


def test_turning_the_page_forgets_the_selection(grid):
    grid.cards[0].button.click()
    grid.next_button.click()
    assert grid.selected == set()


def test_the_last_page_shows_only_the_pictures_left(grid):
    grid.next_button.click()
    assert len(grid.pictures.children) == 2 and "page 2 of 2" in grid.page_line.value


def test_the_first_page_is_reached_again(grid):
    first = grid.cards[0].picture.value
    grid.next_button.click()
    grid.previous_button.click()
    assert grid.cards[0].picture.value == first and len(grid.pictures.children) == 3


def test_a_button_without_a_selection_says_what_to_do(grid, workspace):
    grid.discard_button.click()
    assert "No picture is selected" in grid.message.value and actions(workspace) == {}


def test_a_move_without_a_name_says_so_and_keeps_the_selection(grid):
    grid.cards[0].button.click()
    grid.move_button.click()
    assert "needs the name of an artist" in grid.message.value and grid.selected == {"wlop0"}


def test_a_log_that_cannot_be_written_is_shown_as_a_line(grid, workspace):
    workspace.decisions.mkdir()
    grid.cards[0].button.click()
    grid.keep_button.click()
    assert "could not be saved" in grid.message.value


def test_the_frame_tells_selected_decided_and_undecided_apart(workspace):
    record(workspace, "wlop4", "discard")
    grid = FallbackGrid(SortSession(workspace))
    grid.cards[0].button.click()
    frames = [frame_of(card) for card in grid.cards[:5]]
    assert [SELECTED in frames[0], COLOURS["undecided"] in frames[1], COLOURS["discard"] in frames[4]] == [True] * 3


def test_the_words_under_a_picture_say_what_was_decided(grid):
    grid.cards[0].button.click()
    grid.discard_button.click()
    assert "discard" in grid.cards[0].words.value and "undecided" in grid.cards[1].words.value


def test_the_progress_line_counts_on(grid):
    grid.cards[0].button.click()
    grid.keep_button.click()
    assert "<b>1</b> of 5 decided" in grid.progress_line.value


def test_the_filter_shows_one_artist_alone(grid):
    grid.cards[2].button.click()
    grid.artist_box.value = "Ross"
    grid.move_button.click()
    grid.artist_filter.value = "Ross"
    assert grid.session.page == ["wlop2"] and len(grid.pictures.children) == 1


def test_deciding_leaves_the_filter_where_it_is(grid):
    grid.artist_filter.value = "Wlop"
    grid.cards[0].button.click()
    grid.keep_button.click()
    assert grid.artist_filter.value == "Wlop" == grid.session.artist


def test_a_filter_whose_last_picture_was_moved_away_stays_until_another_is_chosen(grid):
    grid.artist_filter.value = "Wlop"
    grid.session.move(["wlop3", "wlop4"], "Ross")
    grid.select_button.click()
    grid.artist_box.value = "Ross"
    grid.move_button.click()
    assert grid.artist_filter.value == "Wlop" and len(grid.pictures.children) == 3


def test_markup_in_an_artists_name_is_shown_as_text(grid):
    grid.cards[0].button.click()
    grid.artist_box.value = "<script>alert(1)</script>"
    grid.move_button.click()
    assert "<script>" not in grid.cards[0].words.value + grid.message.value


def test_a_missing_picture_is_shown_in_grey_beside_the_others(workspace):
    grid = FallbackGrid(SortSession(workspace))
    grey = Image.open(io.BytesIO(grid.cards[4].picture.value))
    assert len(grey.getcolors()) == 1


def test_the_grid_is_sent_small_jpegs(grid):
    sent = Image.open(io.BytesIO(grid.cards[0].picture.value))
    assert (sent.format, max(sent.size) <= GRID_SIDE) == ("JPEG", True)


def test_the_grid_shows_itself_in_a_notebook(grid, capsys):
    # outside of a kernel, display() prints the text form
    grid._ipython_display_()
    assert "VBox" in capsys.readouterr().out
