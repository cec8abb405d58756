"""Prediction: every kind of source, the three lines, and the three verdicts."""

import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from conftest import Trained, copy_of
from drawing import LOOKS, detailed, encoded, photo, write
from PIL import Image, ImageOps

import artlib
from artlib import images
from artlib.prediction.opening import BATCH
from artlib.prediction.predictor import predictor
from artlib.prediction.single import predict, predictAny
from artlib.prediction.verdict import Verdict, three_lines
from artlib.recogniser import files
from artlib.recogniser.model import build_model
from artlib.recogniser.openset import Evidence
from artlib.recogniser.trained_model import TrainedModel
from artlib.similarity.matching import SPECIFICITY
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog

pytestmark = pytest.mark.slow  # networks are built or run

THREE_LINES = "Actual artist = Wlop\nPredicted artist = Wlop\nPrediction probability = 92.54 %"


@pytest.fixture(scope="module")
def distinct(untrained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a model of random weights in its head: other pictures get clearly other answers."""
    workspace = copy_of(untrained, tmp_path_factory.mktemp("distinct") / "data")
    network = build_model(sorted(LOOKS), backbone="efficientnet_lite0", image_size=64)
    weights, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([np.random.default_rng(0).normal(scale=0.02, size=weights.shape), bias])
    files.save_model(workspace.model(), network, TrainedModel(workspace).metadata)
    return workspace


def with_threshold(workspace: Workspace, threshold: float, to: Path) -> Workspace:
    """A copy of a workspace whose model calls pictures unknown above this score."""
    copy = copy_of(workspace, to)
    set_threshold(copy, threshold)
    return copy


def set_threshold(workspace: Workspace, threshold: float) -> None:
    metadata = replace(TrainedModel(workspace).metadata, unknown_threshold=threshold)
    files.write_metadata(workspace.model(), metadata)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server for a folder with one picture, one page and one text."""
    root = tmp_path / "served"
    write(root / "北 斎.png", photo(7))
    write(root / "page.jpg", b"<!DOCTYPE html><html></html>")
    handler = functools.partial(Quiet, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


# --- the three lines ---


def test_the_three_lines_are_those_of_the_original_project() -> None:
    assert three_lines(Verdict("x", "artist", "Wlop", 0.92541), "Wlop") == THREE_LINES


def test_without_an_actual_artist_the_line_says_so() -> None:
    assert three_lines(Verdict("x", "artist", "Wlop", 0.5)).startswith("Actual artist = not given\n")


def test_predict_any_prints_the_three_lines_and_then_the_verdict(
    distinct: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = predictAny(write(tmp_path / "a.png", photo(500)), "Wlop", distinct)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [*three_lines(verdict, "Wlop").splitlines(), verdict.sentence()]
    assert lines[0] == "Actual artist = Wlop"
    assert lines[1] == f"Predicted artist = {verdict.artist}"
    assert lines[2] == f"Prediction probability = {verdict.probability * 100:.2f} %"


def test_in_a_notebook_the_lines_stand_once_above_the_card(
    distinct: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr("IPython.display.display", shown.append)
    predictAny(photo(500), "Wlop", distinct)
    assert capsys.readouterr().out.startswith("Actual artist = Wlop\nPredicted artist = ")
    (card,) = shown
    assert "Predicted artist" not in card._repr_html_() and "with the heat map" in card._repr_html_()


def test_the_default_workspace_is_the_folder_data(
    distinct: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call that the original project's readers know: two arguments."""
    (tmp_path / "data").symlink_to(distinct.root)  # not a copy, so that the model is not loaded again
    write(tmp_path / "art" / "wlop2.jpg", photo(500))
    monkeypatch.chdir(tmp_path)
    assert artlib.predictAny("art/wlop2.jpg", "Wlop").path == "art/wlop2.jpg"
    assert "Actual artist = Wlop" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict("x", "copy", "Wlop", copy_of="originals/Wlop/a.jpg"), "Copy of a work I know: originals/Wlop/a.jpg"),
        (Verdict("x", "artist", "北斎", 0.9, strength="firm"), "In the hand of 北斎."),
        (Verdict("x", "unknown", "Wlop", 0.3), "I do not know this hand; nearest is Wlop."),
        (Verdict("x", "error", error="The file is empty."), "No answer: The file is empty."),
    ],
)
def test_each_verdict_is_one_plain_sentence(verdict: Verdict, sentence: str) -> None:
    assert verdict.sentence() == sentence


# --- every kind of source ---


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("with spaces and 北斎.png", photo(500)),
        ("modern.webp", photo(500)),
        ("print.jpg", photo(500).convert("CMYK")),
        ("deep.png", Image.fromarray(np.asarray(photo(500).convert("L")).astype(np.uint16) * 257)),
        ("see-through.png", photo(500).convert("RGBA")),
        ("palette.gif", photo(500).quantize()),
        ("old.bmp", photo(500)),
        ("scan.tiff", photo(500)),
        ("a strip.png", photo(500).resize((3000, 16))),
    ],
)
def test_every_kind_of_picture_gets_an_answer(
    name: str, picture: Image.Image, distinct: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "my pictures" / name, picture)
    verdict = predict(path, distinct)
    assert verdict.path == str(path)
    assert 1 / 3 <= verdict.probability <= 1 and verdict.artist in LOOKS


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (photo(500).resize((1, 1)), "1x1 pixels; 16 are needed"),
        (photo(500).resize((3000, 2)), "3000x2 pixels; 16 are needed"),
        (Image.new("RGB", (300, 200), "white"), "all of it has one colour"),
    ],
)
def test_a_picture_on_which_nothing_can_be_seen_gets_the_reason(
    picture: Image.Image, reason: str, distinct: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "nothing.png", picture)
    (verdict,) = predictor(distinct).verdicts([(str(path), path)])
    assert verdict.verdict == "error"
    assert reason in verdict.error


