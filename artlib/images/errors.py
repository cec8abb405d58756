"""The reasons why a picture can't be used, one class each."""

from artlib.errors import ArtlibError


class ImageError(ArtlibError, ValueError):
    """A picture can't be used; each subclass is one reason."""


class MissingImageError(ImageError):
    """There is no such file."""


class ImageIsDirectoryError(ImageError):
    """The path is a folder."""


class EmptyImageError(ImageError):
    """There is a file or an array, but nothing in it."""


class TruncatedImageError(ImageError):
    """The picture ends too early, as after a broken download."""


class NotAnImageError(ImageError):
    """It is something else than a picture that artlib reads."""


class HtmlInsteadOfImageError(NotAnImageError):
    """It is a web page, often saved under a picture's name."""


class TooManyPixelsError(ImageError):
    """The picture is larger than the limit; it was not decoded."""


class UnreachableImageError(ImageError):
    """The address gave no picture."""


class UnreadableImageError(ImageError):
    """Anything else: no permission, damaged inside, an unusual kind."""
