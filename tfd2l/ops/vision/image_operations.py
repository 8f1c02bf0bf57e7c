"""The operations that RandAugment chooses from: functions of an image with numbers from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable

import tensorflow as tf

from tfd2l.ops.vision.color_adjustments import adjust_brightness, adjust_contrast, adjust_saturation, blend

LEVELS = 256
FILL_VALUE = 0.5  # what comes in from outside of the image: grey
MAX_SHEAR = 0.3
MAX_SHIFT = 150 / 331  # of the side
MAX_ANGLE = math.radians(30)
MAX_CHANGE = 0.9  # of a factor of brightness, contrast, saturation, sharpness
MIN_BITS, MAX_BITS = 4, 8

Operation = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""(image (height, width, channels), strength () from -1 to 1) -> the image changed."""


def warp_affine(image: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
    """Each pixel (x, y) of the result is taken at (a x + b y, c x + d y), both from the middle of the image.

    Linear between pixels; grey outside.

    Args:
        rows: (2, 3), [[a, b, x shift], [c, d, y shift]], shifts in pixels.
    """
    size = tf.shape(image)[:2]
    middle = (tf.cast(size[::-1], tf.float32) - 1) / 2  # x, y
    shift = middle + rows[:, 2] - tf.linalg.matvec(rows[:, :2], middle)  # (2,)
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
    """Rows slide: x is taken at x + 0.3 strength y."""
    return _warped(image, b=MAX_SHEAR * strength)


def shear_y(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Columns slide: y is taken at y + 0.3 strength x."""
    return _warped(image, c=MAX_SHEAR * strength)


def translate_x(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """To the side, by 150 / 331 strength of the width."""
    return _warped(image, right=MAX_SHIFT * strength * tf.cast(tf.shape(image)[1], tf.float32))


def translate_y(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Up or down, by 150 / 331 strength of the height."""
    return _warped(image, down=MAX_SHIFT * strength * tf.cast(tf.shape(image)[0], tf.float32))


def rotate(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """About the middle, by 30 strength degrees."""
    angle = MAX_ANGLE * strength
    return _warped(image, a=tf.cos(angle), b=-tf.sin(angle), c=tf.sin(angle), d=tf.cos(angle))


def adjust_sharpness(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Blended with its blurred picture, whose pixels are the mean of 3 x 3, the middle five times; edges stay."""
    channels = image.shape[-1]
    kernel = tf.constant([[1.0, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13
    kernel = tf.tile(kernel[..., tf.newaxis, tf.newaxis], [1, 1, channels, 1])  # (3, 3, channels, 1)
    inner = tf.nn.depthwise_conv2d(image[tf.newaxis], kernel, [1, 1, 1, 1], "VALID")[0]
    height, width = tf.shape(image)[0], tf.shape(image)[1]
    edge = tf.pad(tf.ones([height - 2, width - 2, 1]), [[1, 1], [1, 1], [0, 0]])
    blurred = tf.where(edge > 0, tf.pad(inner, [[1, 1], [1, 1], [0, 0]]), image)
    return blend(image, blurred, 1 + MAX_CHANGE * strength)


def posterize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Of each number's eight bits the first 8 - 4 |strength| alone."""
    bits = tf.round(MAX_BITS - (MAX_BITS - MIN_BITS) * tf.abs(strength))
    step = 2.0 ** (MAX_BITS - bits)
    return tf.floor(_levels(image) / step) * step / (LEVELS - 1)


def solarize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Numbers from 1 - |strength| up are turned over: x becomes 1 - x."""
    return tf.where(image >= 1 - tf.abs(strength), 1 - image, image)


def autocontrast(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Each channel stretched from 0 to 1; one of a single number stays."""
    low, high = (reduce(image, axis=(0, 1), keepdims=True) for reduce in (tf.reduce_min, tf.reduce_max))
    return tf.where(high > low, tf.math.divide_no_nan(image - low, high - low), image)


def equalize(image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Each channel's 256 levels moved so that all are about as frequent; one of a single level stays."""
    channels = image.shape[-1]
    levels = tf.transpose(tf.reshape(tf.cast(_levels(image), tf.int32), [-1, channels]))  # (channels, pixels)
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


def _levels(image: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(tf.round(image * (LEVELS - 1)), 0, LEVELS - 1)


def _warped(
    image: tf.Tensor, a: float = 1.0, b: float = 0.0, c: float = 0.0, d: float = 1.0, right: float = 0, down: float = 0
) -> tf.Tensor:
    values = [tf.cast(value, tf.float32) for value in (a, b, right, c, d, down)]
    return warp_affine(image, tf.reshape(tf.stack(values), [2, 3]))
