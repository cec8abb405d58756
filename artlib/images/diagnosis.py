"""The diagnosis: what is wrong with a picture that can't be read, in words for a person."""

import re
import struct
import zlib

from PIL import Image, UnidentifiedImageError

from artlib.images import kinds
from artlib.images.errors import (
    HtmlInsteadOfImageError,
    ImageError,
    NotAnImageError,
    TooManyPixelsError,
    TruncatedImageError,
    UnreadableImageError,
)

# What Pillow was seen to raise on damaged files, or raises on purpose; UnidentifiedImageError is an OSError
DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError),
    *(RuntimeError, AssertionError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError),
)


def not_an_image(head: bytes, name: str) -> NotAnImageError | None:
    """Say what a refused file is by its first bytes; None if it does begin as a supported picture."""
    if kinds.is_web_page(head):
        return HtmlInsteadOfImageError(
            f"This is a web page, not a picture. Received: {name}. "
            "Open the page in a browser and save the picture itself, or copy the picture's own address."
        )
    if kinds.is_supported(head):
        return None
    kind, advice = kinds.lookalike(head)
    return NotAnImageError(
        f"This is no picture that artlib reads: it is {kind}. Received: {name}. {advice} "
        f"Supported: {' '.join(kinds.SUPPORTED)}."
    )


def damaged(error: BaseException, cut_off: bool, name: str) -> ImageError:
    """Say why a supported picture can't be decoded.

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
    # "cannot identify image file <_io.BytesIO …>" tells a person nothing
    if isinstance(error, UnidentifiedImageError):
        return "its inner structure makes no sense"
    return str(error).split("\n")[0]


def too_many_pixels(found: str, pixel_limit: int, name: str) -> TooManyPixelsError:
    """Say that a picture is above the limit; `found` tells its size."""
    return TooManyPixelsError(
        f"The picture has more than {pixel_limit:,} pixels and was not decoded. Received: {name}, {found}. "
        "Shrink it, or raise pixel_limit if you trust where it comes from."
    )
