"""Positional encoding, add & norm, the position-wise network and the blocks (10.6, 10.7)."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.add_norm import AddNorm
from tfd2l.layers.position_wise_ffn import PositionWiseFFN
from tfd2l.layers.positional_encoding import PositionalEncoding, sinusoidal_encodings
from tfd2l.layers.transformer_block import TransformerDecoderBlock, TransformerEncoderBlock

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_positions_are_told_by_sines_and_cosines():
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


def test_add_norm_adds_and_normalizes():
    x, y = drawn(2, 3, 4), drawn(2, 3, 4)
    added = (x + y).astype(np.float64)
    expected = (added - added.mean(-1, keepdims=True)) / np.sqrt(added.var(-1, keepdims=True) + 1e-5)
    output = AddNorm(dropout=0.5)(x, y)
    assert output.shape == (2, 3, 4)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    with pytest.raises(ValueError, match=r"the same shape.*\(2, 3, 4\).*\(2, 1, 4\)"):
        AddNorm()(x, y[:, :1])


def test_the_same_network_is_at_every_position():
    layer, x = PositionWiseFFN(4, 8), np.repeat(drawn(2, 1, 4), 3, axis=1)
    output = layer(x).numpy()
    assert output.shape == (2, 3, 8)
    np.testing.assert_array_equal(output[:, 0], output[:, 2])
    w_1, b_1, w_2, b_2 = layer.get_weights()
    np.testing.assert_allclose(output, np.maximum(x @ w_1 + b_1, 0) @ w_2 + b_2, atol=1e-6)


def test_an_encoder_block_keeps_the_shape_and_ignores_padding():
    block, x, lens = TransformerEncoderBlock(24, 8, 48, 0.5), drawn(2, 100, 24), np.array([3, 2])
    output, weights = block(x, lens, training=False, return_attention_scores=True)
    assert output.shape == (2, 100, 24)
    assert weights.shape == (2, 8, 100, 100)
    np.testing.assert_allclose(block(x[:, :3], lens)[0, :3], output[0, :3], atol=1e-5)


def test_a_decoder_block_sees_no_later_step():
    block, x, read = TransformerDecoderBlock(8, 2, 16), drawn(2, 5, 8), drawn(2, 4, 8)
    seen = np.tile(np.arange(1, 6), (2, 1))
    output, weights = block(x, x, seen, read, np.array([4, 2]))
    assert weights.shape == (2, 2, 5, 4)
    assert not weights[1, :, :, 2:].numpy().any()
    changed = np.concatenate([x[:, :3], drawn(2, 2, 8)], axis=1)
    np.testing.assert_allclose(
        block(changed, changed, seen, read, np.array([4, 2]))[0][:, :3], output[:, :3], atol=1e-6
    )
    # One position at a time is the same.
    last, _ = block(x[:, 2:3], x, np.array([3, 3]), read, np.array([4, 2]))
    np.testing.assert_allclose(last[:, 0], output[:, 2], atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [PositionalEncoding(8, 0.1, 20), PositionWiseFFN(4, 8), TransformerEncoderBlock(8, 2, 16, 0.1)],
    ids=lambda layer: type(layer).__name__,
)
def test_it_is_loaded_as_it_was_saved(layer, tmp_path):
    inputs = keras.Input((5, 8))
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    x = drawn(2, 5, 8)
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), model(x))
