"""Anchor boxes centred on every pixel of a picture or a feature map."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.ops.vision.boxes import center_to_corner


def generate_anchors(height: int, width: int, sizes: Sequence[float], ratios: Sequence[float]) -> tf.Tensor:
    """Anchor boxes of several sizes and aspect ratios around the centre of every pixel.

    Of all pairs only those with the first size or the first ratio are used: (s_1, r_1), ..., (s_n, r_1), (s_1, r_2),
    ..., (s_1, r_m). In shares of the picture,

        w = s sqrt(r) height / width,    h = s / sqrt(r)

    so that in pixels a box is `height s sqrt(r)` wide and `height s / sqrt(r)` high: r is its true aspect ratio.
    Boxes near the border reach beyond it.

    Args:
        height, width: of the picture or feature map, in its pixels.
        sizes: shares of the height, above 0.
        ratios: width over height, above 0.

    Returns:
        (height width (n + m - 1), 4) float32 corner boxes in shares of the picture, pixel by pixel in rows.

    Raises:
        ConfigError: no size or ratio, or one that is not above 0.

    Source: section 13.4.1.
    """
    for name, values in (("sizes", sizes), ("ratios", ratios)):
        if not values or min(values) <= 0:
            raise ConfigError(f"Anchors have at least one of {name}, each above 0. Received: {name}={list(values)}")
    pairs = [(size, ratios[0]) for size in sizes] + [(sizes[0], ratio) for ratio in ratios[1:]]
    size, ratio = tf.unstack(tf.constant(pairs, tf.float32), axis=1)  # (boxes a pixel,)
    extent = tf.stack([size * tf.sqrt(ratio) * height / width, size / tf.sqrt(ratio)], axis=1)
    y = (tf.range(height, dtype=tf.float32) + 0.5) / height
    x = (tf.range(width, dtype=tf.float32) + 0.5) / width
    shape = (height, width, len(pairs), 2)
    centers = tf.stack(tf.meshgrid(x, y), axis=-1)[:, :, tf.newaxis]  # (height, width, 1, 2)
    boxes = tf.concat([tf.broadcast_to(centers, shape), tf.broadcast_to(extent, shape)], axis=-1)
    return center_to_corner(tf.reshape(boxes, [-1, 4]))


def count_anchors_per_pixel(sizes: Sequence[float], ratios: Sequence[float]) -> int:
    """How many anchor boxes a pixel has: n sizes and m ratios make n + m - 1."""
    return len(sizes) + len(ratios) - 1