def test_different_pictures_get_different_answers(distinct: Workspace) -> None:
    """Else the tests of equal answers would prove nothing."""
    probabilities = [predict(photo(seed), distinct).probability for seed in (7, 500, 505, 600)]
    assert min(np.diff(sorted(probabilities))) > 1e-3


def test_a_path_bytes_a_picture_and_an_array_give_the_same_answer(distinct: Workspace, tmp_path: Path) -> None:
    content = encoded(photo(500), "PNG")
    path = write(tmp_path / "a.png", content)
    sources = [path, str(path), content, photo(500), np.asarray(photo(500)), np.asarray(photo(500)) / 255]
    probabilities = [predict(source, distinct).probability for source in sources]
    assert probabilities == pytest.approx([probabilities[0]] * 6, abs=1e-6)


def test_an_address_gives_the_same_answer_as_the_file(distinct: Workspace, server: str) -> None:
    address = f"{server}/{quote('北 斎.png')}"
    verdict = predict(address, distinct)
    assert verdict.path == address
    assert verdict.probability == pytest.approx(predict(photo(7), distinct).probability, abs=1e-6)


def test_a_picture_given_is_not_changed(distinct: Workspace) -> None:
    array = np.asarray(photo(500), np.float32).copy()
    before = array.copy()
    predict(array, distinct)
    assert (array == before).all()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.jpg", b"", images.EmptyImageError),
        ("text.jpg", b"this is no picture", images.NotAnImageError),
        ("page.png", b"<html><body>404</body></html>", images.HtmlInsteadOfImageError),
        ("cut.jpg", encoded(photo(1))[:3000], images.TruncatedImageError),
        (None, b"", images.MissingImageError),
    ],
)
def test_each_reason_for_no_answer_has_its_own_error(
    name: str | None, content: bytes, error: type[Exception], distinct: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / name, content) if name else tmp_path / "nowhere.jpg"
    with pytest.raises(error, match="Received"):
        predict(path, distinct)
    assert issubclass(error, images.ImageError)


def test_a_folder_is_not_a_picture(distinct: Workspace, tmp_path: Path) -> None:
    with pytest.raises(images.ImageIsDirectoryError):
        predict(tmp_path, distinct)


@pytest.mark.parametrize("path", ["missing.jpg", "page.jpg"])
def test_an_address_without_a_picture_is_an_image_error(path: str, distinct: Workspace, server: str) -> None:
    with pytest.raises(images.ImageError, match="Received"):
        predict(f"{server}/{path}", distinct)


