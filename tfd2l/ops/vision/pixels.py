"""Values of pixels in images and masks, and resizing."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

MAX_PIXEL_VALUE = 255  # of an image of bytes
IGNORED_CLASS = 255  # the class of mask pixels that are ignored
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of red, green and blue in [0, 1]


def resize_images(image: tf.Tensor, size: Sequence[int] | tf.Tensor) -> tf.Tensor:
    """Resizes images by bilinear interpolation with antialiasing.

    Args:
        image: A tensor of shape `(..., height, width, channels)`.
        size: The new height and width.

    Returns:
        A tensor of shape `(..., size[0], size[1], channels)` and of the image's type; integers are rounded.

    Example:
        >>> from tfd2l.ops.vision.pixels import resize_images
        >>> resize_images(tf.constant([[[0], [100]]], tf.uint8), [1, 4]).numpy()[..., 0]
        array([[  0,  25,  75, 100]], dtype=uint8)
    """
    result = tf.image.resize(image, size, antialias=True)  # float32
    if image.dtype.is_integer:
        result = tf.clip_by_value(tf.round(result), 0, MAX_PIXEL_VALUE)
    return tf.cast(result, image.dtype)


def resize_masks(mask: tf.Tensor, size: Sequence[int] | tf.Tensor) -> tf.Tensor:
    """Resizes segmentation masks by the nearest pixel.

    Args:
        mask: A tensor of shape `(..., height, width)`.
        size: The new height and width.

    Returns:
        A tensor of shape `(..., size[0], size[1])` and of the mask's type.

    Example:
        >>> from tfd2l.ops.vision.pixels import resize_masks
        >>> resize_masks(tf.constant([[[0, 15]]], tf.uint8), [1, 4]).numpy()
        array([[[ 0,  0, 15, 15]]], dtype=uint8)
    """
    return tf.image.resize(mask[..., tf.newaxis], size, "nearest")[..., 0]
