"""Image encoders of the package keras-hub: the vision transformers of DINOv2 and CLIP.

Oquab et al., DINOv2: Learning robust visual features without supervision, 2023; Radford et al., Learning transferable
visual models from natural language supervision, 2021. The features of "all" levels are the mean of the patch tokens
after each quarter of the blocks, then the class token; those of the "last" level are the class token alone. It is what
both papers classify by: CLIP's before the projection (appendix A.3), DINOv2's normalised, with or without the mean of
the patches (section 7.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from artlib.backbones.hdf5_files import check_ends
from artlib.backbones.torch_file import WeightsError
from artlib.errors import ArgumentError

if TYPE_CHECKING:
    import keras

PACKAGE = "keras-hub"
STAGES = ("embedding", "blocks1", "blocks2", "blocks3", "blocks4", "top")
FILE_NAME = "model.weights.h5"  # of every preset


@dataclass(frozen=True)
class HubTransformer:
    """A vision transformer with the layers and the weights of a preset.

    Attributes:
        preset: its name in keras-hub.
        patch: the side of a patch, in pixels.
        width: channels of a token.
        heads: of each block's attention.
        image_size: the side in pixels of the pictures that the preset was trained with.
        blocks: how many, a multiple of 4.
    """

    preset: str
    patch: int
    width: int
    heads: int
    image_size: int
    blocks: int = 12

    model: ClassVar[str]  # the class in keras_hub.models that has the preset
    mean: ClassVar[tuple[float, ...]]  # of RGB 0-1 in the pre-training
    deviation: ClassVar[tuple[float, ...]]

    def stage_of(self, name: str) -> str:
        """Return the stage of a layer."""
        if match := re.search(r"(?:^|_)(?:layers|encoder_block)_(\d+)$", name):
            return f"blocks{1 + int(match[1]) * 4 // self.blocks}"
        if re.search(r"_(embeddings?|pre_layer_norm)$", name):
            return "embedding"
        return "top" if re.search(r"_(layer_?norm|class_token|class_map)$", name) else ""

    def feature_map(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, side, side, 3) to the class token (batch, 1, 1, width)."""
        from keras import layers

        x, side = inputs, self.side(inputs.shape[1])
        if side != inputs.shape[1]:
            x = layers.Resizing(side, side, name="preprocess_size")(x)
        mean, variance = [255 * each for each in self.mean], [(255 * each) ** 2 for each in self.deviation]
        x = layers.Normalization(mean=mean, variance=variance, name="preprocess")(x)
        # called one by one and not as one nested model, so that stages can be frozen, and pooled for heat maps
        for layer in self.chain(self.encoder(side)):
            # a copy, because the layer itself stands already in the graph of keras-hub's encoder
            x = type(layer).from_config(layer.get_config())(x)
        x = layers.Cropping1D((0, x.shape[1] - 1), name=f"{self.preset}_class_token")(x)
        return layers.Reshape((1, 1, self.width), name=f"{self.preset}_class_map")(x)

    def find_weights(self) -> Path:
        """Return the preset's file, downloaded if it is not on this machine.

        Raises:
            WeightsError: it can't be downloaded.
        """
        import kagglehub  # keras-hub downloads with it

        presets = hub_class(self.model).presets
        try:
            handle = presets[self.preset]["kaggle_handle"].removeprefix("kaggle://")
            return Path(kagglehub.model_download(handle, FILE_NAME))
        except Exception as error:  # it has many of its own, without a class in common
            raise WeightsError(
                f"The weights of {self.preset} are not on this machine, and downloading them failed ({error}). "
                f"Try again, give the preset's {FILE_NAME} as weights=PATH (--weights PATH), or use efficientnet_lite0."
            ) from error

    def load_weights(self, model: keras.Model, path: Path) -> None:
        """Put weights into the backbone layers of `model`.

        Args:
            model: a model that holds the layers of `feature_map`; its own head is not changed.
            path: the preset's model.weights.h5.

        Raises:
            WeightsError: the file is missing, damaged, or of another network.
        """
        check_ends(path)
        try:
            trained = self.read(self.side(model.input_shape[1]), path)
        except (OSError, KeyError, ValueError) as error:
            raise WeightsError(
                f"{path} does not hold the weights of the preset {self.preset} ({error}). Give its {FILE_NAME}, "
                "or use backbone='efficientnet_lite0'."
            ) from error
        for layer in self.chain(trained):
            model.get_layer(layer.name).set_weights(layer.get_weights())

    def side(self, pixels: int) -> int:
        """Return the side in pixels at which the network sees a picture of so many pixels."""
        raise NotImplementedError

    def encoder(self, side: int) -> Any:
        """Return keras-hub's encoder with random weights."""
        raise NotImplementedError

    def chain(self, encoder: Any) -> list[keras.Layer]:
        """Return the layers of an encoder, from the pictures to the tokens (batch, tokens, width)."""
        raise NotImplementedError

    def read(self, side: int, path: Path) -> Any:
        """Return an encoder with the weights of a preset's file."""
        raise NotImplementedError