def test_a_refused_connection_is_an_image_error(distinct: Workspace) -> None:
    with pytest.raises(images.UnreachableImageError):
        predict("http://127.0.0.1:9/a.png", distinct)


def test_without_a_model_the_error_says_to_train(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib train"):
        predict(photo(1), workspace)


# --- the verdicts ---


@pytest.mark.parametrize("turn", [None, *Image.Transpose])
def test_a_collected_work_is_a_copy_however_it_is_turned(turn: Image.Transpose | None, distinct: Workspace) -> None:
    row = read_catalog(distinct).iloc[30]
    work = images.load(distinct.root / row["path"])
    verdict = predict(work if turn is None else work.transpose(turn), distinct)
    assert (verdict.verdict, verdict.copy_of) == ("copy", row["path"])


def test_a_shrunk_and_recompressed_copy_is_a_copy(distinct: Workspace) -> None:
    row = read_catalog(distinct).iloc[3]
    small = ImageOps.mirror(images.load(distinct.root / row["path"])).resize((160, 120))
    assert predict(encoded(small, quality=60), distinct).copy_of == row["path"]


def test_pictures_never_seen_are_no_copies(distinct: Workspace) -> None:
    new = [(str(seed), photo(seed)) for seed in range(1000, 1030)]
    assert {answer.copy_of for answer in predictor(distinct).verdicts(new)} == {""}


def test_without_a_calibrated_coverage_no_other_artist_is_called_possible(distinct: Workspace) -> None:
    assert TrainedModel(distinct).decision_rule.calibration.coverage is None
    verdict = predict(photo(500), distinct)
    assert verdict.prediction_set == [verdict.artist]


@pytest.mark.parametrize("row", [0, 30, 60])
def test_a_copy_names_the_originals_artist_whatever_its_style(row: int, distinct: Workspace) -> None:
    work = read_catalog(distinct).iloc[row]
    verdict = predict(distinct.root / work["path"], distinct)
    assert (verdict.artist, verdict.strength, verdict.kind) == (work["artist"], "firm", "copy")
    assert verdict.probability == verdict.confidence == SPECIFICITY
    assert verdict.top_artists == [(work["artist"], SPECIFICITY)] and verdict.prediction_set == [work["artist"]]


def test_a_copy_says_what_its_style_alone_would_have_said(
    distinct: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTLIB_ENGINE", "TensorFlow float32")  # the second one that asks would be in another precision
    known, unknown = copy_of(distinct, tmp_path / "known"), Workspace(tmp_path / "data")
    shutil.copytree(distinct.model(), unknown.model())
    work = known.root / read_catalog(known)["path"][30]
    by_style = predict(work, unknown)  # without the catalog it is no copy
    sentence = f"By style alone I would have said: {by_style.artist}, {by_style.probability:.0%}."
    assert sentence in predict(work, known).reasons


@pytest.fixture
def by_somebody(distinct: Workspace, tmp_path: Path) -> Workspace:
    """The first work of the catalog is by an artist who was not trained."""
    workspace = copy_of(distinct, tmp_path / "data")
    catalog = workspace.read_table(workspace.catalog)
    catalog.loc[0, "artist"] = "Somebody"
    catalog.to_csv(workspace.catalog, index=False)
    return workspace


def test_a_copy_of_a_work_by_an_artist_who_was_not_trained_names_this_artist(by_somebody: Workspace) -> None:
    work = by_somebody.root / read_catalog(by_somebody)["path"][0]
    verdict = predict(work, by_somebody, heat_map=True)
    assert (verdict.verdict, verdict.artist, verdict.heat_map) == ("copy", "Somebody", None)


def test_a_copy_of_a_work_by_a_trained_artist_has_this_artists_heat_map(distinct: Workspace) -> None:
    verdict = predict(distinct.root / read_catalog(distinct)["path"][0], distinct, heat_map=True)
    assert verdict.verdict == "copy" and verdict.heat_map is not None


def test_up_to_the_threshold_the_verdict_is_the_artist(distinct: Workspace) -> None:
    assert predict(photo(500), distinct).verdict == "artist"


def test_the_unknown_score_is_what_the_best_artist_lacks(distinct: Workspace) -> None:
    verdict = predict(photo(500), distinct)
    assert verdict.unknown_score == pytest.approx(1 - verdict.probability, abs=1e-6)


def test_the_most_probable_artists_come_in_order_and_sum_to_one(distinct: Workspace) -> None:
    verdict = predict(photo(500), distinct)
    probabilities = [probability for _, probability in verdict.top_artists]
    assert verdict.top_artists[0] == (verdict.artist, verdict.probability)
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_with_a_low_confidence_a_picture_and_its_mirror_image_get_the_same_answer(distinct: Workspace) -> None:
    picture = photo(505, (288, 288))
    pair = [predict(each, distinct).probability for each in (picture, ImageOps.mirror(picture))]
    assert pair[0] < 0.7
    assert pair[0] == pytest.approx(pair[1], abs=1e-4)


def test_a_model_that_came_without_its_catalog_answers_without_copies(distinct: Workspace, tmp_path: Path) -> None:
    shutil.copytree(distinct.model(), tmp_path / "data" / "models" / "default")
    work = distinct.root / read_catalog(distinct)["path"][0]
    assert predict(work, Workspace(tmp_path / "data")).verdict == "artist"


# --- many at once ---


def test_one_picture_that_cannot_be_read_does_not_stop_the_others(distinct: Workspace) -> None:
    sources = [("a", photo(1)), ("b", b""), ("c", photo(2))]
    answers = list(predictor(distinct).verdicts(sources))
    assert [(answer.path, answer.verdict) for answer in answers] == [("a", "artist"), ("b", "error"), ("c", "artist")]


def test_many_at_once_get_the_answers_they_get_alone(distinct: Workspace) -> None:
    pictures = [photo(seed) for seed in range(600, 640)]
    together = [each.probability for each in predictor(distinct).verdicts((str(n), p) for n, p in enumerate(pictures))]
    alone = [predict(pictures[index], distinct).probability for index in (0, 31, 32, 39)]
    assert [together[index] for index in (0, 31, 32, 39)] == pytest.approx(alone, abs=1e-5)


def test_a_batch_of_nothing_but_errors_is_answered(distinct: Workspace) -> None:
    assert [each.verdict for each in predictor(distinct).verdicts([("a", b""), ("b", b"x")])] == ["error", "error"]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"firm_error": 0}, "Received: firm_error=0"), ({"unknown_share": 1}, "Received: unknown_share=1")],
)
def test_a_share_out_of_its_range_is_refused(options: dict[str, float], words: str, distinct: Workspace) -> None:
    with pytest.raises(ValueError, match=words):
        predictor(distinct, **options)


