"""Colours and classes: there and back, unknown colours, compiled."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.color_map import NO_CLASS, class_to_color, color_to_class, encode_colors, make_voc_palette


def by_bits(number):
    """The development kit's rule, a bit at a time."""
    color = [0, 0, 0]
    for place in range(8):
        for channel in range(3):
            color[channel] |= (number >> channel & 1) << 7 - place
        number >>= 3
    return color


def test_palette_agrees_with_the_bits():
    np.testing.assert_array_equal(make_voc_palette(), [by_bits(number) for number in range(256)])
    assert make_voc_palette(21).shape == (21, 3)
    assert make_voc_palette().dtype == np.uint8
    assert len({tuple(color) for color in make_voc_palette()}) == 256
    with pytest.raises(ValueError, match=r"Received: size=257"):
        make_voc_palette(257)


@pytest.mark.parametrize("jit", [False, True])
def test_class_to_color_and_back(jit):
    palette = make_voc_palette(21)
    classes = np.random.default_rng(0).integers(0, 21, (2, 7, 9))
    there_and_back = tf.function(lambda x: color_to_class(class_to_color(x, palette), palette), jit_compile=jit)
    np.testing.assert_array_equal(there_and_back(tf.constant(classes)), classes)


def test_agrees_with_a_table_of_all_colors():
    palette = make_voc_palette(21)
    table = np.full(256**3, NO_CLASS)
    for number, (red, green, blue) in enumerate(palette.astype(int)):
        table[(red * 256 + green) * 256 + blue] = number
    colors = np.random.default_rng(0).choice([0, 64, 128, 192, 255], (5000, 3)).astype(np.uint8)
    expected = table[encode_colors(colors)]
    assert (expected == NO_CLASS).any()
    assert (expected == 20).any()
    np.testing.assert_array_equal(color_to_class(colors, palette), expected)


def test_unsorted_palette_and_equal_colors():
    palette = np.array([[9, 9, 9], [1, 1, 1], [9, 9, 9]], np.uint8)
    colors = np.array([[1, 1, 1], [9, 9, 9], [255, 255, 255], [0, 0, 0]], np.uint8)
    np.testing.assert_array_equal(color_to_class(colors, palette), [1, 0, NO_CLASS, NO_CLASS])


def test_ignored_class_has_a_color():
    np.testing.assert_array_equal(class_to_color(tf.constant([255], tf.uint8), make_voc_palette()), [[224, 224, 192]])
