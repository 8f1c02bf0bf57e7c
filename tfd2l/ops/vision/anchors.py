"""Anchor boxes centered on every pixel of an image or feature map."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.ops.vision.boxes import center_to_corner


def generate_anchors(height: int, width: int, sizes: Sequence[float], ratios: Sequence[float]) -> tf.Tensor:
    """Generates anchor boxes of several sizes and aspect ratios, centered on every pixel.

    Only pairs that hold the first size or the first ratio are used: `(s_1, r_1), ..., (s_n, r_1), (s_1, r_2), ...,
    (s_1, r_m)`. In normalized coordinates, an anchor box of size `s` and ratio `r` has

        width = s sqrt(r) height_px / width_px
        height = s / sqrt(r)

    where `height_px` and `width_px` are those of the feature map, so `r` is its aspect ratio in pixels. Anchor boxes
    near the border extend beyond it.

    Args:
        height: The height of the image or feature map, in its pixels.
        width: The width of the image or feature map, in its pixels.
        sizes: Sizes as fractions of the height, above 0.
        ratios: Aspect ratios (width over height), above 0.

    Returns:
        A float32 tensor of shape `(height * width * (n + m - 1), 4)` with `n` sizes and `m` ratios: boxes in corner
        format, in normalized coordinates, row by row and pixel by pixel.

    Raises:
        ConfigError: There is no size or no ratio, or one is not above 0.

    Example:
        >>> from tfd2l.ops.vision.anchors import generate_anchors
        >>> generate_anchors(1, 2, sizes=[0.5], ratios=[1.0, 4.0]).numpy()
        array([[0.125, 0.25 , 0.375, 0.75 ],
               [0.   , 0.375, 0.5  , 0.625],
               [0.625, 0.25 , 0.875, 0.75 ],
               [0.5  , 0.375, 1.   , 0.625]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.1.
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
    """Counts the anchor boxes that `generate_anchors` centers on each pixel.

    Args:
        sizes: Sizes of anchor boxes.
        ratios: Aspect ratios of anchor boxes.

    Returns:
        An integer, `n + m - 1` for `n` sizes and `m` ratios.

    Example:
        >>> from tfd2l.ops.vision.anchors import count_anchors_per_pixel
        >>> count_anchors_per_pixel(sizes=[0.75, 0.5, 0.25], ratios=[1, 2, 0.5])
        5
    """
    return len(sizes) + len(ratios) - 1
