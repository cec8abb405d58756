"""The desk of the grid: what a front end asks, without a browser, and what it is told."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from artlib.sort.grid.desk import Desk
from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS
from artlib.workspace.decisions import latest

WLOP, ROSS = [f"wlop{number}" for number in range(4)], ["ross0", "ross1"]
SUSPECTS = (
    "id,artist,looks_like,probability,own_probability,label_issue_score,reason\n"
    "wlop1,Wlop,Ross,0.93,0.04,0.9,other hand\nwlop2,Wlop,Ross,0.7,0.2,0.5,other hand\n"
)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """Four pictures by Wlop, of which the first two are one work, and two by Ross, the last without its file."""
    workspace.images.mkdir(parents=True)
    lines = [",".join(COLUMNS)]
    for number, image_id in enumerate([*WLOP, *ROSS]):
        cells = dict.fromkeys(COLUMNS, "") | {"id": image_id, "artist": image_id[:-1].title()}
        cells |= {"path": f"originals/{image_id}.png", "width": str(100 + 100 * (number == 1)), "height": "80"}
        cells |= {"sha256": f"{number:064x}", "phash": "0" * 16}
        lines.append(",".join(cells[name] for name in COLUMNS))
        if image_id != "ross1":
            Image.new("RGB", (600, 400), (number * 40, 90, 160)).save(workspace.image(image_id))
    workspace.catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    groups = ["id,group", *(f"{each},{'g1' if each in WLOP[:2] else each}" for each in [*WLOP, *ROSS])]
    workspace.groups.write_text("\n".join(groups) + "\n", encoding="utf-8")
    workspace.suspects.write_text(SUSPECTS, encoding="utf-8")
    return workspace


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return Desk(SortSession(workspace))


def ask(desk: Desk, kind: str, **fields: Any) -> dict[str, Any]:
    """The answer, as it is after its way through JSON."""
    content, _ = desk.answer({"kind": kind, "view": "v", "number": 7, **fields})
    return json.loads(json.dumps(content))


def decoded(column: dict[str, list]) -> list:
    return [column["values"][code] for code in column["of"]]


def actions(workspace: Workspace) -> dict[str, str]:
    return {image_id: decision.action for image_id, decision in latest(workspace).items()}


def test_an_answer_names_the_view_and_the_question(desk: Desk) -> None:
    answer = ask(desk, "look")
    assert (answer["kind"], answer["to"], answer["view"], answer["number"]) == ("answer", "look", "v", 7)


def test_opening_tells_each_picture_in_the_order_of_the_queue(desk: Desk) -> None:
    table = ask(desk, "open")["table"]
    assert table["id"] == [*WLOP, *ROSS] and decoded(table["artist"]) == ["Wlop"] * 4 + ["Ross"] * 2
    assert table["name"][0] == "wlop0.png" and table["width"][:2] == [100, 200]
    assert decoded(table["status"]) == ["undecided"] * 6


def test_opening_tells_suggestions_and_groups_only_where_there_are_any(desk: Desk) -> None:
    table = ask(desk, "open")["table"]
    assert table["suggested"] == {"1": "Ross", "2": "Ross"} and table["confidence"] == {"1": 0.93, "2": 0.7}
    assert table["group"] == {"0": 1, "1": 1}


def test_ten_thousand_pictures_are_less_than_two_megabytes(workspace: Workspace) -> None:
    head, row = ",".join(COLUMNS), dict.fromkeys(COLUMNS, "") | {"artist": "Wlop", "width": "1920", "height": "1080"}
    row |= {"phash": "0" * 16}
    images = [(f"{n:016x}", f"originals/Wlop/a_picture_{n}.jpg") for n in range(10_000)]
    rows = [row | {"id": each, "path": path, "sha256": each * 4} for each, path in images]
    lines = [head, *(",".join(each[name] for name in COLUMNS) for each in rows)]
    workspace.catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(json.dumps(ask(Desk(SortSession(workspace)), "open"))) < 2_000_000


def test_each_decision_is_on_the_disk_when_the_answer_comes(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "decide", action="keep", ids=["wlop0"], artist=None)
    ask(desk, "decide", action="discard", ids=["wlop1", "wlop2"], artist=None)
    ask(desk, "decide", action="unsure", ids=["wlop3"], artist=None)
    ask(desk, "decide", action="move", ids=["ross0"], artist="Katsura")
    expected = {"wlop0": "keep", "wlop1": "discard", "wlop2": "discard", "wlop3": "unsure", "ross0": "move"}
    assert actions(workspace) == expected


def test_the_answer_to_a_decision_has_the_changed_rows_and_says_it_in_words(desk: Desk) -> None:
    answer = ask(desk, "decide", action="move", ids=["wlop2", "wlop3"], artist=" ross ")
    assert answer["done"] == ["wlop2", "wlop3"] and answer["text"] == "Moved 2 pictures to Ross."
    assert answer["rows"]["id"] == ["wlop2", "wlop3"] and decoded(answer["rows"]["artist"]) == ["Ross", "Ross"]
    assert answer["head"]["undo"] == "move 2 pictures to Ross" and answer["head"]["redo"] == ""


def test_undo_and_redo_say_what_they_did(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "decide", action="discard", ids=WLOP, artist=None)
    assert ask(desk, "undo")["text"] == "Undone: discard 4 pictures." and actions(workspace) == {}
    assert ask(desk, "redo")["text"] == "Done again: discard 4 pictures." and set(actions(workspace)) == set(WLOP)
    assert ask(desk, "redo")["text"] == "There is nothing to redo."


def test_an_error_of_artlib_comes_as_words_and_changes_nothing(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "select", add=["wlop0"], remove=[])
    answer = ask(desk, "decide", action="move", ids=["wlop0"], artist="  ")
    assert "A move needs the name of an artist" in answer["error"] and "done" not in answer
    assert actions(workspace) == {} and desk.session.selected == {"wlop0"}


def test_what_is_selected_stays_so_when_another_queue_is_shown_and_the_page_is_loaded_anew(desk: Desk) -> None:
    ask(desk, "select", add=["wlop0", "ross0"], remove=[])
    assert ask(desk, "show", only=None, artist="Ross")["selected"] == ["ross0", "wlop0"]
    ask(desk, "select", add=[], remove=["wlop0"])
    assert ask(desk, "open")["selected"] == ["ross0"]


def test_deciding_ends_the_selection(desk: Desk) -> None:
    ask(desk, "select", add=["wlop0", "ross0"], remove=[])
    ask(desk, "decide", action="keep", ids=["wlop0", "ross0"], artist=None)
    assert ask(desk, "open")["selected"] == []


def test_the_queues_have_their_counts(desk: Desk) -> None:
    ask(desk, "decide", action="keep", ids=["wlop0"], artist=None)
    counts = {queue["value"]: queue["count"] for queue in ask(desk, "open")["head"]["queues"]}
    expected = {None: 6, "undecided": 5, "suspects": 2, "duplicates": 2, "mixed": 0, "set apart": 0, "suggested": 0}
    assert counts == expected


def test_an_empty_queue_says_what_would_fill_it(desk: Desk) -> None:
    assert "artlib.find_suggestions" in ask(desk, "show", only="suggested", artist=None)["head"]["empty"]
    assert ask(desk, "show", only="suspects", artist="Ross")["head"]["empty"] == "There is no such picture of Ross."


def test_the_best_of_each_group_in_view_comes_with_the_thumbnails(desk: Desk) -> None:
    assert ask(desk, "thumbnails", ids=["wlop0"])["best"] == []
    assert ask(desk, "show", only="duplicates", artist=None)["grouped"] is True
    assert ask(desk, "thumbnails", ids=["wlop0"])["best"] == ["wlop1"]


def test_the_best_of_one_group_is_kept_by_its_number(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "show", only="duplicates", artist=None)
    assert ask(desk, "keep_best", group=1)["text"] == "Discarded 1 picture, kept 1."
    assert actions(workspace) == {"wlop1": "keep", "wlop0": "discard"}


def test_smaller_copies_of_all_groups_are_discarded_at_once(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "show", only="duplicates", artist=None)
    assert ask(desk, "discard_smaller", group=None)["text"] == "Discarded 1 picture."
    assert actions(workspace) == {"wlop0": "discard"}


def test_suggestions_are_accepted_from_a_confidence_on(desk: Desk, workspace: Workspace) -> None:
    answer = ask(desk, "accept", ids=["wlop1", "wlop2"], at_least=0.9)
    assert answer["done"] == ["wlop1"] and latest(workspace)["wlop1"].artist == "Ross"


def test_thumbnails_are_small_jpegs_in_the_order_asked_for(desk: Desk) -> None:
    content, buffers = desk.answer({"kind": "thumbnails", "ids": ["ross0", "wlop0", "unknown"], "ahead": ["wlop1"]})
    assert content["ids"] == ["ross0", "wlop0"]
    images = [Image.open(io.BytesIO(content)) for content in buffers]
    assert [max(image.size) for image in images] == [200, 200] and {image.format for image in images} == {"JPEG"}
    assert images[0].getpixel((100, 60))[0] > images[1].getpixel((100, 60))[0]


def test_the_preview_has_the_full_copy_and_the_others_of_the_group(desk: Desk, workspace: Workspace) -> None:
    content, buffers = desk.answer({"kind": "picture", "id": "wlop0"})
    assert buffers[0] == workspace.image("wlop0").read_bytes() and content["picture"]["name"] == "wlop0.png"
    assert [(other["id"], other["best"]) for other in content["others"]] == [("wlop1", True)] and content["beside"]


def test_the_preview_of_a_suspect_shows_pictures_of_the_artist_it_looks_like_the_surest_first(
    workspace: Workspace,
) -> None:
    workspace.suspects.write_text(SUSPECTS + "ross0,Ross,Wlop,0.6,0.3,0.4,other hand\n", encoding="utf-8")
    desk = Desk(SortSession(workspace))
    ask(desk, "decide", action="move", ids=["wlop3"], artist="Ross")
    content, buffers = desk.answer({"kind": "picture", "id": "wlop2"})
    assert [other["id"] for other in content["others"]] == ["wlop3", "ross1", "ross0"] and not content["beside"]
    assert len(buffers) == 4


def test_the_preview_of_a_missing_file_is_grey(desk: Desk) -> None:
    _, (content,) = desk.answer({"kind": "picture", "id": "ross1"})
    assert Image.open(io.BytesIO(content)).getpixel((9, 9))[0] in range(130, 142)


def test_the_place_is_remembered_and_the_next_session_opens_there(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "open")
    ask(desk, "show", only="suspects", artist=None)
    ask(desk, "remember", focus="wlop2", search="", tile=200, advance=False)
    answer = ask(Desk(SortSession(workspace)), "open")
    assert answer["place"]["focus"] == "wlop2" and answer["head"]["only"] == "suspects"
    assert (answer["place"]["tile"], answer["place"]["advance"]) == (200, False)


def test_the_queue_is_remembered_at_once(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "show", only="duplicates", artist=None)
    assert ask(Desk(SortSession(workspace)), "open")["head"]["only"] == "duplicates"


def test_a_page_that_is_loaded_anew_shows_the_queue_that_was_shown(desk: Desk) -> None:
    ask(desk, "open")
    ask(desk, "show", only="suspects", artist=None)
    ask(desk, "show", only=None, artist=None)
    assert ask(desk, "open")["head"]["only"] is None


def test_looking_tells_what_another_session_has_decided(desk: Desk, workspace: Workspace) -> None:
    ask(desk, "open")
    assert "rows" not in ask(desk, "look")
    SortSession(workspace).discard(["ross0"])
    assert ask(desk, "look")["rows"]["id"] == ["ross0"]


def test_what_opening_told_is_no_news_afterwards(desk: Desk, workspace: Workspace) -> None:
    SortSession(workspace).discard(["ross0"])
    assert "discard" in decoded(ask(desk, "open")["table"]["status"])
    assert "rows" not in ask(desk, "look")


def test_an_artist_moved_to_gets_a_number_and_the_others_keep_theirs(desk: Desk) -> None:
    assert ask(desk, "open")["head"]["keys"] == ["Wlop", "Ross"]
    ask(desk, "decide", action="move", ids=["wlop0"], artist="Katsura")
    ask(desk, "decide", action="move", ids=["wlop1", "wlop2", "wlop3"], artist="Ross")
    assert ask(desk, "open")["head"]["keys"] == ["Wlop", "Ross", "Katsura"]


def test_a_fault_is_answered_too(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.answer({"kind": "no such question", "view": "v", "number": 3})
    fault = desk.fault({"kind": "decide", "view": "v", "number": 3})
    assert (fault["view"], fault["number"]) == ("v", 3) and "Run the cell again" in fault["error"]
