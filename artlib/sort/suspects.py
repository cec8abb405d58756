"""Finding suspects: pictures that look more like another artist's than like those of their own."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artlib import backbones
from artlib.errors import counted
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import frozen_features
from artlib.recogniser.label_issues import FEWEST, find_label_issues
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.groups import read_groups
from artlib.workspace.suspects import write_suspects

NAMED = 8  # artists in a sentence; the report has all


@dataclass(frozen=True)
class SuspectReport:
    """What find_suspects found.

    Attributes:
        images: how many there are.
        artists: how many they are under.
        suspects: as `artlib.read_suspects` returns them, the most suspect first.
        not_checked: artists with too few different works; sorted.
        grouped: whether near-duplicates were known; if not, a wrong picture and its copy may confirm each other.
    """

    images: int
    artists: int
    suspects: pd.DataFrame
    not_checked: list[str]
    grouped: bool

    def __str__(self) -> str:
        return "\n".join([self._found(), *self._left_out()])

    def _found(self) -> str:
        if not self.images:
            return "No picture is left to check: all are discarded or set apart."
        images = counted(self.images, "image")
        if self.artists < 2:
            return f"{images} of one artist: suspects can be found from two artists on."
        if len(self.not_checked) == self.artists and self.suspects.empty:
            return f"{images} of {self.artists} artists, and none was checked."
        number = len(self.suspects)
        what = "1 suspect, which looks" if number == 1 else f"{number or 'no'} suspects, which look"
        found = f"{images} of {self.artists} artists, {what} more like another artist's."
        return f"{found} Look at {'it' if number == 1 else 'them'}: some labels are right." if number else found

    def _left_out(self) -> list[str]:
        lines = []
        if self.not_checked and self.artists > 1:
            more = len(self.not_checked) - NAMED
            names = ", ".join(self.not_checked[:NAMED]) + (f" and {more} more" if more > 0 else "")
            lines.append(
                f"Not checked, because an artist needs {FEWEST} works that are not near-duplicates, and another artist "
                f"as many to compare with: {names}."
            )
        if not self.grouped and self.artists > 1:
            lines.append(
                "Near-duplicates are not known yet, so a wrong picture and its copy may confirm each other. "
                "Run `artlib duplicates` first (or artlib.find_duplicates), and this again."
            )
        return lines


@writes("finding suspects")
def find_suspects(workspace: AnyWorkspace, *, seed: int = 0) -> SuspectReport:
    """Find the pictures that may stand under the wrong artist, and write `suspects.csv`; nothing is changed by it.

    All images kept are looked at as they are sorted now. Each is predicted from others that are not near-duplicates of
    it, on the frozen features by which near-duplicates are found. So it can be done as soon as there are pictures.

    Args:
        workspace: a Workspace, or the path of one, with a catalog. Without `groups.csv` each image is taken as a work
            of its own.
        seed: of the folds.

    Raises:
        WorkspaceError: there is no catalog yet, an image is missing or damaged, or images came after `groups.csv`.
    """
    workspace = as_workspace(workspace)
    catalog = sorted_catalog(workspace)
    ids, artists = catalog["id"].tolist(), catalog["artist"].tolist()
    grouped = workspace.groups.exists()
    groups = read_groups(workspace, ids).tolist() if grouped else ids
    issues = find_label_issues(ids, artists, groups, _features(workspace, ids, artists), seed, progress=True)
    write_suspects(workspace, issues.table)
    workspace.keep()
    return SuspectReport(len(ids), len(set(artists)), issues.table, issues.left_out, grouped)


def _features(workspace: Workspace, ids: list[str], artists: list[str]) -> np.ndarray:
    """Return frozen features (n, width); of one artist alone nothing is compared, so no network has to run."""
    if len(set(artists)) < 2:
        return np.zeros((len(ids), 1), np.float32)
    return frozen_features(workspace, ids, backbones.get(BACKBONE))
