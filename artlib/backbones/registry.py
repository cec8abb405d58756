"""Which backbones there are, and which one `auto` takes."""

from artlib.backbones import hub_transformers
from artlib.backbones import keras_applications as applications
from artlib.backbones.backbone import Backbone
from artlib.backbones.efficientnet_lite import HEAD, LITE0, LITE2, STAGE_NAMES
from artlib.backbones.hub_transformers import HubTransformer
from artlib.backbones.keras_applications import KerasApplication
from artlib.errors import ArgumentError
from artlib.workspace.place import has_gpu

# Networks without BatchNormalization are fine-tuned with smaller steps: 5e-5 is ConvNeXt's own (Liu et al., A ConvNet
# for the 2020s, 2022, appendix A.2), and transformers take less. Neither was measured here.
CONVNEXT_RATE, TRANSFORMER_RATE = 5e-5, 3e-5


def _application(
    name: str, network: KerasApplication, fine_tune_from: str, width: int, image_size: int = 224, rate: float = 3e-4
) -> Backbone:
    return Backbone(name, network.stages, fine_tune_from, width, network, image_size, network.stage_of, rate)


def _transformer(network: HubTransformer) -> Backbone:
    return Backbone(
        network.preset,
        hub_transformers.STAGES,
        "blocks3",
        network.width,
        network,
        stage_of=network.stage_of,
        learning_rate=TRANSFORMER_RATE,
        package=hub_transformers.PACKAGE,
    )


_ALL = (
    _application("resnet50", applications.RESNET50, "conv4", 2048),
    Backbone("efficientnet_lite0", STAGE_NAMES, "stage3", HEAD, LITE0),
    Backbone("efficientnet_lite2", STAGE_NAMES, "stage3", HEAD, LITE2, image_size=260),
    _application("efficientnetv2_b0", applications.EFFICIENTNETV2_B0, "block4", 1280),
    _application("efficientnetv2_s", applications.EFFICIENTNETV2_S, "block4", 1280, image_size=384),
    _application("convnext_tiny", applications.CONVNEXT_TINY, "stage3", 768, rate=CONVNEXT_RATE),
    _application("convnext_base", applications.CONVNEXT_BASE, "stage3", 1024, rate=CONVNEXT_RATE),
    _transformer(hub_transformers.DINOV2_SMALL),
    _transformer(hub_transformers.DINOV2_BASE),
    _transformer(hub_transformers.CLIP_BASE_16),
    _transformer(hub_transformers.CLIP_BASE_32),
)
BACKBONES = {backbone.name: backbone for backbone in _ALL}


def get(name: str) -> Backbone:
    """Return a backbone by name.

    Raises:
        ValueError: the name is none of the known ones.
    """
    if name not in BACKBONES:
        raise ArgumentError(f"Known backbones: {', '.join(BACKBONES)}, auto. Received: backbone={name!r}.")
    return BACKBONES[name]


def choose(name: str = "auto", begun: str | None = None) -> Backbone:
    """Return a backbone by name; "auto" takes what suits this machine, and prints in one line which one and why.

    ResNet50 is taken where there is a GPU and its weights can be had, else EfficientNet-Lite0.

    Args:
        name: one of BACKBONES, or "auto".
        begun: the backbone of a training or a comparison that goes on; "auto" stays with it, whatever the machine
            has now.
    """
    if name != "auto":
        return get(name)
    chosen, reason = (begun, "what was begun goes on with it") if begun else _automatic()
    print(f"backbone=auto: {chosen}, because {reason}.")
    return get(chosen)


def _automatic() -> tuple[str, str]:
    """Return which backbone suits this machine, and why."""
    if not has_gpu():
        return "efficientnet_lite0", "there is no GPU here, and ResNet50 takes about five times as long on a processor"
    file = applications.RESNET50.file
    if file.cached():
        return "resnet50", "there is a GPU here, and its weights are in the Keras cache"
    if file.downloadable():
        return "resnet50", "there is a GPU here, and its weights can be downloaded"
    return "efficientnet_lite0", "the ResNet50 weights are not here and could not be downloaded"
