"""LeNet as section 12.5 trains it on several devices."""

from __future__ import annotations

import keras

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.base.images import image_shape

SMALLEST = 16  # pixels: one is left after the last pooling


def lenet(data: DataInfo, initial_deviation: float | None = 0.01) -> keras.Model:
    """LeNet with ReLU and average pooling: images -> logits.

    At 28 x 28 x 1, with 10 classes, 129,068 weights:

        conv 20, 3 x 3    26 x 26 x 20
        pool              13 x 13 x 20
        conv 50, 5 x 5    9 x 9 x 50
        pool              4 x 4 x 50
        flatten           800
        dense             128
        dense             10

    Args:
        data: the images' shape, and a class for each of its class names.
        initial_deviation: standard deviation of the normal start of every kernel; small as the book's 0.01 is, training
            stands on a plateau for some hundred steps before it gets going. None: Keras' own (Glorot uniform). Biases
            start at 0.

    Raises:
        ConfigError: images smaller than 16 x 16, or a deviation that is not above 0.

    Source: section 12.5.
    """
    height, width, channels = image_shape(data, "lenet")
    if min(height, width) < SMALLEST:
        raise ConfigError(
            f"model.lenet needs images of at least {SMALLEST} x {SMALLEST} pixels. Received: {height} x {width}"
        )
    if initial_deviation is not None and initial_deviation <= 0:
        raise ConfigError(
            f"A standard deviation is above 0: equal weights would stay equal. "
            f"Received: model.initial_deviation={initial_deviation}"
        )

    def start() -> keras.initializers.Initializer | str:
        # Of its own for each layer: one shared initializer would draw the same numbers.
        return "glorot_uniform" if initial_deviation is None else keras.initializers.RandomNormal(0, initial_deviation)

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((height, width, channels), name="image"),
            layers.Conv2D(20, 3, activation="relu", kernel_initializer=start(), name="conv1"),
            layers.AveragePooling2D(2, name="pool1"),
            layers.Conv2D(50, 5, activation="relu", kernel_initializer=start(), name="conv2"),
            layers.AveragePooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", kernel_initializer=start(), name="hidden"),
            layers.Dense(len(data.class_names), kernel_initializer=start(), name="classifier"),
        ],
        name="lenet",
    )
