"""ResNet50 (He et al., Deep residual learning, 2016) with the ImageNet weights of keras.applications."""

import os
from pathlib import Path

import h5py
import keras
import requests
from keras.applications import resnet

from artlib.backbones.torch_file import WeightsError

STAGE_NAMES = ("conv1", "conv2", "conv3", "conv4", "conv5")
FILE_NAME = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
# from keras.applications, where both are private
URL = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/" + FILE_NAME
FILE_HASH = "4d473c1dd8becc155b73f8504c6f6626"
PROBE_SECONDS = 5


def feature_map(inputs: keras.KerasTensor) -> keras.KerasTensor:
    """Build the layers from float RGB 0-255 (batch, height, width, 3) to the feature map (batch, h/32, w/32, 2048)."""
    # called on the graph's tensors, so that the model can be saved and loaded (a Lambda layer could not be loaded)
    preprocessed = resnet.preprocess_input(inputs)
    return resnet.ResNet50(include_top=False, weights=None, input_tensor=preprocessed).output


def cached_weights() -> Path | None:
    """Return the file that Keras downloaded earlier, or None."""
    path = _cache_path()
    return path if path.is_file() else None


def _cache_path() -> Path:
    return Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models" / FILE_NAME


def downloadable() -> bool:
    """Return whether the weights' server answers within a few seconds."""
    try:
        answer = requests.head(URL, timeout=PROBE_SECONDS, allow_redirects=True)
    except requests.RequestException:
        return False
    return answer.ok


def find_weights() -> Path | None:
    """Return the ImageNet weights in the Keras cache, downloaded if necessary, or None if they can't be downloaded.

    Raises:
        WeightsError: the download failed or arrived damaged.
    """
    if path := cached_weights():
        return path
    if not downloadable():
        return None
    try:
        return Path(keras.utils.get_file(FILE_NAME, URL, cache_subdir="models", file_hash=FILE_HASH))
    except Exception as error:  # Keras raises no narrower one where the server fails
        _cache_path().unlink(missing_ok=True)  # Keras leaves a damaged file there, which would be used next time
        raise WeightsError(
            f"Downloading the ResNet50 weights failed ({error}). Try again, or use backbone='efficientnet_lite0'."
        ) from error


def load_weights(model: keras.Model, path: Path) -> None:
    """Put weights into the backbone layers of `model`.

    Args:
        model: a model that holds the layers of `feature_map`; its own head is not changed.
        path: the file that keras.applications serves, with or without the top (.h5).

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
    """
    try:
        with h5py.File(path) as file:
            _copy(model, file.get("model_weights", file))
    except (OSError, KeyError, ValueError) as error:
        raise WeightsError(
            f"{path} does not hold ResNet50 weights as Keras serves them ({error}). "
            f"If Keras downloaded it, delete it, and it is downloaded again; else give a complete "
            f"{FILE_NAME}, or use backbone='efficientnet_lite0'."
        ) from error


def _copy(model: keras.Model, file: h5py.Group) -> None:
    # by name, not by Keras' topological loading, so that files with and without the top both fit
    for layer in model.layers:
        if layer.weights and layer.name.startswith(STAGE_NAMES):
            names = [
                name.decode() if isinstance(name, bytes) else name for name in file[layer.name].attrs["weight_names"]
            ]
            layer.set_weights([file[layer.name][name][...] for name in names])
