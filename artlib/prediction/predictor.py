"""Prediction: the only place that turns a picture into a verdict."""

import functools
import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from artlib import images
from artlib.images.folders import real_path
from artlib.inference.threads import one_thread
from artlib.prediction import explain, reasons
from artlib.prediction.opening import Opened, Opener
from artlib.prediction.verdict import Verdict
from artlib.recogniser.decision_rule import Answers
from artlib.recogniser.known_works import Work
from artlib.recogniser.openset.confidence import FIRM, NONE
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.similarity.matching import COPY, SPECIFICITY
from artlib.tracing.result import Trace
from artlib.tracing.tracer import Tracer, known_files, tracer
from artlib.workspace import AnyWorkspace, as_workspace

TOP = 5


class Predictor:
    """A trained model with its known works, ready to predict.

    Args:
        model: the trained model.
        tracer: of the same workspace; None looks for no known works, as where a model came without its catalog.
        firm_error: share of firm answers that may be wrong, above 0 and at most 0.5; None takes the model's.
        unknown_share: share of the pictures that are expected to be by unknown artists, 0 to below 1; likewise.

    Attributes:
        class_names: the artists, trained ones first.
        key: a text that changes whenever a picture may get another answer.
    """

    def __init__(
        self,
        model: TrainedModel,
        tracer: Tracer | None,
        firm_error: float | None = None,
        unknown_share: float | None = None,
    ) -> None:
        promise = model.metadata.promise.changed(firm_error, unknown_share)
        self._model, self._recogniser = model, model.recogniser
        self._opener = Opener(model.prepared_side, looks=tracer is not None)
        self._rule, self._known_works = model.decision_rule.with_promise(promise), model.known_works
        self._tracer = tracer
        self._promise = reasons.of_promise(self._rule.confidence)
        self.class_names = model.class_names
        self._beside = ThreadPoolExecutor(1)  # for work that another core can do at the same time
        # everything that can change an answer changes one of these
        content = f"{model.metadata} {promise} {self._known_works.ids} {tracer.key if tracer else ''}"
        self.key = hashlib.sha256(content.encode()).hexdigest()

    def verdicts(self, pictures: Iterable[tuple[str, Any]]) -> Iterator[Verdict]:
        """Predict any number of pictures in batches; a picture that can't be read gets the verdict "error".

        Args:
            pictures: name and source of each; a source is anything that `artlib.images.load` accepts.
        """
        for batch in self._opener.batches(iter(pictures)):
            yield from self._answered(batch)

    def verdict(self, source: Any, name: str = "", heat_map: bool = False) -> Verdict:
        """Predict one picture.

        Args:
            source: anything that `artlib.images.load` accepts.
            name: the name for the verdict; if empty, the path or address.
            heat_map: whether to compute a heat map for the artist, which takes longer.

        Raises:
            ImageError: the picture can't be used; each reason has its own subclass.
        """
        opened = self._opener.open(name or images.label_of(source), source)
        verdict = next(self._answered([opened]))
        return replace(verdict, heat_map=self._heat_map(opened, verdict)) if heat_map else verdict

    def load_for_heat_maps(self) -> None:
        """Load now what heat maps need, so that the first one does not wait for it.

        Raises:
            ModelError: the network is damaged, or was made by another version.
        """
        _ = self._model.network

    def _heat_map(self, opened: Opened, verdict: Verdict) -> np.ndarray | None:
        added = {artist.name: artist.weights for artist in self._rule.additions.artists}
        if verdict.artist not in self.class_names:  # the original of a copy may be by an artist who was not trained
            return None
        artist = added.get(verdict.artist, self.class_names.index(verdict.artist))
        return explain.heat_map(self._model.network, opened.pixels, artist)

    def _answered(self, batch: list[Opened | Verdict]) -> Iterator[Verdict]:
        opened = [each for each in batch if isinstance(each, Opened)]
        answers = iter(self._answers(opened) if opened else [])
        for each in batch:
            yield next(answers) if isinstance(each, Opened) else each

    def _answers(self, opened: list[Opened]) -> list[Verdict]:
        with one_thread():
            traced = self._beside.submit(self._traces, opened)
            seen = self._recogniser(np.array([each.pixels for each in opened]), progress=False)
            outputs = self._rule.additions.join(seen)
            near = self._beside.submit(self._known_works.nearest, outputs.embeddings)
            answers = self._rule.answer(outputs)
            styles = self._styles(outputs)
            traces, nearest = traced.result(), near.result()
        verdicts = []
        for row, each in enumerate(opened):
            verdict = _with_originals(self._by_style(answers, row, nearest[row]), traces[row])
            verdicts.append(replace(verdict, path=each.name, picture=verdict.picture or each.shown, style=styles[row]))
        return verdicts

    def _traces(self, opened: list[Opened]) -> list[Trace | None]:
        if self._tracer is None:
            return [None] * len(opened)
        return self._tracer.suspected([(each.name, each.source, each.glance) for each in opened if each.glance])

    def _by_style(self, answers: Answers, row: int, nearest: list[Work]) -> Verdict:
        probabilities, strength = answers.probabilities[row], str(answers.strengths[row])
        order, coverage = probabilities.argsort()[::-1], self._rule.calibration.coverage
        # without a coverage every artist would be in the set
        inside = answers.sets[row] if coverage else np.arange(len(order)) == order[0]
        verdict = Verdict(
            path="",
            verdict="unknown" if strength == NONE else "artist",
            artist=self.class_names[order[0]],
            probability=float(probabilities[order[0]]),
            confidence=float(answers.confidence[row]),
            strength=strength,
            unknown_score=float(answers.unknown_scores[row]),
            unknown_threshold=self._rule.unknown_threshold,
            top_artists=[(self.class_names[index], float(probabilities[index])) for index in order[:TOP]],
            prediction_set=[self.class_names[index] for index in order if inside[index]],
            nearest=nearest,
            promise=self._promise,
            same_kind=float(answers.same_kind[row]),
        )
        if strength == NONE:
            surprisals = {name: float(values[row]) for name, values in answers.surprisals.items()}
            return replace(verdict, reasons=reasons.of_refusal(verdict, surprisals))
        few = {artist.name: len(artist.ids) for artist in self._rule.additions.artists}
        counted = self._rule.confidence is None or len(self._rule.confidence.evidence.artists) > 0
        return replace(verdict, reasons=reasons.of_artist(verdict, coverage, few.get(verdict.artist), counted))

    def _styles(self, outputs: ModelOutputs) -> np.ndarray:
        scorers = self._rule.detector.scorers
        return scorers.style(outputs.embeddings) if scorers else np.empty((len(outputs), 0), np.float32)


