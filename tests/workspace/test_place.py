"""Where artlib finds itself; each in the real place, but Colab, of which only the module's name counts."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from drawing import write
from nbclient import NotebookClient

from artlib.workspace.place import from_notebook, gpu_advice, has_gpu, place

ASK = "from artlib.workspace.place import place; print(place())"


def in_a_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_is_at_the_terminal() -> None:
    assert in_a_new_process(ASK) == "terminal"


@pytest.mark.slow
def test_ipython_without_a_notebook_is_a_terminal() -> None:
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", ASK]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert said.endswith("terminal")  # IPython 7 prints a title for the window before it


def test_a_process_that_only_imports_ipykernel_is_at_the_terminal() -> None:
    assert in_a_new_process(f"import ipykernel.zmqshell; {ASK}") == "terminal"


def test_a_kernel_is_jupyter() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ASK)])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[0].outputs[0].text.strip() == "jupyter"


def test_the_module_of_colab_is_colab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert place() == "colab"


def test_nothing_heavy_is_loaded_to_find_out() -> None:
    heavy = "{'IPython', 'ipykernel', 'tensorflow', 'keras'}"
    assert in_a_new_process(f"import sys; {ASK}; print({heavy} & set(sys.modules))").split() == ["terminal", "set()"]


# --- the GPU ---


def test_without_a_gpu_colab_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    assert gpu_advice() == "There is no GPU here: everything works, and training takes longer."
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert "Runtime > Change runtime type > T4 GPU" in gpu_advice()


def test_a_gpu_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter([Path("/dev/nvidia0")]))
    assert gpu_advice() == "A GPU is here."


def test_tensorflow_is_not_loaded_where_nothing_looks_like_a_gpu() -> None:
    if has_gpu():
        pytest.skip("there is a GPU here")
    code = "import sys; from artlib.workspace.place import has_gpu; print(has_gpu(), 'tensorflow' in sys.modules)"
    assert in_a_new_process(code) == "False False"


@pytest.mark.parametrize(("seen", "expected"), [([object()], True), ([], False)])
def test_where_something_looks_like_a_gpu_tensorflow_says_whether_it_is_one(
    seen: list[object], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = {"nvidia[0-9]*": ["/dev/nvidia0"]}
    monkeypatch.setattr(Path, "glob", lambda _, sign: iter(map(Path, devices.get(sign, []))))
    tensorflow = SimpleNamespace(config=SimpleNamespace(list_physical_devices=lambda kind: seen))
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)  # type: ignore[arg-type]
    assert has_gpu() is expected


# --- relative paths ---


SHOW = """
import os, artlib
from pathlib import Path
from artlib.workspace.place import as_given
print(*map(artlib.from_notebook, ["art", "/art", "", "https://example.org/a.png"]), sep="|")
data = artlib.open_workspace("data")
print(data.root, as_given(data.root))
"""


def in_a_kernel(code: str, folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    return notebook.cells[0].outputs[0].text.splitlines()


@pytest.mark.slow
def test_in_the_notebooks_of_a_copy_relative_paths_are_meant_from_the_folder_above(tmp_path: Path) -> None:
    write(tmp_path / "copy" / "artlib" / "__init__.py", b"")
    paths, workspace = in_a_kernel(SHOW, tmp_path / "copy" / "notebooks")
    assert paths == f"{tmp_path / 'copy' / 'art'}|/art||https://example.org/a.png"
    assert workspace == f"{tmp_path / 'copy' / 'data'} data"


@pytest.mark.slow
def test_in_any_other_folder_relative_paths_stay_as_they_are(tmp_path: Path) -> None:
    paths, workspace = in_a_kernel(SHOW, tmp_path / "notebooks")
    assert paths == "art|/art||https://example.org/a.png"
    assert workspace == "data data"


def test_at_the_terminal_relative_paths_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "artlib" / "__init__.py", b"")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert from_notebook("art") == "art"
