"""LeNet, as section 12.5 of the book trains it on several devices."""

from __future__ import annotations

import keras

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFloat
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.base.images import get_image_shape

SMALLEST = 16  # pixels: one is left after the last pooling


@check_bounds
def lenet(data: DataInfo, initial_deviation: PositiveFloat | None = 0.01) -> keras.Model:
    """LeNet convolutional network with ReLU and average pooling.

    At 28 x 28 x 1, with 10 classes, it has 129,068 weights:

        conv 20, 3 x 3    26 x 26 x 20
        pool              13 x 13 x 20
        conv 50, 5 x 5    9 x 9 x 50
        pool              4 x 4 x 50
        flatten           800
        dense             128
        dense             10

    Args:
        data: Description of the data: the shape of the images, and the class names.
        initial_deviation: Standard deviation of the normal initialization of every kernel. Defaults to 0.01, as in the
            book, with which training needs some hundred steps to leave a plateau. `None`: Keras' own (Glorot uniform).
            Biases are 0 initially.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to logits, `(batch, classes)`.

    Raises:
        ConfigError: The images are smaller than 16 x 16, or the deviation is not above 0.

    References:
        - *Dive into Deep Learning*, section 12.5.
    """
    height, width, channels = get_image_shape(data, "lenet")
    if min(height, width) < SMALLEST:
        raise ConfigError(
            f"model.lenet needs images of at least {SMALLEST} x {SMALLEST} pixels. Received: {height} x {width}"
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