def _with_originals(by_style: Verdict, trace: Trace | None) -> Verdict:
    """Return the verdict with the known works that were found in the picture: of a copy, they decide."""
    if trace is None or not trace.originals:
        return by_style
    shown = replace(by_style, originals=trace.originals, picture=trace.picture)
    if trace.verdict != COPY:
        return replace(shown, reasons=[*reasons.of_originals(trace.originals), *by_style.reasons])
    copied = [original for original in trace.originals if original.verdict == COPY]
    artists = list(dict.fromkeys(original.artist for original in copied))
    return replace(
        shown,
        verdict="copy",
        artist="; ".join(artists),
        probability=SPECIFICITY,
        confidence=SPECIFICITY,
        strength=FIRM,
        copy_of="; ".join(original.path for original in copied),
        top_artists=[(artist, SPECIFICITY) for artist in artists],
        prediction_set=artists,
        reasons=[*reasons.of_originals(trace.originals), reasons.of_style(by_style)],
    )


def predictor(
    workspace: AnyWorkspace = "data",
    *,
    name: str = "default",
    firm_error: float | None = None,
    unknown_share: float | None = None,
    copies: bool = True,
) -> Predictor:
    """Return a predictor. It is loaded once, and again only if the model or the catalog on disk has changed.

    Args:
        workspace: a Workspace, or the path of one, with a trained model.
        name: the model's name.
        firm_error: share of firm answers that may be wrong, above 0 and at most 0.5; None takes the model's.
        unknown_share: share of the pictures that are expected to be by unknown artists, 0 to below 1; likewise.
        copies: whether to look for known works in a picture first; False answers by style alone.

    Raises:
        WorkspaceError: there is no such model.
        ValueError: a share is out of its range.
    """
    workspace = as_workspace(workspace)
    model = workspace.model(name)
    files = (model / "model.keras", model / "artist_model.json", *known_files(workspace))
    stamps = tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)
    return _loaded(real_path(workspace.root), name, stamps, firm_error, unknown_share, copies)


@functools.lru_cache(maxsize=2)
def _loaded(
    root: Path,
    name: str,
    stamps: tuple[int, ...],
    firm_error: float | None,
    unknown_share: float | None,
    copies: bool,
) -> Predictor:
    model = TrainedModel(root, name)
    model.metadata.promise.changed(firm_error, unknown_share)  # wrong ones are refused before an index is built
    searched = copies and model.workspace.catalog.exists()
    return Predictor(model, tracer(root) if searched else None, firm_error, unknown_share)
