"""What the pixels of pictures and masks are, and pictures in another size."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

MAX_PIXEL_VALUE = 255  # of a picture's bytes
IGNORED_CLASS = 255  # the class, in a mask, of a pixel that does not count
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of red, green and blue, from 0 to 1


def resize_images(image: tf.Tensor, size: Sequence[int] | tf.Tensor) -> tf.Tensor:
    """Pictures in another size: linear between pixels, over their mean where they shrink; bytes stay bytes.

    Args:
        image: (..., height, width, channels).
        size: [height, width].
    """
    result = tf.image.resize(image, size, antialias=True)  # float32
    if image.dtype.is_integer:
        result = tf.clip_by_value(tf.round(result), 0, MAX_PIXEL_VALUE)
    return tf.cast(result, image.dtype)


def resize_masks(mask: tf.Tensor, size: Sequence[int] | tf.Tensor) -> tf.Tensor:
    """Masks (..., height, width) in another size [height, width]: the class of the nearest pixel."""
    return tf.image.resize(mask[..., tf.newaxis], size, "nearest")[..., 0]
