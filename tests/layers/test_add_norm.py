"""Residual connection and layer normalization (10.7.3)."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.layers.add_norm import AddNorm
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_add_norm_adds_and_normalizes():
    x, y = drawn(2, 3, 4), drawn(2, 3, 4)
    added = (x + y).astype(np.float64)
    expected = (added - added.mean(-1, keepdims=True)) / np.sqrt(added.var(-1, keepdims=True) + 1e-5)
    output = AddNorm(dropout=0.5)(x, y)
    assert output.shape == (2, 3, 4)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    with pytest.raises(ValueError, match=r"the same shape.*\(2, 3, 4\).*\(2, 1, 4\)"):
        AddNorm()(x, y[:, :1])


def test_works_wherever_keras_may_use_it():
    check_layer(AddNorm(0.1), (drawn(2, 5, 8), drawn(2, 5, 8)))
