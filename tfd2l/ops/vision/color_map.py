"""Conversion between the colors of a segmentation mask and class numbers."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

NO_CLASS = -1  # of a color that is not in the palette


def make_voc_palette(size: int = 256) -> np.ndarray:
    """Makes the color palette of Pascal VOC's segmentation masks.

    The bits of a class number go to the three channels in turn: bits 0, 3 and 6 are the highest bits of red, bits 1, 4
    and 7 those of green, bits 2 and 5 those of blue. So class 0 (background) is black and class 1 is (128, 0, 0).

    Args:
        size: The number of classes. Defaults to 256.

    Returns:
        A uint8 array of shape `(size, 3)`: red, green and blue of each class.

    Raises:
        ValueError: `size` is not in [1, 256].

    Example:
        >>> from tfd2l.ops.vision.color_map import make_voc_palette
        >>> make_voc_palette(4)
        array([[  0,   0,   0],
               [128,   0,   0],
               [  0, 128,   0],
               [128, 128,   0]], dtype=uint8)

    References:
        - Everingham et al., 2010, *The Pascal Visual Object Classes (VOC) Challenge*, and its development kit.
        - *Dive into Deep Learning*, section 13.9, for the first 21 classes.
    """
    if not 1 <= size <= 256:
        raise ValueError(f"A palette of a mask of bytes has 1 to 256 classes. Received: size={size}")
    numbers = np.arange(size)[:, None]  # (size, 1)
    palette = np.zeros((size, 3), np.int64)
    for place in range(3):  # three bits of the number at a time
        palette |= ((numbers >> 3 * place + np.arange(3)) & 1) << 7 - place
    return palette.astype(np.uint8)


def encode_colors(colors: tf.Tensor) -> tf.Tensor:
    """Encodes colors as integers.

        code = (256 red + green) 256 + blue

    Args:
        colors: An integer tensor of shape `(..., 3)`: red, green and blue in [0, 255].

    Returns:
        An int32 tensor of shape `(...)`.

    Example:
        >>> from tfd2l.ops.vision.color_map import encode_colors
        >>> encode_colors(tf.constant([[0, 1, 2], [128, 0, 0]])).numpy()
        array([    258, 8388608], dtype=int32)
    """
    red, green, blue = tf.unstack(tf.cast(colors, tf.int32), axis=-1)
    return (red * 256 + green) * 256 + blue


def color_to_class(colors: tf.Tensor, palette: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Converts colors to class numbers.

    The sorted codes of the palette are searched. This is as exact as the book's table of all 256^3 codes, and takes
    less than its 64 MB.

    Args:
        colors: A uint8 tensor of shape `(..., 3)`: red, green and blue.
        palette: A uint8 tensor or array of shape `(classes, 3)`: the color of each class. If a color occurs twice, it
            stands for the first class.

    Returns:
        An int32 tensor of shape `(...)`; `NO_CLASS` (-1) where the palette does not hold the color.

    Example:
        >>> from tfd2l.ops.vision.color_map import color_to_class, make_voc_palette
        >>> color_to_class(tf.constant([[128, 0, 0], [1, 2, 3]], tf.uint8), make_voc_palette(21)).numpy()
        array([ 1, -1], dtype=int32)

    References:
        - *Dive into Deep Learning*, section 13.9.
    """
    codes = encode_colors(tf.convert_to_tensor(palette))  # (classes,)
    order = tf.argsort(codes, stable=True)
    ordered = tf.gather(codes, order)
    wanted = encode_colors(colors)  # (...)
    place = tf.searchsorted(ordered, tf.reshape(wanted, [-1]))  # the first that is not smaller
    place = tf.reshape(tf.minimum(place, tf.size(codes) - 1), tf.shape(wanted))
    return tf.where(tf.equal(tf.gather(ordered, place), wanted), tf.gather(order, place), NO_CLASS)


def class_to_color(classes: tf.Tensor, palette: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Converts class numbers to colors.

    Args:
        classes: An integer tensor of shape `(...)`, in [0, classes). Class 255 (ignored) has a color in VOC's whole
            palette.
        palette: A uint8 tensor or array of shape `(classes, 3)`: the color of each class.

    Returns:
        A uint8 tensor of shape `(..., 3)`.

    Example:
        >>> from tfd2l.ops.vision.color_map import class_to_color, make_voc_palette
        >>> class_to_color(tf.constant([0, 15]), make_voc_palette(21)).numpy()
        array([[  0,   0,   0],
               [192, 128, 128]], dtype=uint8)
    """
    return tf.gather(tf.convert_to_tensor(palette, tf.uint8), tf.cast(classes, tf.int32))
