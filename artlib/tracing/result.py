"""What tracing finds: the originals of a picture, and how it agrees with each of them."""

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from artlib.similarity.matching import COPY, NOTHING, PART, PROBABLE, Match

ERROR = "error"
KINDS = (COPY, PROBABLE, PART, NOTHING, ERROR)  # in the order in which pages show them


@dataclass(frozen=True)
class Original:
    """A known work that a picture shows, or shares a part with.

    Attributes:
        id: of the image.
        artist: of the work, as collected or sorted by hand.
        path: the original, relative to the workspace.
        source: where it came from, in words.
        source_url: the same as an address; empty if there is none.
        licence: as the source states it; empty if unknown.
        image: the normalised copy.
        match: how the picture agrees with it.
    """

    id: str
    artist: str
    path: str
    source: str
    source_url: str
    licence: str
    image: Path
    match: Match

    @property
    def verdict(self) -> str:
        """Whether the picture is a "copy" of this work, a "probable" one, or shares a "part" with it."""
        return self.match.verdict

    @property
    def inliers(self) -> int:
        """How many keypoints agree."""
        return self.match.inliers

    @property
    def share(self) -> float:
        """How much of the common area agrees pixel by pixel, 0 to 1."""
        return self.match.share


@dataclass(frozen=True)
class Trace:
    """Whether a picture is a copy of known works.

    Attributes:
        path: the picture's path, address or name.
        verdict: "copy", "probable", "part", "none" or "error"; the surest one of its originals.
        originals: the works found, the surest first; two or more for a collage.
        error: what is wrong with the picture; empty if nothing.
        picture: the picture, RGB, at most 640 pixels on its longest side; None on an error.
    """

    path: str
    verdict: str
    originals: list[Original] = field(default_factory=list)
    error: str = ""
    picture: Image.Image | None = field(default=None, repr=False, compare=False)

    @property
    def rank(self) -> tuple[int, float, int]:
        """Sorts answers: by verdict, then by what agrees with the surest original, the most first."""
        share, inliers = max(((original.share, original.inliers) for original in self.originals), default=(0.0, 0))
        return KINDS.index(self.verdict), -share, -inliers

    @property
    def copy_of(self) -> str:
        """The originals' paths in the workspace, with "; " between them."""
        return "; ".join(original.path for original in self.originals)

    @property
    def artist(self) -> str:
        """The originals' artists, with "; " between them."""
        return "; ".join(original.artist for original in self.originals)

    @property
    def change(self) -> str:
        """What was done to each original, with "; " between them; nothing for one whose own picture is not here."""
        return "; ".join(str(original.match.change) if original.share else "" for original in self.originals)
