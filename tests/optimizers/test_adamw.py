"""AdamW against a float64 NumPy transcription of its formula."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.optimizers.adamw import adamw
from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay
from tfd2l.testing import check_optimizer

STEPS = 200


def reference(weights, gradients, rates, decay, clip=None, epsilon=1e-7):
    w, m, v = weights.astype(np.float64), 0.0, 0.0
    for t, g in enumerate(gradients.astype(np.float64), start=1):
        if clip is not None:
            g = g * min(1.0, clip / np.linalg.norm(g))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - rates[t - 1] * decay * w
        w = w - rates[t - 1] * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + epsilon)
    return w


@pytest.mark.parametrize(
    ("name", "decay", "clip", "epsilon"),
    [("kernel", 0.1, None, 1e-7), ("bias", 0.0, None, 1e-7), ("kernel", 0.1, 0.5, 1e-7), ("kernel", 0.1, None, 0.1)],
)
def test_follows_the_formula(name, decay, clip, epsilon):
    """With an epsilon that tells, too: it is added to sqrt(v) before the bias of v is corrected."""
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 4)), rng.normal(size=(STEPS, 3, 4))
    schedule = WarmupLinearDecay(0.05, STEPS, 0.1)
    rates = [float(schedule(t)) for t in range(STEPS)]
    weights = keras.Variable(start.astype(np.float32), name=name)
    optimizer = adamw(
        schedule, weight_decay=0.1, epsilon=epsilon, exclude_from_weight_decay=["bias"], global_clipnorm=clip
    )
    optimizer.build([weights])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weights]))
    for gradient in gradients.astype(np.float32):
        step(tf.constant(gradient))
    np.testing.assert_allclose(weights, reference(start, gradients, rates, decay, clip, epsilon), rtol=1e-4, atol=1e-5)


def test_works_wherever_it_may_be_used():
    check_optimizer(adamw, skip=["bfloat16"])  # its decay of 0.999 is 1 in bfloat16
