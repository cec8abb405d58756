"""Tracing many pictures: every picture has its answer and every copy its proof, also after a kill in the middle."""

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY, copy_of
from copies import CROP, INSIDE, MIRROR, copied, found, match, original
from drawing import detailed, encoded, photo, write
from PIL import Image, ImageOps

import artlib
from artlib.cli import main
from artlib.tracing import batch
from artlib.tracing.proving import proof_name
from artlib.tracing.result import Trace
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough

WORKS, STRANGERS = 8, 6
COLUMNS = ["path", "verdict", "copy_of", "artist", "inliers", "share", "change", "error"]


def work(number: int) -> Image.Image:
    return detailed(700 + number)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with some works; only to be read."""
    from artlib import collect

    folder = tmp_path_factory.mktemp("known")
    for number in range(WORKS):
        write(folder / "art" / ("Wlop", "北斎")[number % 2] / f"{number}.png", work(number))
    workspace = Workspace(folder / "data")
    collect.folder(workspace, folder / "art")
    return workspace


@pytest.fixture(scope="module")
def suspects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three copies, pictures by others, and two that can't be read."""
    folder = tmp_path_factory.mktemp("mixed") / "Sammlung 北斎"
    write(folder / "crop.png", copied(work(0), CROP, (400, 320)))
    write(folder / "deeper" / "crop.png", copied(work(1), MIRROR @ CROP, (400, 320)))
    write(folder / "inside.png", copied(work(2), INSIDE, (800, 600)))
    for number in range(STRANGERS):
        write(folder / f"stranger {number}.png", detailed(900 + number))
    write(folder / "empty.jpg", b"")
    write(folder / "torn.jpg", encoded(photo(1))[:900])
    return folder


def command(workspace: Workspace, suspects: Path, to: Path) -> list[str]:
    files = ["--csv", str(to / "a.csv"), "--html", str(to / "a.html"), "--proof", str(to / "proofs")]
    return ["trace", str(suspects), *files, "--workspace", str(workspace.root)]


def rows(to: Path) -> list[dict[str, str]]:
    with (to / "a.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(known: Workspace, suspects: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("done")
    assert main(command(known, suspects, to)) == 1
    return to


def by_name(to: Path, suspects: Path) -> dict[str, dict[str, str]]:
    return {Path(row["path"]).relative_to(suspects).as_posix(): row for row in rows(to)}


def test_every_picture_has_its_row(done: Path, suspects: Path) -> None:
    table = rows(done)
    assert list(table[0]) == COLUMNS
    assert [row["path"] for row in table] == sorted(str(path) for path in suspects.rglob("*.*"))


@pytest.mark.parametrize(("name", "number"), [("crop.png", 0), ("deeper/crop.png", 1), ("inside.png", 2)])
def test_a_copy_has_its_original_and_the_evidence(done: Path, suspects: Path, name: str, number: int) -> None:
    row = by_name(done, suspects)[name]
    assert (row["verdict"], row["artist"]) == ("copy", ("Wlop", "北斎")[number % 2])
    assert Path(row["copy_of"]).stem.startswith(str(number))
    assert int(row["inliers"]) > 5 and 0.5 < float(row["share"]) <= 1 and row["change"] and not row["error"]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("degrees", "words"), [(15, "15° clockwise"), (-15, "15° counter-clockwise")])
def test_a_turn_is_told_as_it_is_seen_in_the_picture(
    known: Workspace, mirrored: bool, degrees: int, words: str
) -> None:
    first = ImageOps.mirror(work(3)) if mirrored else work(3)
    turned = first.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)  # Pillow turns the other way
    trace = artlib.trace(turned, known)
    assert f"turned by {words}" in trace.change and ("mirrored" in trace.change) == mirrored


def test_a_picture_by_somebody_else_has_no_original(done: Path, suspects: Path) -> None:
    for number in range(STRANGERS):
        row = by_name(done, suspects)[f"stranger {number}.png"]
        assert [row[column] for column in COLUMNS[1:]] == ["none", "", "", "", "", "", ""]


