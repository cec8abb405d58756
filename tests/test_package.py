"""What `import artlib` promises."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

import artlib
from artlib.errors import ArtlibError, counted, warn


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after running some code."""
    report = f"{code}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_artlib_imports_nothing_heavy() -> None:
    assert not loaded_by("import artlib") & {"tensorflow", "keras", "pandas", "numpy", "PIL", "sklearn", "matplotlib"}


def test_the_workspace_needs_no_tensorflow() -> None:
    assert not loaded_by("import artlib; artlib.Workspace('data')") & {"tensorflow", "keras"}


def test_collecting_needs_no_tensorflow() -> None:
    assert not loaded_by("import artlib; artlib.collect.folder") & {"tensorflow", "keras"}


@pytest.mark.parametrize("name", artlib.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(artlib, name) is not None


def test_every_public_name_is_completed_by_tab() -> None:
    assert set(artlib.__all__) <= set(dir(artlib))


def test_predict_any_is_an_alias() -> None:
    assert artlib.predict_any is artlib.predictAny


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'predictAll'"):
        _ = artlib.predictAll


def test_the_version_is_that_of_the_installed_package() -> None:
    assert artlib.__version__ == importlib.metadata.version("artlib")


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(artlib.__file__).parent / "py.typed").is_file()


def test_in_a_notebook_an_error_is_its_text_and_no_trace() -> None:
    assert ArtlibError("Run 01_collect first.")._render_traceback_() == ["ArtlibError: Run 01_collect first."]


def test_a_count_is_in_words() -> None:
    assert [counted(number, "picture") for number in (0, 1, 2000)] == ["0 pictures", "1 picture", "2,000 pictures"]
    assert [counted(number, "copy", "copies") for number in (1, 2)] == ["1 copy", "2 copies"]


def test_warnings_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    warn("Wlop has only 3 images.")
    assert capsys.readouterr() == ("", "Wlop has only 3 images.\n")
