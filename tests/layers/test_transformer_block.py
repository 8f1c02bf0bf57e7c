"""Encoder and decoder blocks of the Transformer (10.7)."""

from __future__ import annotations

import numpy as np

from tfd2l.layers.transformer_block import TransformerDecoderBlock, TransformerEncoderBlock
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


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


def test_works_wherever_keras_may_use_it():
    x, lens = drawn(2, 5, 8), np.array([4, 2])
    check_layer(TransformerEncoderBlock(8, 2, 16, 0.1), (x, lens))
    steps = np.tile(np.arange(1, 6), (2, 1))
    check_layer(TransformerDecoderBlock(8, 2, 16, 0.1), (x, x, steps, drawn(2, 4, 8), lens))
