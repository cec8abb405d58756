"""Machines for the tests of this folder, which run with Colab's packages: `make test-colab`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from five import NAMES, PARAMETERS, Ran, draw_works
from kernels import run_all
from machine import Machine, lent, why_not

FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where there can be no such machine."""
    reason = why_not()
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker("colab")
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A fresh machine, whose user's Drive is empty."""
    with lent(tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All five, one after the other; what a notebook leaves on the machine is gone before the next."""
    folder = tmp_path_factory.mktemp("colab")
    result = Ran({}, {}, {})
    with lent(folder) as machine:
        for name in NAMES:
            machine.reset()
            draw_works()
            result.kernels[name] = run_all(machine, name, "print('worked in', data.root)", **PARAMETERS.get(name, {}))
            result.counts[name] = machine.counts
            result.drives[name] = shutil.copytree(machine.drive, folder / f"after {name}")
    return result
