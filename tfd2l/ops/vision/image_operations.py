"""The operations of RandAugment: functions of an image whose values are in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from tfd2l.ops.vision.affine_operations import rotate, shear_x, shear_y, translate_x, translate_y
from tfd2l.ops.vision.color_adjustments import adjust_brightness, adjust_contrast, adjust_saturation, blend

LEVELS = 256
MAX_CHANGE = 0.9  # of a factor of brightness, contrast, saturation, sharpness
MIN_BITS, MAX_BITS = 4, 8

Operation = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Maps an image of shape `(height, width, channels)` and a scalar strength in [-1, 1] to an image."""


def adjust_sharpness(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Blends an image with a blurred copy of itself.

    The blurred pixels are weighted means of 3 x 3 pixels, the center with weight 5; those at the border are not
    blurred.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1]. Below 0 the image becomes smoother, above 0 sharper.

    Returns:
        A tensor of the image's shape, clipped to [0, 1].

    Example:
        >>> from tfd2l.ops.vision.image_operations import adjust_sharpness
        >>> image = tf.constant([[0.2, 0.2, 0.2], [0.2, 0.5, 0.2], [0.2, 0.2, 0.2]])[..., None]
        >>> adjust_sharpness(image, 1.0).numpy()[..., 0]
        array([[0.2   , 0.2   , 0.2   ],
               [0.2   , 0.6662, 0.2   ],
               [0.2   , 0.2   , 0.2   ]], dtype=float32)
    """
    channels = image.shape[-1]
    kernel = tf.constant([[1.0, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13
    kernel = tf.tile(kernel[..., tf.newaxis, tf.newaxis], [1, 1, channels, 1])  # (3, 3, channels, 1)
    inner = tf.nn.depthwise_conv2d(image[tf.newaxis], kernel, [1, 1, 1, 1], "VALID")[0]
    height, width = tf.shape(image)[0], tf.shape(image)[1]
    edge = tf.pad(tf.ones([height - 2, width - 2, 1]), [[1, 1], [1, 1], [0, 0]])
    blurred = tf.where(edge > 0, tf.pad(inner, [[1, 1], [1, 1], [0, 0]]), image)
    return blend(image, blurred, 1 + MAX_CHANGE * strength)


def posterize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Keeps the first `8 - 4 |strength|` of the eight bits of each value.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import posterize
        >>> posterize(tf.constant([[[0.1], [0.5], [1.0]]]), 1.0).numpy()[..., 0]
        array([[0.0627, 0.502 , 0.9412]], dtype=float32)
    """
    bits = tf.round(MAX_BITS - (MAX_BITS - MIN_BITS) * tf.abs(strength))
    step = 2.0 ** (MAX_BITS - bits)
    return tf.floor(_quantize(image) / step) * step / (LEVELS - 1)


def solarize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Inverts values from `1 - |strength|` up.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import solarize
        >>> solarize(tf.constant([[[0.1], [0.5], [1.0]]]), 0.5).numpy()[..., 0]
        array([[0.1, 0.5, 0. ]], dtype=float32)
    """
    return tf.where(image >= 1 - tf.abs(strength), 1 - image, image)


def autocontrast(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Stretches each channel to [0, 1].

    Args:
        image: A tensor of shape `(height, width, channels)`. A channel of a single value is left as it is.
        strength: Not used.

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import autocontrast
        >>> autocontrast(tf.constant([[[0.2], [0.3], [0.6]]]), 0.0).numpy()[..., 0]
        array([[0.  , 0.25, 1.  ]], dtype=float32)
    """
    low, high = (reduce(image, axis=(0, 1), keepdims=True) for reduce in (tf.reduce_min, tf.reduce_max))
    return tf.where(high > low, tf.math.divide_no_nan(image - low, high - low), image)


def equalize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Equalizes the histogram of each channel.

    Args:
        image: A tensor of shape `(height, width, channels)`. A channel of a single level of the 256 is left as it is.
        strength: Not used.

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import equalize
        >>> image = tf.reshape(tf.linspace(0.4, 0.5, 400), [20, 20, 1])
        >>> equalized = equalize(image, 0.0).numpy()
        >>> equalized.min(), equalized.max()
        (np.float32(0.0), np.float32(1.0))
    """
    channels = image.shape[-1]
    levels = tf.transpose(tf.reshape(tf.cast(_quantize(image), tf.int32), [-1, channels]))  # (channels, pixels)
    counts = tf.math.bincount(levels, minlength=LEVELS, maxlength=LEVELS, axis=-1)  # (channels, 256)
    last = tf.reduce_max(tf.where(counts > 0, tf.range(LEVELS), 0), axis=-1)  # (channels,)
    rest = tf.reduce_sum(counts, axis=-1) - tf.gather(counts, last, batch_dims=1)
    step = (rest // (LEVELS - 1))[:, tf.newaxis]
    before = tf.cumsum(counts, axis=-1, exclusive=True)
    table = tf.minimum((before + step // 2) // tf.maximum(step, 1), LEVELS - 1)
    table = tf.where(step > 0, table, tf.range(LEVELS))  # (channels, 256)
    moved = tf.gather(table, levels, batch_dims=1)  # (channels, pixels)
    return tf.reshape(tf.cast(tf.transpose(moved), tf.float32) / (LEVELS - 1), tf.shape(image))


OPERATIONS: dict[str, Operation] = {
    "identity": lambda image, strength: image,
    "shear_x": shear_x,
    "shear_y": shear_y,
    "translate_x": translate_x,
    "translate_y": translate_y,
    "rotate": rotate,
    "brightness": lambda image, strength: adjust_brightness(image, 1 + MAX_CHANGE * strength),
    "color": lambda image, strength: adjust_saturation(image, 1 + MAX_CHANGE * strength),
    "contrast": lambda image, strength: adjust_contrast(image, 1 + MAX_CHANGE * strength),
    "sharpness": adjust_sharpness,
    "posterize": posterize,
    "solarize": solarize,
    "autocontrast": autocontrast,
    "equalize": equalize,
}


def _quantize(image: tf.Tensor) -> tf.Tensor:
    """Quantizes values in [0, 1] to the levels 0, ..., 255."""
    return tf.clip_by_value(tf.round(image * (LEVELS - 1)), 0, LEVELS - 1)