def test_a_picture_that_can_not_be_read_has_its_reason(done: Path, suspects: Path) -> None:
    bad = [by_name(done, suspects)[name] for name in ("empty.jpg", "torn.jpg")]
    assert [row["verdict"] for row in bad] == ["error"] * 2 and all(row["error"] for row in bad)


def test_every_copy_has_its_proof_also_two_of_one_name(done: Path, suspects: Path) -> None:
    proofs = sorted(path.name for path in (done / "proofs").iterdir())
    copies = [suspects / "crop.png", suspects / "deeper" / "crop.png", suspects / "inside.png"]
    assert proofs == sorted(proof_name(str(path), 1) for path in copies)
    assert all(Image.open(done / "proofs" / name).format == "PNG" for name in proofs)


def test_the_page_has_the_copies(done: Path) -> None:
    assert (done / "a.html").read_text(encoding="utf-8").count("<article") == 3


def test_a_finished_run_leaves_nothing_but_what_was_asked_for(done: Path) -> None:
    assert sorted(path.name for path in done.iterdir()) == ["a.csv", "a.html", "proofs"]


def test_the_summary_counts_each_kind(
    known: Workspace, suspects: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    main(command(known, suspects, tmp_path))
    first, *written = capsys.readouterr().out.splitlines()
    assert first == "11 pictures: 3 copies, 6 without a known work, 2 without an answer"
    assert written == [f"Written: {tmp_path / name}" for name in ("a.csv", "a.html", "proofs")]


def test_printed_answers_are_sentences_and_the_status_tells_of_errors(
    known: Workspace, suspects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--workspace", str(known.root)]
    good = [str(suspects / "crop.png"), str(suspects / "stranger 1.png")]
    assert main(["trace", *good, *where]) == 0
    out = capsys.readouterr().out
    assert "Copy of originals/" in out and "No known work found in it." in out
    assert main(["trace", *good, str(suspects / "empty.jpg"), "missing.jpg", *where]) == 1
    assert capsys.readouterr().out.count("No answer: ") == 2


def test_proofs_are_drawn_for_printed_answers_too(known: Workspace, suspects: Path, tmp_path: Path) -> None:
    main(["trace", str(suspects / "crop.png"), "--proof", str(tmp_path / "new" / "p"), "--workspace", str(known.root)])
    assert [path.suffix for path in (tmp_path / "new" / "p").iterdir()] == [".png"]


# --- interrupted ---


@pytest.mark.slow
def test_killed_in_the_middle_it_continues_to_the_same_answers(
    known: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suspects = tmp_path / "many"
    for number in range(60):
        write(suspects / f"{number:03}.png", copied(work(number % WORKS), CROP, (200 + number, 200)))
    arguments = command(known, suspects, tmp_path)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen([sys.executable, "-m", "artlib", *arguments], cwd=REPOSITORY, **quiet)
    partial = tmp_path / "a.csv.partial"
    while running.poll() is None and lines(partial) < 15:
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert running.wait() not in (0, 1), "it was over before it could be killed"
    proved = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "proofs").glob("*.png")}
    assert main(arguments) == 0
    out = capsys.readouterr().out
    answered = int(out.split(" of ")[0])
    assert answered >= 10 and "continuing from there" in out and not partial.exists()
    assert [Path(row["path"]).name for row in rows(tmp_path)] == sorted(path.name for path in suspects.iterdir())
    now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "proofs").glob("*.png")}
    copies = sum(row["verdict"] in ("copy", "probable", "part") for row in rows(tmp_path))
    assert len(now) == copies, "what was answered before the kill had been proved before"
    assert sum(now[name] == time for name, time in proved.items()) >= answered * 0.8, "and is not drawn again"


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.fixture
def interrupted(known: Workspace, suspects: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a run was interrupted after four answers."""
    answers = batch.Tracer.traces

    def interrupting(self, pictures):
        for number, trace in enumerate(answers(self, pictures)):
            if number == 4:
                raise KeyboardInterrupt
            yield trace

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(batch.Tracer, "traces", interrupting)
        batch.run(copy_of(known, tmp_path / "data"), [str(suspects)], csv=str(tmp_path / "a.csv"))
    return tmp_path


def again(to: Path, suspects: Path, *options: str) -> None:
    main(["trace", str(suspects), "--csv", str(to / "a.csv"), *options, "--workspace", str(to / "data")])


def test_after_an_interruption_the_answers_so_far_are_in_the_csv_file(interrupted: Path) -> None:
    assert len(rows(interrupted)) == 4


def test_the_same_command_continues(interrupted: Path, suspects: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again(interrupted, suspects)
    assert "4 of 11 pictures were answered before" in capsys.readouterr().out
    assert len(rows(interrupted)) == 11


def test_a_command_that_wants_proofs_too_starts_again(
    interrupted: Path, suspects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again(interrupted, suspects, "--proof", str(interrupted / "proofs"))
    assert "answered before" not in capsys.readouterr().out
    assert len([*(interrupted / "proofs").iterdir()]) == 3


def test_after_another_work_was_collected_it_starts_again(
    interrupted: Path, suspects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from artlib import collect

    write(tmp_path / "more" / "Ross" / "a.png", detailed(999))
    collect.folder(Workspace(interrupted / "data"), tmp_path / "more")
    capsys.readouterr()
    again(interrupted, suspects)
    assert "answered before" not in capsys.readouterr().out


# --- wrong usage ---


def test_without_a_catalog_it_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "a.png", "--workspace", str(tmp_path / "data")]) == 2
    assert "artlib collect folder PATH" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--csv", "--html", "--proof"])
@pytest.mark.parametrize("place", ["folder/file", "folder"])
def test_what_can_not_be_written_is_status_2_before_anything_is_traced(
    known: Workspace, suspects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str
) -> None:
    write(tmp_path / "folder" / "file", b"")
    if (option, place) == ("--proof", "folder"):
        pytest.skip("a folder is what it wants")
    target = tmp_path / place / ("" if place == "folder" or option == "--proof" else "a")
    assert main(["trace", str(suspects), option, str(target), "--workspace", str(known.root)]) == 2
    error = capsys.readouterr().err
    assert (
        error.startswith("artlib: ")
        and "can't be written" in error
        and str(target) in error
        and "Give another one" in error
    )


def test_tracing_needs_no_tensorflow(known: Workspace, suspects: Path) -> None:
    arguments = ["trace", str(suspects / "crop.png"), "--workspace", str(known.root)]
    code = f"from artlib.cli import main; main({arguments!r})\n"
    code += "import sys; print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert "tensorflow" not in done.stdout.split("LOADED")[1].split()


# --- rows and names ---


def test_a_row_of_a_collage_has_both_works(tmp_path: Path) -> None:
    one, other = original(tmp_path / "a.png", match(CROP)), original(tmp_path / "b.png", match(points=9), artist="Ross")
    row = batch.row(Trace("a.jpg", "copy", [one, other]))
    assert (row["artist"], row["inliers"]) == ("Wlop; Ross", "60; 9") and row["copy_of"].count("; ") == 1
    assert (row["share"], tuple(row)) == ("0.9000; 0.9000", batch.COLUMNS)


@pytest.mark.parametrize(
    ("path", "begin"),
    [
        ("folder/dog.jpg", "dog-"),
        ("https://example.org/a/dog.jpg?size=1", "dog-"),
        ("北斎.webp", "北斎-"),
        ("CON.png", "_CON-"),
        ("https://example.org", "_-"),
        ("bad\udcff.jpg", "bad"),
        ("a" * 600 + ".jpg", "aaa"),
    ],
)
def test_a_proof_is_named_as_its_picture(path: str, begin: str, tmp_path: Path) -> None:
    name = proof_name(path, 1)
    assert name.startswith(begin) and name.endswith(".png")
    write(tmp_path / name, b"")


def test_pictures_of_one_name_and_originals_of_one_picture_have_proofs_of_their_own() -> None:
    assert len({proof_name("a/dog.jpg", 1), proof_name("b/dog.jpg", 1), proof_name("a/dog.jpg", 2)}) == 3


def test_a_name_that_is_no_utf8_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from artlib.answers.run import print_all
    from artlib.tracing import wording

    assert print_all(iter([found(tmp_path, "bad\udcff.jpg")]), wording.text) == 0
    assert "bad\\xff.jpg" in capsys.readouterr().out
