"""Workspaces whose works are pictures only: the index needs no more."""

from collections.abc import Iterable

from drawing import scene, write

from artlib.workspace import Workspace


def with_works(workspace: Workspace, numbers: Iterable[int]) -> list[str]:
    """Write one picture for each number, and return all their ids."""
    numbers = list(numbers)
    for number in numbers:
        write(workspace.image(work(number)), scene(number, (320, 240)))
    return [work(number) for number in numbers]


def work(number: int) -> str:
    return f"{number:016x}"
