"""Rebuilding: the same frozen network in another form, which runs faster."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers


def in_policy(network: keras.Model, policy: str) -> keras.Model:
    """Return the same network in another dtype policy, such as mixed_float16; its last layer gives float32."""

    def copied(layer: layers.Layer) -> layers.Layer:
        dtype = "float32" if layer is network.layers[-1] else policy
        # ResNet50's preprocessing comes along as operations, which have no dtype of their own
        changed = {"dtype": dtype} if isinstance(layer, layers.Layer) else {}
        return type(layer).from_config(layer.get_config() | changed)

    result = _cloned(network, copied)
    result.set_weights(network.get_weights())
    return result


def folded(network: keras.Model) -> keras.Model:
    """Return the same network with each BatchNormalization folded into the convolution before it, if there is one.

    Only for a network that is not trained further (Jacob et al., Quantization and training of neural networks, 2018,
    section 3.2).
    """
    after = {
        _before(layer).name: layer
        for layer in network.layers
        if isinstance(layer, layers.BatchNormalization)
        and isinstance(_before(layer), layers.Conv2D | layers.DepthwiseConv2D)
    }
    gone = {layer.name for layer in after.values()}

    def copied(layer: layers.Layer) -> layers.Layer:
        if layer.name in gone:
            return layers.Identity(name=layer.name)
        return type(layer).from_config(layer.get_config() | ({"use_bias": True} if layer.name in after else {}))

    result = _cloned(network, copied)
    for layer in network.layers:
        if layer.name in after:
            result.get_layer(layer.name).set_weights(_folded_weights(layer, after[layer.name]))
        elif layer.name not in gone:
            result.get_layer(layer.name).set_weights(layer.get_weights())
    return result


def _cloned(network: keras.Model, copied: Callable[[layers.Layer], layers.Layer]) -> keras.Model:
    def call(layer: layers.Layer, *arguments, **options):
        # BatchNormalization's options (mask) are not options of the Identity in its place
        return layer(*arguments) if isinstance(layer, layers.Identity) else layer(*arguments, **options)

    return keras.models.clone_model(network, clone_function=copied, call_function=call)


def _before(layer: layers.Layer) -> layers.Layer:
    return layer.input._keras_history.operation


def _folded_weights(convolution: layers.Layer, normalisation: layers.BatchNormalization) -> list[np.ndarray]:
    kernel, *bias = convolution.get_weights()
    gamma, beta, mean, variance = normalisation.get_weights()
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    # a depthwise kernel is (height, width, channels, 1), any other (height, width, in, channels)
    by_channel = scale[:, None] if isinstance(convolution, layers.DepthwiseConv2D) else scale
    return [kernel * by_channel, beta + ((bias[0] if bias else 0.0) - mean) * scale]
