"""A finding: what the doctor says about one thing."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from artlib.errors import ArtlibError
from artlib.workspace.disk.faults import advice

NAME_WIDTH, TEXT_WIDTH = 22, 96  # letters


class State(Enum):
    """How one thing is, and the sign that stands before it."""

    FINE = "ok"
    ABSENT = "--"  # not made or not installed, which may be meant
    STALE = "!"  # whole, but made from other data than there are now
    WRONG = "XX"


@dataclass(frozen=True)
class Finding:
    """What is said about one thing.

    Attributes:
        name: of the thing.
        state: how it is.
        text: in words; if something is to be done, with that.
    """

    name: str
    state: State
    text: str

    @property
    def is_wrong(self) -> bool:
        return self.state is State.WRONG

    def __str__(self) -> str:
        wrapper = textwrap.TextWrapper(TEXT_WIDTH, break_on_hyphens=False, break_long_words=False)
        lines = [line for each in self.text.splitlines() for line in wrapper.wrap(each)]
        return f"{self.state.value:<3} {self.name:<{NAME_WIDTH}} " + ("\n" + " " * (NAME_WIDTH + 5)).join(lines)


def looked_at(name: str, look: Callable[[], str], otherwise: State = State.WRONG) -> Finding:
    """Return what a look at something says.

    Args:
        name: of the thing.
        look: returns what is said if all is well.
        otherwise: the state if it raises an error of artlib or of the disk.
    """
    try:
        return Finding(name, State.FINE, look())
    except ArtlibError as error:
        return Finding(name, otherwise, str(error))
    except OSError as error:
        return Finding(name, otherwise, advice(error))
