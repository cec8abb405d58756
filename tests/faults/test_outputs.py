"""Outputs: no command destroys a file that it did not make."""

import os
from pathlib import Path

import pytest
from drawing import photo, write

from artlib.answers.files import AnswerFiles
from artlib.answers.outputs import check_files, check_folder, table
from artlib.errors import ArgumentError
from artlib.pages import rendering

COLUMNS = ("path", "verdict", "artist", "error")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return write(tmp_path / "picture.png", photo(1))


def check(csv: Path | str | None = None, html: Path | str | None = None, inputs: tuple[Path | str, ...] = ()) -> None:
    files = {"csv": csv and str(csv), "html": html and str(html)}
    check_files(files, list(map(str, inputs)), COLUMNS, "predict")


@pytest.mark.parametrize("option", ["csv", "html"])
@pytest.mark.parametrize("name", ["picture.png", "./picture.png", "hard link.csv", "soft link.csv"])
def test_what_is_asked_about_is_never_written_over(picture: Path, option: str, name: str) -> None:
    (picture.parent / "hard link.csv").hardlink_to(picture)
    (picture.parent / "soft link.csv").symlink_to(picture)
    with pytest.raises(ArgumentError, match="one of the pictures that are asked about"):
        check(**{option: picture.parent / name}, inputs=(picture,))


@pytest.mark.parametrize("name", ["new.jpg", "NEW.PNG", "new.webp"])
def test_a_picture_name_is_no_name_for_answers(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArgumentError, match="its name is a picture's"):
        check(csv=tmp_path / name)


@pytest.mark.parametrize(("name", "problem"), [("", "no name"), (" ", "no name"), ("new/", "name is a folder's")])
def test_what_is_no_name_of_a_file_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match=problem):
        check(csv=name)
    assert not list(tmp_path.iterdir())


def test_a_link_to_nothing_is_refused_with_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").symlink_to("lost/answers.csv")
    with pytest.raises(ArgumentError, match="a link to lost/answers.csv, which is not there"):
        check(csv=tmp_path / "answers.csv")


@pytest.mark.parametrize("place", [".", "proofs", "a/b"])
def test_drawn_pictures_do_not_go_where_pictures_are_searched_for(tmp_path: Path, place: str) -> None:
    with pytest.raises(ArgumentError, match="searched for pictures"):
        check_folder(tmp_path / place, [str(tmp_path)])
    assert not list(tmp_path.iterdir())


def test_drawn_pictures_may_go_beside_a_picture(picture: Path) -> None:
    check_folder(picture.parent / "proofs", [str(picture)])
    assert (picture.parent / "proofs").is_dir()


@pytest.mark.parametrize("content", ["my,own,table\n1,2,3\n", "a diary", "\x00\x01", "path\n", "path;verdict;artist\n"])
@pytest.mark.parametrize("option", ["csv", "html"])
def test_a_file_that_artlib_did_not_write_is_left_alone(tmp_path: Path, content: str, option: str) -> None:
    file = tmp_path / "notes"
    file.write_text(content)
    with pytest.raises(ArgumentError, match="artlib did not write it"):
        check(**{option: file})
    assert file.read_text() == content


@pytest.mark.parametrize("excel", [False, True])
def test_an_earlier_table_of_its_own_may_be_replaced(tmp_path: Path, excel: bool) -> None:
    file = tmp_path / "answers.csv"
    with table(str(file), COLUMNS, excel) as row:
        row(dict.fromkeys(COLUMNS, "x"))
    check(csv=file)


def test_a_table_of_an_earlier_version_with_fewer_columns_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("path,verdict,artist\na,b,c\n")
    check(csv=tmp_path / "answers.csv")


def page(path: Path, template: str) -> Path:
    values = {"found": [], "others": [], "cards": [], "errors": [], "few_errors": 1, "summary": "0 pictures"}
    rendering.write(path, template, **values, workspace="data", one_hand="")
    return path


def test_an_earlier_page_of_its_own_may_be_replaced_and_one_of_another_command_not(tmp_path: Path) -> None:
    check(html=page(tmp_path / "answers.html", "predictions.html"))
    with pytest.raises(ArgumentError, match="artlib did not write it"):
        check(html=page(tmp_path / "traces.html", "traces.html"))


def test_table_and_page_need_two_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(ArgumentError, match="two files"):
        check(csv=tmp_path / "answers", html=tmp_path / "link" / "answers")


def test_the_standard_output_can_be_asked_for_once(tmp_path: Path) -> None:
    check(csv="-", html=tmp_path / "answers.html")
    with pytest.raises(ArgumentError, match="two files"):
        check(csv="-", html="-")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices")
def test_a_device_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for device in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(ArgumentError, match="a device"):
            check(csv=device)


def test_a_journal_of_another_program_is_left_alone(tmp_path: Path) -> None:
    from artlib.tracing.log import TraceLog

    (tmp_path / "a.csv.partial").write_text("half a download")
    with pytest.raises(ArgumentError, match="artlib did not write it"):
        TraceLog(tmp_path / "a.csv.partial", "key")
    assert (tmp_path / "a.csv.partial").read_text() == "half a download"


@pytest.mark.parametrize("line", ["{}", "[]", '{"path": 3}', '{"path": "a.png", "stamp": ""}', "nonsense", "[" * 9999])
def test_an_edited_journal_is_no_trace_and_its_picture_is_asked_again(tmp_path: Path, line: str) -> None:
    from artlib.tracing.log import TraceLog

    with TraceLog(tmp_path / "a.csv.partial", "key"):
        pass
    with (tmp_path / "a.csv.partial").open("a") as file:
        file.write(line + "\n")
    with TraceLog(tmp_path / "a.csv.partial", "key") as log:
        assert log.left_of(["a.png"]) == ["a.png"]


def test_two_commands_do_not_write_one_file(tmp_path: Path) -> None:
    one = AnswerFiles(str(tmp_path / "a.csv"), None, COLUMNS, "predict")
    other = AnswerFiles(str(tmp_path / "b.csv"), str(tmp_path / "a.csv"), COLUMNS, "predict")
    with one.journal(), pytest.raises(ArgumentError, match="Another artlib is writing"), other.journal():
        pass
    with other.journal():
        pass


def test_no_lock_of_a_run_that_has_ended_stays_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("a.csv", "b.csv"):
        with AnswerFiles(str(tmp_path / name), None, COLUMNS, "predict").journal():
            assert len(list(tmp_path.glob("artlib-*/answers-*.lock"))) == 1
    assert list(tmp_path.glob("artlib-*/answers-*.lock")) == []


def test_a_table_for_a_spreadsheet_computes_nothing_and_is_known_as_utf8(tmp_path: Path) -> None:
    with table(str(tmp_path / "a.csv"), COLUMNS, excel=True) as row:
        row({"path": "=1+1.png", "verdict": "-", "artist": "@Wlop", "error": "+49"})
    assert (tmp_path / "a.csv").read_bytes() == "\ufeffpath,verdict,artist,error\n'=1+1.png,'-,'@Wlop,'+49\n".encode()


def test_a_table_that_is_not_for_a_spreadsheet_has_the_names_as_they_are(tmp_path: Path) -> None:
    with table(str(tmp_path / "a.csv"), COLUMNS) as row:
        row({"path": "=1+1.png", "verdict": "copy", "artist": "@Wlop", "error": ""})
    assert (tmp_path / "a.csv").read_text().splitlines()[1] == "=1+1.png,copy,@Wlop,"
