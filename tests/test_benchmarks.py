"""The benchmarks: each still fits the library, so that the figures in README and docs/ can be measured again."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.slow
def test_every_benchmark_can_be_loaded() -> None:
    code = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import {', '.join(NAMES)}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
