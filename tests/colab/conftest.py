"""Machines for the tests of this folder, which run with Colab's packages: `make test-colab`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
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
