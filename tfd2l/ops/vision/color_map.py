"""Between the colours of a mask and the numbers of its classes."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

NO_CLASS = -1  # of a colour that is not in the palette


def make_voc_palette(size: int = 256) -> np.ndarray:
    """The colour of each class number in Pascal VOC's masks, (size, 3) uint8: red, green, blue.

    By its rule the bits of the number go to the three colours in turn: bits 0, 3, 6 are the highest bits of red, bits
    1, 4, 7 those of green, bits 2, 5 those of blue. So 0 (background) is black and 1 is (128, 0, 0).

    Raises:
        ValueError: more than 256 classes, or fewer than one.

    Source: Everingham et al. 2010, *The Pascal Visual Object Classes (VOC) Challenge* (its development kit); the first
    21 are those of section 13.9.
    """
    if not 1 <= size <= 256:
        raise ValueError(f"A mask of bytes has 1 to 256 classes. Received: size={size}")
    numbers = np.arange(size)[:, None]  # (size, 1)
    palette = np.zeros((size, 3), np.int64)
    for place in range(3):  # three bits of the number at a time
        palette |= ((numbers >> 3 * place + np.arange(3)) & 1) << 7 - place
    return palette.astype(np.uint8)


def encode_colors(colors: tf.Tensor) -> tf.Tensor:
    """One number a colour, (R * 256 + G) * 256 + B: (..., 3) integers -> (...) int32."""
    red, green, blue = tf.unstack(tf.cast(colors, tf.int32), axis=-1)
    return (red * 256 + green) * 256 + blue


def color_to_class(colors: tf.Tensor, palette: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Class numbers of colours, (..., 3) uint8 -> (...) int32; `NO_CLASS` where a colour is none of the palette's.

    Instead of a table of all 256^3 codes, as the book has, the sorted codes of the palette are searched: it is as exact
    and does not weigh 64 MB.

    Args:
        colors: red, green, blue.
        palette: (classes, 3) uint8, the colour of each class; of one that occurs twice, the first counts.

    Source: section 13.9.
    """
    codes = encode_colors(tf.convert_to_tensor(palette))  # (classes,)
    order = tf.argsort(codes, stable=True)
    ordered = tf.gather(codes, order)
    wanted = encode_colors(colors)  # (...)
    place = tf.searchsorted(ordered, tf.reshape(wanted, [-1]))  # the first that is not smaller
    place = tf.reshape(tf.minimum(place, tf.size(codes) - 1), tf.shape(wanted))
    return tf.where(tf.equal(tf.gather(ordered, place), wanted), tf.gather(order, place), NO_CLASS)


def class_to_color(classes: tf.Tensor, palette: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Colours of class numbers, (...) integers -> (..., 3) uint8.

    Args:
        classes: from 0 to one below the palette's length; 255 (ignore) has a colour in VOC's whole palette.
        palette: (classes, 3) uint8.
    """
    return tf.gather(tf.convert_to_tensor(palette, tf.uint8), tf.cast(classes, tf.int32))
