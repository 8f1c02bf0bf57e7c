"""Layers of GRU cells over sequences that end at their own lengths."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.layers.gru_stack import GRUStack
from tfd2l.testing import check_layer

ROWS, STEPS = 3, 6
LENGTHS = [6, 2, 4]


def test_works_wherever_keras_may_use_it():
    sequences = np.random.default_rng(0).normal(size=(3, 4, 2)).astype(np.float32)
    check_layer(GRUStack(3, num_layers=2, dropout=0.1), (sequences, np.array([4, 1, 3], np.int32)))


def test_a_stack_of_grus_is_that_of_keras():
    stack, x = GRUStack(5, 2), np.random.default_rng(0).normal(size=(ROWS, STEPS, 4)).astype(np.float32)
    lengths = np.array(LENGTHS)
    outputs, states = stack(x, lengths)
    mask, hidden = np.arange(STEPS) < lengths[:, None], x
    for cell, state in zip(stack.cells, states, strict=True):
        layer = keras.layers.GRU(5, return_sequences=True, return_state=True)
        layer.build(hidden.shape)
        layer.set_weights(cell.get_weights())
        hidden, last = layer(hidden, mask=mask)
        np.testing.assert_allclose(state, last, atol=1e-6)
    np.testing.assert_allclose(outputs, hidden * mask[..., None], atol=1e-6)
