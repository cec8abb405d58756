"""Changes: what was done to a work until it became the picture that is asked about, in numbers and in words."""

from dataclasses import dataclass

WHOLE = 0.97  # share of an area from which on it counts as all of it
TURNED = 2.0  # degrees
RESIZED = 1.15  # times
SQUEEZED = 1.06  # times


@dataclass(frozen=True)
class Change:
    """What was done to a work.

    Attributes:
        kept: share of the work's area that the picture shows, 0 to 1.
        inside: share of the picture's area that the work takes, 0 to 1.
        mirrored: whether left and right are exchanged.
        turned: degrees clockwise, -180 to 180.
        enlarged: how many times as large the work is in the picture, in pixels; below 1, it was reduced.
        squeezed: how many times one direction was resized more than the other, at least 1.
        slanted: whether it is seen from the side, as in a photograph of a screen or of a print.
        inverted: whether its tones are inverted.
        grey: whether its colours were removed.
        recoloured: whether its colours or its brightness were changed.
    """

    kept: float = 1.0
    inside: float = 1.0
    mirrored: bool = False
    turned: float = 0.0
    enlarged: float = 1.0
    squeezed: float = 1.0
    slanted: bool = False
    inverted: bool = False
    grey: bool = False
    recoloured: bool = False

    def words(self) -> list[str]:
        """Return what was done, a few words each; empty if nothing that can be told."""
        return [text for text, is_so in self._all() if is_so]

    def __str__(self) -> str:
        return ", ".join(self.words()) or "unchanged, or resized and saved again"

    def _all(self) -> list[tuple[str, bool]]:
        turn = round(self.turned)
        return [
            (f"kept {self.kept:.0%} of the area", self.kept < WHOLE),
            ("mirrored", self.mirrored),
            (f"turned by {abs(turn)}° {'clockwise' if turn > 0 else 'counter-clockwise'}", abs(turn) >= TURNED),
            (f"enlarged {self.enlarged:.1f}×", self.enlarged >= RESIZED),
            (f"reduced to {self.enlarged:.0%} of its width", self.enlarged <= 1 / RESIZED),
            (f"stretched {self.squeezed:.2f}× in one direction", self.squeezed >= SQUEEZED and not self.slanted),
            ("seen from the side, as in a photograph", self.slanted),
            ("tones inverted", self.inverted),
            ("made grey", self.grey),
            ("recoloured", self.recoloured and not self.inverted and not self.grey),
            (f"it stands inside a larger picture, and takes {self.inside:.0%} of it", self.inside < 0.6),
            ("border added", 0.6 <= self.inside < WHOLE),
        ]
