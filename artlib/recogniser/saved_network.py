"""The saved network: model.keras, with what its metadata and this machine's preparations add to it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from artlib.inference import openvino
from artlib.inference.pixels import prepared_side
from artlib.recogniser import files
from artlib.recogniser.files import ModelError
from artlib.recogniser.head import Head
from artlib.recogniser.runner import Recogniser
from artlib.recogniser.second_network import SecondNetwork
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.formats.seals import file_hash
from artlib.workspace.place import has_gpu

if TYPE_CHECKING:
    import keras


class SavedNetwork:
    """The network of a model in a workspace. Each part is read when it is first needed, and kept.

    Args:
        workspace: a Workspace, or the path of one.
        name: of the model.

    Attributes:
        workspace: with the images that it was trained on.
        name: of the model.
        folder: of its files.
        metadata: from artist_model.json.

    Raises:
        WorkspaceError: there is no such model.
        ModelError: its metadata are damaged, or a newer artlib wrote them.
    """

    def __init__(self, workspace: AnyWorkspace, name: str = "default") -> None:
        self.workspace, self.name = as_workspace(workspace), name
        self.folder = self.workspace.model(name)
        self.metadata = files.read_metadata(self.workspace.require(self.folder / files.METADATA))

    @property
    def prepared_side(self) -> int:
        """Height and width in pixels of the prepared pictures that its recogniser takes."""
        return prepared_side(self.metadata.image_size)

    @functools.cached_property
    def model_hash(self) -> str:
        """The sha256 of model.keras.

        Raises:
            WorkspaceError: the file is missing.
        """
        return file_hash(self.workspace.require(self.folder / files.NETWORK))

    @functools.cached_property
    def network(self) -> keras.Model:
        """The model as `artlib.build_model` makes it, with its trained weights.

        Raises:
            WorkspaceError: its file is missing.
            ModelError: it is damaged, or was made by another version.
        """
        path = self.folder / files.NETWORK
        # it may be loaded long after its hash was taken, and must not be another one by then
        if file_hash(self.workspace.require(path)) != self.model_hash:
            raise ModelError(
                f"{path} was written again after this model was read: it was trained again. Read it again."
            )
        return files.load_network(path, self.metadata, self.model_hash)

    @functools.cached_property
    def recogniser(self) -> Recogniser:
        """The network, and the second one if there is one, ready for fast inference.

        What was prepared for this machine is taken; model.keras is then only compared with its hash, and not loaded.
        The first program that asks about many pictures prepares it, else the second program that asks.

        Raises:
            WorkspaceError: a file is missing.
            ModelError: one is damaged, or was made by another version.
        """
        files.check_hash(self.folder / files.NETWORK, self.metadata, self.model_hash)
        second = SecondNetwork.read(self.folder / file) if (file := self.metadata.second_network) else None
        folder = self.workspace.engine(self.name)
        kept = self._kept_head(folder)
        # only what a later program finds again is worth its time for a few pictures
        prepare = kept is not None and openvino.is_installed() and not has_gpu()
        return Recogniser(self._trunk, kept or self._new_head(folder), folder, self.model_hash, second, prepare)

    def _trunk(self) -> keras.Model:
        from artlib.recogniser.model import trunk_of

        return trunk_of(self.network)

    def _kept_head(self, folder: Path) -> Head | None:
        """Return the head that an earlier program kept."""
        if not self.metadata.model_hash:  # an earlier artlib's network is checked whenever it is loaded
            return None
        head = Head.kept(folder, self.model_hash)
        fits = head and head.fits(self.metadata.image_size, len(self.metadata.class_names))
        return head if fits else None

    def _new_head(self, folder: Path) -> Head:
        head = Head.of(self.network)
        head.keep(folder, self.model_hash)
        return head
