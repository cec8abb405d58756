"""The command line: exit status, what is printed and what is written."""

import csv
import itertools
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, copy_of
from drawing import photo, write
from PIL import Image, ImageDraw, ImageFont

import artlib
from artlib.backbones import BACKBONES
from artlib.cli import main
from artlib.similarity.matching import SPECIFICITY
from artlib.workspace import Workspace
from artlib.workspace.split import split_hash

COLUMNS = ["path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error"]
COLUMNS += ["confidence", "strength"]
SENTENCES = r"In the hand of|Probably|Perhaps|I do not know this hand|Copy of a work I know"


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


COMMANDS = [
    "collect",
    "artists",
    "forget",
    "sort",
    "duplicates",
    "split",
    "train",
    "evaluate",
    "compare",
    "predict",
    "trace",
    "add-artist",
    "remove-artist",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_a_line_for_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    # the texts of other commands contain words like "train", too: the line must begin with the command
    assert re.search(rf"^    {command}(  |$)", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("command", ["train", "compare"])
def test_help_names_every_backbone(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert ", ".join(BACKBONES) in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["draw"],
        ["collect"],
        ["collect", "folder"],
        ["predict"],
        ["trace"],
        ["train", "--recipe", "x"],
        ["split", "--seed", "x"],
        ["split", "--seed", "-1"],
        ["train", "--seed", "4294967296"],
        ["predict", "a.png", "--firm-error", "x"],
        ["evaluate", "--unknown-share", "half"],
        ["train", "--firm-error", "0.1"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: artlib" in capsys.readouterr().err


NEEDY = {
    "duplicates": ["collect folder PATH"],
    "split": ["collect folder PATH", "duplicates"],
    "train": ["collect folder PATH", "duplicates", "split"],
    "compare": ["collect folder PATH", "duplicates", "split"],
    "evaluate": ["collect folder PATH", "duplicates", "split", "train"],
    "predict a.png": ["collect folder PATH", "duplicates", "split", "train"],
    "trace a.png": ["collect folder PATH"],
    "add-artist Name folder": ["collect folder PATH", "duplicates", "split", "train"],
    "remove-artist Name": ["collect folder PATH", "duplicates", "split", "train"],
}


@pytest.mark.parametrize("command", NEEDY)
def test_earlier_steps_that_were_not_run_are_all_named_and_status_2(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 2
    first, _, steps = capsys.readouterr().err.partition("\nRun first:\n")
    assert first.startswith(f"artlib: {tmp_path / 'data'} has no ")
    assert steps.splitlines() == [f"    artlib {step}" for step in NEEDY[command]]


@pytest.mark.parametrize("command", NEEDY)
def test_what_is_missing_is_noticed_before_anything_heavy_is_loaded(command: str, tmp_path: Path) -> None:
    code = f"from artlib.cli import main; status = main({command.split()!r})\n"
    code += "import sys; print(status, *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    status, *loaded = done.stdout.split()
    assert status == "2"
    assert not {"tensorflow", "keras", "sklearn", "scipy", "matplotlib"} & set(loaded)


@pytest.fixture(scope="module")
def split(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that is ready for training; only to be read."""
    workspace = copy_of(collected, tmp_path_factory.mktemp("split") / "data")
    artlib.make_split(workspace)
    return workspace


@pytest.fixture(scope="module")
def with_model(split: Workspace, untrained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same with a model that was never trained; only to be read."""
    workspace = copy_of(split, tmp_path_factory.mktemp("with model") / "data")
    shutil.copytree(untrained.model(), workspace.model())
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text(encoding="utf-8")) | {"data_hash": split_hash(workspace)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return workspace


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["train", "--others", "nowhere"], "Received: others='nowhere'"),
        (["train", "--backbone", "x"], "Received: backbone='x'"),
        (["train", "--second-backbone", "y"], "Received: backbone='y'"),
        (["train", "--epochs", "-1"], "Received: epochs=-1"),
        (["train", "--image-size", "9"], "Received: image_size=9"),
        (["train", "--weights", "nowhere.h5", "--backbone", "resnet50"], "no weights file nowhere.h5"),
        (["train", "--recipe", "original", "--epochs", "0"], "original"),
        (["train", "--name", "a/b"], "Received: name='a/b'"),
        (["compare", "--recipes", "artlib,mine"], "mine"),
        (["compare", "--seeds", "0"], "Received: seeds=[]"),
        (["compare", "--backbone", "x"], "Received: backbone='x'"),
        (["compare", "--backbones", "efficientnet_lite0, y"], "Received: backbone='y'"),
        (["compare", "--epochs", "-1"], "Received: epochs=-1"),
        (["compare", "--image-size", "9"], "Received: image_size=9"),
    ],
)
def test_an_option_that_can_not_be_used_is_status_2_with_one_sentence(
    options: list[str], words: str, split: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--workspace", str(split.root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("artlib: ") and words in error and error.count("\n") == 1


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--firm-error", "0", "above 0 and at most 0.5. Received: firm_error=0.0."),
        ("--firm-error", "10", "above 0 and at most 0.5. Received: firm_error=10.0."),
        ("--firm-error", "nan", "Received: firm_error=nan."),
        ("--unknown-share", "1", "at least 0 and below 1. Received: unknown_share=1.0."),
        ("--unknown-share", "-0.1", "Received: unknown_share=-0.1."),
    ],
)
def test_a_share_out_of_its_range_is_status_2_with_one_sentence(
    command: str, option: str, value: str, words: str, with_model: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [str(with_model.originals)] if command == "predict" else []
    assert main([command, *pictures, f"{option}={value}", "--workspace", str(with_model.root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("artlib: The share of") and words in error and error.count("\n") == 1


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_the_shares_on_the_command_line_are_those_asked_for(
    command: str, with_model: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, float] = {}

    def asking(*_: object, **options: Any) -> Any:
        asked.update(options)
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "artlib.prediction.batch.run" if command == "predict" else "artlib.evaluation.run.evaluate", asking
    )
    call = [command, *(["a.png"] if command == "predict" else []), "--workspace", str(with_model.root)]
    main([*call, "--firm-error", "0.05", "--unknown-share", "0.2"])
    assert (asked["firm_error"], asked["unknown_share"]) == (0.05, 0.2)
    main(call)
    assert (asked["firm_error"], asked["unknown_share"]) == (None, None)  # the model's own


@pytest.mark.parametrize("option", ["--csv", "--html"])
@pytest.mark.parametrize(
    ("place", "words"), [("folder", "it is a folder"), ("folder/file/answers", "its folder can't be used")]
)
def test_a_file_that_can_not_be_written_is_status_2_before_any_prediction(
    option: str, place: str, words: str, untrained: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "folder" / "file", b"")
    arguments = [str(untrained.originals), option, str(tmp_path / place), "--workspace", str(untrained.root)]
    assert main(["predict", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("artlib: ") and words in error and error.count("\n") == 1


def test_an_empty_path_is_not_the_current_folder(
    untrained: Workspace, photos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(photos)
    assert main(["predict", "", "--workspace", str(untrained.root)]) == 1
    assert "The path is empty." in (answers := capsys.readouterr().out) and answers.count("\n\n") == 1


def raising(error: BaseException) -> Callable[..., Any]:
    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


def test_a_bug_shows_its_trace_and_is_not_taken_for_wrong_usage(
    collected: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artlib.sort.duplicates.find_duplicates", raising(ValueError("a bug")))
    with pytest.raises(ValueError, match="a bug"):  # Python then prints the trace and exits with 1
        main(["duplicates", "--workspace", str(collected.root)])


def test_an_interrupted_command_is_status_130(
    collected: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("artlib.sort.duplicates.find_duplicates", raising(KeyboardInterrupt()))
    assert main(["duplicates", "--workspace", str(collected.root)]) == 130
    assert "interrupted. Finished work is kept" in capsys.readouterr().err


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


def test_collecting_says_what_was_set_apart_and_what_each_artist_has(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(photos / "Wlop" / "thumbnail.jpg", photo(0).resize((80, 60)))
    main(["collect", "folder", str(photos), "--workspace", str(tmp_path / "data")])
    out = capsys.readouterr().out
    assert "1  set apart: small copy" in out
    assert "7 pictures of 2 artists: 6 kept, 1 small copy." in out


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


# --- split ---


def test_splitting_prints_the_size_of_each_part(
    collected: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    assert main(["split", "--workspace", str(workspace.root)]) == 0
    assert capsys.readouterr().out == "72 images of 3 artists in 72 groups: 60 train, 6 validation, 6 test.\n"


def test_another_seed_splits_differently(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    tables = []
    for seed in ("1", "2", "1"):
        main(["split", "--workspace", str(workspace.root), "--seed", seed])
        tables.append(workspace.split.read_bytes())
    assert tables[0] == tables[2] != tables[1]


# --- predict ---


def test_predicting_prints_the_three_lines_and_the_verdict(
    untrained: Workspace, suspects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(suspects / "first.jpg")
    assert main(["predict", path, "--actual", "Wlop", "--workspace", str(untrained.root)]) == 0
    pattern = (
        rf"{re.escape(path)}\nActual artist = Wlop\nPredicted artist = .+\n"
        rf"Prediction probability = \d+\.\d\d %\n({SENTENCES}).*\n"
        r"No answer is firm: this model has not measured its errors yet\. Run 04_evaluate \(artlib evaluate\)\.\n\n"
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
    assert "4 pictures: 1 likely, 3 without an answer" in capsys.readouterr().out


def test_a_row_with_an_error_has_its_text_and_no_numbers(untrained: Workspace, suspects: Path) -> None:
    (row,) = csv_rows(untrained, suspects / "broken.png")
    assert "plain text" in row["error"]
    assert (row["artist"], row["probability"], row["unknown_score"], row["top_artists"]) == ("", "", "", "")


def test_a_row_with_an_answer_has_the_closed_set_guess_and_its_numbers(untrained: Workspace, suspects: Path) -> None:
    (row,) = csv_rows(untrained, suspects / "first.jpg")
    assert row["error"] == row["copy_of"] == ""
    assert (row["confidence"], row["strength"]) == ("", "likely")  # of a model that has measured nothing
    assert float(row["probability"]) + float(row["unknown_score"]) == pytest.approx(1, abs=2e-4)
    assert row["top_artists"].startswith(f"{row['artist']} {row['probability']}; ")


def test_a_copy_is_named_in_its_row(untrained: Workspace) -> None:
    work = next(untrained.originals.rglob("*.png"))
    (row,) = csv_rows(untrained, work)
    assert (row["verdict"], row["copy_of"]) == ("copy", work.relative_to(untrained.root).as_posix())
    assert (row["artist"], row["strength"], row["confidence"]) == (work.parent.name, "firm", f"{SPECIFICITY:.4f}")


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


def test_the_page_runs_no_script_but_the_sliders(page: str) -> None:
    (script,) = re.findall(r"<script.*?</script>", page, re.DOTALL)
    assert 'querySelector(".slide")' in script and "alert" not in script
    assert page.count("<script") == 1 and not re.search(r"<[^>]+\son\w+=", page)


def test_names_cannot_add_anything_to_the_page(page: str) -> None:
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co.png" in page


def test_the_page_has_a_card_for_every_answer_and_a_line_for_every_error(page: str) -> None:
    assert page.count("<article") == 3
    assert page.count("<dt>") == 2 and "This is not a picture" in page


def test_a_few_errors_stand_open_above_the_answers(page: str) -> None:
    assert page.index("<details open>") < page.index("<article")


def test_the_page_is_readable_on_a_phone(page: str) -> None:
    assert '<meta name="viewport" content="width=device-width' in page and '<meta charset="utf-8">' in page


# --- the whole way ---


@pytest.mark.slow
@pytest.mark.network
def test_the_command_line_goes_the_whole_way(art: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace(tmp_path / "data")
    there = ["--workspace", str(workspace.root)]

    def run(*arguments: object) -> str:
        assert main([*map(str, arguments), *there]) == 0
        return capsys.readouterr().out

    assert "72 images added" in run("collect", "folder", art)
    assert "72 images, 0 near-duplicate groups" in run("duplicates")
    run("split")
    there += ["--name", "second"]
    options = {"--backbone": "efficientnet_lite0", "--epochs": 0, "--seed": 3, "--image-size": 64}
    trained = run("train", *itertools.chain(*options.items()))
    assert "artlib recipe on efficientnet_lite0" in trained
    assert "% of the training pictures and " in trained  # as they are: augmented ones would hide over-fitting
    metadata = artlib.TrainedModel(workspace, "second").metadata
    assert [metadata.backbone, metadata.epochs, metadata.seed, metadata.image_size] == list(options.values())
    assert "Prediction accuracy on train data = " in run("evaluate")
    assert "accuracy" in json.loads((workspace.model("second") / "metrics.json").read_text())["test"]
    assert (workspace.model("second") / "report.html").stat().st_size > 100_000
    assert main(["evaluate", "--others", str(tmp_path / "nowhere"), *there]) == 2
    assert metadata.firm_error == 0.1
    run("evaluate", "--firm-error", "0.2", "--unknown-share", "0.3")  # it is kept with the model
    metadata = artlib.TrainedModel(workspace, "second").metadata
    assert (metadata.firm_error, metadata.unknown_share) == (0.2, 0.3)
    work = next((art / "Wlop").iterdir())
    printed = run("predict", work, "--actual", "Wlop")
    assert "Predicted artist = Wlop" in printed and "Copy of a work I know: originals/Wlop/" in printed


# --- sort ---


@pytest.fixture
def suggested(tmp_path: Path) -> Path:
    """A workspace with six pictures of two artists, a page of words, and one that was set apart."""
    for number in range(6):
        write(tmp_path / "art" / ("Wlop", "Ross\tTran")[number % 2] / f"{number}.png", photo(number, (640, 480)))
    page = Image.new("RGB", (700, 900), "white")
    for row in range(20):
        words = "the light of a late afternoon falls on old walls"
        ImageDraw.Draw(page).text((50, 50 + 40 * row), words, font=ImageFont.load_default(22), fill="black")
    write(tmp_path / "art" / "Wlop" / "page.png", page)
    write(tmp_path / "art" / "Wlop" / "blank.png", Image.new("RGB", (600, 400), "white"))
    artlib.collect.folder(tmp_path / "data", tmp_path / "art")
    return tmp_path / "data"


@pytest.mark.thorough
def test_suggestions_are_counted_shown_and_written(
    suggested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "suggestions.csv"
    assert main(["sort", "--suggest", "--csv", str(file), "--workspace", str(suggested)]) == 0
    out = capsys.readouterr().out
    found = rows(file)
    assert [(row["artist"], row["path"], row["reason"]) for row in found] == [
        ("Wlop", "originals/Wlop/page.png", "text page")
    ]
    assert "7 pictures looked at, 1 suggested for a look" in out
    assert re.search(rf"text page \(1\)\n  {found[0]['id']}  Wlop  page.png\n      \d+% of what is drawn", out)
    assert re.search(r"set 1 picture apart.*\n +1  nearly blank", out)
    assert "02_sort" in out and 'only="suggested"' in out and 'only="set apart"' in out


@pytest.mark.thorough
def test_suggesting_with_an_unreadable_picture_is_status_1(suggested: Path) -> None:
    image_id = artlib.read_catalog(suggested)["id"][0]
    Workspace(suggested).image(image_id).write_bytes(b"broken")
    shutil.rmtree(Workspace(suggested).originals)
    assert main(["sort", "--suggest", "--workspace", str(suggested)]) == 1


@pytest.mark.parametrize("command", [["sort"], ["sort", "--suggest"], ["sort", "--csv", "a.csv"]])
def test_sorting_without_pictures_is_status_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--workspace", str(tmp_path / "data")]) == 2
    assert "artlib collect" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_file_for_suggestions_without_asking_for_them_is_status_2(
    suggested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sort", "--csv", "a.csv", "--workspace", str(suggested)]) == 2
    assert "add --suggest" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_file_for_suggestions_that_is_a_folder_is_status_2(suggested: Path, tmp_path: Path) -> None:
    assert main(["sort", "--suggest", "--csv", str(tmp_path), "--workspace", str(suggested)]) == 2


@pytest.mark.thorough
def test_sort_says_how_far_each_artist_is(suggested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalog = artlib.read_catalog(suggested)
    artlib.SortSession(suggested).discard(catalog.loc[catalog["path"].str.endswith("page.png"), "id"])
    assert main(["sort", "--workspace", str(suggested)]) == 0
    out = capsys.readouterr().out
    assert "1 of 8 pictures are decided on" in out
    assert re.search(r"\n +1 +4 +1  Wlop\n", out)
    assert "artlib sort --suggest" in out


@pytest.mark.thorough
def test_a_name_with_control_characters_is_shown_on_one_line(
    suggested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = Workspace(suggested).catalog
    hostile = "Wlop\x1b[2J\x07"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace(",Wlop,", f",{hostile},"), encoding="utf-8")
    assert main(["sort", "--suggest", "--workspace", str(suggested)]) == 0
    assert main(["sort", "--workspace", str(suggested)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count(r"Wlop\x1b[2J\x07") == 2
