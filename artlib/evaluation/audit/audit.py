"""The results of all parts of an audit in one object."""

from dataclasses import dataclass

import pandas as pd

from artlib.evaluation.audit.leaks import Leaks
from artlib.evaluation.audit.robustness import Robustness
from artlib.evaluation.audit.shortcuts import Shortcuts


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        leaks: near-duplicates across the split, and their effect on accuracy.
        shortcuts: which artists can be recognised by size, file, border or corners.
        robustness: what happens to the answers when pictures change.
        suspects: pictures whose label may be wrong, as `find_wrong_labels` returns them.
    """

    leaks: Leaks
    shortcuts: Shortcuts
    robustness: Robustness
    suspects: pd.DataFrame
