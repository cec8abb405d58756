"""Passwords in addresses are never written down or shown."""

import traceback
from pathlib import Path

import pytest
from drawing import encoded, photo

from artlib import images
from artlib.errors import ArtlibError, without_passwords
from artlib.tracing import batch
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.ingest import Candidate, take_in

pytestmark = pytest.mark.thorough

SECRET = "hunter2"
ADDRESS = f"https://me:{SECRET}@127.0.0.1:1/picture.png"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ADDRESS, "https://…@127.0.0.1:1/picture.png"),
        (f"see HTTP://{SECRET}@host/a and ftp://u:{SECRET}@h", "see HTTP://…@host/a and ftp://…@h"),
        (f"https://u:{SECRET}@x@host/?a=1", "https://…@host/?a=1"),
        (f"https://host/a?id=3&token={SECRET}&n=1", "https://host/a?id=3&token=…&n=1"),
        (f"'https://host/?Password={SECRET}'", "'https://host/?Password=…'"),
        (f"https://u:a/{SECRET}@host/x", "https://…@host/x"),
        (f"https://u:a?{SECRET}@host:80/@x", "https://…@host:80/@x"),
        (f"https://host:8080/@wlop?X-Amz-Signature={SECRET}&n=1", "https://host:8080/@wlop?X-Amz-Signature=…&n=1"),
        (f"https://host/#access_token={SECRET};client_secret={SECRET}", "https://host/#access_token=…;client_secret=…"),
        (f"with url: /a.png?apikey={SECRET} (refused)", "with url: /a.png?apikey=… (refused)"),
        ("https://host/?artist=Wlop&author=x", "https://host/?artist=Wlop&author=…"),
        (f"http:/me:{SECRET}@host/a is no folder", "http:/…@host/a is no folder"),
        ("C:/art/me@host.org/a.png", "C:/art/me@host.org/a.png"),
        ("https://host:8080/@wlop/art?page=2&monkey=3", "https://host:8080/@wlop/art?page=2&monkey=3"),
        ("https://host/@wlop/art?page=2", "https://host/@wlop/art?page=2"),
        ("mail me@host.org", "mail me@host.org"),
    ],
)
def test_an_address_keeps_everything_but_its_password(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


def test_an_error_about_an_address_does_not_echo_it() -> None:
    with pytest.raises(ArtlibError) as error:
        images.load(ADDRESS)
    assert SECRET not in str(error.value) and "https://…@127.0.0.1" in str(error.value)


@pytest.mark.parametrize("url", [ADDRESS, f"http://127.0.0.1:1/a.png?token={SECRET}", f"http://[{SECRET}/x"])
def test_nor_does_anything_behind_it_that_a_trace_would_show(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTLIB_PRIVATE_ADDRESSES", "1")
    url = url if "token" in url else url.replace("https://", "http://")
    with pytest.raises(ArtlibError) as raised:
        images.load(url)
    error: BaseException | None = raised.value
    while error is not None and "[" not in url:
        assert SECRET not in "".join(traceback.format_exception_only(error)) + repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__


def test_neither_do_table_page_and_terminal(
    collected: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch.run(collected, [ADDRESS], csv=str(tmp_path / "a.csv"), html=str(tmp_path / "a.html"))
    batch.run(collected, [ADDRESS])
    shown = capsys.readouterr()
    for text in (shown.out, shown.err, *(file.read_text() for file in tmp_path.iterdir())):
        assert SECRET not in text
    assert "https://…@127.0.0.1:1/picture.png,error" in (tmp_path / "a.csv").read_text()


def test_neither_does_the_catalog(workspace: Workspace) -> None:
    picture = encoded(photo(1))
    take_in(workspace, [Candidate("Wlop", "a.png", lambda: picture, f"site: {ADDRESS}", ADDRESS)])
    row = read_catalog(workspace).iloc[0]
    assert (row["source_url"], SECRET in row["source"]) == ("https://…@127.0.0.1:1/picture.png", False)