def test_another_promise_is_another_predictor_with_another_key(distinct: Workspace) -> None:
    """So that a log of answers with the one is not gone on with by the other."""
    keys = {predictor(distinct, **options).key for options in ({}, {"firm_error": 0.2}, {"unknown_share": 0.2})}
    assert len(keys) == 3


def test_an_earlier_model_gives_no_firm_answer_and_says_what_makes_them(distinct: Workspace) -> None:
    verdict = predict(photo(500), distinct)
    assert (verdict.strength, verdict.kind, np.isnan(verdict.confidence)) == ("likely", "likely", True)
    assert verdict.promise.startswith("No answer is firm") and "artlib evaluate" in verdict.promise
    assert verdict.sentence().startswith(f"Probably {verdict.artist}")


def test_a_model_is_loaded_once(distinct: Workspace) -> None:
    assert predictor(distinct) is predictor(str(distinct.root))


def test_above_the_threshold_the_verdict_is_unknown_and_a_new_model_counts_at_once(
    distinct: Workspace, tmp_path: Path
) -> None:
    copy = with_threshold(distinct, 1.0, tmp_path / "data")
    assert predict(photo(500), copy).verdict == "artist"
    set_threshold(copy, 0.0)
    verdict = predict(photo(500), copy)
    assert (verdict.verdict, verdict.strength, verdict.unknown_threshold) == ("unknown", "none", 0.0)
    assert verdict.artist in LOOKS


# --- after a real training ---


