"""From logits of every pixel to a mask."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.datasets.data import DataInfo
from tfd2l.errors import ConfigError

MOST_CLASSES = 256  # that a byte can tell apart


class Segmentation:
    """Prediction `mask`, (batch, height, width) uint8: the number of the likeliest class of each pixel.

    Arguments:
        data: its class names are the classes, in the order of their numbers.

    Raises:
        ConfigError: more classes than a byte can tell apart.
    """

    def __init__(self, data: DataInfo) -> None:
        if len(data.class_names) > MOST_CLASSES:
            raise ConfigError(
                f"A mask of bytes holds {MOST_CLASSES} classes. Received: {len(data.class_names)} classes"
            )

    def __call__(self, outputs: tf.Tensor, inputs: Any) -> dict[str, tf.Tensor]:
        return {"mask": tf.cast(tf.argmax(outputs, axis=-1, output_type=tf.int32), tf.uint8)}
