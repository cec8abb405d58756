"""Works of one artist from the Met, the Art Institute of Chicago and Commons: here from a server on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from drawing import encoded, photo, write
from web import ARTIST, Web, open_web

from artlib import collect
from artlib.cli import main
from artlib.collect.portfolio.report import FetchReport
from artlib.collect.sources import polite_client
from artlib.errors import ArgumentError
from artlib.images import addresses, fetching
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog

Fetch = Callable[..., FetchReport]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with open_web() as opened:
        monkeypatch.setenv("ARTLIB_MET", f"{opened.address}/met")
        monkeypatch.setenv("ARTLIB_ART_INSTITUTE", f"{opened.address}/artic")
        monkeypatch.setenv("ARTLIB_COMMONS", f"{opened.address}/w/api.php")
        monkeypatch.setattr(polite_client, "PACE", 0)
        yield opened


@pytest.fixture
def waits() -> list[float]:
    """The seconds that would have been waited."""
    return []


@pytest.fixture
def met(workspace: Workspace, web: Web, waits: list[float]) -> Fetch:
    return lambda artist=ARTIST, **options: collect.met(workspace, artist, sleep=waits.append, **options)


@pytest.fixture
def three(web: Web) -> Web:
    """The Met with three works of the artist: m1, m2 and m3."""
    web.add_objects(3)
    return web


def rejected(workspace: Workspace) -> dict[str, str]:
    table = pd.read_csv(workspace.rejected, dtype=str, keep_default_na=False)
    return dict(zip(table["source"], table["reason"], strict=True))


# --- the Met ---


def test_works_of_the_met_are_in_the_catalog_with_their_provenance(
    workspace: Workspace, three: Web, met: Fetch
) -> None:
    report = met()
    assert report.collected.added == {ARTIST: 3} and report.is_complete
    row = read_catalog(workspace).set_index("source").loc["met: 1"]
    assert (row["artist"], row["licence"]) == (ARTIST, "CC0 1.0 (The Metropolitan Museum of Art)")
    assert row["source_url"] == "https://www.metmuseum.org/art/collection/search/1"
    assert row["collected_at"] and (workspace.root / row["path"]).read_bytes() == three.pictures["m1"]


def test_nothing_is_left_in_the_staging_folder(workspace: Workspace, three: Web, met: Fetch) -> None:
    met()
    assert list((workspace.downloads / "fetched").iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"artistDisplayName": "Paul Gauguin"}, "by somebody else"),
        ({"artistDisplayName": ""}, "by somebody else"),
        ({"artistPrefix": "After"}, "by somebody else"),
        ({"artistPrefix": "Workshop of"}, "by somebody else"),
        ({"artistRole": "Publisher"}, "by somebody else"),
        ({"artistDisplayName": "Claude Monet the Younger"}, "by somebody else"),
        ({"constituents": [{"role": "Artist", "name": ARTIST}, {"role": "Artist", "name": "X Y"}]}, "by somebody else"),
        ({"isPublicDomain": False}, "not in the public domain"),
        ({"primaryImage": "", "primaryImageSmall": ""}, "without a picture"),
        ({"primaryImageSmall": "file:///etc/passwd"}, "without a picture"),
    ],
)
def test_of_the_met_only_free_works_by_the_artist_alone_are_taken(
    three: Web, met: Fetch, fields: dict[str, Any], reason: str
) -> None:
    three.add_objects(1, **fields)
    report = met()
    ((why, count),) = report.left_out.items()
    assert report.collected.added == {ARTIST: 3} and count == 1 and reason in why
    assert "m4" not in three.asked


@pytest.mark.parametrize("name", ["monet, claude", "CLAUDE MONET", "Cláude Monet", "Claude Monet (1840-1926)"])
def test_the_spelling_of_the_name_makes_no_difference(web: Web, met: Fetch, name: str) -> None:
    web.add_objects(1, artistDisplayName=name, constituents=None)
    assert met().collected.added == {ARTIST: 1}


def test_a_name_in_brackets_counts(web: Web, met: Fetch) -> None:
    web.add_objects(1, artistDisplayName="Rembrandt (Rembrandt van Rijn)", constituents=None)
    web.add_objects(1, artistDisplayName="Rembrandt Peale", constituents=None)
    assert met("Rembrandt van Rijn").collected.added == {"Rembrandt van Rijn": 1}


def test_all_works_go_to_the_artist_as_the_catalog_spells_the_name(
    workspace: Workspace, three: Web, met: Fetch, tmp_path: Path
) -> None:
    write(tmp_path / "art" / "own.png", photo(500))
    collect.folder(workspace, tmp_path / "art", artist="MONET Claude")
    assert met().collected.added == {"MONET Claude": 3}


def test_when_the_name_is_only_similar_the_report_says_what_there_is(web: Web, met: Fetch) -> None:
    web.add_objects(2)
    report = met("Monet")
    assert not report.is_complete
    assert "no free work under exactly this name. It has works by Claude Monet (2). Ask for one of" in str(report)


def test_no_more_works_are_fetched_than_asked_for(three: Web, met: Fetch) -> None:
    assert met(works=2).collected.added == {ARTIST: 2} and "m3" not in three.asked


def test_an_artist_whom_the_met_does_not_have_is_no_error(web: Web, met: Fetch) -> None:
    assert met().collected.added == {} and "shows no free work" in str(met())


@pytest.mark.parametrize("arguments", [{"artist": " "}, {"artist": "?!"}, {"works": 0}])
def test_wrong_arguments_are_named(met: Fetch, arguments: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="Received: "):
        met(**arguments)


# --- the Art Institute of Chicago ---


def test_works_of_the_art_institute_are_taken(workspace: Workspace, web: Web, waits: list[float]) -> None:
    web.add_rows(3)
    report = collect.artic(workspace, "monet claude", sleep=waits.append)
    assert report.collected.added == {"monet claude": 3}
    assert set(read_catalog(workspace)["source"]) == {"artic: 1", "artic: 2", "artic: 3"}


def test_the_art_institute_is_asked_in_the_field_of_the_artist(
    workspace: Workspace, web: Web, waits: list[float]
) -> None:
    web.add_rows(130)
    collect.artic(workspace, ARTIST, works=1, sleep=waits.append)
    assert '"artist_title":{"query":"Claude Monet","operator":"and"}' in web.queries[0]["params"]


@pytest.mark.parametrize(
    "fields",
    [
        {"artist_titles": ["Paul Gauguin"]},
        {"artist_titles": [ARTIST, "Paul Gauguin"]},
        {"artist_titles": [f"Follower of {ARTIST}"]},
        {"artist_titles": [], "artist_title": None},
        {"is_public_domain": False},
        {"image_id": None},
    ],
)
def test_of_the_art_institute_only_free_works_by_the_artist_are_taken(
    workspace: Workspace, web: Web, waits: list[float], fields: dict[str, Any]
) -> None:
    web.add_rows(1, **fields)
    web.add_rows(1)
    report = collect.artic(workspace, ARTIST, sleep=waits.append)
    assert (report.collected.added, report.left_out.total()) == ({ARTIST: 1}, 1)


# --- Wikimedia Commons ---


@pytest.fixture
def commons(workspace: Workspace, web: Web, waits: list[float]) -> Fetch:
    return lambda category=ARTIST, **options: collect.commons(workspace, category, sleep=waits.append, **options)


def test_files_of_a_category_are_taken_as_thumbnails_of_a_served_width(
    workspace: Workspace, web: Web, commons: Fetch
) -> None:
    web.add_file(ARTIST, "Sea.jpg")
    report = commons()
    assert report.collected.added == {ARTIST: 1}
    row = read_catalog(workspace).iloc[0]
    assert (row["source"], row["licence"]) == ("commons: Sea.jpg", "Public domain")
    assert row["source_url"] == "https://commons.wikimedia.org/wiki/File:Sea.jpg"
    assert web.queries[0]["iiurlwidth"] == "1280" and "1280px-Sea.jpg" in web.asked


def test_a_file_that_is_smaller_is_taken_itself(web: Web, commons: Fetch) -> None:
    web.add_file(ARTIST, "Sea.jpg", width=900)
    commons()
    assert "Sea.jpg" in web.asked and "1280px-Sea.jpg" not in web.asked


@pytest.mark.parametrize("licence", ["Public domain", "CC0", "PD-old-100", "No restrictions"])
def test_free_licences_are_taken(web: Web, commons: Fetch, licence: str) -> None:
    web.add_file(ARTIST, "Sea.jpg", licence=licence)
    assert commons().collected.added == {ARTIST: 1}


@pytest.mark.parametrize("licence", ["CC BY-SA 4.0", "CC BY 2.0", "GFDL", "", "Copyrighted free use"])
def test_other_licences_are_left_out(web: Web, commons: Fetch, licence: str) -> None:
    web.add_file(ARTIST, "Sea.jpg", licence=licence)
    assert commons().left_out == {"neither in the public domain nor CC0": 1}


@pytest.mark.parametrize(
    "artist",
    [
        ARTIST,
        "<bdi><a href='/x'>Claude Monet</a></bdi> <div style='display: none;'>artist QS:P170,Q296</div>",
        "<a href='/x'>Claude Monet</a> (1840–1926) <i>French painter</i>",
        "Claude&nbsp;Monet",
    ],
)
def test_the_artist_is_found_in_the_html_of_the_field(web: Web, commons: Fetch, artist: str) -> None:
    web.add_file(ARTIST, "Sea.jpg", artist=artist)
    assert commons().collected.added == {ARTIST: 1}


@pytest.mark.parametrize(
    "artist", ["Paul Gauguin", "", "After <a href='/x'>Claude Monet</a>", "<a>Claude Monet</a> and <a>X Y</a>"]
)
def test_a_file_by_somebody_else_is_left_out(web: Web, commons: Fetch, artist: str) -> None:
    web.add_file(ARTIST, "Sea.jpg", artist=artist)
    assert commons().left_out == {"by somebody else, or not by exactly one artist": 1}


def test_a_file_that_is_no_picture_is_left_out(web: Web, commons: Fetch) -> None:
    web.add_file(ARTIST, "Book.pdf", mime="application/pdf")
    assert commons().left_out == {"no picture of a kind that artlib reads": 1}


def test_the_artist_of_a_category_of_works_is_the_one_in_its_name(web: Web, commons: Fetch) -> None:
    web.add_file("Paintings by Claude Monet", "Sea.jpg")
    assert commons("Category:Paintings by Claude Monet").collected.added == {ARTIST: 1}


def test_another_name_can_be_asked_for_in_a_category(web: Web, commons: Fetch) -> None:
    web.add_file("Impressionism", "Sea.jpg")
    web.add_file("Impressionism", "Land.jpg", artist="Paul Gauguin")
    assert commons("Impressionism", artist=ARTIST).collected.added == {ARTIST: 1}


def test_subcategories_that_name_the_artist_are_searched_once(web: Web, commons: Fetch) -> None:
    web.add_category(ARTIST, "Paintings by Claude Monet")
    web.add_category(ARTIST, "Giverny")
    web.add_file("Paintings by Claude Monet", "Sea.jpg")
    web.add_category("Paintings by Claude Monet", ARTIST)  # in a circle
    assert commons().collected.added == {ARTIST: 1}
    asked = [query["gcmtitle"] for query in web.queries]
    assert asked == ["Category:Claude Monet", "Category:Paintings by Claude Monet"]


def test_all_pages_of_a_category_are_read(web: Web, commons: Fetch) -> None:
    for number in range(120):
        web.add_file(ARTIST, f"{number}.jpg", licence="GFDL")
    assert commons().left_out.total() == 120


def test_a_category_that_is_not_there_is_named(web: Web, commons: Fetch) -> None:
    assert "nothing in a category 'Claude Monnet'" in str(commons("Claude Monnet"))


def test_an_error_of_the_interface_is_told(web: Web, commons: Fetch) -> None:
    told = (b'{"error": {"code": "maxlag", "info": "Waiting for a database"}}', {"Content-Type": "application/json"})
    web.trouble["/w/api.php"] = [told]
    assert "Waiting for a database" in str(commons())


# --- again, and after an interruption ---


def test_running_again_fetches_nothing_twice(workspace: Workspace, three: Web, met: Fetch) -> None:
    met()
    three.asked.clear()
    report = met()
    assert (report.known, report.collected.added, three.asked) == (3, {}, ["/met/search"])


def test_a_picture_that_is_there_from_elsewhere_is_fetched_once(
    workspace: Workspace, three: Web, met: Fetch, tmp_path: Path
) -> None:
    three.pictures["m2"] = encoded(photo(600))
    write(tmp_path / "art" / "own.jpg", three.pictures["m2"])
    collect.folder(workspace, tmp_path / "art", artist=ARTIST)
    assert (met().collected.known, met().known) == (1, 3)
    assert three.asked_for()["m2"] == 1


def test_a_picture_that_can_never_be_used_is_fetched_once(workspace: Workspace, three: Web, met: Fetch) -> None:
    three.pictures["m2"] = encoded(photo(1, (300, 10)))
    met()
    assert "300x10 pixels" in rejected(workspace)["met: 2"]
    met()
    assert three.asked_for()["m2"] == 1


COLLECT = (
    # a shell that runs tests in the background lets its processes ignore Ctrl-C
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from artlib import collect; from artlib.collect.sources import polite_client as client;"
    "client.PACE = 0.1;"
    "print(collect.met(sys.argv[1], 'Claude Monet'))"
)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_after_an_interruption_only_what_is_missing_is_fetched(
    workspace: Workspace, web: Web, met: Fetch, how: signal.Signals
) -> None:
    web.add_objects(15)
    log = workspace.downloads / "fetched.csv"
    running = subprocess.Popen([sys.executable, "-c", COLLECT, workspace.root], stderr=subprocess.DEVNULL)
    while not log.exists() or log.read_bytes().count(b"\n") < 4:
        time.sleep(0.02)
    running.send_signal(how)
    assert running.wait(30) != 0, "it was too quick to be interrupted"
    came = log.read_bytes().count(b"\n")
    if how == signal.SIGINT:
        assert len(read_catalog(workspace)) >= 1  # what has come is in the catalog, but for what came just then
    web.asked.clear()
    met()
    assert len(read_catalog(workspace)) == 15
    assert sum(name.startswith("m") for name in web.asked) == 15 - came


# --- trouble ---


def test_a_request_to_wait_is_obeyed(three: Web, met: Fetch, waits: list[float]) -> None:
    three.trouble["m2"] = [(429, {"Retry-After": 7}), (503, {})]
    assert met().collected.added == {ARTIST: 3} and waits == [7.0, 10.0]


def test_a_request_to_wait_for_hours_stops_the_source(three: Web, met: Fetch, waits: list[float]) -> None:
    three.trouble["/met/objects/3"] = [(403, {"Retry-After": 9000})]
    report = met()
    assert report.collected.added == {ARTIST: 2} and "asks to wait 9000 s" in str(report) and waits == []


PAGE = {"Content-Type": "text/html"}
TROUBLE = {
    "503": [(503, {})] * 3,
    "404": [(404, {})],
    "cut": ["cut"] * 2,
    "hang": ["hang"] * 2,
    "short": [(encoded(photo(1))[:-900], {})],
    "less": [(encoded(photo(1)), {"Content-Length": 500})],
    "more": [(encoded(photo(1)), {"Content-Length": 500_000, "Connection": "close"})] * 2,
    "huge": [(b"", {"Content-Length": 5_000_000_000})],
    "file": [(302, {"Location": "file:///etc/passwd"})],
    "circle": [(302, {"Location": "/picture/m2"})] * 40,
    "page": [(b"<html>Are you a robot?</html>", PAGE)],
    "disguised": [(b"<!DOCTYPE html><html></html>", {})],
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_picture_that_does_not_come_is_listed_and_comes_the_next_time(
    workspace: Workspace, three: Web, met: Fetch, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUTS", (5, 0.5))
    three.trouble["m2"] = list(TROUBLE[kind])
    report = met()
    assert report.collected.added == {ARTIST: 2} and [source for source, _ in report.failed] == ["met: 2"]
    assert list(rejected(workspace)) == ["met: 2"] and "Run the same command again" in str(report)
    three.trouble.clear()
    three.asked.clear()
    report = met()
    assert report.collected.added == {ARTIST: 1} and report.is_complete and rejected(workspace) == {}
    assert [name for name in three.asked if name.startswith("m")] == ["m2"]


def test_an_endless_body_is_cut(three: Web, met: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BYTE_LIMIT", 100_000)
    three.trouble["m2"] = [(bytes(200_000), {})]
    assert "larger than the limit" in met().failed[0][1]


def test_a_redirect_to_a_private_address_is_not_followed(
    three: Web, met: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the museum stands for a public server; what it redirects to is this machine under another name
    monkeypatch.setenv("ARTLIB_PRIVATE_ADDRESSES", "0")
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    three.trouble["m2"] = [(302, {"Location": f"http://127.0.0.2:{three.server_port}/picture/secret"})]
    report = met()
    assert "private network" in report.failed[0][1] and "secret" not in three.asked


def test_a_server_that_refuses_everything_is_left_alone(web: Web, met: Fetch) -> None:
    for name in web.add_objects(40):
        web.trouble[name] = [(403, {})] * 3
    report = met()
    assert "refused 8 requests in a row" in str(report)
    assert sum(name.startswith("m") for name in web.asked) < 20 * 3


def test_works_that_failed_before_do_not_stop_the_others(web: Web, met: Fetch) -> None:
    for name in web.add_objects(21)[:18]:
        web.trouble[name] = [(503, {})] * 99
    assert "refused 8 requests in a row" in str(met())
    met()
    met()
    assert met().known == 3


def test_an_answer_of_another_form_is_told(three: Web, met: Fetch) -> None:
    three.trouble["/met/search"] = [(b'{"objectIDs": ["x"]}', {"Content-Type": "application/json"})]
    assert "in a form that artlib does not know" in str(met())


def test_a_museum_that_cannot_be_reached_is_named(web: Web, met: Fetch) -> None:
    web.server_close()
    said = str(met())
    assert "The Met can't be reached" in said and "shows no free work" not in said


def test_https_is_tried_before_http() -> None:
    safest_first = polite_client._safest_first
    assert list(safest_first("http://a.example/b.jpg")) == ["https://a.example/b.jpg", "http://a.example/b.jpg"]
    assert list(safest_first("https://a.example/b.jpg")) == ["https://a.example/b.jpg"]


# --- what the server does not want ---


def test_what_robots_txt_disallows_is_not_fetched(workspace: Workspace, three: Web, met: Fetch) -> None:
    three.robots = b"User-agent: *\nDisallow: /picture/m2\n"
    report = met()
    assert report.collected.added == {ARTIST: 2} and "m2" not in three.asked
    assert report.is_complete and "1  left out: the server's robots.txt" in str(report)
    assert rejected(workspace) == {"met: 2": "the server's robots.txt does not allow it"}


def test_robots_txt_for_others_does_not_concern_artlib(three: Web, met: Fetch) -> None:
    three.robots = b"User-agent: OtherBot\nDisallow: /\n"
    assert met().collected.added == {ARTIST: 3}


def test_robots_txt_is_fetched_once(three: Web, met: Fetch) -> None:
    met()
    assert three.asked_for()["/robots.txt"] == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_robots_txt_cannot_be_read_no_picture_is_fetched(three: Web, met: Fetch, status: int) -> None:
    three.trouble["/robots.txt"] = [(status, {})] * 2
    report = met()
    assert len(report.failed) == 3 and "m1" not in three.asked
    assert met().collected.added == {ARTIST: 3}


def test_a_pace_that_robots_txt_asks_for_is_kept(three: Web, met: Fetch, waits: list[float]) -> None:
    three.robots = b"User-agent: *\nCrawl-delay: 20\n"
    met()
    assert len(waits) >= 2 and max(waits) > 15


@pytest.mark.parametrize(
    "answer",
    [
        (encoded(photo(1)), {"X-Robots-Tag": "noai, noimageai"}),
        (encoded(photo(1)), {"tdm-reservation": "1"}),
        (b'<html><head><meta name="robots" content="noai"></head></html>', PAGE),
    ],
)
def test_an_opt_out_of_the_server_is_obeyed_for_good(
    workspace: Workspace, three: Web, met: Fetch, answer: tuple[bytes, dict[str, str]]
) -> None:
    three.trouble["m2"] = [answer]
    report = met()
    assert report.collected.added == {ARTIST: 2} and [source for source, _ in report.all_opted_out] == ["met: 2"]
    assert rejected(workspace)["met: 2"].startswith("opted out: ")
    met()
    assert three.asked_for()["m2"] == 1


@pytest.mark.parametrize(
    ("rules", "taken"),
    [
        ([{"location": "/picture/*", "tdm-reservation": 1}], 0),
        ([{"location": "/picture/m2$", "tdm-reservation": "1"}], 2),
        ([{"location": "/picture/m2", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], 1),
        ([{"location": "/other/*", "tdm-reservation": 1}, 5, {"location": 5}], 3),
        ({"location": "/"}, 3),
    ],
)
def test_addresses_that_the_server_reserves_are_not_fetched(three: Web, met: Fetch, rules: Any, taken: int) -> None:
    three.trouble["/.well-known/tdmrep.json"] = [(json.dumps(rules).encode(), {"Content-Type": "application/json"})]
    report = met()
    assert (report.collected.added.total(), len(report.opted_out)) == (taken, 3 - taken)
    assert sum(name.startswith("m") for name in three.asked) == taken


def test_an_opt_out_in_the_picture_is_obeyed_for_good(workspace: Workspace, three: Web, met: Fetch) -> None:
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="DMI-PROHIBITED"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    three.pictures["m2"] = encoded(photo(1), xmp=xmp)
    report = met()
    assert "1 opted out" in str(report) and report.rejected == []
    met()
    assert three.asked_for()["m2"] == 1


# --- how it asks ---


def test_every_request_says_who_asks(three: Web, met: Fetch) -> None:
    met()
    assert three.agents == {fetching.USER_AGENT}


def test_requests_to_a_host_keep_its_pace_on_all_threads(
    workspace: Workspace, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.add_objects(4)
    monkeypatch.setattr(polite_client, "PACE", 0.1)
    began = time.monotonic()
    collect.met(workspace, ARTIST)
    assert time.monotonic() - began >= 0.1 * (len(web.asked) - 1)


def test_several_pictures_come_at_once(web: Web, met: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUTS", (5, 1))
    for name in web.add_objects(4):
        web.trouble[name] = ["hang"]
    began = time.monotonic()
    assert met().collected.added == {ARTIST: 4}
    assert time.monotonic() - began < 3.5  # one after the other: 4 seconds


# --- the command line ---


def test_status_0_when_everything_came(workspace: Workspace, three: Web, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "met", ARTIST, "--workspace", str(workspace.root)]) == 0
    assert "Works by Claude Monet from The Met: 3 added" in capsys.readouterr().out


def test_status_1_when_something_did_not_come(workspace: Workspace, three: Web) -> None:
    three.trouble["m2"] = [(404, {})]
    assert main(["collect", "met", ARTIST, "--workspace", str(workspace.root)]) == 1


def test_status_2_for_wrong_usage(workspace: Workspace, web: Web) -> None:
    assert main(["collect", "artic", ARTIST, "--works", "0", "--workspace", str(workspace.root)]) == 2


def test_the_command_of_commons_takes_a_category_and_an_artist(workspace: Workspace, web: Web) -> None:
    web.add_file("Impressionism", "Sea.jpg")
    command = ["collect", "commons", "Impressionism", "--artist", ARTIST, "--workspace", str(workspace.root)]
    assert main(command) == 0


def test_a_source_that_gives_nothing_is_status_1(workspace: Workspace, web: Web) -> None:
    assert main(["collect", "met", ARTIST, "--workspace", str(workspace.root)]) == 1
