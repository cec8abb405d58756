"""Loading pictures: every source becomes an upright sRGB picture, or an error that tells what is wrong with it."""

from artlib.images.decoding import PIXEL_LIMIT
from artlib.images.errors import (
    BlankImageError,
    EmptyImageError,
    HtmlInsteadOfImageError,
    ImageError,
    ImageIsDirectoryError,
    MissingImageError,
    NotAnImageError,
    ReservedImageError,
    TooFewPixelsError,
    TooManyPixelsError,
    TruncatedImageError,
    UnreachableImageError,
    UnreadableImageError,
)
from artlib.images.fetching import BYTE_LIMIT, TIMEOUTS, USER_AGENT, is_url
from artlib.images.files import opened_under, pictures_under
from artlib.images.kinds import SUPPORTED
from artlib.images.loading import (
    LONGEST_SIDE,
    SEEN_SIDE,
    SMALLEST_SIDE,
    load,
    load_shrunk,
    load_usable,
    normalised,
    size_of,
    to_array,
)
from artlib.images.sources import Source, label_of, name_of

__all__ = [
    "BYTE_LIMIT",
    "LONGEST_SIDE",
    "PIXEL_LIMIT",
    "SEEN_SIDE",
    "SMALLEST_SIDE",
    "SUPPORTED",
    "TIMEOUTS",
    "USER_AGENT",
    "BlankImageError",
    "EmptyImageError",
    "HtmlInsteadOfImageError",
    "ImageError",
    "ImageIsDirectoryError",
    "MissingImageError",
    "NotAnImageError",
    "ReservedImageError",
    "Source",
    "TooFewPixelsError",
    "TooManyPixelsError",
    "TruncatedImageError",
    "UnreachableImageError",
    "UnreadableImageError",
    "is_url",
    "label_of",
    "load",
    "load_shrunk",
    "load_usable",
    "name_of",
    "normalised",
    "opened_under",
    "pictures_under",
    "size_of",
    "to_array",
]
