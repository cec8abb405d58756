"""Names as text: bytes in archives and on disks are decoded, and what was decoded wrongly is repaired."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from artlib.collect.errors import CollectError

# of systems that write no UTF-8; Windows writes the names in zip files in the encodings of DOS, cp866 and cp850
GUESSES = ("shift_jis", "gbk", "big5", "euc_kr", "cp1251", "cp866", "cp1252", "cp850")
OFFERED = 5
MISREAD_AS = ("cp437", "cp1252", "latin-1")  # what zip programs and web servers take UTF-8 for
TIMES = 3  # a name can be misread again and again


def decoded(raw: bytes, encoding: str | None = None) -> tuple[str, bool]:
    """Return a name as text, and whether it was decoded without doubt.

    Args:
        raw: the bytes of the name.
        encoding: of names that are not UTF-8; None replaces their unreadable letters.
    """
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(encoding or "ascii"), True
    except (UnicodeDecodeError, LookupError):
        return raw.decode("utf-8", errors="replace"), False


def check_encoding(encoding: str | None) -> None:
    """Refuse an encoding that Python does not know.

    Raises:
        CollectError: it is unknown; the text names some that are usual.
    """
    try:
        "a".encode(encoding or "ascii")
    except LookupError as error:
        raise CollectError(
            f"There is no such encoding of names; usual ones are {', '.join(GUESSES)}. Received: {encoding!r}."
        ) from error


def guesses(raw: bytes) -> list[tuple[str, str]]:
    """Return encodings with which a name can be read, each with the name, for a person to choose from.

    Those that read it as letters come first, before those that read signs of money, frames and the like.
    """
    found = []
    for encoding in GUESSES:
        try:
            found.append((encoding, raw.decode(encoding)))
        except UnicodeDecodeError:
            continue
    return sorted(found, key=lambda guess: sum(unicodedata.category(letter)[0] in "SC" for letter in guess[1]))[
        :OFFERED
    ]


def about_names(raws: Iterable[bytes], encoding: str | None) -> list[str]:
    """Say that names could not be read, and how they would be with other encodings.

    Args:
        raws: all names of a source, as bytes.
        encoding: that was given.
    """
    unclear = [raw for raw in raws if not decoded(raw, encoding)[1]]
    if not unclear:
        return []
    given = f" or {encoding}" if encoding else ""
    options = [f"  --encoding {name}: {text.rsplit('/', 1)[0]}" for name, text in guesses(unclear[0])]
    return [f"{len(unclear)} names are not UTF-8{given}; their letters were replaced. Choose:", *options]


def repaired(name: str) -> str:
    """Return a name whose UTF-8 was misread as another encoding, as it was meant; any other name as it is.

    The repair is safe: a name that is meant as it stands hardly ever gives valid UTF-8 in these encodings.
    """
    for _ in range(TIMES):
        meant = next(filter(None, (_undone(name, encoding) for encoding in MISREAD_AS)), None)
        if meant is None:
            break
        name = meant
    return unicodedata.normalize("NFC", name)


def _undone(name: str, encoding: str) -> str | None:
    if name.isascii():
        return None
    try:
        return name.encode(encoding).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a path in a source as repaired text; old Windows programs separate them by backslashes."""
    parts = [part for part in re.split(r"[/\\]+", path) if part not in ("", ".", "..")]
    return tuple(_clean(repaired(part)) for part in parts)


def _clean(part: str) -> str:
    # control characters in a name would break a terminal's lines
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in part).strip() or "_"


def example(parts: Sequence[str], level: int) -> str:
    """Return a path with its artist marked, such as `images/**Wlop**/…`; `level` counts folders from 0."""
    shown = [f"**{part}**" if place == level else part for place, part in enumerate(parts[: level + 1])]
    return "/".join([*shown, "…"])