@pytest.mark.slow
@pytest.mark.parametrize("artist", LOOKS)
def test_new_works_are_in_their_artists_hand(artist: str, trained: Trained) -> None:
    new = [(str(number), LOOKS[artist](number)) for number in range(100, 110)]
    answers = list(predictor(trained.workspace).verdicts(new))
    assert sum(answer.artist == artist for answer in answers) >= 9
    assert not any(answer.copy_of for answer in answers)


@pytest.mark.slow
def test_an_answer_has_a_confidence_and_says_what_firm_answers_keep(trained: Trained) -> None:
    verdict = next(predictor(trained.workspace).verdicts([("x", LOOKS["Wlop"](100))]))
    assert 0 < verdict.confidence < 1 and verdict.strength == "likely"  # 6 validation pictures promise nothing
    assert verdict.promise.startswith("No answer is firm: 6 validation pictures are too few")
    assert verdict.reasons[0] == f"With {verdict.confidence:.0%} confidence Wlop made it, unknown artists counted in."


@pytest.mark.slow
def test_the_more_unknown_pictures_are_expected_the_lower_is_the_confidence(trained: Trained) -> None:
    new = [(str(number), LOOKS["Wlop"](number)) for number in range(100, 105)]
    before = TrainedModel(trained.workspace).metadata
    few, many = (list(predictor(trained.workspace, unknown_share=share).verdicts(new)) for share in (0.1, 0.9))
    pairs = [(one.confidence, other.confidence) for one, other in zip(few, many, strict=True)]
    assert all(one > other for one, other in pairs)
    assert TrainedModel(trained.workspace).metadata == before


@pytest.mark.slow
def test_with_enough_evidence_an_answer_is_firm(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    model = TrainedModel(workspace)
    assert model.confidence is not None
    generator, n = np.random.default_rng(0), 200
    right = Evidence(  # 200 validation pictures, all of them right
        generator.normal(size=(n, 3)).astype(np.float32), np.ones(n, np.float32), np.zeros(n, np.int8), np.arange(n)
    )
    written = replace(model.confidence, evidence=right).write(model.folder).name
    files.write_metadata(model.folder, replace(model.metadata, confidence=written, unknown_share=0.0))
    verdicts = list(predictor(workspace).verdicts((str(n), LOOKS["Wlop"](n)) for n in range(100, 110)))
    firm = [verdict for verdict in verdicts if verdict.strength == "firm"]
    assert len(firm) >= 5 and {verdict.sentence() for verdict in firm} == {"In the hand of Wlop."}
    assert firm[0].promise.endswith("10 % of the firm answers are wrong if 0 % of the pictures are by unknown artists.")


@pytest.mark.slow
def test_most_pictures_in_another_hand_are_unknown(trained: Trained) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 200, 200, 3), np.uint8)
    answers = list(predictor(trained.workspace).verdicts((str(number), each) for number, each in enumerate(noise)))
    assert sum(answer.verdict == "unknown" for answer in answers) >= 15


# --- the evidence ---


@pytest.mark.slow
def test_the_nearest_works_come_with_artist_source_and_distance(trained: Trained) -> None:
    work = next((trained.art / "Wlop").iterdir())
    nearest = predict(work, trained.workspace).nearest
    assert len(nearest) == 3
    assert nearest[0].distance == pytest.approx(0, abs=0.05)
    assert (nearest[0].artist, nearest[0].source) == ("Wlop", f"folder: Wlop/{work.name}")
    assert [work.distance for work in nearest] == sorted(work.distance for work in nearest)


@pytest.mark.slow
def test_a_refusal_says_why(trained: Trained, tmp_path: Path) -> None:
    workspace = with_threshold(trained.workspace, 0, tmp_path / "data")
    verdict = predict(photo(500), workspace)
    assert verdict.verdict == "unknown"
    assert verdict.strength == "none" and verdict.reasons[0].startswith("Its unknown score is ")
    assert len(verdict.reasons) > 1


@pytest.mark.slow
def test_a_copy_says_of_which_work_it_is(trained: Trained) -> None:
    verdict = predict(next((trained.art / "Wlop").iterdir()), trained.workspace)
    assert verdict.verdict == "copy"
    assert verdict.reasons[0].startswith(f"{verdict.copy_of}: Wlop, folder: Wlop/")


