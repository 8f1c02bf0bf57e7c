"""The position-wise feed-forward network (10.7.2)."""

from __future__ import annotations

import numpy as np

from tfd2l.layers.position_wise_ffn import PositionWiseFFN
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_the_same_network_is_at_every_position():
    layer, x = PositionWiseFFN(4, 8), np.repeat(drawn(2, 1, 4), 3, axis=1)
    output = layer(x).numpy()
    assert output.shape == (2, 3, 8)
    np.testing.assert_array_equal(output[:, 0], output[:, 2])
    w_1, b_1, w_2, b_2 = layer.get_weights()
    np.testing.assert_allclose(output, np.maximum(x @ w_1 + b_1, 0) @ w_2 + b_2, atol=1e-6)


def test_works_wherever_keras_may_use_it():
    check_layer(PositionWiseFFN(4, 8), drawn(2, 5, 8))
