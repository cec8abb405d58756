"""Where artlib finds itself; each in the real place, but Colab, of which only the module's name counts."""

import subprocess
import sys
from types import ModuleType

import nbformat
import pytest
from nbclient import NotebookClient

from artlib.workspace.place import place

ASK = "from artlib.workspace.place import place; print(place())"


def in_a_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_is_at_the_terminal() -> None:
    assert in_a_new_process(ASK) == "terminal"


def test_ipython_without_a_notebook_is_a_terminal() -> None:
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", ASK]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "terminal"


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
