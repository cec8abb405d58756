"""Weights files that were damaged at random: read or refused, and the process lives; `make fuzz` takes longer."""

import pytest
from faults.fuzz import READ, REFUSED, fuzz_weights

SECONDS = 30


@pytest.mark.slow
def test_damaged_weights_files_are_read_or_refused() -> None:
    found = fuzz_weights(SECONDS)
    assert found[f".pth-{READ}"] and found[f".pth-{REFUSED}"], "nothing was tried, or nothing was damaged"
