"""What a stage needs is checked at once, and the text says what can be done in the place where it is read."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from drawing import write
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import artlib
from artlib.errors import ArgumentError
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.keeping import drive
from artlib.workspace.needs import require

ALL = ("pictures", "groups", "split", "model")
FILES = {
    "pictures": "catalog.csv",
    "groups": "groups.csv",
    "split": "split.csv",
    "model": "models/default/artist_model.json",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def colab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Colab, with a Drive that is not mounted yet; the folder on it where workspaces are kept."""
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr(drive, "FILES", tmp_path / "drive" / "MyDrive")
    monkeypatch.setattr(drive, "HOME", drive.FILES / "artlib")
    return drive.HOME


def workspace_with(*needs: str, root: str = "data") -> Workspace:
    for need in needs:
        write(Path(root) / FILES[need], b"here")
    return Workspace(root)


def refusal(*needs: str, workspace: Workspace | None = None, name: str = "default") -> str:
    with pytest.raises(WorkspaceError) as refused:
        require(workspace or Workspace(), needs, name)
    return str(refused.value)


# --- what is checked ---


def test_what_is_there_is_no_error() -> None:
    require(workspace_with(*ALL), ALL)


@pytest.mark.parametrize("need", ALL)
def test_each_need_is_missed(need: str) -> None:
    workspace = workspace_with(*(other for other in ALL if other != need))
    assert FILES[need] in refusal(*ALL, workspace=workspace).splitlines()[0]


def test_all_that_is_missing_is_in_one_sentence(here: Path) -> None:
    first = refusal("pictures", "split", "model", name="mine").splitlines()[0]
    assert first == (
        f"{here / 'data'} has no pictures (catalog.csv), no split (split.csv) and no model 'mine' "
        "(models/mine/artist_model.json)."
    )


def test_what_is_not_needed_is_not_missed() -> None:
    require(workspace_with("model"), ["model"])


def test_an_unknown_need_is_refused() -> None:
    with pytest.raises(ArgumentError, match="Received: paintings"):
        require(Workspace(), ["paintings"])


def test_opening_a_workspace_checks_what_is_needed() -> None:
    with pytest.raises(WorkspaceError, match="no near-duplicate groups"):
        artlib.open_workspace("data", needs=["groups"])


def test_a_file_that_is_missed_later_has_the_same_text() -> None:
    workspace = workspace_with("pictures", "groups")
    with pytest.raises(WorkspaceError) as late:
        workspace.require(workspace.split)
    assert str(late.value) == refusal("split")


def test_a_models_file_that_is_missed_later_is_made_by_training() -> None:
    workspace = workspace_with(*ALL)
    with pytest.raises(WorkspaceError) as late:
        workspace.require(workspace.model() / "model.keras")
    assert "no model 'default' (models/default/model.keras)" in str(late.value)
    assert str(late.value).splitlines()[1:] == ["Run first:", "    artlib train"]


# --- at the terminal ---


def test_the_terminal_gets_the_commands_that_are_still_to_be_run() -> None:
    text = refusal("pictures", "split", workspace=workspace_with("pictures"))
    assert text.splitlines()[1:] == ["Run first:", "    artlib duplicates", "    artlib split"]


def test_the_commands_name_the_workspace_and_the_model() -> None:
    text = refusal("model", workspace=workspace_with("pictures", "groups", root="my art"), name="mine")
    assert text.splitlines()[1:] == [
        "Run first:",
        "    artlib split --workspace 'my art'",
        "    artlib train --workspace 'my art' --name mine",
    ]


def test_other_workspaces_beside_it_are_named() -> None:
    workspace_with("pictures", root="cats")
    workspace_with("pictures", root="data/demo")
    Path("letters").mkdir()
    assert refusal("pictures").splitlines()[-1] == (
        "Other workspaces are here: cats and data/demo (give --workspace cats)."
    )


def test_other_models_are_named() -> None:
    workspace = workspace_with(*ALL)
    write(workspace.model("large") / "artist_model.json", b"here")
    write(workspace.model("begun") / "checkpoint.npz", b"here")
    text = refusal("model", workspace=workspace, name="lagre")
    assert text.splitlines()[1] == "Models that are there: default and large (give --name default)."


