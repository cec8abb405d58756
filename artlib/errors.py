"""The base of every error that artlib raises on purpose, and the way it says what does not stop it."""

import logging
import sys


class ArtlibError(Exception):
    """Something the user can mend: the text says what was wrong, what was received and what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the text alone: a trace through artlib's insides would help nobody."""
        return [f"{type(self).__name__}: {self}"]


class ArgumentError(ArtlibError, ValueError):
    """An argument makes no sense; every other ValueError is a fault of artlib or of a library."""


class _StandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


_logger = logging.getLogger("artlib")
if not _logger.handlers:  # else whoever runs artlib has decided already where its messages go
    _logger.addHandler(_StandardError())
    _logger.propagate = False


def warn(message: str) -> None:
    """Tell the user something worth knowing, without stopping: on standard error, by the logger named "artlib"."""
    _logger.warning(message)
