"""The open-set result: how good the answers are for known and unknown artists, on pictures not learned from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artlib.recogniser.openset.confidence import FIRM, LIKELY, NONE, RIGHT, Confidence, Evidence
from artlib.recogniser.openset.measures import area, detection, oscr
from artlib.recogniser.openset.promise import Promise


@dataclass(frozen=True)
class OpenSetResult:
    """Answers to pictures by known and by unknown artists.

    Attributes:
        confidence: float (n,), 0 to 1.
        unknown_scores: float (n,), 0 to 1.
        strengths: str (n,), "firm", "likely" or "none".
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was predicted correctly.
        artists: how many artists were unknown.
        method: in words.
        promise: what firm answers must keep.
        shortage: why nothing can be promised; empty if something can.
    """

    confidence: np.ndarray
    unknown_scores: np.ndarray
    strengths: np.ndarray
    unknown: np.ndarray
    right: np.ndarray
    artists: int
    method: str
    promise: Promise
    shortage: str

    @classmethod
    def of(cls, confidence: Confidence, known: Evidence, unknown: list[Evidence], method: str) -> "OpenSetResult":
        """Answer pictures of known artists, and those of each unknown artist by what is learned without it."""
        measured = Evidence.joined([known, *unknown])
        answers = [confidence(known.scores, known.same_kind)]
        for each in unknown:
            answers.append(confidence.without(int(each.sources[0]))(each.scores, each.same_kind))
        confidences, unknown_scores, strengths = (np.concatenate(each) for each in zip(*answers, strict=True))
        return cls(
            confidences,
            unknown_scores,
            strengths,
            measured.unknown,
            measured.outcomes == RIGHT,
            len(unknown),
            method,
            confidence.promise,
            confidence.shortage,
        )

    def weights(self, unknown_share: float | None = None) -> np.ndarray:
        """Return the weight of each picture, float (n,), sum 1, so that a share of all is by unknown artists.

        Args:
            unknown_share: 0 to 1; None takes the promise's.
        """
        share = self.promise.unknown_share if unknown_share is None else unknown_share
        known, unknown = (~self.unknown).sum(), self.unknown.sum()
        return np.where(self.unknown, share / max(unknown, 1), (1 - share) / max(known, 1))

    def shares(self) -> dict[str, float]:
        """Return the share of each kind of answer at the promise's share of unknown pictures; all sum to 1.

        Keys are "firm_right", "firm_wrong", "likely_right", "likely_wrong", "none_known" and "none_unknown". An answer
        that names an artist for an unknown artist's picture is wrong.
        """
        weights, shares = self.weights(), {}
        for strength in (FIRM, LIKELY):
            mine = self.strengths == strength
            shares[f"{strength}_right"] = float(weights[mine & self.right].sum())
            shares[f"{strength}_wrong"] = float(weights[mine & ~self.right].sum())
        mine = self.strengths == NONE
        shares["none_known"] = float(weights[mine & ~self.unknown].sum())
        shares["none_unknown"] = float(weights[mine & self.unknown].sum())
        return shares

    def firm_curve(self) -> pd.DataFrame:
        """Return the error of firm answers over how many are given, the surest first.

        Returns:
            Columns coverage (share of the known artists' pictures that get a firm and right answer) and error (share of
            the firm answers that is wrong), at the promise's share of unknown pictures; coverage rises.
        """
        order = np.argsort(-self.confidence, kind="stable")
        weights, right = self.weights()[order], self.right[order]
        last_of_equals = np.flatnonzero(np.diff(self.confidence[order], append=-1))
        error = np.cumsum(weights * ~right) / np.maximum(np.cumsum(weights), 1e-12)
        coverage = np.cumsum(right) / max((~self.unknown).sum(), 1)
        return pd.DataFrame({"coverage": coverage[last_of_equals], "error": error[last_of_equals]})

    def firm_point(self) -> tuple[float, float] | None:
        """Return coverage and error of the firm answers, as a point of the curve; None if no answer is firm."""
        shares, known = self.shares(), max(1 - self.promise.unknown_share, 1e-12)
        given = shares["firm_right"] + shares["firm_wrong"]
        return (shares["firm_right"] / known, shares["firm_wrong"] / given) if given else None

    def oscr(self) -> pd.DataFrame:
        """Return the open-set classification rate curve of the confidence."""
        return oscr(-self.confidence, self.unknown, self.right)

    def summary(self) -> dict[str, Any]:
        """Return its entry in metrics.json."""
        coverage, error = self.firm_point() or (0.0, None)
        named = self.strengths[self.unknown]
        return {
            **detection(-self.confidence, self.unknown),
            "oscr": area(self.oscr()),
            "artists": self.artists,
            "method": self.method,
            "firm_error_promised": self.promise.firm_error,
            "unknown_share": self.promise.unknown_share,
            "shortage": self.shortage,
            "firm_error": error,
            "firm_coverage": coverage,
            "unknown_firm": float((named == FIRM).mean()),
            "unknown_named": float((named != NONE).mean()),
            "answers": self.shares(),
        }
