"""Layers of GRU cells over sequences that end at their own lengths."""

from __future__ import annotations

import numpy as np

from tfd2l.layers.gru_stack import GRUStack
from tfd2l.testing import check_layer


def test_works_wherever_keras_may_use_it():
    sequences = np.random.default_rng(0).normal(size=(3, 4, 2)).astype(np.float32)
    check_layer(GRUStack(3, num_layers=2, dropout=0.1), (sequences, np.array([4, 1, 3], np.int32)))
