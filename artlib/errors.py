"""The base of every error that artlib raises on purpose."""

import sys


class ArtlibError(Exception):
    """Something the user can mend: the text says what was wrong, what was received and what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the text alone: a trace through artlib's insides would help nobody."""
        return [f"{type(self).__name__}: {self}"]


def warn(message: str) -> None:
    """Tell the user something worth knowing on standard error, without stopping."""
    print(message, file=sys.stderr)
