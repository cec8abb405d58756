"""The promise: which error rate firm answers must keep, and for which share of unknown pictures."""

from dataclasses import dataclass, replace

from artlib.errors import ArgumentError


@dataclass(frozen=True)
class Promise:
    """What the user asks of firm answers.

    Attributes:
        firm_error: share of firm answers that may be wrong, above 0 and up to 0.5.
        unknown_share: share of the pictures to predict that are by unknown artists, 0 to below 1.

    Raises:
        ValueError: a value is out of its range.
    """

    firm_error: float = 0.1
    unknown_share: float = 0.5

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ArgumentError(
                    f"{name} must be a number. Received: {name}={value!r}. A model's value stands in artist_model.json."
                )
        if not 0 < self.firm_error <= 0.5:
            raise ArgumentError(
                f"The share of firm answers that may be wrong must be above 0 and at most 0.5. "
                f"Received: firm_error={self.firm_error}. The default is 0.1."
            )
        if not 0 <= self.unknown_share < 1:
            raise ArgumentError(
                f"The share of pictures by unknown artists must be at least 0 and below 1. "
                f"Received: unknown_share={self.unknown_share}. The default is 0.5."
            )

    def changed(self, firm_error: float | None = None, unknown_share: float | None = None) -> "Promise":
        """Return the promise with other values; None keeps one."""
        asked = {"firm_error": firm_error, "unknown_share": unknown_share}
        return replace(self, **{key: value for key, value in asked.items() if value is not None})

    def __str__(self) -> str:
        return (
            f"at most {100 * self.firm_error:g} % of the firm answers are wrong if {100 * self.unknown_share:g} % of "
            "the pictures are by unknown artists"
        )
