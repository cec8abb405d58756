"""The notebooks: alike in form, without outputs in git, and each runs from top to bottom without decisions by hand."""

import json
import re
import tomllib
from pathlib import Path

import generate
import papermill
import pytest
from drawing import LOOKS, write

from artlib.backbones import BACKBONES

REPOSITORY = Path(__file__).parents[2]
NAMES = ["01_collect", "02_sort", "03_train", "04_evaluate", "05_predict"]
WORKS = 12  # of each artist
# the weights that come with a package, so that nothing is downloaded
SMALL = {"backbone": "efficientnet_lite0", "epochs": 1}


def read(name: str, folder: Path = REPOSITORY / "notebooks") -> dict:
    return json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))


def code(notebook: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def opening(notebook: dict) -> str:
    return "".join(notebook["cells"][0]["source"])


def execute(name: str, folder: Path, **parameters) -> dict:
    """Run a notebook in a folder of its own, as Colab does, and return it with its outputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # with it, a kernel does not show what is written on descriptor 2
        papermill.execute_notebook(
            REPOSITORY / "notebooks" / f"{name}.ipynb",
            folder / f"{name}.ipynb",
            {"workspace": "data"} | parameters,
            kernel_name="python3",
            cwd=folder,
            progress_bar=False,
        )
    return read(name, folder)


def execute_here(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **parameters) -> None:
    """Run a notebook's cells in this process, without the seconds in which a kernel loads TensorFlow."""
    monkeypatch.chdir(folder)
    names = {"display": print}
    for cell in read(name)["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}.ipynb", "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= {"workspace": "data"} | parameters


def outputs(notebook: dict) -> list[dict]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def printed(notebook: dict) -> str:
    return "".join("".join(output.get("text", "")) for output in outputs(notebook))


def test_training_offers_every_backbone():
    (line,) = [line for cell in code(read("03_train")) for line in cell.splitlines() if line.startswith("backbone = ")]

    assert json.loads(line.partition("#@param ")[2]) == ["auto", *BACKBONES]


@pytest.mark.parametrize("name", NAMES)
class TestForm:
    def test_it_has_one_first_level_heading(self, name):
        notebook = read(name)
        text = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")

        assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
        assert opening(notebook).startswith("# ")

    def test_the_badge_opens_it_from_the_projects_own_repository(self, name):
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        repository = project["urls"]["Repository"].removeprefix("https://github.com/")
        address = f"https://colab.research.google.com/github/{repository}/blob/main/notebooks/{name}.ipynb"

        assert f"https://colab.research.google.com/assets/colab-badge.svg)]({address})" in opening(read(name))

    def test_the_set_up_installs_from_the_projects_own_repository(self, name):
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

        assert f'source = "git+{project["urls"]["Repository"]}"' in code(read(name))[0]

    def test_make_notebooks_has_nothing_to_write(self, name):
        path = REPOSITORY / "notebooks" / f"{name}.ipynb"

        assert generate.text_of(path, generate.repository()) == path.read_text(encoding="utf-8")

    def test_the_workspace_is_opened_right_after_the_parameters(self, name):
        cells = [cell for cell in read(name)["cells"] if cell["cell_type"] == "code"]
        (place,) = (place for place, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", []))

        assert "".join(cells[place + 1]["source"]).startswith("data = artlib.open_workspace(workspace")

    def test_only_training_asks_colab_for_a_gpu(self, name):
        metadata = read(name)["metadata"]

        assert metadata.get("accelerator") == ("GPU" if name == "03_train" else None)
        assert metadata["colab"].get("gpuType") == ("T4" if name == "03_train" else None)

    def test_the_set_up_is_the_same_in_all(self, name):
        assert code(read(name))[0] == code(read(NAMES[0]))[0]

    def test_it_links_to_its_neighbours(self, name):
        place = NAMES.index(name)

        for neighbour in NAMES[max(0, place - 1) : place] + NAMES[place + 1 : place + 2]:
            assert f"({neighbour}.ipynb)" in opening(read(name))

    def test_its_parameters_are_plain_literals_in_one_tagged_cell(self, name):
        tagged = [cell for cell in read(name)["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        lines = "".join(tagged[0]["source"]).splitlines()

        assert len(tagged) == 1
        assert 'workspace = "data"  #@param {type:"string"}' in lines
        assert all(
            re.fullmatch(r'\w+ = ("[^"]*"|[\d.]+|True|False)  #@param [\[{].+[\]}]', line)
            for line in lines
            if line != "# fmt: off"
        )

    def test_no_output_is_committed(self, name):
        cells = [cell for cell in read(name)["cells"] if cell["cell_type"] == "code"]

        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)

    def test_a_cell_has_at_most_15_lines_and_defines_no_function(self, name):
        _, *cells = code(read(name))  # of the set-up, Colab shows the title alone

        assert all(len(cell.splitlines()) <= 15 and "def " not in cell for cell in cells)


def test_make_notebooks_writes_another_repositorys_address():
    notebook = generate.generated(read("02_sort"), "02_sort", "https://github.com/somebody/else")

    assert "(https://colab.research.google.com/github/somebody/else/blob/main/notebooks/02_sort.ipynb)" in opening(
        notebook
    )
    assert 'source = "git+https://github.com/somebody/else"' in code(notebook)[0]
    assert "artlib/artlib" not in opening(notebook) + code(notebook)[0]


ALONE = {
    "02_sort": "Run 01_collect first",
    "03_train": "Run 01_collect and 02_sort first",
    "04_evaluate": "Run 01_collect, 02_sort and 03_train first",
    "05_predict": "Run 01_collect, 02_sort and 03_train first",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_opened_alone_it_stops_where_the_workspace_is_opened_and_shows_the_text_alone(name, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match=ALONE[name]):
        execute(name, tmp_path)
    cells = [cell for cell in read(name, tmp_path)["cells"] if cell["cell_type"] == "code" and cell["execution_count"]]
    (error,) = [output for output in cells[-1]["outputs"] if output["output_type"] == "error"]

    assert "open_workspace" in "".join(cells[-1]["source"])
    assert "\n".join(error["traceback"]) == f"WorkspaceError: {error['evalue']}"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """All five, run one after the other on three artists' works, each in a kernel of its own."""
    folder = tmp_path_factory.mktemp("notebooks")
    for artist, look in LOOKS.items():
        for number in range(WORKS):
            write(folder / "works" / artist / f"{number}.jpg", look(number))
    write(folder / "works" / "Wlop" / "broken.jpg", b"\xff\xd8\xff not much of a picture")
    parameters = {"01_collect": {"source": "folder", "path": "works"}, "03_train": SMALL}
    parameters["05_predict"] = {"picture": "works/Wlop/0.jpg", "actual_artist": "Wlop"}
    return {name: execute(name, folder, **parameters.get(name, {})) for name in NAMES} | {"folder": folder}


@pytest.mark.slow
class TestRunAll:
    @pytest.mark.parametrize("name", NAMES)
    def test_it_shows_a_picture(self, executed, name):
        assert any("image/png" in output.get("data", {}) for output in outputs(executed[name]))

    @pytest.mark.parametrize("name", NAMES)
    def test_no_line_of_tensorflow_is_shown_in_red(self, executed, name):
        red = "".join("".join(output["text"]) for output in outputs(executed[name]) if output.get("name") == "stderr")

        assert not re.search(r"0000 00:00|tensorflow|absl", red)

    def test_collecting_lists_the_broken_file(self, executed):
        assert "1 files were rejected" in printed(executed["01_collect"])

    def test_sorting_shows_the_grid_and_decides_nothing(self, executed):
        widget = "application/vnd.jupyter.widget-view+json"

        assert any(widget in output.get("data", {}) for output in outputs(executed["02_sort"]))
        assert not (executed["folder"] / "data" / "decisions.jsonl").exists()

    def test_training_leaves_a_model(self, executed):
        assert (executed["folder"] / "data" / "models" / "default" / "model.keras").exists()

    def test_evaluating_says_the_accuracy_on_the_test_part_with_its_interval(self, executed):
        assert re.search(r"accuracy on test data = \d\.\d+ \(95 % interval", printed(executed["04_evaluate"]))

    def test_predicting_answers_three_times(self, executed):
        assert printed(executed["05_predict"]).count("Prediction probability = ") == 3

    def test_a_collected_work_is_called_a_copy(self, executed):
        assert "Copy of a work I know" in printed(executed["05_predict"])

    def test_a_trained_model_is_reused_when_asked_to(self, executed, monkeypatch, capsys):
        model = executed["folder"] / "data" / "models" / "default" / "model.keras"
        trained = model.stat().st_mtime_ns

        execute_here("03_train", executed["folder"], monkeypatch, reuse_trained=True, **SMALL)
        assert "is kept" in capsys.readouterr().out
        assert model.stat().st_mtime_ns == trained
