"""The diagnosis: errors that tell in plain words why a picture can't be read."""

import re
import struct
import zlib

from PIL import Image, UnidentifiedImageError

from artlib.images import kinds
from artlib.images.errors import (
    BlankImageError,
    HtmlInsteadOfImageError,
    ImageError,
    NotAnImageError,
    TooFewPixelsError,
    TooManyPixelsError,
    TruncatedImageError,
    UnreadableImageError,
)

# what Pillow raises for damaged files, on purpose or not; UnidentifiedImageError is an OSError
DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError),
    *(RuntimeError, AssertionError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError),
)
TRUNCATED = "truncated"  # in what a decoder says, and what is said where it says nothing


def not_an_image(head: bytes, name: str) -> NotAnImageError | None:
    """Return an error that tells what a file is by its first bytes; None if it begins like a supported picture."""
    if kinds.is_web_page(head):
        return HtmlInsteadOfImageError(
            f"This is a web page, not a picture. Received: {name}. "
            "Open the page in a browser and save the picture itself, or copy the picture's own address."
        )
    if kinds.is_supported(head):
        return None
    kind, advice = kinds.lookalike(head)
    return NotAnImageError(
        f"This is not a picture that artlib can read: it is {kind}. Received: {name}. {advice} "
        f"Supported: {' '.join(kinds.SUPPORTED)}."
    )


def damaged(error: BaseException, cut_off: bool, name: str) -> ImageError:
    """Return an error that tells why a picture of a supported kind can't be decoded.

    Args:
        error: what the decoder raised.
        cut_off: whether the file itself shows that its end is missing.
        name: what messages call the picture.
    """
    reason = _reason(error)
    if cut_off or re.search(r"(?i)truncat|unexpected end|not enough (image )?data", reason):
        return TruncatedImageError(
            f"The picture is cut off: its end is missing. Received: {name}. Fetch or copy it again."
        )
    return UnreadableImageError(
        f"The picture can't be read: {reason or type(error).__name__}. Received: {name}. "
        "Fetch it again, or open it in a picture editor and save it as PNG."
    )


def _reason(error: BaseException) -> str:
    # "cannot identify image file <_io.BytesIO …>" does not help a user
    if isinstance(error, UnidentifiedImageError):
        return "its structure is damaged"
    return str(error).split("\n")[0]


def too_many_pixels(found: str, pixel_limit: int, name: str) -> TooManyPixelsError:
    """Return the error of a picture above the limit; `found` is its size as text."""
    return TooManyPixelsError(
        f"The picture has more than {pixel_limit:,} pixels and was not decoded. Received: {name}, {found}. "
        "Shrink it in a picture editor; in Python, artlib.images.load takes a higher pixel_limit."
    )


def too_small(size: tuple[int, int], smallest: int, name: str) -> TooFewPixelsError:
    """Return the error of a picture with fewer than `smallest` pixels on a side; `size` is (width, height)."""
    return TooFewPixelsError(
        f"It has {size[0]}x{size[1]} pixels; {smallest} are needed. Received: {name}. Get it in a larger size."
    )


def blank(name: str) -> BlankImageError:
    """Return the error of a picture on which nothing can be seen."""
    return BlankImageError(
        f"The picture is blank: all of it has one colour. Received: {name}. Look at it; if it should show something, "
        "fetch or export it again."
    )
