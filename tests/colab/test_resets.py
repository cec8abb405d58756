"""A machine that is taken away, a Drive that drops out or is not allowed: what was done is not lost, and it goes on."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from five import PARAMETERS, Ran, draw_works
from kernels import Kernel, kernel, run_all
from machine import CONTENT, Machine
from nbclient.exceptions import DeadKernelError

OPEN = "import artlib\nfrom artlib.sort import SortSession\nfrom artlib.workspace.decisions import latest\n"
OPEN += "data = artlib.open_workspace('data')\n"
DISCARD = "session = SortSession(data); image_id = session.queue[0]; session.discard([image_id]); print(image_id)"
MODEL = "print('trained:', artlib.is_trained(data))"


@pytest.fixture
def begun(machine: Machine, ran: Ran) -> Machine:
    """A fresh machine, whose user's Drive has what notebooks 01 and 02 kept."""
    shutil.copytree(ran.drives["02_sort"], machine.drive, dirs_exist_ok=True)
    return machine


@contextmanager
def meanwhile(once: Callable[[], bool], do: Callable[[], None]) -> Iterator[None]:
    """Do something once something is true, while the body runs."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set() and not once():
            time.sleep(0.05)
        if not ended.is_set():
            do()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def is_kept(machine: Machine, unit: str) -> bool:
    """Whether a unit of the workspace is on Drive; the manifest is written when all of it is."""
    manifest = machine.drive / "MyDrive" / "artlib" / "data" / "workspace.json"
    return f'"{unit}"' in manifest.read_text(encoding="utf-8")


def test_a_training_goes_on_after_what_was_kept_when_the_machine_was_taken_away(begun: Machine) -> None:
    options = PARAMETERS["03_train"] | {"epochs": 3}
    with kernel(begun) as running, meanwhile(lambda: is_kept(begun, "models/default"), running.kill):
        running.run_notebook("03_train", **options)
    assert isinstance(running.error, DeadKernelError)
    begun.reset()
    again = run_all(begun, "03_train", **options)
    assert again.error is None, again.text
    assert "Training goes on after epoch" in again.text, again.text


def test_a_decision_is_on_drive_when_the_machine_is_taken_away(begun: Machine) -> None:
    with kernel(begun) as running:
        running.run(OPEN)
        (printed,) = running.run(DISCARD)
        running.kill()
    begun.reset()
    with kernel(begun) as running:
        running.run(OPEN + "print({image_id: choice.action for image_id, choice in latest(data).items()})")
    assert f"{{'{printed['text'].strip()}': 'discard'}}" in running.text


def test_a_training_survives_a_drive_that_drops_out_and_keeps_the_model_when_it_is_back(begun: Machine) -> None:
    checkpoint = CONTENT / "data" / "models" / "default" / "checkpoint.npz"
    with kernel(begun) as running:
        with meanwhile(checkpoint.exists, begun.drop_drive):
            running.run_notebook("03_train", **PARAMETERS["03_train"])
        assert running.error is None
        assert "can't be kept" in running.text
        running.run("from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)\n" + OPEN)
    begun.reset()
    assert "trained: True" in run_after_reset(begun, OPEN + MODEL).text


def run_after_reset(machine: Machine, source: str) -> Kernel:
    with kernel(machine) as running:
        running.run(source)
    return running


def test_restart_and_run_all_needs_no_new_machine(begun: Machine) -> None:
    assert [run_all(begun, "02_sort").error for _ in range(2)] == [None, None]


def test_without_permission_for_drive_everything_works_and_it_says_so(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DENIED="1")
    draw_works()
    running = run_all(machine, "01_collect", **PARAMETERS["01_collect"])
    assert running.error is None
    assert "Google Drive is not mounted" in running.text
    assert machine.counts["calls"] == 0
