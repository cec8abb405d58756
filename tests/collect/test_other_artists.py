"""Works by other artists: fetched from a museum on this machine, kept apart, each once, and never the user's own."""

import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from clip_art import add_work, use_temporary_folder
from drawing import encoded, photo, write
from museum import Museum, open_museum

from artlib import collect
from artlib.cli import main
from artlib.collect import CollectError
from artlib.collect.other_artists import run
from artlib.collect.other_artists.report import OthersReport
from artlib.collect.sources import polite_client
from artlib.errors import ArgumentError
from artlib.images import fetching
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record

COLUMNS = ["path", "artist", "title", "source", "source_url", "licence", "sha256"]
ARTISTS = ("Ann Lee", "Bo Ek", "Cy Ott", "Di Roe")


@pytest.fixture(autouse=True)
def nothing_was_downloaded_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_temporary_folder(tmp_path / "temporary", monkeypatch)


@pytest.fixture
def museum(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Museum]:
    """An empty museum, the only source: there is no apt-get."""
    with open_museum() as opened:
        monkeypatch.setenv("ARTLIB_ART_INSTITUTE", f"{opened.address}/api/v1")
        monkeypatch.setenv("PATH", str(tmp_path))
        yield opened


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited, but for the pace, which is switched off."""
    monkeypatch.setattr(polite_client, "PACE", 0)
    return []


@pytest.fixture
def four(museum: Museum) -> Museum:
    """The museum with three works of each of four artists: images 1-3, 4-6, 7-9 and 10-12."""
    for artist in ARTISTS:
        museum.add(artist, 3)
    return museum


def fetch(workspace: Workspace, waits: list[float], works: int = 8, **options: object) -> OthersReport:
    return collect.others(workspace, works=works, sleep=waits.append, **options)


def rows(workspace: Workspace) -> list[dict[str, str]]:
    with (workspace.others / "sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def artists(workspace: Workspace) -> Counter[str]:
    return Counter(row["artist"] for row in rows(workspace))


# --- what lies in the workspace afterwards ---


def test_each_work_lies_in_its_artists_folder(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    found = Counter(path.parent.name for path in workspace.others.glob("*/*.jpg"))
    assert found == dict.fromkeys(ARTISTS, 2)


def test_the_table_says_where_each_work_comes_from(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    first = rows(workspace)[0]
    assert list(first) == COLUMNS
    content = (workspace.others / first["path"]).read_bytes()
    assert first == {
        "path": "Ann Lee/artic-1.jpg",
        "artist": "Ann Lee",
        "title": "Work 1",
        "source": "artic: 1",
        "source_url": "https://www.artic.edu/artworks/1",
        "licence": "CC0 1.0 (Art Institute of Chicago)",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_nothing_is_written_into_the_catalog(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    assert [path.name for path in workspace.root.iterdir() if path.name[0] != "."] == ["others"]


def test_names_are_made_safe(workspace: Workspace, museum: Museum, waits: list[float]) -> None:
    museum.add("Mr/Mrs: X", 2)
    museum.add("Bo Ek", 2)
    fetch(workspace, waits, 4)
    assert (workspace.others / "Mr_Mrs_ X" / "artic-1.jpg").is_file()


def test_many_artists_come_before_many_works(workspace: Workspace, museum: Museum, waits: list[float]) -> None:
    museum.add("Ann Lee", 9)
    museum.add("Bo Ek", 2)
    museum.add("Cy Ott", 9)
    fetch(workspace, waits, 8)
    assert artists(workspace) == {"Ann Lee": 3, "Bo Ek": 2, "Cy Ott": 3}


def test_of_no_artist_more_than_max_works_are_fetched(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    report = fetch(workspace, waits, 12, max_works=2)
    assert artists(workspace) == dict.fromkeys(ARTISTS, 2) and not report.is_complete


def test_an_artist_with_one_work_is_left_out(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    museum_image = four.add("Ed One", 1)[0]
    report = fetch(workspace, waits, 12)
    assert report.left_out == {"the only usable work of its artist": 1}
    assert museum_image not in four.asked  # it would be a request for nothing


def test_an_artist_of_whom_one_work_is_readable_is_left_out(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    four.trouble["image-2"], four.trouble["image-3"] = ["broken"], ["broken"]
    fetch(workspace, waits, 8)
    assert "Ann Lee" not in artists(workspace)


def test_two_spellings_are_one_artist(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.add("LEE, Ann", 2)
    fetch(workspace, waits, 14)
    assert artists(workspace)["Ann Lee"] == 5


# --- the user's own ---


def own(workspace: Workspace, tmp_path: Path, artist: str, picture: int = 1) -> None:
    write(tmp_path / "art" / artist / "own.png", photo(picture))
    collect.folder(workspace, tmp_path / "art", artist=artist)


@pytest.mark.parametrize(
    "name", ["Ann Lee", "ann  lee", "Lee, Ann", "Änn Leé", "ann-lee", "Lee", "Ann Mary Lee", "A\u030ann Lee"]
)
def test_an_artist_of_the_users_is_left_out_however_the_name_is_written(
    workspace: Workspace, four: Museum, waits: list[float], tmp_path: Path, name: str
) -> None:
    own(workspace, tmp_path, name)
    report = fetch(workspace, waits, 6)
    assert set(artists(workspace)) == set(ARTISTS[1:])
    assert report.left_out["by an artist who is, or may be, one of yours"] == 3


def test_an_artist_to_whom_a_picture_was_moved_is_left_out(
    workspace: Workspace, four: Museum, waits: list[float], tmp_path: Path
) -> None:
    own(workspace, tmp_path, "X")
    record(workspace, read_catalog(workspace)["id"][0], "move", "Bo Ek")
    fetch(workspace, waits, 6)
    assert "Bo Ek" not in artists(workspace)


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_a_near_duplicate_of_a_collected_work_is_left_out(
    workspace: Workspace, four: Museum, waits: list[float], tmp_path: Path, turn: int
) -> None:
    own(workspace, tmp_path, "X", picture=77)
    four.pictures["image-1"] = encoded(photo(77).resize((200, 150)).rotate(turn, expand=True))
    report = fetch(workspace, waits)
    assert report.left_out == {"a near-duplicate of a work in your catalog": 1}
    assert "artic: 1" not in {row["source"] for row in rows(workspace)}


def test_of_near_duplicates_among_the_others_one_is_kept(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    four.pictures["image-2"] = encoded(photo(1001).resize((200, 150)))  # of image 1
    report = fetch(workspace, waits)
    assert report.left_out == {"a near-duplicate of another work among the others": 1}


def test_an_artist_who_was_collected_later_is_named(
    workspace: Workspace, four: Museum, waits: list[float], tmp_path: Path
) -> None:
    fetch(workspace, waits)
    own(workspace, tmp_path, "Lee, Ann")
    text = str(fetch(workspace, waits))
    assert f"Ann Lee is one of your artists: delete the folder {workspace.others / 'Ann Lee'}." in text


def test_without_a_catalog_the_report_says_so(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    assert "your own artists could not be left out" in str(fetch(workspace, waits))


# --- again, and after an interruption ---


def test_running_again_fetches_nothing(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    before, four.asked[:] = (workspace.others / "sources.csv").read_bytes(), []
    report = fetch(workspace, waits)
    assert (report.known, report.added.total(), four.asked) == (8, 0, [])
    assert (workspace.others / "sources.csv").read_bytes() == before


def test_only_what_is_missing_is_fetched(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits, 8)
    report = fetch(workspace, waits, 11)
    assert (report.known, report.added.total(), report.works) == (8, 3, 11)
    assert max(count for what, count in four.asked_for().items() if what != "search") == 1


@pytest.mark.parametrize("after", [1, 2, 5])
def test_an_interruption_keeps_what_came(
    workspace: Workspace, four: Museum, waits: list[float], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    real, calls = run.Shelf.add, []

    def add(*arguments: object) -> None:
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(real(*arguments))

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run.Shelf, "add", add)
        fetch(workspace, waits)
    kept = rows(workspace)
    assert len(kept) == after
    fetch(workspace, waits)
    assert rows(workspace)[:after] == kept and len(rows(workspace)) == 8


def test_a_file_whose_row_was_never_written_is_taken_as_it_is(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    fetch(workspace, waits)
    table = workspace.others / "sources.csv"
    whole = table.read_bytes()
    table.write_bytes(whole[:-20])  # a torn last line
    fetch(workspace, waits)
    assert table.read_bytes() == whole


COLLECT = "import sys; from artlib import collect; collect.others(sys.argv[1], works=60, sleep=lambda seconds: None)"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_twice_it_goes_on_to_have_every_work_once(
    workspace: Workspace, museum: Museum, waits: list[float]
) -> None:
    for number in range(30):
        museum.add(f"Artist {number}", 2)
    table = workspace.others / "sources.csv"
    for enough in (3, 12):
        running = subprocess.Popen([sys.executable, "-c", COLLECT, workspace.root], stderr=subprocess.DEVNULL)
        while running.poll() is None:
            if table.exists() and table.read_bytes().count(b"\n") > enough:
                running.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        assert running.wait() == -signal.SIGKILL, "it was too quick to be killed"
    acknowledged = table.read_bytes().rpartition(b"\n")[0]
    fetch(workspace, waits, 60)
    assert table.read_bytes().startswith(acknowledged)
    assert len(rows(workspace)) == len({row["source"] for row in rows(workspace)}) == 60
    assert all((workspace.others / row["path"]).is_file() for row in rows(workspace))
    # a kill in the middle of a write leaves a hidden file, which is removed after a day
    assert len(list(workspace.others.glob("*/[!.]*"))) == 60


def test_a_work_that_the_user_deleted_does_not_come_back_but_another_one(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    fetch(workspace, waits)
    deleted = workspace.others / rows(workspace)[0]["path"]
    deleted.unlink()
    fetch(workspace, waits)
    assert len(list(workspace.others.glob("*/*.jpg"))) == 8 and not deleted.exists()


def test_a_damaged_table_is_named(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    write(workspace.others / "sources.csv", b"name,address\n1,2\n")
    with pytest.raises(WorkspaceError, match="sources.csv is damaged: it lacks path, artist.*move it away"):
        fetch(workspace, waits)


# --- what the user put there ---


def test_the_users_files_stay_as_they_are(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    mine = [
        write(workspace.others / "Ann Lee" / "artic-1.jpg", photo(501)),
        write(workspace.others / "Zoe" / "a picture.png", photo(502)),
        write(workspace.others / "Zoe" / "notes.txt", b"mine"),
    ]
    before = [path.read_bytes() for path in mine]
    fetch(workspace, waits, 12)
    assert [path.read_bytes() for path in mine] == before


def test_a_picture_that_the_user_has_there_is_not_fetched_again(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    write(workspace.others / "A. Lee" / "mine.png", photo(1001))
    assert fetch(workspace, waits).left_out == {"a near-duplicate of another work among the others": 1}


def test_a_folder_that_the_user_filled_is_enough_when_no_source_can_be_reached(
    workspace: Workspace, museum: Museum, waits: list[float]
) -> None:
    for number in range(4):
        write(workspace.others / f"Artist {number % 2}" / f"{number}.png", photo(number))
    museum.shutdown()
    museum.server_close()
    assert fetch(workspace, waits).works == 0


# --- sources ---


def test_without_any_source_the_error_names_the_way_out(
    workspace: Workspace, museum: Museum, waits: list[float]
) -> None:
    museum.server_close()
    message = "Art Institute of Chicago can't be reached.*no apt-get.*--others FOLDER.*8 or more artists"
    with pytest.raises(CollectError, match=message):
        fetch(workspace, waits)


def test_the_library_is_taken_when_the_museum_cannot_be_reached(
    workspace: Workspace, museum: Museum, waits: list[float]
) -> None:
    museum.server_close()
    add_work("people/a", "Gerald G.", 1)
    add_work("people/b", "Gerald G.", 2)
    add_work("food/a", "Balin (balin@example.org)", 3)
    add_work("food/b", "Balin", 4)
    report = fetch(workspace, waits, 4)
    assert report.added == {"Gerald G.": 2, "Balin": 2}
    assert "can't be reached" in str(report)


@pytest.mark.parametrize(
    ("work", "artist", "reason"),
    [
        ("people/c", "Gerald G. and Balin", "not by exactly one named artist"),
        ("people/c", "Anonymous", "not by exactly one named artist"),
        ("signs_and_symbols/flags/c", "Balin", "a flag, sign or icon, in which no hand shows"),
    ],
)
def test_of_the_library_only_works_with_one_hand_are_taken(
    workspace: Workspace, waits: list[float], work: str, artist: str, reason: str
) -> None:
    for number in range(4):
        add_work(f"food/{number}", ("Gerald G.", "Balin")[number % 2], number)
    add_work(work, artist, 9)
    assert fetch(workspace, waits, source="openclipart").left_out == {reason: 1}


@pytest.mark.parametrize("options", [{"works": 3}, {"max_works": 1}, {"source": "louvre"}])
def test_wrong_arguments_are_named(workspace: Workspace, waits: list[float], options: dict[str, object]) -> None:
    ((_, value),) = options.items()
    with pytest.raises(ArgumentError, match=f"Received: .*{value}"):
        fetch(workspace, waits, **options)


# --- what goes wrong at the museum ---


def test_a_missing_picture_is_left_out_and_another_taken(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    four.trouble["image-1"] = [(404, {})]
    report = fetch(workspace, waits)
    assert report.left_out == {"the server answered 404 Not Found": 1}
    assert report.is_complete and four.asked_for()["image-1"] == 1


def test_a_broken_picture_is_left_out(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.trouble["image-1"] = ["broken"]
    assert fetch(workspace, waits).left_out == {"damaged, or not a picture": 1}


def test_a_tiny_picture_is_left_out(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.pictures["image-1"] = encoded(photo(1, (300, 15)))
    assert fetch(workspace, waits).left_out == {"smaller than 16 pixels": 1}


def test_a_connection_that_is_cut_is_tried_again(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.trouble["image-1"] = ["cut"]
    report = fetch(workspace, waits)
    assert (report.left_out, waits) == ({}, [5.0])


def test_a_slow_answer_is_tried_again(
    workspace: Workspace, four: Museum, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUTS", (5, 0.3))
    four.trouble["image-1"] = ["slow"]
    assert fetch(workspace, waits).left_out == {} and waits == [5.0]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_after_a_refusal_it_waits_as_long_as_the_server_asks(
    workspace: Workspace, four: Museum, waits: list[float], status: int
) -> None:
    four.trouble["image-1"] = [(status, {"Retry-After": 7}), (status, {})]
    assert fetch(workspace, waits).left_out == {} and waits == [7.0, 10.0]


def test_a_picture_that_is_refused_three_times_is_left_out(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    four.trouble["image-1"] = [(403, {})] * 3
    assert fetch(workspace, waits).left_out == {"the server answered 403 Forbidden": 1}


def test_a_museum_that_refuses_everything_is_left_alone_and_what_came_is_kept(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    for number in range(5, 13):
        four.trouble[f"image-{number}"] = [(429, {})] * 99
    write(workspace.others / "Zoe" / "1.png", photo(1))
    write(workspace.others / "Zoe" / "2.png", photo(2))
    report = fetch(workspace, waits, 12)
    assert report.added == {"Ann Lee": 2} and len(rows(workspace)) == 2
    assert "refused 3 requests in a row: the server answered 429 Too Many Requests" in str(report)
    assert four.asked_for()["image-8"] == 0


def test_a_date_to_wait_for_is_understood(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.trouble["image-1"] = [(503, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=60))})]
    fetch(workspace, waits)
    assert 50 < waits[0] <= 60


def test_a_museum_that_wants_hours_is_not_waited_for(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    four.trouble["image-7"] = [(503, {"Retry-After": 7200})]
    report = fetch(workspace, waits)
    assert report.added.total() == 4 and waits == []
    assert "asks to wait 7200 s. Run this again later." in str(report)


def test_a_picture_that_may_not_be_used_for_ai_is_left_out(
    workspace: Workspace, four: Museum, waits: list[float]
) -> None:
    four.trouble["image-1"], four.trouble["image-2"] = [{"X-Robots-Tag": "noai, noimageai"}], [{"X-Robots-Tag": "all"}]
    assert fetch(workspace, waits).left_out == {"opted out: the server says noai (X-Robots-Tag)": 1}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_public_domain": False}, "not in the public domain, or without a picture"),
        ({"image_id": None}, "not in the public domain, or without a picture"),
        ({"artist_titles": ["Ann Lee", "Bo Ek"]}, "not by exactly one named artist"),
        ({"artist_titles": [], "artist_title": None}, "not by exactly one named artist"),
        ({"artist_titles": ["Unknown artist"]}, "not by exactly one named artist"),
        ({"artist_titles": ["Follower of Ann Lee"]}, "not by exactly one named artist"),
    ],
)
def test_of_the_museum_only_free_works_by_one_named_artist_are_taken(
    workspace: Workspace, four: Museum, waits: list[float], fields: dict[str, object], reason: str
) -> None:
    four.add("Ann Lee", 1, **fields)
    assert fetch(workspace, waits, 12).left_out == {reason: 1}


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"{", b'{"pagination": {"total_pages": 1}, "data": [1]}'])
def test_an_unknown_form_of_answer_stops_in_order(
    workspace: Workspace, four: Museum, waits: list[float], answer: bytes
) -> None:
    four.trouble["search"] = [answer]
    with pytest.raises(CollectError, match="answered in a form that artlib does not know"):
        fetch(workspace, waits, source="artic")


def test_pages_instead_of_pictures_are_a_refusal(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    for number in range(5, 13):
        four.trouble[f"image-{number}"] = ["page"] * 9
    write(workspace.others / "Zoe" / "1.png", photo(1))
    write(workspace.others / "Zoe" / "2.png", photo(2))
    report = fetch(workspace, waits)
    assert "refused 3 requests in a row: the server sent text/html, not image." in str(report)
    assert four.asked_for()["image-8"] == 0


# --- how the museum is asked ---


def test_requests_keep_the_pace(workspace: Workspace, four: Museum, monkeypatch: pytest.MonkeyPatch) -> None:
    assert polite_client.PACE == 1  # a second, as the museum wants it; here it is shorter
    real, times = polite_client.ask, []
    monkeypatch.setattr(polite_client, "PACE", 0.1)
    monkeypatch.setattr(polite_client, "ask", lambda *asked: times.append(time.monotonic()) or real(*asked))
    collect.others(workspace, works=8)
    assert len(times) == len(four.asked) + 2  # robots.txt and tdmrep.json
    # a thread may be late between its turn and its request, and the next one is not: so all of them together
    assert times[-1] - times[0] >= 0.1 * (len(times) - 2)


def test_the_museum_learns_who_asks(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    assert four.headers["AIC-User-Agent"] == four.headers["User-Agent"] == fetching.USER_AGENT


def test_the_search_asks_for_free_works_with_a_picture(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    fetch(workspace, waits)
    must = four.searches[0]["query"]["bool"]["must"]
    assert {"term": {"is_public_domain": True}} in must and {"exists": {"field": "image_id"}} in must


def test_further_pages_are_read_until_there_are_enough_artists(
    workspace: Workspace, museum: Museum, waits: list[float]
) -> None:
    museum.add("Ann Lee", 120)
    museum.add("Bo Ek", 120)
    museum.add("Cy Ott", 2, kind="print")
    fetch(workspace, waits, 6)
    assert set(artists(workspace)) == {"Ann Lee", "Bo Ek", "Cy Ott"}
    assert [search["page"] for search in museum.searches] == [1, 1, 1, 1, 2, 3]


# --- the command line ---


def others_command(workspace: Workspace, *options: str) -> int:
    return main(["collect", "others", "--workspace", str(workspace.root), *options])


def test_status_0_when_all_works_came(
    workspace: Workspace, four: Museum, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert others_command(workspace, "--works", "8") == 0
    assert "8 works by 4 other artists" in capsys.readouterr().out


def test_status_1_when_fewer_works_came(workspace: Workspace, four: Museum, waits: list[float]) -> None:
    assert others_command(workspace, "--works", "99", "--from", "artic") == 1


def test_status_2_when_nothing_came(workspace: Workspace, museum: Museum, waits: list[float]) -> None:
    assert others_command(workspace) == 2


def test_status_2_for_wrong_usage(workspace: Workspace, museum: Museum) -> None:
    assert others_command(workspace, "--works", "1") == 2
