"""Sinusoidal positional encodings (10.6.3)."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.positional_encoding import PositionalEncoding, sinusoidal_encodings
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_encodings_are_sines_and_cosines():
    added = PositionalEncoding(32)(tf.zeros([1, 60, 32]))[0].numpy()
    assert added[1, 0] == pytest.approx(0.841471, abs=1e-6)
    assert added[1, 1] == pytest.approx(0.540302, abs=1e-6)
    for position, column in ((7, 4), (59, 31), (0, 0), (0, 1)):
        angle = position / 10000 ** (2 * (column // 2) / 32)
        assert added[position, column] == pytest.approx(np.cos(angle) if column % 2 else np.sin(angle), abs=1e-5)


def test_a_shift_of_positions_is_a_rotation():
    table, offset = sinusoidal_encodings(50, 32).astype(np.float64), 3
    for j in range(16):
        angle = offset / 10000 ** (2 * j / 32)
        rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        pair = table[:, 2 * j : 2 * j + 2]
        np.testing.assert_allclose(pair[offset:], pair[:-offset] @ rotation.T, atol=1e-5)


def test_positions_may_begin_later_and_an_odd_width_ends_with_a_sine():
    layer, x = PositionalEncoding(7), drawn(2, 9, 7)
    whole = layer(x).numpy()
    np.testing.assert_array_equal(tf.function(layer)(x[:, 4:], tf.constant(4)), whole[:, 4:])
    np.testing.assert_allclose(sinusoidal_encodings(3, 7)[2, 6], np.sin(2 / 10000 ** (6 / 7)), rtol=1e-6)


def test_more_steps_than_positions_are_refused():
    layer = PositionalEncoding(4, max_len=5)
    with pytest.raises(ValueError, match=r"for 5 positions.*max_len\. Received: steps up to 6"):
        layer(tf.zeros([1, 3, 4]), offset=3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="max_len"):
        tf.function(layer, input_signature=[tf.TensorSpec([1, None, 4])])(tf.zeros([1, 6, 4]))
    with pytest.raises(ValueError, match="num_hiddens=4"):
        layer(tf.zeros([1, 3, 5]))


def test_works_wherever_keras_may_use_it():
    check_layer(PositionalEncoding(8, 0.1, 20), drawn(2, 5, 8))
