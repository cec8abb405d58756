"""The command line: exit status, what is printed and what is written."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run, Trained, copy_of
from drawing import photo, write

import artlib
from artlib.cli import main
from artlib.workspace import Workspace

COLUMNS = ["path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error"]
SENTENCES = r"In the hand of|I do not know this hand|Copy of a work I know"


def csv_rows(workspace: Workspace, *inputs: object) -> list[dict[str, str]]:
    """Predict with --csv and read the file."""
    file = workspace.root.parent / "answers" / "a.csv"
    main(["predict", *map(str, inputs), "--csv", str(file), "--workspace", str(workspace.root)])
    return rows(file)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def suspects(tmp_path: Path) -> Path:
    """A folder with two pictures, one of them deeper, and one that can't be read."""
    write(tmp_path / "suspects" / "first.jpg", photo(501))
    write(tmp_path / "suspects" / "deeper" / "北 斎.webp", photo(502))
    write(tmp_path / "suspects" / "broken.png", b"not a picture")
    return tmp_path / "suspects"


# --- help and usage ---


@pytest.mark.parametrize("arguments", [["--help"], ["predict", "--help"], ["collect", "folder", "--help"]])
def test_help_does_not_wait_for_tensorflow(arguments: list[str]) -> None:
    code = f"from artlib.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass\n"
    code += "import sys; print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    help_text, loaded = done.stdout.split("LOADED")
    assert "usage: artlib" in help_text
    assert not {"tensorflow", "keras", "sklearn", "matplotlib"} & set(loaded.split())


def test_python_m_artlib_does_what_artlib_does(artlib_command: Run) -> None:
    done = artlib_command("--version")
    assert (done.returncode, done.stdout) == (0, f"artlib {artlib.__version__}\n")


@pytest.mark.parametrize("command", ["collect", "duplicates", "split", "train", "evaluate", "predict"])
def test_help_names_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert command in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["draw"],
        ["collect"],
        ["collect", "folder"],
        ["predict"],
        ["train", "--recipe", "x"],
        ["split", "--seed", "x"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: artlib" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "step"),
    [
        (["duplicates"], "01_collect"),
        (["split"], "01_collect"),
        (["train"], "03_train"),
        (["evaluate"], "03_train"),
        (["predict", "a.png"], "03_train"),
    ],
)
def test_a_missing_earlier_step_is_status_2_and_named(
    arguments: list[str], step: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--workspace", str(tmp_path / "data")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("artlib: There is no ") and f"Run {step}" in error and "Traceback" not in error


def test_a_models_name_that_leads_elsewhere_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "a.png", "--workspace", str(tmp_path), "--name", "../x"]) == 2
    assert "plain folder name" in capsys.readouterr().err


def test_without_a_workspace_the_folder_data_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["collect", "folder", str(photos)]) == 0
    assert (tmp_path / "data" / "catalog.csv").is_file()


# --- collect ---


def test_collecting_says_what_it_did(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "folder", str(photos), "--workspace", str(tmp_path / "data")]) == 0
    out = capsys.readouterr().out
    assert "6 images added, 0 known already, 0 rejected." in out
    assert re.search(r"3  Ross Tran\n\s+3  Wlop", out)


def test_collecting_with_rejected_pictures_is_status_1(photos: Path, tmp_path: Path) -> None:
    write(photos / "Wlop" / "broken.jpg", b"")
    assert main(["collect", "folder", str(photos), "--workspace", str(tmp_path / "data")]) == 1


def test_collecting_from_nowhere_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "folder", str(tmp_path / "nowhere"), "--workspace", str(tmp_path / "data")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_a_zip_file_is_collected_with_artist_and_licence(photos: Path, tmp_path: Path) -> None:
    file = shutil.make_archive(str(tmp_path / "art"), "zip", photos)
    arguments = ["--artist", "Both", "--licence", "CC0", "--workspace", str(tmp_path / "data")]
    assert main(["collect", "zip", file, *arguments]) == 0
    table = rows(tmp_path / "data" / "catalog.csv")
    assert {(row["artist"], row["licence"]) for row in table} == {("Both", "CC0")}


# --- duplicates and split ---


