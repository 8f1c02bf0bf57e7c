"""ResNet-18 for small images, as section 12.6 trains it on several devices."""

from __future__ import annotations

import keras
from keras import layers

from tfd2l.datasets.data import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.images import image_shape

GROUPS = 4
BLOCKS = 2  # residual blocks a group
# The book's, not Keras' (0.99, 1e-3): the moving statistics must follow within a short training.
NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}


def resnet18(data: DataInfo, width: int = 64) -> keras.Model:
    """ResNet-18 without the first max pooling: images -> logits.

    A stem, four groups of two residual blocks, global average pooling, and a dense layer. At 28 x 28 x 1, with 10
    classes, 11,175,818 trainable weights, and the outputs are

        stem      28 x 28 x 64
        group 1   28 x 28 x 64
        group 2   14 x 14 x 128
        group 3    7 x  7 x 256
        group 4    4 x  4 x 512
        pool      512
        dense     10

    Arguments:
        data: the images' shape, and a class for each of its class names.
        width: channels of the stem and the first group; each further group doubles them. 64 is ResNet-18; with 8 it
            costs about a sixtieth.

    Raises:
        ConfigError: a width below 1.

    Source: section 12.6; He et al. 2016, *Deep Residual Learning for Image Recognition*.
    """
    if width < 1:
        raise ConfigError(f"A size counts from 1 up. Received: model.width={width}")
    image = keras.Input(image_shape(data, "resnet18"), name="image")
    x = layers.Conv2D(width, 3, padding="same", name="stem_conv")(image)
    x = layers.BatchNormalization(**NORMALIZATION, name="stem_norm")(x)
    x = layers.ReLU(name="stem_relu")(x)  # (batch, height, width, channels)
    for group in range(GROUPS):
        for block in range(BLOCKS):
            halve = group > 0 and block == 0
            x = _residual(x, width * 2**group, halve, f"group{group + 1}_block{block + 1}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)  # (batch, 8 width)
    return keras.Model(image, layers.Dense(len(data.class_names), name="classifier")(x), name="resnet18")


def _residual(x: keras.KerasTensor, channels: int, halve: bool, name: str) -> keras.KerasTensor:
    """relu(x + norm(conv(relu(norm(conv(x)))))); to halve the size, x goes through a 1 x 1 convolution of stride 2."""
    stride = 2 if halve else 1
    y = layers.Conv2D(channels, 3, stride, "same", name=f"{name}_conv1")(x)
    y = layers.BatchNormalization(**NORMALIZATION, name=f"{name}_norm1")(y)
    y = layers.ReLU(name=f"{name}_relu1")(y)
    y = layers.Conv2D(channels, 3, padding="same", name=f"{name}_conv2")(y)
    y = layers.BatchNormalization(**NORMALIZATION, name=f"{name}_norm2")(y)
    if halve:
        x = layers.Conv2D(channels, 1, stride, name=f"{name}_shortcut")(x)
    return layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([y, x]))
