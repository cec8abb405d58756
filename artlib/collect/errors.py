"""What can be wrong with a source, or with one picture of it."""

from artlib.errors import ArtlibError


class CollectError(ArtlibError):
    """A source as a whole can't be used."""


class LeftOutError(ArtlibError):
    """One picture can't or may not be used; the text is the reason, in the same words for each such picture."""


class OptedOutError(LeftOutError):
    """The maker or the site of a picture does not want that machines learn from it."""


class DisallowedError(LeftOutError):
    """A server's robots.txt asks programs to leave an address alone."""
