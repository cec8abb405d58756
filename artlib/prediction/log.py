"""The log of a long prediction."""

import base64
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from artlib.answers.log import AnswerLog, packed, unpacked
from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work
from artlib.tracing.log import original_as_json, original_from_json

PICTURE, PROVED = 240, 480  # pixels of the longest side of what is kept to look at, and to lay over an original


class PredictionLog(AnswerLog[Verdict]):
    """Verdicts in a file, one line each.

    Surest first are copies, then firm answers, likely ones and unknown artists. Each kind begins with the highest
    confidence; of unknown artists, with the lowest unknown score.
    """

    def _as_json(self, answer: Verdict) -> dict[str, Any]:
        line = asdict(replace(answer, picture=None, heat_map=None, style=None, originals=[]))  # type: ignore[arg-type]
        line["nearest"] = [work | {"image": str(work["image"])} for work in line["nearest"]]
        line["originals"] = [original_as_json(original) for original in answer.originals]
        line["style"] = base64.b64encode(answer.style.astype(np.float16).tobytes()).decode()
        if self._with_pictures and answer.picture:
            line["picture"] = packed(answer.picture, PROVED if answer.originals else PICTURE)
        return line

    def _from_json(self, line: dict[str, Any]) -> Verdict:
        line["nearest"] = [Work(**work | {"image": Path(work["image"])}) for work in line["nearest"]]
        line["originals"] = [original_from_json(original) for original in line["originals"]]
        line["top_artists"] = [(artist, probability) for artist, probability in line["top_artists"]]
        line["style"] = np.frombuffer(base64.b64decode(line["style"]), np.float16).astype(np.float32)
        if line["picture"]:
            line["picture"] = unpacked(line["picture"])
        return Verdict(**line)
