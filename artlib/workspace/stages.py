"""The stages as the files that each makes: what later stages need, and what makes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stage:
    """What makes one of the things that later stages need.

    Attributes:
        what: it makes, in words.
        file: that is there once it is made, in the workspace.
        notebook: that makes it.
        command: that makes it, at the terminal.
        options: of the command that a user has to think of.
        line: of Python that makes it for a trial, in a workspace called `data`.
        after: what it needs itself.
    """

    what: str
    file: str
    notebook: str
    command: str
    line: str
    after: tuple[str, ...] = ()
    options: str = ""

    def __str__(self) -> str:
        return f"{self.notebook} ({self.command})"

    @property
    def is_of_a_model(self) -> bool:
        """Whether there is one for each model."""
        return "{name}" in self.file

    def made(self, root: Path, name: str) -> bool:
        """Return whether the file is there."""
        return (root / self.file.format(name=name)).exists()


STAGES = {
    "pictures": Stage(
        "pictures",
        "catalog.csv",
        "01_collect",
        "artlib collect",
        "artlib.collect.openclipart({data}, max_works=100)",
        options=" folder PATH",
    ),
    "groups": Stage(
        "near-duplicate groups",
        "groups.csv",
        "02_sort",
        "artlib duplicates",
        "artlib.find_duplicates({data})",
        ("pictures",),
    ),
    "split": Stage(
        "split", "split.csv", "03_train", "artlib split", "artlib.make_split({data})", ("pictures", "groups")
    ),
    "model": Stage(
        "model {name!r}",
        "models/{name}/artist_model.json",
        "03_train",
        "artlib train",
        "artlib.train({data}, epochs=3)",
        ("pictures", "split"),
    ),
    "figures": Stage(
        "figures of the model {name!r}",
        "models/{name}/metrics.json",
        "04_evaluate",
        "artlib evaluate",
        "artlib.evaluate({data})",
        ("model",),
    ),
}
_MAKES = {Path(stage.file).name: need for need, stage in STAGES.items()}
_MAKES |= {"artists.csv": "split", "model.keras": "model", "set_apart.csv": "pictures"}
# no later stage needs them
_NO_STAGE = {
    "suggestions.csv": "02_sort (artlib sort --suggest)",
    "suspects.csv": "02_sort (artlib.find_suspects)",
}


def need_of(path: Path) -> str | None:
    """Return which of STAGES makes a file of a workspace, or None."""
    if path.name in _MAKES:
        return _MAKES[path.name]
    return "model" if path.parent.parent.name == "models" else None


def maker(path: Path) -> str:
    """Return the notebook and the command that make a file, in words."""
    need = need_of(path)
    return str(STAGES[need]) if need else _NO_STAGE.get(path.name, "the earlier notebook")


def steps_to(needs: Iterable[str], root: Path, name: str) -> list[Stage]:
    """Return the stages that make what is needed, first to last, with earlier ones that were not run either."""
    asked, found = list(needs), set()
    while asked:
        need = asked.pop()
        found.add(need)
        asked += [earlier for earlier in STAGES[need].after if not STAGES[earlier].made(root, name)]
    return [STAGES[need] for need in STAGES if need in found]
