"""What an audit found, all in one."""

from dataclasses import dataclass

import pandas as pd

from artlib.evaluation.audit.leaks import Leaks
from artlib.evaluation.audit.robustness import Robustness
from artlib.evaluation.audit.shortcuts import Shortcuts


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        leaks: near-duplicates across the split, and what they would do to accuracy.
        shortcuts: which artists can be told by what is no art.
        robustness: what happens to the answers when pictures change.
        suspects: pictures that may stand under the wrong artist, as `find_wrong_labels` returns them.
    """

    leaks: Leaks
    shortcuts: Shortcuts
    robustness: Robustness
    suspects: pd.DataFrame
