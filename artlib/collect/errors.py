"""What can be wrong with a source."""

from artlib.errors import ArtlibError


class CollectError(ArtlibError):
    """A source as a whole can't be used."""
