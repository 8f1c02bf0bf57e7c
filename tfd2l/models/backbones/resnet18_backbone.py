"""ResNet-18 backbone, which classifiers, detectors and segmentation networks share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import keras
from keras import layers

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
from tfd2l.models.base.normalization import NORMALIZATION
from tfd2l.models.weights.image_weights import freeze, transfer_weights

GROUPS = 4
BLOCKS = 2  # residual blocks a group
Stem = Literal["small", "imagenet"]
STRIDES: dict[str, int] = {"small": 8, "imagenet": 32}
"""Stride of the last group's features, in pixels of the image, by stem."""
PREFIXES = ("stem_", "group")


@check_bounds
def build_resnet18_backbone(
    image: keras.KerasTensor, width: PositiveInt = 64, stem: Stem = "small"
) -> list[keras.KerasTensor]:
    """Builds the features of an image at the end of each of the four groups of residual blocks.

    For an image of 320 x 480, with the stem `"imagenet"` and a width of 64:

        stem      80 x 120 x  64
        group 1   80 x 120 x  64
        group 2   40 x  60 x 128
        group 3   20 x  30 x 256
        group 4   10 x  15 x 512

    With the stem `"small"` there are four times as many pixels each way. Sizes that do not divide are rounded up.

    The layers' names are the same in every model with this backbone (`stem_conv`, `stem_norm`, `group1_block1_conv1`,
    ...), so that the weights of one model can be transferred to another (`tfd2l.models.weights.image_weights`).

    Args:
        image: Input of shape `(batch, height, width, channels)`.
        width: Channels of the stem and the first group; each further group doubles them. Defaults to 64, ResNet-18.
        stem: `"small"`, the default, for small images: a 3 x 3 convolution of stride 1; or `"imagenet"`: a 7 x 7
            convolution of stride 2, and 3 x 3 max pooling of stride 2.

    Returns:
        The outputs of the groups, first to last.

    Raises:
        ConfigError: The width is below 1.

    References:
        - He et al., 2016, *Deep Residual Learning for Image Recognition*.
        - *Dive into Deep Learning*, sections 7.6, 12.6 and 13.11.
    """
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


def get_backbone_layers(model: keras.Model) -> Sequence[keras.layers.Layer]:
    """Returns the layers of a model that are its ResNet-18 backbone, in order."""
    return [layer for layer in model.layers if layer.name.startswith(PREFIXES)]


def initialize_backbone(model: keras.Model, weights: str | None, frozen: bool) -> None:
    """Transfers weights to the backbone of a model, and freezes it.

    Args:
        model: Model with a backbone that `build_resnet18_backbone` made.
        weights: Where the weights come from, as `tfd2l.models.weights.image_weights.transfer_weights` takes it.
            `None`: the backbone keeps its random weights.
        frozen: Whether the backbone is excluded from training, and normalizes by its moving statistics.

    Raises:
        ConfigError: The weights do not fit.
    """
    transfer_weights(get_backbone_layers(model), weights)
    if frozen:
        freeze(get_backbone_layers(model))


def _residual(x: keras.KerasTensor, channels: int, halve: bool, name: str) -> keras.KerasTensor:
    """Applies a residual block, relu(x + norm(conv(relu(norm(conv(x)))))); if it halves the size, x is convolved too.

    The strided 1 x 1 convolution is made of its two parts, every other pixel and then a convolution of stride 1: with 8
    channels or fewer and images of 48 x 48, its gradient crashes TensorFlow 2.21 on a processor (oneDNN).
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