@pytest.mark.slow
def test_duplicates_and_split_say_what_they_found(
    collected: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    assert main(["duplicates", "--workspace", str(workspace.root)]) == 0
    assert "72 images, 0 near-duplicate groups" in capsys.readouterr().out
    assert main(["split", "--workspace", str(workspace.root), "--seed", "4"]) == 0
    out = capsys.readouterr().out
    assert "train" in out and len(out) < 1000, "a summary, and not every id"


# --- predict ---


def test_predicting_prints_the_three_lines_and_the_verdict(
    untrained: Workspace, suspects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(suspects / "first.jpg")
    assert main(["predict", path, "--actual", "Wlop", "--workspace", str(untrained.root)]) == 0
    pattern = (
        rf"{re.escape(path)}\nActual artist = Wlop\nPredicted artist = .+\n"
        rf"Prediction probability = \d+\.\d\d %\n({SENTENCES}).*\n\n"
    )
    assert re.fullmatch(pattern, capsys.readouterr().out)


def test_a_folder_is_searched_through(untrained: Workspace, suspects: Path) -> None:
    found = [Path(row["path"]).relative_to(suspects).as_posix() for row in csv_rows(untrained, suspects)]
    assert found == ["broken.png", "deeper/北 斎.webp", "first.jpg"]


def test_the_csv_file_has_the_fixed_columns(untrained: Workspace, suspects: Path) -> None:
    assert list(csv_rows(untrained, suspects)[0]) == COLUMNS


def test_every_input_has_one_row_also_those_that_cannot_be_read(
    untrained: Workspace, suspects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = [str(suspects / "first.jpg"), "nowhere.png", "http://127.0.0.1:9/a.png", str(suspects / "broken.png")]
    arguments = ["--csv", str(tmp_path / "a.csv"), "--workspace", str(untrained.root)]
    assert main(["predict", *inputs, *arguments]) == 1
    table = rows(tmp_path / "a.csv")
    assert [row["path"] for row in table] == inputs
    assert [row["verdict"] for row in table] == ["artist", "error", "error", "error"]
    assert "4 pictures: 1 artist, 3 error" in capsys.readouterr().out


def test_a_row_with_an_error_has_its_text_and_no_numbers(untrained: Workspace, suspects: Path) -> None:
    (row,) = csv_rows(untrained, suspects / "broken.png")
    assert "plain text" in row["error"]
    assert (row["artist"], row["probability"], row["unknown_score"], row["top_artists"]) == ("", "", "", "")


def test_a_row_with_an_answer_has_the_closed_set_guess_and_its_numbers(untrained: Workspace, suspects: Path) -> None:
    (row,) = csv_rows(untrained, suspects / "first.jpg")
    assert row["error"] == row["copy_of"] == ""
    assert float(row["probability"]) + float(row["unknown_score"]) == pytest.approx(1, abs=2e-4)
    assert row["top_artists"].startswith(f"{row['artist']} {row['probability']}; ")


def test_a_copy_is_named_in_its_row(untrained: Workspace) -> None:
    work = next(untrained.originals.rglob("*.png"))
    (row,) = csv_rows(untrained, work)
    assert (row["verdict"], row["copy_of"]) == ("copy", work.relative_to(untrained.root).as_posix())


def test_an_empty_folder_is_an_input_without_an_answer(
    untrained: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["predict", str(tmp_path / "empty"), "--workspace", str(untrained.root)]) == 1
    assert "No answer: This is a folder" in capsys.readouterr().out


# --- the page ---


@pytest.fixture
def page(untrained: Workspace, suspects: Path, tmp_path: Path) -> str:
    hostile = write(suspects / "<img src=x onerror=alert(1)> & co.png", photo(503))
    inputs = [str(suspects), "http://127.0.0.1:9/<script>alert(1)</script>.png"]
    assert hostile.is_file()
    main(["predict", *inputs, "--html", str(tmp_path / "page.html"), "--workspace", str(untrained.root)])
    return (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_page_asks_for_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"""(src|href|action|data)\s*=\s*["']?\s*(https?:)?//|url\(|@import|<link|<iframe""", page)
    assert len(re.findall(r'src="data:image/jpeg;base64,', page)) == 3


def test_the_page_runs_no_script(page: str) -> None:
    assert "<script" not in page and not re.search(r"<[^>]+\son\w+=", page)


def test_names_cannot_add_anything_to_the_page(page: str) -> None:
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co.png" in page


def test_the_page_has_a_card_for_every_answer_and_a_line_for_every_error(page: str) -> None:
    assert page.count("<article") == 3
    assert page.count("<dt>") == 2 and "This is no picture" in page


def test_a_few_errors_stand_open_above_the_answers(page: str) -> None:
    assert page.index("<details open>") < page.index("<article")


def test_the_page_is_readable_on_a_phone(page: str) -> None:
    assert '<meta name="viewport" content="width=device-width' in page and '<meta charset="utf-8">' in page


# --- comparing ---


def test_comparing_an_unknown_recipe_is_wrong_usage(untrained: Workspace, tmp_path: Path, capsys) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    artlib.make_split(workspace)
    options = ["--backbone", "efficientnet_lite0", "--workspace", str(workspace.root)]
    assert main(["compare", "--recipes", "artlib,mine", *options]) == 2
    assert "mine" in capsys.readouterr().err


# --- the whole way ---


@pytest.mark.slow
def test_the_command_line_goes_the_whole_way(trained: Trained, tmp_path: Path, artlib_command: Run) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    options = ("--workspace", workspace.root, "--name", "second")
    done = artlib_command("train", "--backbone", "efficientnet_lite0", "--epochs", "0", "--seed", "3", *options)
    assert done.returncode == 0, done.stderr
    assert "artlib recipe on efficientnet_lite0" in done.stdout
    done = artlib_command("evaluate", *options)
    assert done.returncode == 0, done.stderr
    assert (workspace.model("second") / "report.html").stat().st_size > 100_000
    assert "Prediction accuracy on train data = " in done.stdout
    assert "accuracy" in json.loads((workspace.model("second") / "metrics.json").read_text())["test"]
    work = next((trained.art / "Wlop").iterdir())
    done = artlib_command("predict", work, "--actual", "Wlop", *options)
    assert done.returncode == 0, done.stderr
    assert "Predicted artist = Wlop" in done.stdout and "Copy of a work I know: originals/Wlop/" in done.stdout
