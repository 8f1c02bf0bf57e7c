"""A random part of an image."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

NUM_TRIALS = 10


def sample_window(
    height: Any, width: Any, area: tuple[float, float], ratio: tuple[float, float], seed: tf.Tensor
) -> tf.Tensor:
    """A window of random size, proportion and place inside an image.

    Its share of the area is uniform, the logarithm of its width / height too, and then its place. Of ten such windows
    the first that fits in is taken; if none does, the largest in the middle whose ratio lies within the bounds.

    Args:
        height, width: of the image, () integers.
        area: least and largest share of the image.
        ratio: least and largest width / height.
        seed: (2,) integers.

    Returns:
        (4,) int32: top, left, height, width in pixels; sizes are rounded, and 1 at least.

    Source: Szegedy et al. 2015, *Going Deeper with Convolutions*; section 13.1.
    """
    whole = tf.cast(tf.stack([height, width]), tf.float32)  # (2,)
    luck = tf.random.stateless_uniform([NUM_TRIALS + 1, 2], seed)
    share = area[0] + (area[1] - area[0]) * luck[:NUM_TRIALS, 0]  # (trials,)
    low, high = map(math.log, ratio)
    proportion = tf.exp(low + (high - low) * luck[:NUM_TRIALS, 1])
    pixels = share * tf.reduce_prod(whole)
    tried = tf.round(tf.stack([tf.sqrt(pixels / proportion), tf.sqrt(pixels * proportion)], axis=-1))  # (trials, 2)
    fits = tf.reduce_all((tried >= 1) & (tried <= whole), axis=-1)  # (trials,)
    own = whole[1] / whole[0]
    rest = tf.round(whole * tf.stack([tf.minimum(1.0, own / ratio[0]), tf.minimum(1.0, ratio[1] / own)]))
    size = tf.where(tf.reduce_any(fits), tried[tf.argmax(fits)], tf.clip_by_value(rest, 1, whole))  # (2,)
    room = whole - size
    place = tf.where(tf.reduce_any(fits), tf.floor(luck[NUM_TRIALS] * (room + 1)), tf.floor(room / 2))
    return tf.cast(tf.concat([tf.minimum(place, room), size], axis=0), tf.int32)
