"""Affine transformations of images: shear, translation and rotation."""

from __future__ import annotations

import math

import tensorflow as tf

FILL_VALUE = 0.5  # of pixels from outside the image: gray
MAX_SHEAR = 0.3
MAX_SHIFT = 150 / 331  # as a fraction of the side
MAX_ANGLE = math.radians(30)


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
        >>> from tfd2l.ops.vision.affine_operations import warp_affine
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
        >>> from tfd2l.ops.vision.affine_operations import shear_x
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
        >>> from tfd2l.ops.vision.affine_operations import shear_y
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
        >>> from tfd2l.ops.vision.affine_operations import translate_x
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
        >>> from tfd2l.ops.vision.affine_operations import translate_y
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
        >>> from tfd2l.ops.vision.affine_operations import rotate
        >>> rotate(tf.eye(3)[..., None], 0.5).numpy()[..., 0]
        array([[0.6606, 0.0253, 0.1124],
               [0.2753, 1.    , 0.2753],
               [0.1124, 0.0253, 0.6606]], dtype=float32)
    """
    angle = MAX_ANGLE * strength
    return _warp(image, a=tf.cos(angle), b=-tf.sin(angle), c=tf.sin(angle), d=tf.cos(angle))


def _warp(
    image: tf.Tensor, a: float = 1.0, b: float = 0.0, c: float = 0.0, d: float = 1.0, right: float = 0, down: float = 0
) -> tf.Tensor:
    values = [tf.cast(value, tf.float32) for value in (a, b, right, c, d, down)]
    return warp_affine(image, tf.reshape(tf.stack(values), [2, 3]))