class DinoV2(HubTransformer):
    """An encoder of DINOv2: for another size of picture its position embeddings are interpolated when they are read."""

    model = "DINOV2Backbone"
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

    def side(self, pixels: int) -> int:
        return max(1, pixels // self.patch) * self.patch

    def encoder(self, side: int, trained_at: int | None = None) -> Any:
        # without a size of their own, the position embeddings of a saved model are read as they were written
        return hub_class(self.model)(
            patch_size=self.patch,
            num_layers=self.blocks,
            hidden_dim=self.width,
            num_heads=self.heads,
            intermediate_dim=4 * self.width,
            image_shape=(side, side, 3),
            position_embedding_shape=(trained_at or side,) * 2,
            name=self.preset,
        )

    def chain(self, encoder: Any) -> list[keras.Layer]:
        return [encoder.embeddings, *encoder.encoder.layers, encoder.layernorm]

    def read(self, side: int, path: Path) -> Any:
        trained, ours = self.encoder(side, self.image_size), self.encoder(side)
        trained.load_weights(path)
        values = {variable.name: variable for variable in trained.embeddings.weights}
        values["position_embeddings"] = values["interpolated_position_embeddings"]
        for variable in ours.embeddings.weights:
            variable.assign(values[variable.name])
        for mine, theirs in zip(self.chain(ours)[1:], self.chain(trained)[1:], strict=True):
            mine.set_weights(theirs.get_weights())
        return ours


class Clip(HubTransformer):
    """The image encoder of CLIP, which sees each picture at the size of its training."""

    model = "CLIPBackbone"
    mean, deviation = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    text: ClassVar = {  # the text encoder, which lies in the same file
        "vocabulary_size": 49408,
        "embedding_dim": 512,
        "hidden_dim": 512,
        "num_layers": 12,
        "num_heads": 8,
        "intermediate_dim": 2048,
    }

    def side(self, pixels: int) -> int:
        return self.image_size

    def encoder(self, side: int) -> Any:
        return hub_class("CLIPVisionEncoder")(
            patch_size=self.patch,
            hidden_dim=self.width,
            num_layers=self.blocks,
            num_heads=self.heads,
            intermediate_dim=4 * self.width,
            image_shape=(side, side, 3),
            name=self.preset,
        )

    def chain(self, encoder: Any) -> list[keras.Layer]:
        return [encoder.embedding, encoder.pre_layer_norm, *encoder.encoder_layers, encoder.layer_norm]

    def read(self, side: int, path: Path) -> Any:
        encoder, text = self.encoder(side), hub_class("CLIPTextEncoder")(**self.text)
        whole = hub_class(self.model)(vision_encoder=encoder, text_encoder=text, projection_dim=self.text["hidden_dim"])
        whole.load_weights(path)
        return encoder


def hub_class(name: str) -> Any:
    """Return a class of keras_hub.models.

    Raises:
        ArgumentError: keras-hub is too old to have it.
    """
    import keras_hub

    if not hasattr(keras_hub.models, name):
        raise ArgumentError(
            f"{PACKAGE} {keras_hub.__version__} is too old: it has no {name}. Run: pip install --upgrade {PACKAGE}. "
            "Then start Python again."
        )
    return getattr(keras_hub.models, name)


DINOV2_SMALL = DinoV2("dinov2_small", patch=14, width=384, heads=6, image_size=518)
DINOV2_BASE = DinoV2("dinov2_base", patch=14, width=768, heads=12, image_size=518)
CLIP_BASE_16 = Clip("clip_vit_base_patch16", patch=16, width=768, heads=12, image_size=224)
CLIP_BASE_32 = Clip("clip_vit_base_patch32", patch=32, width=768, heads=12, image_size=224)
