"""From logits of every pixel to a mask."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.ops.vision.pixels import resize_masks
from tfd2l.stages.base.image_stage import IMAGE

MOST_CLASSES = 256  # that a byte can tell apart


class Segmentation:
    """Prediction `mask`, (batch, height, width) uint8: the number of the likeliest class of each pixel.

    The mask has the size of the image given: where a stage has resized the image, each of its pixels takes the class of
    the nearest one that the model has judged.

    Args:
        data: its class names are the classes, in the order of their numbers.

    Raises:
        ConfigError: more classes than a byte can tell apart.
    """

    def __init__(self, data: DataInfo) -> None:
        if len(data.class_names) > MOST_CLASSES:
            raise ConfigError(
                f"A mask of bytes holds {MOST_CLASSES} classes. Received: {len(data.class_names)} classes"
            )

    def __call__(self, outputs: tf.Tensor, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        mask = tf.cast(tf.argmax(outputs, axis=-1, output_type=tf.int32), tf.uint8)  # (batch, height, width)
        image = inputs.get(IMAGE)
        if image is None or (image.shape[1:3].is_fully_defined() and image.shape[1:3] == mask.shape[1:3]):
            return {"mask": mask}
        return {"mask": resize_masks(mask, tf.shape(image)[1:3])}
