"""What averages of past gradients remember, and how fast errors shrink."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError


def compute_leaky_weights(beta: float, steps: int, normalized: bool = False) -> tf.Tensor:
    """What a gradient of t steps ago weighs in a leaky average, (steps,): beta^t.

    Momentum adds gradients with these weights (v = beta v + g); they sum to 1 / (1 - beta). RMSProp's mean of squares
    has (1 - gamma) gamma^t, which sum to 1.

    Args:
        beta: in [0, 1).
        normalized: times 1 - beta.

    Raises:
        ConfigError: beta outside [0, 1).

    Source: sections 11.6, 11.8.
    """
    if not 0 <= beta < 1:
        raise ConfigError(f"What is kept from step to step lies in [0, 1). Received: beta={beta}")
    weights = tf.pow(tf.constant(beta, tf.float64), tf.range(steps, dtype=tf.float64))  # 0^0 is 1
    return (1 - beta) * weights if normalized else weights


def compute_effective_window(beta: float) -> float:
    """1 / (1 - beta): the sum of the weights beta^t of a leaky average, in steps.

    A plain mean over so many steps gives its newest value the same weight, 1 - beta. It is no whole number in general:
    10 steps at 0.9, 3.33 at 0.7, 2.5 at 0.6. `compute_weight_within_window` says how much of the weight lies in it.
    """
    return 1 / (1 - beta)


def compute_weight_within_window(beta: float) -> float:
    """1 - beta^w with w = 1 / (1 - beta): the share of all weight that the last w steps have.

    0.651 at 0.9, 0.720 at 0.6 (w = 2.5: two and a half steps), 1 at 0; it falls towards 1 - 1/e = 0.632 as beta goes
    to 1. For a whole w it is the sum of the first w weights.
    """
    return 1 - beta ** compute_effective_window(beta)


def compute_remaining_error(rate: float, curvature: float, steps: int) -> tf.Tensor:
    """What is left of the distance to the minimum of curvature x^2 / 2 after t steps, (steps,): (1 - eta lambda)^t.

    Source: section 11.6.
    """
    factor = tf.constant(1 - rate * curvature, tf.float64)
    return tf.pow(factor, tf.range(steps, dtype=tf.float64))
