"""Small artists: one more from a few images, told from those who were trained, and taken out without a trace."""

import csv
import hashlib
import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import quick
from conftest import Trained, copy_of
from drawing import LOOKS, _ground, encoded, kites, write
from PIL import Image, ImageDraw

import artlib
from artlib.cli import main
from artlib.prediction.predictor import predictor
from artlib.prediction.verdict import Verdict
from artlib.recogniser import files, runner
from artlib.recogniser.additions import AdditionError
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.training.added_artists import AddReport
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

pytestmark = pytest.mark.slow  # all of it needs a trained model

IMAGES = 10  # of each new artist
TRAINED = sorted(LOOKS)


def waves(seed: int) -> Image.Image:
    """Pale green curves on dark green, from a few broad ones to many narrow ones."""
    generator = np.random.default_rng((5, seed))
    picture = Image.fromarray(np.asarray(_ground(generator, (0.15, 0.5, 0.2))) // 2)
    draw = ImageDraw.Draw(picture)
    steps = np.arange(-10, 340, 6)
    longest = int(generator.integers(40, 200))
    for _ in range(generator.integers(5, 30)):
        length, height, shift = generator.uniform((20, 4, 0), (longest, 40, 2 * np.pi))
        line = generator.integers(0, 240) + height * np.sin(steps * 2 * np.pi / length + shift)
        colour = (int(generator.integers(120, 220)), 255, int(generator.integers(120, 220)))
        draw.line(list(zip(steps.tolist(), line.tolist(), strict=True)), colour, int(generator.integers(1, 7)))
    return picture


NEW = {"Hilma": kites, "Emily": waves}


@dataclass(frozen=True)
class Added:
    """A workspace whose model knows Hilma, too.

    Attributes:
        workspace: with that model.
        result: what `add_artist` returned.
        before: the model's metadata until then.
    """

    workspace: Workspace
    result: AddReport
    before: files.ModelMetadata


def drawn(folder: Path, look: Callable[[int], Image.Image], count: int = IMAGES, first: int = 0) -> Path:
    for number in range(first, first + count):
        write(folder / f"work {number:02}.png", look(number))
    return folder


def asked(workspace: Workspace, look: Callable[[int], Image.Image], count: int = 10) -> list[Verdict]:
    """The verdicts on pictures of a look that nobody learned from."""
    return list(predictor(workspace).verdicts(new_works(look, count)))


def new_works(look: Callable[[int], Image.Image], count: int = 10) -> list[tuple[str, Image.Image]]:
    return [(str(number), look(number)) for number in range(100, 100 + count)]


def named(workspace: Workspace, look: Callable[[int], Image.Image]) -> list[str]:
    return [verdict.artist for verdict in asked(workspace, look)]


def probabilities(verdicts: list[Verdict]) -> list[float]:
    return [probability for verdict in verdicts for _, probability in sorted(verdict.top_artists)]


def on_disk(workspace: Workspace) -> dict[str, str]:
    """Every file of a workspace with what it holds, but for what any search or prediction may bring up to date."""
    files = (path for path in workspace.root.rglob("*") if path.is_file())
    prepared = (workspace.index, workspace.engine("default"))
    paths = (path for path in files if not any(path.is_relative_to(folder) for folder in prepared))
    return {
        path.relative_to(workspace.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


@pytest.fixture(scope="module", autouse=True)
def one_network() -> Iterator[None]:
    """All workspaces here are copies with one network, which is loaded and made ready once."""
    shared: dict[tuple[str, str], Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "WORTH_AN_ENGINE", math.inf)  # else the way to run it would change on the way
        for part in ("network", "recogniser"):
            load = getattr(TrainedModel, part).func

            def loaded(model: TrainedModel, part: str = part, load: Callable[[TrainedModel], Any] = load) -> Any:
                key = (part, model.model_hash)
                if key not in shared:
                    shared[key] = load(model)
                return shared[key]

            patch.setattr(TrainedModel, part, property(loaded))
        yield


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the images of each new artist."""
    root = tmp_path_factory.mktemp("studio")
    for artist, look in NEW.items():
        drawn(root / artist, look)
    return root


@pytest.fixture(scope="module")
def added(trained: Trained, studio: Path, tmp_path_factory: pytest.TempPathFactory) -> Added:
    """Only to be read."""
    workspace = copy_of(trained.workspace, tmp_path_factory.mktemp("added") / "data")
    before = TrainedModel(workspace).metadata
    return Added(workspace, artlib.add_artist(workspace, "Hilma", studio / "Hilma"), before)


@pytest.fixture(scope="module")
def both(added: Added, studio: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Hilma was added, and then Emily; only to be read."""
    workspace = copy_of(added.workspace, tmp_path_factory.mktemp("both") / "data")
    artlib.add_artist(workspace, "Emily", studio / "Emily")
    return workspace


@pytest.fixture
def with_hilma(added: Added, tmp_path: Path) -> Workspace:
    """The same, to be written."""
    return copy_of(added.workspace, tmp_path / "data")


# --- adding ---


def test_an_added_artist_stands_behind_the_trained_ones(added: Added) -> None:
    assert predictor(added.workspace).class_names == [*TRAINED, "Hilma"]


def test_new_works_of_an_added_artist_are_in_that_hand(added: Added) -> None:
    # if half of the pictures are expected to be by unknown artists, more of the known ones' are refused
    verdicts = list(predictor(added.workspace, unknown_share=0.2).verdicts(new_works(kites)))
    assert sum(verdict.artist == "Hilma" for verdict in verdicts) >= 9
    assert sum(verdict.verdict == "artist" for verdict in verdicts) >= 6


def test_before_it_was_added_that_hand_was_unknown(trained: Trained) -> None:
    assert sum(verdict.verdict == "unknown" for verdict in asked(trained.workspace, kites)) >= 8


def test_the_trained_artists_are_still_recognised(added: Added) -> None:
    counts = [named(added.workspace, look).count(artist) for artist, look in LOOKS.items()]
    assert sum(counts) >= 24 and min(counts) >= 5  # of ten each


def test_the_probabilities_of_all_artists_sum_to_one(added: Added) -> None:
    for verdict in asked(added.workspace, kites):
        assert sorted(name for name, _ in verdict.top_artists) == sorted([*TRAINED, "Hilma"])
        assert sum(probability for _, probability in verdict.top_artists) == pytest.approx(1, abs=1e-5)


def test_the_csv_file_names_an_added_artist(added: Added, tmp_path: Path) -> None:
    folder, table = drawn(tmp_path / "asked", kites, 3, first=100), tmp_path / "a.csv"
    assert main(["predict", str(folder), "--csv", str(table), "--workspace", str(added.workspace.root)]) == 0
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["artist"] for row in rows] == ["Hilma"] * 3
    assert all(row["top_artists"].startswith(f"Hilma {row['probability']}; ") for row in rows)


def test_the_detector_and_the_calibration_are_learned_again(added: Added) -> None:
    after = TrainedModel(added.workspace).metadata
    rule = TrainedModel(added.workspace).decision_rule
    assert rule.detector.threshold != TrainedModel(added.workspace).trained_detector.threshold
    assert after.unknown_threshold == added.before.unknown_threshold == 0.5  # of the probability that it is unknown
    assert after.calibration["temperature"] != added.before.calibration["temperature"]
    assert after.calibration["n"] == added.before.calibration["n"] + IMAGES


def test_the_images_count_as_known_works(added: Added, studio: Path) -> None:
    verdict = predictor(added.workspace).verdict(studio / "Hilma" / "work 03.png")
    assert (verdict.verdict, verdict.copy_of) == ("copy", "originals/Hilma/work 03.png")


def test_the_nearest_works_are_among_the_images(added: Added) -> None:
    nearest = [work.artist for verdict in asked(added.workspace, kites) for work in verdict.nearest]
    assert nearest.count("Hilma") > len(nearest) / 2


def test_a_verdict_says_that_the_artist_is_known_by_few_images(added: Added) -> None:
    verdict = next(verdict for verdict in asked(added.workspace, kites) if verdict.verdict == "artist")
    assert verdict.reasons[1].startswith(f"Hilma was added from {IMAGES} images")


def test_no_answer_that_names_an_added_artist_is_firm(added: Added) -> None:
    verdicts = list(predictor(added.workspace, firm_error=0.5, unknown_share=0).verdicts(new_works(kites)))
    mine = [verdict for verdict in verdicts if verdict.artist == "Hilma"]
    assert mine and "firm" not in {verdict.strength for verdict in mine}


def test_adding_says_what_to_expect(added: Added) -> None:
    recognised = added.result.recognised
    low, high = wilson_interval(recognised, IMAGES)
    assert added.result.images == IMAGES and recognised >= 8
    assert f"{recognised} of {IMAGES} are recognised: expect a recall of {low:.0%} to {high:.0%}." in str(added.result)


def test_adding_says_how_many_predictions_for_others_it_costs(added: Added) -> None:
    model = TrainedModel(added.workspace)
    outputs, labels = model.validation
    before = outputs.logits.argmax(axis=1) == labels
    after = model.decision_rule.additions.join(outputs).logits.argmax(axis=1) == labels
    assert (added.result.correct, added.result.lost) == (before.sum(), (before & ~after).sum())
    text = f"Of {before.sum()} correct predictions for other artists, {added.result.lost} went over to this one."
    assert text in str(added.result) and added.result.correct > 1


def test_five_images_are_enough(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    artlib.add_artist(workspace, "Hilma", drawn(tmp_path / "five", kites, 5))
    assert named(workspace, kites).count("Hilma") >= 8


def test_more_than_twenty_images_are_taken_with_a_word_on_training(
    trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    assert artlib.add_artist(workspace, "Hilma", drawn(tmp_path / "many", kites, 21)).images == 21
    assert "21 images are enough to train" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"no picture", encoded(kites(1).resize((12, 300)), "PNG")], ids=["text", "tiny"])
def test_a_file_that_is_no_use_is_left_out_with_a_warning(
    content: bytes, trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    write(drawn(tmp_path / "six", kites, 5) / "bad.png", content)
    assert artlib.add_artist(workspace, "Hilma", tmp_path / "six").images == 5
    warning = capsys.readouterr().err
    assert "Left out: " in warning and "bad.png" in warning


def test_a_name_is_the_same_however_it_is_typed(trained: Trained, studio: Path, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    artlib.add_artist(workspace, "  Andre\u0301  Breton ", studio / "Hilma")  # decomposed, as macOS gives it
    assert predictor(workspace).class_names[-1] == "Andr\u00e9 Breton"
    artlib.remove_artist(workspace, "Andre\u0301 Breton")
    assert predictor(workspace).class_names == TRAINED


def test_an_added_artist_is_still_there_after_the_decision_rule_is_learned_again(with_hilma: Workspace) -> None:
    before = probabilities(asked(with_hilma, kites))
    TrainedModel(with_hilma).learn_decision_rule()  # as an evaluation does
    assert predictor(with_hilma).class_names == [*TRAINED, "Hilma"]
    assert probabilities(asked(with_hilma, kites)) == pytest.approx(before, abs=1e-6)


def test_the_split_of_the_trained_artists_stays_readable(added: Added) -> None:
    assert read_split(added.workspace).class_names == TRAINED


# --- two of them ---


def test_two_added_artists_stand_in_the_order_they_came(both: Workspace) -> None:
    assert predictor(both).class_names == [*TRAINED, "Hilma", "Emily"]


@pytest.mark.parametrize("artist", NEW)
def test_each_of_two_added_artists_is_recognised(artist: str, both: Workspace) -> None:
    assert named(both, NEW[artist]).count(artist) >= 8


def test_the_files_of_earlier_additions_are_gone(both: Workspace) -> None:
    left = [path.name for path in both.model().glob("additions-*.npz")]
    assert left == [TrainedModel(both).metadata.additions]


def test_removing_the_first_of_two_keeps_the_second(both: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(both, tmp_path / "data")
    artlib.remove_artist(workspace, "Hilma")
    assert predictor(workspace).class_names == [*TRAINED, "Emily"]
    assert named(workspace, waves).count("Emily") >= 8
    assert "Hilma" not in named(workspace, kites)


# --- refusals, which change nothing ---


class Refusals:
    """Adds artists in vain, and sees to it that every file stays as it was."""

    def __init__(self, workspace: Workspace, tmp_path: Path) -> None:
        self.workspace, self.folder = workspace, tmp_path / "offered"

    def __call__(self, artist: str = "New", error: type[Exception] = AdditionError) -> str:
        before = on_disk(self.workspace)
        with pytest.raises(error) as refused:
            artlib.add_artist(self.workspace, artist, self.folder)
        assert on_disk(self.workspace) == before
        return str(refused.value)


@pytest.fixture
def refused(added: Added, tmp_path: Path) -> Refusals:
    return Refusals(added.workspace, tmp_path)


def test_four_readable_images_are_too_few(refused: Refusals) -> None:
    write(drawn(refused.folder, waves, 4) / "broken.png", encoded(waves(5), "PNG")[:2000])
    assert "from 5 to 20 images. Received: 4 readable ones" in refused()


def test_an_empty_path_is_refused_and_not_taken_for_the_current_folder(
    added: Added, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drawn(tmp_path, waves, 6))
    with pytest.raises(AdditionError, match="path is empty. Received: folder=''. Give a folder with 5 to 20 images"):
        artlib.add_artist(added.workspace, "New", "")


def test_a_folder_that_is_not_there_is_named_as_such(refused: Refusals) -> None:
    assert "There is no such folder. Received: folder=" in refused()


def test_a_resized_copy_among_the_images_is_refused_and_both_are_named(refused: Refusals) -> None:
    write(drawn(refused.folder, waves, 6) / "again.jpg", waves(3).resize((160, 120)))
    text = refused()
    assert "again.jpg and work 03.png" in text and "Received: 1 such pair" in text


def test_a_mirrored_copy_among_the_images_is_refused(refused: Refusals) -> None:
    mirrored = waves(3).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    write(drawn(refused.folder, waves, 6) / "mirrored.png", mirrored)
    assert "mirrored.png and work 03.png" in refused()


def test_another_artists_work_among_the_images_is_refused(refused: Refusals, trained: Trained) -> None:
    shutil.copy(trained.art / "Wlop" / "work 07.png", drawn(refused.folder, waves, 6) / "mine.png")
    assert "mine.png is originals/Wlop/work 07.png by Wlop" in refused()


def test_an_added_artists_work_among_the_images_is_refused(refused: Refusals, studio: Path) -> None:
    shutil.copy(studio / "Hilma" / "work 07.png", drawn(refused.folder, waves, 6) / "mine.png")
    assert "mine.png is originals/Hilma/work 07.png by Hilma" in refused()


def test_a_part_of_another_artists_work_mirrored_and_enlarged_is_refused(refused: Refusals, trained: Trained) -> None:
    with Image.open(trained.art / "Wlop" / "work 07.png") as work:
        part = work.convert("RGB").crop((60, 40, 260, 200)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    write(drawn(refused.folder, waves, 6) / "mine.png", part.resize((500, 400)))
    assert "mine.png is originals/Wlop/work 07.png by Wlop" in refused()


def test_a_screenshot_of_another_artists_work_is_refused(refused: Refusals, trained: Trained) -> None:
    screen = Image.new("RGB", (640, 480), (240, 240, 244))
    with Image.open(trained.art / "Wlop" / "work 07.png") as work:
        screen.paste(work.convert("RGB"), (150, 120))
    write(drawn(refused.folder, waves, 6) / "mine.png", screen)
    assert "mine.png is originals/Wlop/work 07.png by Wlop" in refused()


def test_images_by_several_hands_are_refused(refused: Refusals) -> None:
    for number, look in enumerate([*LOOKS.values(), kites, waves] * 2):
        write(refused.folder / f"{number}.png", look(200 + number))
    assert "do not look like one hand" in refused()


@pytest.mark.parametrize(("artist", "look"), [("Wlop", LOOKS["Wlop"]), ("the added artist Hilma", kites)])
def test_images_of_an_artist_who_is_known_are_refused_and_the_artist_named(
    artist: str, look: Callable[[int], Image.Image], refused: Refusals
) -> None:
    drawn(refused.folder, look, first=200)
    assert f"The model can't tell New from {artist}" in refused()


@pytest.mark.parametrize("artist", ["Wlop", " Wlop ", "Hilma"])
def test_a_name_that_is_taken_is_refused(artist: str, refused: Refusals) -> None:
    drawn(refused.folder, waves, 6)
    assert f"{artist.strip()} is known to this model already" in refused(artist)


def test_an_alias_of_a_known_artist_is_refused_as_that_artist(refused: Refusals) -> None:
    drawn(refused.folder, waves, 6)
    refused.workspace.aliases.write_text("alias,artist\nwlop,Wlop\n", encoding="utf-8")
    try:
        assert "Wlop is known to this model already" in refused("wlop")
    finally:
        refused.workspace.aliases.unlink()  # other tests share the workspace


def test_an_artist_without_a_name_is_refused(refused: Refusals) -> None:
    drawn(refused.folder, waves, 6)
    assert "needs a name" in refused(" ")


def test_a_model_that_has_learned_no_detector_takes_nobody(trained: Trained, studio: Path, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    plain = replace(TrainedModel(workspace).metadata, unknown_detector="", confidence="", unknown_threshold=1.0)
    files.write_metadata(workspace.model(), plain)
    refusals = Refusals(workspace, tmp_path)
    drawn(refusals.folder, waves, 6)
    assert "Run 04_evaluate" in refusals()


def test_after_another_split_nobody_is_added(with_hilma: Workspace, tmp_path: Path) -> None:
    """The labels of another split count other artists, and its validation part may be what the model learned."""
    artlib.find_duplicates(with_hilma)
    artlib.make_split(with_hilma)
    refusals = Refusals(with_hilma, tmp_path)
    drawn(refusals.folder, waves, 6)
    assert "Train again with 03_train" in refusals(error=WorkspaceError)


# --- interruptions ---


def stopped(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def collected_only(trained: Trained, studio: Path, tmp_path: Path) -> Workspace:
    """A workspace as it is when adding Hilma was killed before the model was written."""
    workspace = copy_of(trained.workspace, tmp_path / "data")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(TrainedModel, "keep_additions", stopped)
        artlib.add_artist(workspace, "Hilma", studio / "Hilma")
    assert "Hilma" in set(workspace.read_table(workspace.catalog)["artist"])
    return workspace


def test_after_a_kill_the_model_is_as_before(collected_only: Workspace, trained: Trained) -> None:
    assert predictor(collected_only).class_names == TRAINED
    before = probabilities(asked(trained.workspace, kites))
    assert probabilities(asked(collected_only, kites)) == pytest.approx(before, abs=1e-6)


def test_after_a_kill_the_artist_can_be_added_again(collected_only: Workspace, added: Added, studio: Path) -> None:
    artlib.add_artist(collected_only, "Hilma", studio / "Hilma")
    assert len(collected_only.read_table(collected_only.catalog)) == len(
        added.workspace.read_table(added.workspace.catalog)
    )
    expected = probabilities(asked(added.workspace, kites))
    assert probabilities(asked(collected_only, kites)) == pytest.approx(expected, abs=1e-6)


def test_a_stop_before_the_metadata_are_written_changes_no_verdict(
    with_hilma: Workspace, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = probabilities(asked(with_hilma, kites))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(files, "write_metadata", stopped)
        artlib.add_artist(with_hilma, "Emily", studio / "Emily")
    assert probabilities(asked(with_hilma, kites)) == pytest.approx(before, abs=1e-6)
    artlib.add_artist(with_hilma, "Emily", studio / "Emily")
    assert predictor(with_hilma).class_names == [*TRAINED, "Hilma", "Emily"]


# --- removing ---


def test_removing_leaves_every_file_as_it_was_before(with_hilma: Workspace, trained: Trained) -> None:
    artlib.remove_artist(with_hilma, "Hilma")
    assert on_disk(with_hilma) == on_disk(trained.workspace)


def test_after_removing_the_verdicts_are_those_from_before(with_hilma: Workspace, trained: Trained) -> None:
    artlib.remove_artist(with_hilma, "Hilma")
    assert predictor(with_hilma).class_names == TRAINED
    for look in (kites, LOOKS["Wlop"]):
        now, before = asked(with_hilma, look), asked(trained.workspace, look)
        assert [each.verdict for each in now] == [each.verdict for each in before]
        assert probabilities(now) == pytest.approx(probabilities(before), abs=1e-6)


def test_removing_takes_the_images_out_of_the_catalog(with_hilma: Workspace) -> None:
    artlib.remove_artist(with_hilma, "Hilma")
    assert "Hilma" not in set(with_hilma.read_table(with_hilma.catalog)["artist"])
    assert not any(path.is_file() for path in (with_hilma.originals / "Hilma").rglob("*"))


def test_who_was_removed_can_be_added_again(with_hilma: Workspace, added: Added, studio: Path) -> None:
    artlib.remove_artist(with_hilma, "Hilma")
    artlib.add_artist(with_hilma, "Hilma", studio / "Hilma")
    expected = probabilities(asked(added.workspace, kites))
    assert probabilities(asked(with_hilma, kites)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("artist", "text"),
    [("Wlop", "added artists: Hilma. It was trained: to remove it, discard its images in 02_sort and train again."),
     ("Nobody", "Received: artist='Nobody'; added artists: Hilma.")],
)  # fmt: skip
def test_only_who_was_added_can_be_removed(artist: str, text: str, added: Added) -> None:
    before = on_disk(added.workspace)
    with pytest.raises(AdditionError) as refused:
        artlib.remove_artist(added.workspace, artist)
    assert str(refused.value).endswith(text)
    assert on_disk(added.workspace) == before


# --- the next split takes them in ---


@pytest.fixture(scope="module")
def split_again(added: Added, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Hilma's images were taken into a new split; only to be read."""
    workspace = copy_of(added.workspace, tmp_path_factory.mktemp("split again") / "data")
    artlib.find_duplicates(workspace)
    artlib.make_split(workspace)
    yield workspace


def test_the_next_split_has_the_added_artist_like_all_others(split_again: Workspace) -> None:
    split = read_split(split_again)
    parts = split.parts[split.labels == split.class_names.index("Hilma")].tolist()
    assert {part: parts.count(part) for part in parts} == {"train": 8, "validation": 1, "test": 1}


def test_the_next_training_learns_the_artist_like_all_others(
    split_again: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copy_of(split_again, tmp_path / "data")
    quick.register(monkeypatch)
    artlib.train(workspace, backbone="tiny", epochs=0, image_size=32)
    assert predictor(workspace).class_names == read_split(workspace).class_names == sorted([*TRAINED, "Hilma"])
    assert TrainedModel(workspace).metadata.additions == ""


def test_images_that_a_split_took_in_stay_when_the_artist_is_removed(split_again: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(split_again, tmp_path / "data")
    artlib.remove_artist(workspace, "Hilma")
    assert predictor(workspace).class_names == TRAINED
    catalog = workspace.read_table(workspace.catalog)
    mine = catalog[catalog["artist"] == "Hilma"]
    assert len(mine) == IMAGES
    assert all(workspace.image(image_id).is_file() for image_id in mine["id"])
    assert all((workspace.root / path).is_file() for path in mine["path"])


def test_removing_after_another_split_leaves_good_verdicts(split_again: Workspace, tmp_path: Path) -> None:
    """Estimated from the labels of a split with other artists, they would be worthless."""
    workspace = copy_of(split_again, tmp_path / "data")
    artlib.remove_artist(workspace, "Hilma")
    verdicts = asked(workspace, LOOKS["Wlop"])
    assert sum(verdict.artist == "Wlop" and verdict.probability > 0.7 for verdict in verdicts) >= 7


# --- the command line ---


def test_the_command_line_adds_and_removes(
    trained: Trained, studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    options = ["--workspace", str(workspace.root)]
    assert main(["add-artist", "Hilma", str(studio / "Hilma"), *options]) == 0
    assert f"Hilma was added from {IMAGES} images." in capsys.readouterr().out
    assert predictor(workspace).class_names == [*TRAINED, "Hilma"]
    assert main(["remove-artist", "Hilma", *options]) == 0
    assert "Hilma was removed." in capsys.readouterr().out
    assert predictor(workspace).class_names == TRAINED


@pytest.mark.parametrize("command", [["add-artist", "Wlop", "."], ["remove-artist", "Wlop"], ["remove-artist", "Me"]])
def test_on_the_command_line_a_refusal_is_status_2(
    command: list[str], added: Added, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--workspace", str(added.workspace.root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("artlib: ") and "Traceback" not in error
