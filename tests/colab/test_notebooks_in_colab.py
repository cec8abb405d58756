"""The five notebooks as a user of Colab runs them: each on a machine of its own, with nothing in between but Drive."""

import re

import pytest
from five import NAMES, Ran
from kernels import Kernel, run_all
from machine import Machine, lent

MOST_FILES, MOST_SECONDS = 60, 180  # on Drive, and of waiting for it in a run of all five
ALONE = NAMES[1:]


@pytest.mark.parametrize("name", NAMES)
class TestOneAfterTheOther:
    def test_it_runs_to_its_end(self, ran: Ran, name: str) -> None:
        assert ran.kernels[name].error is None

    def test_it_shows_a_picture(self, ran: Ran, name: str) -> None:
        assert any("image/png" in output.get("data", {}) for output in ran.kernels[name].outputs)

    def test_it_works_on_the_machines_own_disk(self, ran: Ran, name: str) -> None:
        assert "worked in data\n" in ran.kernels[name].text

    def test_tensorflow_prints_nothing_of_its_own(self, ran: Ran, name: str) -> None:
        assert not re.search(r"cuInit|oneDNN|absl|xla|computation_placer|Unable to register", ran.kernels[name].text)

    def test_few_files_are_on_drive(self, ran: Ran, name: str) -> None:
        assert ran.counts[name]["most_files"] <= MOST_FILES


def test_all_five_wait_little_for_drive(ran: Ran) -> None:
    assert 0 < ran.counts[NAMES[-1]]["waited"] <= MOST_SECONDS


def test_evaluating_says_the_accuracy(ran: Ran) -> None:
    assert "accuracy on test data = " in ran.kernels["04_evaluate"].text


def test_predicting_answers_three_times(ran: Ran) -> None:
    assert ran.kernels["05_predict"].text.count("Prediction probability = ") == 3


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kernel]:
    """Each of them on a fresh machine whose user's Drive is empty."""
    ended = {}
    for name in ALONE:
        with lent(tmp_path_factory.mktemp("alone")) as machine:
            ended[name] = run_all(machine, name, "import sys; print('loaded:', 'tensorflow' in sys.modules)")
    return ended


@pytest.mark.parametrize("name", ALONE)
class TestAloneOnAFreshMachine:
    def test_a_text_offers_what_can_be_done(self, alone: dict[str, Kernel], name: str) -> None:
        assert all(offer in alone[name].text for offer in ("Run 01_collect", "Google Drive", "demo"))

    def test_no_traceback_is_shown(self, alone: dict[str, Kernel], name: str) -> None:
        assert not any(word in alone[name].text for word in ("Traceback", "site-packages", "---->"))

    def test_it_stops_before_tensorflow_is_loaded(self, alone: dict[str, Kernel], name: str) -> None:
        assert alone[name].error is not None and "loaded: False" in alone[name].text


def test_who_declined_drive_is_offered_it_again(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DENIED="1")
    assert "Run this cell again to be asked again" in run_all(machine, "04_evaluate").text