def test_the_heat_map_is_there_when_it_is_asked_for(distinct: Workspace) -> None:
    heat = predict(photo(500), distinct, heat_map=True).heat_map
    assert heat is not None and heat.ndim == 2 and heat.min() >= 0 and heat.max() <= 1


def test_without_being_asked_for_there_is_no_heat_map(distinct: Workspace) -> None:
    assert predict(photo(500), distinct).heat_map is None


@pytest.mark.parametrize(("size", "tolerance"), [((640, 480), 1e-4), ((1600, 1200), 0.025)])
def test_a_large_jpeg_gets_the_answer_of_the_same_picture_decoded_whole(
    size: tuple[int, int], tolerance: float, distinct: Workspace
) -> None:
    content = encoded(photo(502, size), quality=92)
    from_file, from_pixels = predict(content, distinct), predict(images.load(content), distinct)
    assert from_file.probability == pytest.approx(from_pixels.probability, abs=tolerance)


@pytest.mark.slow
def test_pictures_are_opened_only_a_little_ahead_of_the_answers(distinct: Workspace) -> None:
    """So that the memory that ten thousand pictures take is that of a few batches."""
    opened, picture = 0, photo(1)

    def pictures() -> Iterator[tuple[str, Image.Image]]:
        nonlocal opened
        for number in range(400):
            opened += 1
            yield str(number), picture

    answers = predictor(distinct).verdicts(pictures())
    next(answers)
    assert opened <= 4 * BATCH
    answers.close()


# --- the first door: copies of parts ---


@pytest.fixture(scope="module")
def with_detail(distinct: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same model, with two works of much detail in the catalog."""
    folder = tmp_path_factory.mktemp("detail")
    workspace = copy_of(distinct, folder / "data")
    for number, artist in enumerate(("Wlop", "Somebody")):
        write(folder / "art" / artist / f"{number}.png", detailed(40 + number))
    artlib.collect.folder(workspace, folder / "art")
    return workspace


PARTS = {
    "crop": lambda work: work.crop((100, 60, 400, 320)),
    "mirrored crop": lambda work: ImageOps.mirror(work.crop((100, 60, 400, 320))),
    "screenshot": lambda work: ImageOps.expand(work, (60, 120, 200, 90), "#dde3e8"),
    "large": lambda work: work.resize((2400, 1800)),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_collected_work_is_a_copy_by_its_artist(part: str, with_detail: Workspace) -> None:
    verdict = predict(PARTS[part](detailed(41)), with_detail)
    assert (verdict.verdict, verdict.artist, verdict.copy_of) == ("copy", "Somebody", "originals/Somebody/1.png")


def test_the_proof_of_a_copy_comes_with_the_verdict(with_detail: Workspace) -> None:
    verdict = predict(PARTS["crop"](detailed(41)), with_detail)
    assert [original.path for original in verdict.originals] == [verdict.copy_of]


def test_of_a_collage_both_works_and_artists_are_named(with_detail: Workspace) -> None:
    both = Image.new("RGB", (960, 360))
    both.paste(detailed(40), (0, 0))
    both.paste(detailed(41), (480, 0))
    verdict = predict(both, with_detail)
    assert set(verdict.artist.split("; ")) == {"Wlop", "Somebody"}
    assert set(verdict.copy_of.split("; ")) == {"originals/Wlop/0.png", "originals/Somebody/1.png"}


def test_among_many_pictures_copies_are_found_in_their_places(with_detail: Workspace) -> None:
    asked = [("a", detailed(500)), ("b", PARTS["crop"](detailed(40))), ("c", b"no picture"), ("d", detailed(501))]
    answers = predictor(with_detail).verdicts(asked)
    assert [(answer.path, answer.verdict == "copy") for answer in answers] == [
        ("a", False),
        ("b", True),
        ("c", False),
        ("d", False),
    ]


def test_without_copies_the_style_alone_answers(with_detail: Workspace) -> None:
    verdict = predict(detailed(41), with_detail, copies=False)
    assert verdict.verdict != "copy" and not verdict.originals
