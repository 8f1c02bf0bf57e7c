"""LeNet-5, as section 11.11 of the book trains it with learning rate schedules."""

from __future__ import annotations

from typing import Literal

import keras

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.base.images import get_image_shape

SMALLEST = 12  # pixels: one is left after the last pooling
POOLING = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}


def lenet5(
    data: DataInfo,
    pooling: Literal["max", "average"] = "max",
    activation: Literal["relu", "sigmoid"] = "relu",
) -> keras.Model:
    """LeNet-5 convolutional network, with ReLU and max pooling by default.

    At 28 x 28 x 1, with 10 classes, it has 61,706 weights:

        conv 6, 5 x 5     28 x 28 x 6     (padded)
        pool              14 x 14 x 6
        conv 16, 5 x 5    10 x 10 x 16
        pool              5 x 5 x 16
        flatten           400
        dense             120
        dense             84
        dense             10

    Kernels are initialized Glorot (Xavier) uniform, biases are 0 initially. Other tabs of the book have average pooling
    and a sigmoid after the 84 units in the same section, so their figures are those of another network.

    Args:
        data: Description of the data: the shape of the images, and the class names.
        pooling: `"max"`, the default, or `"average"`.
        activation: Activation of every layer but the last, `"relu"`, the default, or `"sigmoid"`.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to logits, `(batch, classes)`.

    Raises:
        ConfigError: The images are smaller than 12 x 12.

    References:
        - LeCun et al., 1998, *Gradient-based learning applied to document recognition*.
        - *Dive into Deep Learning*, sections 6.6 and 11.11.
    """
    height, width, channels = get_image_shape(data, "lenet5")
    if min(height, width) < SMALLEST:
        raise ConfigError(
            f"model.lenet5 needs images of at least {SMALLEST} x {SMALLEST} pixels. Received: {height} x {width}"
        )
    layers, pool = keras.layers, POOLING[pooling]
    return keras.Sequential(
        [
            keras.Input((height, width, channels), name="image"),
            layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
            pool(2, name="pool1"),
            layers.Conv2D(16, 5, activation=activation, name="conv2"),
            pool(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation=activation, name="hidden1"),
            layers.Dense(84, activation=activation, name="hidden2"),
            layers.Dense(len(data.class_names), name="classifier"),
        ],
        name="lenet5",
    )
