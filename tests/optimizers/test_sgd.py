"""SGD against a float64 NumPy transcription of its formula."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.optimizers.sgd import sgd
from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay

STEPS = 100


def reference(weights, gradients, rates, momentum, nesterov, decay, clip):
    w, v = weights.astype(np.float64), 0.0
    for rate, g in zip(rates, gradients.astype(np.float64), strict=True):
        if clip is not None:
            g = g * min(1.0, clip / np.linalg.norm(g))
        w = w - rate * decay * w
        v = momentum * v - rate * g
        w = w + (momentum * v - rate * g if nesterov else v)
    return w


@pytest.mark.parametrize(
    ("momentum", "nesterov", "decay", "clip"),
    [(0.0, False, 0.0, None), (0.9, False, 0.0, None), (0.9, True, 0.0, None), (0.5, False, 0.1, 0.5)],
)
def test_follows_the_formula(momentum, nesterov, decay, clip):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 4)), rng.normal(size=(STEPS, 3, 4))
    schedule = WarmupLinearDecay(0.05, STEPS, 0.1)
    rates = [float(schedule(t)) for t in range(STEPS)]
    weights = keras.Variable(start.astype(np.float32))
    optimizer = sgd(schedule, momentum, nesterov, weight_decay=decay, global_clipnorm=clip)
    optimizer.build([weights])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weights]))
    for gradient in gradients.astype(np.float32):
        step(tf.constant(gradient))
    expected = reference(start, gradients, rates, momentum, nesterov, decay, clip)
    np.testing.assert_allclose(weights, expected, rtol=1e-4, atol=1e-5)


def test_a_momentum_out_of_range_is_refused():
    with pytest.raises(ValueError, match="momentum"):
        sgd(momentum=1.5)
