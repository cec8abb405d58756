"""The trained model: one object for all its files; each part is read once."""

import functools
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from artlib import backbones
from artlib.inference.features import features_of, frozen_features
from artlib.inference.pixels import prepare
from artlib.recogniser import decision_rule, files, leave_out, others
from artlib.recogniser.additions import Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.decision_rule import DecisionRule, Pictures
from artlib.recogniser.known_works import KnownWorks
from artlib.recogniser.openset import Confidence, OpenSetResult, Promise, UnknownDetector
from artlib.recogniser.others import Others
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.saved_network import SavedNetwork
from artlib.recogniser.stored_outputs import outputs_of, read_outputs, write_outputs
from artlib.workspace.split import Split, read_split

HISTORY, CHECKPOINT = "history.csv", "checkpoint.npz"


class TrainedModel(SavedNetwork):
    """A model of a workspace: its network, outputs, decision rule and known works.

    What is learned again is written at once. See `SavedNetwork` for what it takes and raises.
    """

    @property
    def class_names(self) -> list[str]:
        """The artists in the order of the logits: those it was trained on, then those that were added."""
        return self.metadata.class_names + self.decision_rule.additions.names

    @property
    def outputs_key(self) -> str:
        """What tells its outputs from other models': its network, and the second one if there is one."""
        return self.model_hash + self.metadata.second_network

    @functools.cached_property
    def split(self) -> Split:
        """The split that it was trained on.

        Raises:
            WorkspaceError: there is none, or it was made again since.
        """
        return read_split(self.workspace, self.metadata.data_hash)

    @functools.cached_property
    def outputs(self) -> ModelOutputs:
        """The outputs for `split.ids`, stored or computed.

        Raises:
            WorkspaceError: an image is missing or damaged, or the split was made again.
        """
        stored = outputs_of(self.folder, self.outputs_key, self.split.ids, len(self.metadata.class_names))
        if stored:
            return stored
        outputs = self.recogniser(prepare(self.workspace, self.split.ids, self.prepared_side))
        write_outputs(self.folder, self.outputs_key, self.split.ids, outputs)
        return outputs

    @property
    def validation(self) -> tuple[ModelOutputs, np.ndarray]:
        """The outputs for the validation part, and its labels, int (n,)."""
        rows = self.split.rows("validation")
        return self.outputs[rows], self.split.labels[rows]

    def frozen_features(self, ids: Sequence[str]) -> np.ndarray:
        """Return the features of its pre-trained backbone, before training, for some images, float32 (n, width)."""
        metadata, backbone = self.metadata, backbones.get(self.metadata.backbone)
        return frozen_features(self.workspace, ids, backbone, metadata.image_size, metadata.weights)

    @functools.cached_property
    def known_works(self) -> KnownWorks:
        """The collected works, with the model's embeddings."""
        ids, stored = read_outputs(self.folder, self.outputs_key)
        embeddings = dict(zip(ids, stored.embeddings, strict=True)) | self.decision_rule.additions.embeddings
        return KnownWorks.read(self.workspace, embeddings)

    @functools.cached_property
    def trained_detector(self) -> UnknownDetector:
        """The detector of the artists that the model was trained on."""
        if not self.metadata.unknown_detector:
            return UnknownDetector.plain()
        return UnknownDetector.read(self.workspace.require(self.folder / self.metadata.unknown_detector))

    @functools.cached_property
    def confidence(self) -> Confidence | None:
        """How sure answers are; None if an earlier artlib made the model."""
        if not self.metadata.confidence:
            return None
        # the threshold in artist_model.json counts, so that users can edit it there
        metadata = self.metadata
        return Confidence.read(self.folder / metadata.confidence, metadata.promise, metadata.unknown_threshold)

    @functools.cached_property
    def others(self) -> Others | None:
        """The other artists, who are never named; None if the model learned from none."""
        return Others.read(self.folder / self.metadata.others) if self.metadata.others else None

    @functools.cached_property
    def decision_rule(self) -> DecisionRule:
        """What turns outputs into verdicts; a model without a detector rejects by the largest probability."""
        additions = Additions.read(self.folder / file) if (file := self.metadata.additions) else Additions()
        detector = additions.detector(self.trained_detector)
        if self.confidence is None:  # in an earlier artlib's model this threshold is the detector's
            detector = replace(detector, threshold=self.metadata.unknown_threshold)
        return DecisionRule(detector, Calibration(**self.metadata.calibration), additions, self.confidence)

    def look_at_others(self, folder: str | Path | None = None) -> Others | None:
        """Return the works by other artists in a folder, or in the workspace; see `others.look` and `.collected`."""
        look = others.collected if folder is None else others.look
        pixels, artists = look(self.workspace, self.workspace.others if folder is None else folder, self.prepared_side)
        if not len(pixels):
            return None
        metadata, backbone = self.metadata, backbones.get(self.metadata.backbone)
        frozen = features_of(pixels, backbone, metadata.image_size, metadata.weights)
        names, places = np.unique(artists, return_inverse=True)
        return Others(names.tolist(), places, self.recogniser(pixels), frozen)

    def learn_decision_rule(
        self, others: str | Path | None = None, promise: Promise | None = None
    ) -> tuple[DecisionRule, OpenSetResult | None]:
        """Learn the decision rule from the split, also for the artists that were added, and write it.

        Args:
            others: a folder with pictures by other artists, in a subfolder each. None keeps those that the model has,
                or takes those that `artlib collect others` brought.
            promise: what firm answers must keep; None keeps what the model has.

        Returns:
            The rule of the trained artists alone, and how good its answers are (None with fewer than three artists and
            no others).

        Raises:
            ArgumentError: the path of others is empty, or a whole computer, home folder or Google Drive.
            WorkspaceError: the split was made again, or there is no readable picture of others.
        """
        if others is not None or self.others is None:
            self.others = self.look_at_others(others)
        promise, last_stage = promise or self.metadata.promise, backbones.get(self.metadata.backbone).width
        pictures = (self.split, self.outputs, self.frozen_features(self.split.ids))
        detector, confidence, open_set = leave_out.fit(*pictures, last_stage, self.others, promise)
        changed = replace(
            self.metadata,
            unknown_detector=detector.write(self.folder).name,
            confidence=confidence.write(self.folder).name,
            others=self.others.write(self.folder).name if self.others else "",
            **asdict(promise),
        )
        rule = decision_rule.fit(detector, confidence, self.decision_rule.additions.pictures, *self.validation)
        self._write(changed, rule)
        self.trained_detector, self.confidence = detector, confidence
        return decision_rule.fit(detector, confidence, {}, *self.validation), open_set

    def keep_additions(self, added: Pictures) -> None:
        """Set the artists that are added to the model, learn its decision rule with them, and write it.

        Args:
            added: from each artist's name to image ids and the model's outputs for them; none removes all.

        Raises:
            WorkspaceError: the split was made again, or an image is missing.
            DetectorError: the model has no detector of its own.
        """
        self._write(self.metadata, decision_rule.fit(self.trained_detector, self.confidence, added, *self.validation))

    def forget_addition(self, artist: str) -> None:
        """Remove one added artist without learning the rule again, for a model whose split no longer exists.

        The threshold stays while other added artists remain. After the last one the trained detector is restored.
        """
        rule, trained = self.decision_rule, self.trained_detector
        left = rule.additions.without(artist)
        detector = left.detector(trained)
        if self.confidence is None and left.artists:
            detector = replace(detector, threshold=rule.detector.threshold)
        self._write(self.metadata, replace(rule, detector=detector, additions=left))

    def _write(self, metadata: files.ModelMetadata, rule: DecisionRule) -> None:
        """Write new files, then the metadata that name them: if it is killed in between, nothing changes."""
        written = replace(
            metadata,
            unknown_threshold=rule.unknown_threshold,
            calibration=asdict(rule.calibration),
            additions=rule.additions.write(self.folder).name if rule.additions.artists else "",
        )
        files.write_metadata(self.folder, written)
        self.metadata, self.decision_rule = written, rule
        self.__dict__.pop("known_works", None)
        files.remove_stale(self.folder, written)
