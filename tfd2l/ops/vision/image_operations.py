"""The operations of RandAugment: functions of an image whose values are in [0, 1]."""

from __future__ import annotations

import math
from collections.abc import Callable

import tensorflow as tf

from tfd2l.ops.vision.color_adjustments import adjust_brightness, adjust_contrast, adjust_saturation, blend

LEVELS = 256
FILL_VALUE = 0.5  # of pixels from outside the image: gray
MAX_SHEAR = 0.3
MAX_SHIFT = 150 / 331  # as a fraction of the side
MAX_ANGLE = math.radians(30)
MAX_CHANGE = 0.9  # of a factor of brightness, contrast, saturation, sharpness
MIN_BITS, MAX_BITS = 4, 8

Operation = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Maps an image of shape `(height, width, channels)` and a scalar strength in [-1, 1] to an image."""


def warp_affine(image: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
    """Applies an affine transformation about the center of an image.

    The output pixel `(x, y)` is sampled at `(a x + b y + x_shift, c x + d y + y_shift)`, coordinates relative to the
    center, by bilinear interpolation. Pixels from outside the image are gray (0.5).

    Args:
        image: A tensor of shape `(height, width, channels)`.
        rows: A tensor of shape `(2, 3)`: `[[a, b, x_shift], [c, d, y_shift]]`, shifts in pixels.

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import warp_affine
        >>> image = tf.constant([[[0.1], [0.2], [0.3]]])
        >>> warp_affine(image, tf.constant([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])).numpy()[..., 0]
        array([[0.2, 0.3, 0.5]], dtype=float32)
    """
    size = tf.shape(image)[:2]
    center = (tf.cast(size[::-1], tf.float32) - 1) / 2  # (2,): x, y
    shift = center + rows[:, 2] - tf.linalg.matvec(rows[:, :2], center)  # (2,)
    flat = tf.concat([tf.reshape(tf.concat([rows[:, :2], shift[:, tf.newaxis]], axis=1), [-1]), tf.zeros([2])], axis=0)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=image[tf.newaxis],
        transforms=flat[tf.newaxis],  # (1, 8)
        output_shape=size,
        fill_value=FILL_VALUE,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[0]


def shear_x(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Shears an image horizontally: `x` is sampled at `x + 0.3 strength y`.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import shear_x
        >>> shear_x(tf.constant([[[0.0], [1.0]]] * 3), 1.0).numpy()[..., 0]
        array([[0.15, 0.7 ],
               [0.  , 1.  ],
               [0.3 , 0.85]], dtype=float32)
    """
    return _warp(image, b=MAX_SHEAR * strength)


def shear_y(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Shears an image vertically: `y` is sampled at `y + 0.3 strength x`.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import shear_y
        >>> shear_y(tf.constant([[[0.0]] * 3, [[1.0]] * 3]), 1.0).numpy()[..., 0]
        array([[0.15, 0.  , 0.3 ],
               [0.7 , 1.  , 0.85]], dtype=float32)
    """
    return _warp(image, c=MAX_SHEAR * strength)


def translate_x(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Translates an image horizontally by `150 / 331 strength` of its width.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import translate_x
        >>> translate_x(tf.constant([[[0.1], [0.2], [0.3]]]), 331 / 450).numpy()[..., 0]
        array([[0.2, 0.3, 0.5]], dtype=float32)
    """
    return _warp(image, right=MAX_SHIFT * strength * tf.cast(tf.shape(image)[1], tf.float32))


def translate_y(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Translates an image vertically by `150 / 331 strength` of its height.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import translate_y
        >>> translate_y(tf.constant([[[0.1]], [[0.2]], [[0.3]]]), 331 / 450).numpy()[..., 0]
        array([[0.2],
               [0.3],
               [0.5]], dtype=float32)
    """
    return _warp(image, down=MAX_SHIFT * strength * tf.cast(tf.shape(image)[0], tf.float32))


def rotate(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Rotates an image about its center by `30 strength` degrees.

    Args:
        image: A tensor of shape `(height, width, channels)`.
        strength: A scalar in [-1, 1].

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.image_operations import rotate
        >>> rotate(tf.eye(3)[..., None], 0.5).numpy()[..., 0]
        array([[0.6606, 0.0253, 0.1124],
               [0.2753, 1.    , 0.2753],
               [0.1124, 0.0253, 0.6606]], dtype=float32)
    """
    angle = MAX_ANGLE * strength
    return _warp(image, a=tf.cos(angle), b=-tf.sin(angle), c=tf.sin(angle), d=tf.cos(angle))


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


def _warp(
    image: tf.Tensor, a: float = 1.0, b: float = 0.0, c: float = 0.0, d: float = 1.0, right: float = 0, down: float = 0
) -> tf.Tensor:
    values = [tf.cast(value, tf.float32) for value in (a, b, right, c, d, down)]
    return warp_affine(image, tf.reshape(tf.stack(values), [2, 3]))
