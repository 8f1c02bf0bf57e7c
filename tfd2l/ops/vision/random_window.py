"""Random crop windows of an image."""

from __future__ import annotations

import math

import tensorflow as tf

NUM_TRIALS = 10


def sample_window(
    height: int | tf.Tensor,
    width: int | tf.Tensor,
    area: tuple[float, float],
    ratio: tuple[float, float],
    seed: tf.Tensor,
) -> tf.Tensor:
    """Samples a crop window of random size, aspect ratio and position.

    The window's fraction of the area is uniform, as are the logarithm of its aspect ratio and then its position. The
    first of ten such windows that fits into the image is taken; if none does, the largest centered window whose aspect
    ratio is within the bounds.

    Args:
        height: The height of the image in pixels, an integer or a scalar integer tensor.
        width: The width of the image in pixels, an integer or a scalar integer tensor.
        area: The minimum and maximum fraction of the image's area.
        ratio: The minimum and maximum aspect ratio (width over height).
        seed: An integer tensor of shape `(2,)`. The same seed gives the same window.

    Returns:
        An int32 tensor of shape `(4,)`: top, left, height and width in pixels. The size is rounded, and at least 1.

    Example:
        >>> from tfd2l.ops.vision.random_window import sample_window
        >>> sample_window(8, 8, area=(1.0, 1.0), ratio=(1.0, 1.0), seed=[1, 2]).numpy()
        array([0, 0, 8, 8], dtype=int32)

    References:
        - Szegedy et al., 2015, *Going Deeper with Convolutions*.
        - *Dive into Deep Learning*, section 13.1.
    """
    image = tf.cast(tf.stack([height, width]), tf.float32)  # (2,)
    uniform = tf.random.stateless_uniform([NUM_TRIALS + 1, 2], seed)
    fraction = area[0] + (area[1] - area[0]) * uniform[:NUM_TRIALS, 0]  # (trials,)
    low, high = map(math.log, ratio)
    aspect = tf.exp(low + (high - low) * uniform[:NUM_TRIALS, 1])  # (trials,)
    pixels = fraction * tf.reduce_prod(image)
    tried = tf.round(tf.stack([tf.sqrt(pixels / aspect), tf.sqrt(pixels * aspect)], axis=-1))  # (trials, 2)
    fits = tf.reduce_all((tried >= 1) & (tried <= image), axis=-1)  # (trials,)
    image_aspect = image[1] / image[0]
    scale = tf.stack([tf.minimum(1.0, image_aspect / ratio[0]), tf.minimum(1.0, ratio[1] / image_aspect)])
    largest = tf.clip_by_value(tf.round(image * scale), 1, image)  # (2,)
    size = tf.where(tf.reduce_any(fits), tried[tf.argmax(fits)], largest)  # (2,)
    room = image - size
    corner = tf.where(tf.reduce_any(fits), tf.floor(uniform[NUM_TRIALS] * (room + 1)), tf.floor(room / 2))
    return tf.cast(tf.concat([tf.minimum(corner, room), size], axis=0), tf.int32)