def test_of_many_models_the_first_few_are_named() -> None:
    workspace = workspace_with(*ALL)
    for number in range(20):
        write(workspace.model(f"m{number:02}") / "artist_model.json", b"here")
    assert "default, m00, m01, m02, m03, m04, m05, m06 and 13 more" in refusal("model", workspace=workspace, name="x")


def test_a_model_that_is_kept_elsewhere_is_brought_here(here: Path) -> None:
    workspace_with(*ALL)
    artlib.open_workspace("data", keep_in=here / "kept").keep()
    again = artlib.open_workspace("again", keep_in=here / "kept", needs=["pictures", "model"])
    assert (again.root / FILES["model"]).exists()


def test_models_that_are_kept_elsewhere_are_named(here: Path) -> None:
    workspace_with(*ALL)
    artlib.open_workspace("data", keep_in=here / "kept").keep()
    with pytest.raises(WorkspaceError, match="Models that are there: default "):
        artlib.open_workspace("again", keep_in=here / "kept", needs=["model"], name="x")


# --- in a notebook ---


def executed(source: str, folder: Path) -> nbformat.NotebookNode:
    """Run a cell in a kernel of its own; an error is among its outputs."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": folder}})
    with pytest.raises(CellExecutionError):
        client.execute()
    return notebook.cells[0].outputs[-1]


@pytest.mark.thorough
def test_jupyter_gets_the_notebooks_to_run_and_other_workspaces_and_no_trace(here: Path) -> None:
    workspace_with("pictures", root="cats")
    error = executed("import artlib; artlib.open_workspace('data', needs=['pictures', 'model'])", here)
    text = [
        f"{here / 'data'} has no pictures (catalog.csv) and no model 'default' (models/default/artist_model.json).",
        'Run 01_collect, 02_sort and 03_train first, with workspace = "data".',
        'Other workspaces are here: "cats".',
    ]
    assert error.evalue.splitlines() == text
    assert "\n".join(error.traceback) == "WorkspaceError: " + "\n".join(text)


# --- in Colab ---


def test_colab_without_drive_is_told_to_mount_it(colab: Path) -> None:
    assert refusal("pictures").splitlines()[1].startswith("Google Drive is not mounted.")


def test_colab_names_the_workspaces_on_drive(colab: Path) -> None:
    for name in ("cats", "data", ".trash"):
        (colab / name).mkdir(parents=True)
    assert refusal("pictures").splitlines()[1] == 'Workspaces on your Google Drive: "cats" (set workspace = "cats").'


def test_colab_with_nothing_on_drive_is_told_what_to_run(colab: Path) -> None:
    colab.parent.mkdir(parents=True)
    here, run = refusal("pictures").splitlines()[1:3]
    assert here == "On your Google Drive is no other workspace."
    assert run.startswith(
        'Run 01_collect first, with workspace = "data". Or, to try it with the demo\'s pictures, run these'
    )


def test_colab_gets_lines_for_a_trial_that_make_what_is_missing(colab: Path) -> None:
    text = refusal("model", workspace=workspace_with("pictures"), name="mine")
    assert text.splitlines()[-4:] == [
        '    data = artlib.open_workspace("data")',
        "    artlib.find_duplicates(data)",
        "    artlib.make_split(data)",
        '    artlib.train(data, name="mine", epochs=3)',
    ]


def test_the_lines_for_a_trial_are_calls_that_exist(colab: Path) -> None:
    lines = [line.strip() for line in refusal(*ALL).splitlines() if line.startswith("    ")]
    functions = [line.partition("(")[0].removeprefix("data = ") for line in lines]
    assert len(functions) == 5
    assert all(callable(eval(function)) for function in functions)


def test_nothing_heavy_is_loaded_to_find_out(here: Path) -> None:
    code = "import artlib, sys\ntry: artlib.open_workspace(needs=['model'])\n"
    code += "except artlib.ArtlibError: print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True)
    assert "artlib" in done.stdout.split()
    assert not {"tensorflow", "keras", "sklearn", "scipy", "matplotlib"} & set(done.stdout.split())
