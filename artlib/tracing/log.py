"""The log of a long search for originals, and known works as JSON."""

import base64
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from artlib.answers.log import AnswerLog, packed, unpacked
from artlib.similarity.changes import Change
from artlib.similarity.matching import Match
from artlib.tracing.result import Original, Trace

PROVED, PLAIN = 640, 160  # pixels of the longest side of a kept picture with a known work in it, and without one


class TraceLog(AnswerLog[Trace]):
    """Traces in a file, one line each."""

    def _as_json(self, answer: Trace) -> dict[str, Any]:
        line = asdict(replace(answer, picture=None, originals=[]))
        line["originals"] = [original_as_json(original) for original in answer.originals]
        if self._with_pictures and answer.picture:
            line["picture"] = packed(answer.picture, PROVED if answer.originals else PLAIN)
        return line

    def _from_json(self, line: dict[str, Any]) -> Trace:
        line["originals"] = [original_from_json(original) for original in line["originals"]]
        if line["picture"]:
            line["picture"] = unpacked(line["picture"])
        return Trace(**line)


def original_as_json(original: Original) -> dict[str, Any]:
    """Return a known work and how a picture agrees with it as what JSON can hold."""
    line = asdict(original)
    line["image"] = str(original.image)
    line["match"]["to_work"] = np.asarray(original.match.to_work, float).tolist()
    line["match"]["pairs"] = base64.b64encode(original.match.pairs.astype("<f4").tobytes()).decode()
    return line


def original_from_json(line: dict[str, Any]) -> Original:
    """Return what `original_as_json` was given."""
    match = line["match"]
    pairs = np.frombuffer(base64.b64decode(match["pairs"]), "<f4").reshape(-1, 4)
    geometry = {"to_work": np.array(match["to_work"], float), "pairs": pairs, "change": Change(**match["change"])}
    return Original(**line | {"image": Path(line["image"]), "match": Match(**match | geometry)})
