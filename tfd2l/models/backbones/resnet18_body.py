"""The body of a ResNet-18: what a classifier, a detector and a segmenter of images share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import keras
from keras import layers

from tfd2l.errors import ConfigError
from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization

GROUPS = 4
BLOCKS = 2  # residual blocks a group
# The book's, not Keras' (0.99, 1e-3): the moving statistics must follow within a short training.
NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}
Stem = Literal["small", "imagenet"]
STRIDES: dict[str, int] = {"small": 8, "imagenet": 32}
"""How many pixels of the image a pixel of the last group stands for, by stem."""
PREFIXES = ("stem_", "group")


def resnet18_body(image: keras.KerasTensor, width: int = 64, stem: Stem = "small") -> list[keras.KerasTensor]:
    """Features of an image, at the end of each of the four groups of residual blocks.

    An image of 320 x 480 gives, with the stem "imagenet" and a width of 64,

        stem      80 x 120 x  64
        group 1   80 x 120 x  64
        group 2   40 x  60 x 128
        group 3   20 x  30 x 256
        group 4   10 x  15 x 512

    and with the stem "small" four times as many pixels each way. Where a size does not divide, it is rounded up.

    The layers' names are the same in every model with this body (`stem_conv`, `stem_norm`, `group1_block1_conv1`, ...),
    so that one model's weights can be given to another (`tfd2l.models.weights.image_weights`).

    Args:
        image: (batch, height, width, channels).
        width: channels of the stem and the first group; each further group doubles them. 64 is ResNet-18.
        stem: "small", for small images: a 3 x 3 convolution of stride 1; "imagenet": a 7 x 7 one of stride 2, and max
            pooling of 3 x 3, stride 2.

    Returns: the outputs of the groups, first to last.

    Raises:
        ConfigError: a width below 1.

    Source: sections 7.6, 12.6 and 13.11; He et al. 2016, *Deep Residual Learning for Image Recognition*.
    """
    if width < 1:
        raise ConfigError(f"A size counts from 1 up. Received: model.width={width}")
    kernel, stride = (3, 1) if stem == "small" else (7, 2)
    x = layers.Conv2D(width, kernel, stride, padding="same", name="stem_conv")(image)
    x = FusedBatchNormalization(**NORMALIZATION, name="stem_norm")(x)
    x = layers.ReLU(name="stem_relu")(x)  # (batch, height, width, channels)
    if stem == "imagenet":
        x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool")(x)
    groups = []
    for group in range(GROUPS):
        for block in range(BLOCKS):
            halve = group > 0 and block == 0
            x = _residual(x, width * 2**group, halve, f"group{group + 1}_block{block + 1}")
        groups.append(x)
    return groups


def body_layers(model: keras.Model) -> Sequence[keras.layers.Layer]:
    """The layers of a model that are its ResNet body, in order."""
    return [layer for layer in model.layers if layer.name.startswith(PREFIXES)]


def _residual(x: keras.KerasTensor, channels: int, halve: bool, name: str) -> keras.KerasTensor:
    """relu(x + norm(conv(relu(norm(conv(x)))))); to halve the size, x goes through a 1 x 1 convolution of stride 2.

    That one is made of its two parts, every other pixel and then a convolution of stride 1: with 8 channels or fewer
    and images of 48 x 48, the gradient of a strided 1 x 1 convolution crashes TensorFlow 2.21 on a processor (oneDNN).
    """
    stride = 2 if halve else 1
    y = layers.Conv2D(channels, 3, stride, "same", name=f"{name}_conv1")(x)
    y = FusedBatchNormalization(**NORMALIZATION, name=f"{name}_norm1")(y)
    y = layers.ReLU(name=f"{name}_relu1")(y)
    y = layers.Conv2D(channels, 3, padding="same", name=f"{name}_conv2")(y)
    y = FusedBatchNormalization(**NORMALIZATION, name=f"{name}_norm2")(y)
    if halve:
        x = layers.MaxPooling2D(1, 2, name=f"{name}_every_other")(x)
        x = layers.Conv2D(channels, 1, name=f"{name}_shortcut")(x)
    return layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([y, x]))
