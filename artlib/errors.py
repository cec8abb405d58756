"""The base of every error that artlib raises on purpose, and the way it says what does not stop it."""

import logging
import re
import sys
from contextlib import suppress

# what a terminal obeys instead of showing it, what turns the order of letters around, and bytes that are no text
UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


# also where a password holds a slash or a question mark, which no address may have, but people type it; and where an
# address was taken for a path, which has one slash for two
USER = re.compile(r"(?i)\b(https?:/|[a-z][a-z0-9+.-]*://)(?:[^\s/?#]*@|[^\s/?#@:]+:(?!\d*(?:[/?#\s]|$))[^\s@]*@)")
# as parts of names: X-Amz-Signature, client_secret, sessionid
WORDS = "passw|pwd|token|api_?-?key|access_?-?key|secret|signature|credential|session|auth|jwt"
SECRET = re.compile(rf"(?i)([?&;#](?:[\w.%\[\]-]*(?:{WORDS})[\w.%\[\]-]*|key|sig|code)=)[^&;#\s'\"<>]*")


class ArtlibError(Exception):
    """Something the user can mend: the text says what was wrong, what was received and what to do next."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(without_passwords(each) if isinstance(each, str) else each for each in arguments))

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the text alone: a trace through artlib's insides would help nobody."""
        return [printable(f"{type(self).__name__}: {self}")]


class ArgumentError(ArtlibError, ValueError):
    """An argument makes no sense; every other ValueError is a fault of artlib or of a library."""


class _StandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is not None:  # else nobody can read it, and print() would take the standard output
            with suppress(OSError, ValueError):
                print(printable(self.format(record)), file=sys.stderr)


_logger = logging.getLogger("artlib")
if not _logger.handlers:  # else whoever runs artlib has decided already where its messages go
    _logger.addHandler(_StandardError())
    _logger.propagate = False


def warn(message: str) -> None:
    """Tell the user something worth knowing, without stopping: on standard error, by the logger named "artlib"."""
    _logger.warning(message)


def printable(text: str) -> str:
    """Return a text as a terminal can show it: control characters and bytes that are no text are written out.

    A file name from somebody else could else clear the screen, or look like another name. Addresses lose what they hold
    of passwords.
    """
    return UNSHOWN.sub(lambda found: _written_out(found[0]), without_passwords(text))


def counted(number: int, one: str, many: str = "") -> str:
    """Return how many there are, in words, such as "1 picture", "2,000 pictures" or "1 work is".

    Args:
        number: of them.
        one: what one of them is called, with what follows where that changes, too.
        many: what several are called; empty adds an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def without_passwords(text: str) -> str:
    """Return a text in whose addresses users, passwords and keys are left out: others read tables, pages and logs."""
    if ":/" in text:
        text = USER.sub(r"\1…@", text)
    return SECRET.sub(r"\1…", text) if "=" in text else text


def _written_out(character: str) -> str:
    is_byte = "\udc80" <= character <= "\udcff"  # how Python keeps a byte of a file name that is not UTF-8
    return f"\\x{ord(character) - 0xDC00:02x}" if is_byte else character.encode("unicode_escape").decode()
