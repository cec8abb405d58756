"""The decision rule: what turns a model's outputs into a verdict. It is learned from the validation part."""

from dataclasses import dataclass, field, replace

import numpy as np

from artlib.recogniser import calibration
from artlib.recogniser.additions import AddedArtist, Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.openset.detector import UnknownDetector
from artlib.recogniser.outputs import ModelOutputs

Pictures = dict[str, tuple[list[str], ModelOutputs]]  # from an added artist's name to image ids and their outputs


@dataclass(frozen=True)
class DecisionRule:
    """The steps from a model's outputs to a verdict.

    Attributes:
        detector: whether the picture is by any known artist; this is decided first, from the logits before calibration.
        calibration: how probable each artist is, and which ones are in the prediction set.
        additions: the artists that were added after training; their logits are joined before the other steps.
    """

    detector: UnknownDetector
    calibration: Calibration
    additions: Additions = field(default_factory=Additions)


def fit(detector: UnknownDetector, added: Pictures, outputs: ModelOutputs, labels: np.ndarray) -> DecisionRule:
    """Join added artists to a model, and learn its decision rule.

    It is learned from the validation images and from the added ones. Each added image is scored as if only the others
    had been added.

    Args:
        detector: of the artists that the model was trained on.
        added: the artists to join; none gives the rule of the trained artists alone.
        outputs: of the model for the validation part.
        labels: int (n,), of the validation part.

    Raises:
        DetectorError: the model has no detector of its own.
    """
    additions, scorers = Additions(), detector.fitted_scorers
    for name, (ids, pictures) in added.items():
        shots = FewShots(additions.scorers(scorers), additions.join(outputs), labels)
        additions = Additions((*additions.artists, AddedArtist(name, ids, pictures, *shots.fit(pictures.embeddings))))
    known = additions.join(outputs)
    logits, owners, scores = [known.logits], [labels], [additions.scorers(scorers)(known)]
    for column, artist in enumerate(additions.artists, start=outputs.logits.shape[1]):
        others = additions.without(artist.name)
        shots = FewShots(others.scorers(scorers), others.join(outputs), labels)
        others_logits = additions.join(artist.outputs).logits
        own_logits = shots.as_new(artist.outputs.embeddings)[:, None]
        columns = (others_logits[:, :column], own_logits, others_logits[:, column + 1 :])
        as_new = ModelOutputs(artist.outputs.embeddings, np.concatenate(columns, axis=1))
        logits.append(as_new.logits)
        owners.append(np.full(len(as_new), column))
        scores.append(shots.scores_as_new(artist.outputs.embeddings, as_new))
    joined = {score: np.concatenate([each[score] for each in scores]) for score in detector.score_stats}
    fitted = UnknownDetector.from_scores(additions.scorers(scorers), joined, detector.score_stats)
    return DecisionRule(
        fitted,
        calibration.fit(np.concatenate(logits), np.concatenate(owners)),
        replace(additions, score_stats=fitted.score_stats, scale=fitted.scale),
    )
