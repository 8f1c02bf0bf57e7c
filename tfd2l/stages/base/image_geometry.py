"""Geometric operations on an image together with its boxes and its mask."""

from __future__ import annotations

from typing import Any, TypeAlias

import tensorflow as tf

from tfd2l.ops.vision.cropped_objects import crop_objects
from tfd2l.ops.vision.pixels import IGNORED_CLASS, resize_images, resize_masks
from tfd2l.stages.base.image_stage import IMAGE, MASK, OBJECTS
from tfd2l.stages.base.stage import Examples

Size: TypeAlias = Any  # pixels: a plain number, or () int32


def get_size(image: tf.Tensor) -> tuple[Size, Size]:
    """Returns height and width of (..., height, width, channels), as plain numbers where they are static."""
    dynamic = tf.shape(image)
    height, width = (image.shape[axis] if image.shape[axis] is not None else dynamic[axis] for axis in (-3, -2))
    return height, width


def crop(examples: Examples, top: Size, left: Size, height: Size, width: Size) -> Examples:
    """Crops `height` x `width` pixels from (`top`, `left`) on; they lie inside the image.

    Boxes are cut off where the part ends; those whose center lies outside of it are dropped (see `crop_objects`).
    """
    image = examples[IMAGE]
    whole_height, whole_width = get_size(image)
    result = {**examples, IMAGE: _part(image[..., top : top + height, left : left + width, :], height, width, 1)}
    if MASK in examples:
        result[MASK] = _part(examples[MASK][..., top : top + height, left : left + width], height, width, 0)
    if OBJECTS in examples:
        edges = [_share(left, whole_width), _share(top, whole_height)]
        edges += [_share(left + width, whole_width), _share(top + height, whole_height)]
        result[OBJECTS] = crop_objects(examples[OBJECTS], tf.stack(edges))
    return result


def pad(examples: Examples, top: Size, left: Size, bottom: Size, right: Size) -> Examples:
    """Pads each side by so many pixels of 0, of `IGNORED_CLASS` in the mask."""
    image = examples[IMAGE]
    height, width = get_size(image)
    sides = [[top, bottom], [left, right]]
    padded_height, padded_width = top + height + bottom, left + width + right
    leading = [[0, 0]] * (image.shape.rank - 3)
    padded = _part(tf.pad(image, [*leading, *sides, [0, 0]]), padded_height, padded_width, 1)
    result = {**examples, IMAGE: padded}
    if MASK in examples:
        mask = tf.pad(examples[MASK], [*leading, *sides], constant_values=tf.cast(IGNORED_CLASS, examples[MASK].dtype))
        result[MASK] = _part(mask, padded_height, padded_width, 0)
    if OBJECTS in examples:  # the window is larger than the image: nothing is cut off
        edges = [-_share(left, width), -_share(top, height)]
        edges += [1 + _share(right, width), 1 + _share(bottom, height)]
        result[OBJECTS] = crop_objects(examples[OBJECTS], tf.stack(edges))
    return result


def resize(examples: Examples, height: Size, width: Size) -> Examples:
    """Resizes the image (bilinear, antialiased) and its mask (nearest pixel).

    Boxes are in shares, and stay.
    """
    size = tf.stack([height, width])
    result = {**examples, IMAGE: _part(resize_images(examples[IMAGE], size), height, width, 1)}
    if MASK in examples:
        result[MASK] = _part(resize_masks(examples[MASK], size), height, width, 0)
    return result


def flip(examples: Examples, horizontal: tf.Tensor, vertical: tf.Tensor) -> Examples:
    """Flips left and right where `horizontal`, top and bottom where `vertical`; both () bool."""
    result = {**examples, IMAGE: _flipped(examples[IMAGE], horizontal, vertical, -2)}
    if MASK in examples:
        result[MASK] = _flipped(examples[MASK], horizontal, vertical, -1)
    if OBJECTS in examples:
        objects = examples[OBJECTS]
        kind, x_min, y_min, x_max, y_max = tf.unstack(objects, axis=-1)  # each (..., m)
        x_min, x_max = tf.where(horizontal, 1 - x_max, x_min), tf.where(horizontal, 1 - x_min, x_max)
        y_min, y_max = tf.where(vertical, 1 - y_max, y_min), tf.where(vertical, 1 - y_min, y_max)
        moved = tf.stack([kind, x_min, y_min, x_max, y_max], axis=-1)
        result[OBJECTS] = tf.where(objects[..., :1] < 0, objects, moved)
    return result


def _flipped(pixels: tf.Tensor, horizontal: tf.Tensor, vertical: tf.Tensor, columns: int) -> tf.Tensor:
    rank = pixels.shape.rank
    flipped = tf.cond(horizontal, lambda: tf.reverse(pixels, [rank + columns]), lambda: pixels)
    return tf.cond(vertical, lambda: tf.reverse(flipped, [rank + columns - 1]), lambda: flipped)


def _share(pixels: Size, whole: Size) -> tf.Tensor:
    return tf.cast(pixels, tf.float32) / tf.cast(whole, tf.float32)


def _part(pixels: tf.Tensor, height: Size, width: Size, trailing: int) -> tf.Tensor:
    """The same, with the height and width that are known beforehand in its shape; `trailing` axes come after them."""
    known = [size if isinstance(size, int) else None for size in (height, width)]
    leading = pixels.shape[: pixels.shape.rank - 2 - trailing]
    return tf.ensure_shape(pixels, [*leading, *known, *pixels.shape[pixels.shape.rank - trailing :]])
