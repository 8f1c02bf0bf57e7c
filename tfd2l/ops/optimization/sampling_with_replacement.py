"""Drawing n of n examples with replacement: which are chosen at all?"""

from __future__ import annotations

import tensorflow as tf


def compute_inclusion_probability(n: tf.Tensor) -> tf.Tensor:
    """P(an example is among n draws of n with replacement) = 1 - (1 - 1/n)^n, which falls to 1 - 1/e = 0.632.

    Source: section 11.4.
    """
    n = tf.cast(n, tf.float64)
    return 1 - (1 - 1 / n) ** n


def compute_single_draw_probability(n: tf.Tensor) -> tf.Tensor:
    """P(exactly once) = n 1/n (1 - 1/n)^(n-1) = (1 - 1/n)^(n-1), which falls to 1/e = 0.368.

    Source: section 11.4.
    """
    n = tf.cast(n, tf.float64)
    return (1 - 1 / n) ** (n - 1)


def simulate_draws(n: int, trials: int, seed: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Draw n of n examples with replacement; the share chosen at all, and exactly once, each (trials,)."""
    draws = tf.random.stateless_uniform([trials, n], [seed, n], 0, n, tf.int32)
    counts = tf.math.bincount(draws, minlength=n, maxlength=n, axis=-1)  # (trials, n)
    at_all = tf.reduce_mean(tf.cast(counts > 0, tf.float64), axis=-1)
    once = tf.reduce_mean(tf.cast(counts == 1, tf.float64), axis=-1)
    return at_all, once
