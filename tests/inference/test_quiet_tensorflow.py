"""TensorFlow is loaded without its hints in red, and no error is lost."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from drawing import write
from nbclient import NotebookClient

from artlib.inference.quiet_tensorflow import NOISE

HINTS = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795654949.053773    1734 port.cc:153] oneDNN custom operations are on.
2026-11-26 01:02:57.098153: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
W0000 00:00:1741353125.118041     305 computation_placer.cc:177] computation placer already registered.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate flags.
E0000 00:00:1795654961.852007    1734 cuda_platform.cc:52] failed call to cuInit: CUDA_ERROR_NO_DEVICE
2026-11-26 01:03:03.816275: E external/local_xla/xla/cuda_platform.cc:51] failed call to cuInit: UNKNOWN ERROR (303)
E0000 00:00:1741353125.102340     305 cuda_fft.cc:477] Unable to register cuFFT factory: Attempting to register
2024-12-01 10:00:00.1: E external/xla/cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register
""".splitlines()
ERRORS = [
    "E0000 00:00:1741353125.102340     305 cuda_driver.cc:1] failed to allocate 15.9G: CUDA_ERROR_OUT_OF_MEMORY",
    "F0000 00:00:1741353125.102340     305 cpu_feature_guard.cc:1] TensorFlow was compiled to use AVX instructions",
    "2026-11-26 01:03:03.816275: F tensorflow/core/platform.cc:51] Check failed: size < 0",
    "ImportError: libcudart.so.12: cannot open shared object file",
]
# stands for one that prints what can't be had at will, and may crash
STAND_IN = """
import os
os.write(2, {text!r})
class config:
    list_physical_devices = staticmethod(lambda kind: [])
{end}
"""


def loading(folder: Path, lines: list[str], end: str = "", code: str = "") -> subprocess.CompletedProcess[str]:
    """Import artlib and then a TensorFlow that prints these lines, in a new process."""
    text = "".join(f"{line}\n" for line in lines).encode()
    write(folder / "tensorflow" / "__init__.py", STAND_IN.format(text=text, end=end).encode())
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    command = [sys.executable, "-c", f"import artlib, os, tensorflow\n{code}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", HINTS)
def test_a_hint_is_noise(line: str) -> None:
    assert NOISE.match(line.encode())


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_is_no_noise(line: str) -> None:
    assert not NOISE.match(line.encode())


def test_hints_are_not_shown_and_errors_are(tmp_path: Path) -> None:
    assert loading(tmp_path, [*HINTS[:4], *ERRORS, *HINTS[4:]]).stderr.splitlines() == ERRORS


def test_the_last_words_before_a_crash_are_shown(tmp_path: Path) -> None:
    done = loading(tmp_path, [*HINTS, *ERRORS], end="os.abort()")
    assert done.returncode < 0 if os.name == "posix" else done.returncode
    assert done.stderr.splitlines()[: len(ERRORS)] == ERRORS


def test_an_exception_while_it_is_loaded_is_the_users_to_see(tmp_path: Path) -> None:
    done = loading(tmp_path, HINTS, end="raise ImportError('no such library')")
    assert done.stderr.splitlines()[-1] == "ImportError: no such library"
    assert done.stderr.startswith("Traceback")


def test_afterwards_everything_is_shown_again(tmp_path: Path) -> None:
    done = loading(tmp_path, HINTS, code=f"os.write(2, {HINTS[0]!r}.encode())")
    assert done.stderr == HINTS[0]


def test_afterwards_nothing_is_left_of_it(tmp_path: Path) -> None:
    code = "import sys; print([type(each).__module__ for each in (*sys.meta_path, tensorflow.__spec__.loader)])"
    done = loading(tmp_path, HINTS, code=code)
    assert "quiet_tensorflow" not in done.stdout


def test_what_was_loaded_before_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "tensorflow" / "__init__.py", b"")
    code = "import tensorflow, artlib, sys; print([type(each).__name__ for each in sys.meta_path])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "_Finder" not in done.stdout


LOAD = "import artlib; chosen = artlib.backbones.choose('auto')"  # which looks for a GPU, too


@pytest.mark.slow
def test_the_real_one_is_loaded_without_a_line() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run([sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "backbone=auto" in done.stdout


@pytest.mark.slow
def test_the_real_one_is_loaded_without_a_line_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it, a kernel does not show what is written on descriptor 2
    written = "import os, time; n = os.write(2, b'still red'); time.sleep(1)"  # so the kernel does show this descriptor
    cells = [nbformat.v4.new_code_cell(source) for source in (LOAD, written)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert [output.name for output in notebook.cells[0].outputs] == ["stdout"]
    assert notebook.cells[1].outputs[0].text == "still red"
