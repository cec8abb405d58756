"""What to do about files that a workspace lacks; the text fits the place where it is read."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from artlib.workspace.keeping import drive
from artlib.workspace.place import as_given, place
from artlib.workspace.stages import STAGES, Stage, need_of, steps_to

MOST = 8  # names in one list


def lacks_file(root: Path, path: Path, models: Sequence[str]) -> str:
    """Say that a workspace with these models lacks one file, and what to do."""
    need = need_of(path)
    if not need:
        return f"There is no {path.name} in {path.parent}. Run an earlier notebook first, or give another workspace."
    name = path.parent.name if STAGES[need].is_of_a_model else "default"
    return lacks(root, {need: path.relative_to(root).as_posix()}, name, models)


def lacks(root: Path, missing: Mapping[str, str], name: str, models: Sequence[str]) -> str:
    """Say what a workspace lacks, and what to do.

    Args:
        root: the workspace's folder.
        missing: from what is needed, of STAGES, to its file, which is missing.
        name: of the model that is meant.
        models: the names of those that it has.
    """
    things = [f"no {STAGES[need].what.format(name=name)} ({file})" for need, file in missing.items()]
    lines = [f"{root.absolute()} has {_together(things)}."]
    if "model" in missing and (others := [model for model in models if model != name and _usable(root, model)]):
        option = f"--name {shlex.quote(others[0])}" if place() == "terminal" else f'name = "{others[0]}"'
        lines.append(f"Models that are there: {_together(others)} (give {option}).")
    advice = {"colab": _in_colab, "jupyter": _in_jupyter, "terminal": _at_the_terminal}[place()]
    return "\n".join(lines + advice(root, steps_to(missing, root, name), name))


def _in_colab(root: Path, steps: Sequence[Stage], name: str) -> list[str]:
    lines = [*_on_drive(root), _notebooks(root, steps)]
    trial = "to try it with the demo's pictures" if steps[0] is STAGES["pictures"] else "for a trial"
    lines[-1] += f" Or, {trial}, run these lines in a new cell, and then this cell again:"
    lines.append(f'    data = artlib.open_workspace("{as_given(root)}")')
    for step in steps:
        model = f', name="{name}"' if step.is_of_a_model and name != "default" else ""
        lines.append("    " + step.line.format(data=f"data{model}"))
    return lines


def _in_jupyter(root: Path, steps: Sequence[Stage], name: str) -> list[str]:
    others = [f'"{path}"' for path in _beside(root)]
    return [_notebooks(root, steps), *([f"Other workspaces are here: {_together(others)}."] if others else [])]


def _at_the_terminal(root: Path, steps: Sequence[Stage], name: str) -> list[str]:
    workspace = "" if root == Path("data") else f" --workspace {shlex.quote(str(root))}"
    lines = ["Run first:"]
    for step in steps:
        model = f" --name {shlex.quote(name)}" if step.is_of_a_model and name != "default" else ""
        lines.append(f"    {step.command}{step.options}{workspace}{model}")
    if others := _beside(root):
        lines.append(f"Other workspaces are here: {_together(others)} (give --workspace {shlex.quote(others[0])}).")
    return lines


def _notebooks(root: Path, steps: Sequence[Stage]) -> str:
    names = list(dict.fromkeys(step.notebook for step in steps))
    return f'Run {_together(names)} first, with workspace = "{as_given(root)}".'


def _on_drive(root: Path) -> list[str]:
    """Say whether Drive could have the workspace, and which ones it has."""
    if not drive.is_there():
        return [
            "Google Drive is not mounted. If your workspace is kept there, run this cell again and allow the access."
        ]
    others = [f'"{name}"' for name in _folders(drive.HOME) if name != root.name]
    if not others:
        return ["On your Google Drive is no other workspace."]
    return [f"Workspaces on your Google Drive: {_together(others)} (set workspace = {others[0]})."]


def _beside(root: Path) -> list[str]:
    """Return the workspaces in the folder that holds this one, and in this one, as a user would name them."""
    found = [folder / name for folder in (root.parent, root) for name in _folders(folder)]
    return [as_given(path) for path in found if path != root and (path / STAGES["pictures"].file).exists()]


def _usable(root: Path, model: str) -> bool:
    """Return whether a model is here, and not only the beginning of its training; or kept elsewhere."""
    return STAGES["model"].made(root, model) or not (root / "models" / model).exists()


def _folders(path: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    except OSError:  # there is none, or it may not be read: then nothing can be suggested
        return []


def _together(names: Sequence[str]) -> str:
    """Return names as a list in words: the first few, if there are many."""
    names = [*names[:MOST], f"{len(names) - MOST} more"] if len(names) > MOST else list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
