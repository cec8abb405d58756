"""Files that were damaged at random: read or refused, and the process lives; `make fuzz` takes longer."""

import pytest
from faults.fuzz import PICTURES, READ, REFUSED, WEIGHTS, fuzz

SECONDS = 30  # each


@pytest.mark.slow
@pytest.mark.parametrize("what", [PICTURES, WEIGHTS])
def test_damaged_files_are_read_or_refused(what: str) -> None:
    found = fuzz(what, SECONDS)
    kinds = {name.rpartition("-")[0] for name in found} - {"others"}
    assert kinds
    for kind in kinds:
        assert found[f"{kind}-{READ}"] and found[f"{kind}-{REFUSED}"], f"{kind}: nothing was tried, or nothing damaged"
