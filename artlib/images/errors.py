"""The reasons why a picture can't be used: one class for each."""

from collections.abc import Mapping

from artlib.errors import ArtlibError


class ImageError(ArtlibError, ValueError):
    """A picture can't be used; each subclass is one reason."""


class MissingImageError(ImageError):
    """There is no such file."""


class ImageIsDirectoryError(ImageError):
    """The path is a folder."""


class EmptyImageError(ImageError):
    """The file or the array is empty."""


class TruncatedImageError(ImageError):
    """The end of the picture is missing, as after an interrupted download."""


class NotAnImageError(ImageError):
    """It is not a picture of a kind that artlib can read."""


class HtmlInsteadOfImageError(NotAnImageError):
    """It is a web page, perhaps saved under a picture's name."""


class TooManyPixelsError(ImageError):
    """The picture is larger than the limit; it was not decoded."""


class TooFewPixelsError(ImageError):
    """The picture is so small that nobody's hand can be told from it."""


class BlankImageError(ImageError):
    """The picture has one colour throughout."""


class UnreachableImageError(ImageError):
    """No picture could be downloaded from the address.

    Attributes:
        reason: why, in a few words.
        status: of the server's answer, 400 or more; None if there was none, or it was of no use.
        headers: of that answer.
        may_pass: whether, without an answer, another attempt may bring one.
    """

    def __init__(
        self,
        message: str,
        reason: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        may_pass: bool = False,
    ) -> None:
        super().__init__(message)
        self.reason, self.status, self.headers = reason or message, status, headers or {}
        self.may_pass = may_pass


class ReservedImageError(ImageError):
    """The picture itself says that machines must not learn from it."""


class UnreadableImageError(ImageError):
    """Any other reason, such as no permission or damaged content."""
