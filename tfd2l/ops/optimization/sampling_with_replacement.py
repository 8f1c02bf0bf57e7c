"""Probabilities of sampling with replacement."""

from __future__ import annotations

import tensorflow as tf


def compute_inclusion_probability(n: tf.Tensor) -> tf.Tensor:
    """Computes the probability that n draws of n examples with replacement include an example.

        1 - (1 - 1/n)^n

    It falls to `1 - 1/e = 0.632` for large `n`.

    Args:
        n: A scalar or tensor: the number of examples, and of draws.

    Returns:
        A float64 tensor of the same shape.

    Example:
        >>> from tfd2l.ops.optimization.sampling_with_replacement import compute_inclusion_probability
        >>> compute_inclusion_probability([1, 2, 1000]).numpy()
        array([1.    , 0.75  , 0.6323])

    References:
        - *Dive into Deep Learning*, section 11.4.
    """
    n = tf.cast(n, tf.float64)
    return 1 - (1 - 1 / n) ** n


def compute_single_draw_probability(n: tf.Tensor) -> tf.Tensor:
    """Computes the probability that n draws of n examples with replacement include an example exactly once.

        n 1/n (1 - 1/n)^(n - 1) = (1 - 1/n)^(n - 1)

    It falls to `1/e = 0.368` for large `n`.

    Args:
        n: A scalar or tensor: the number of examples, and of draws.

    Returns:
        A float64 tensor of the same shape.

    Example:
        >>> from tfd2l.ops.optimization.sampling_with_replacement import compute_single_draw_probability
        >>> compute_single_draw_probability([1, 2, 1000]).numpy()
        array([1.    , 0.5   , 0.3681])

    References:
        - *Dive into Deep Learning*, section 11.4.
    """
    n = tf.cast(n, tf.float64)
    return (1 - 1 / n) ** (n - 1)


def simulate_draws(n: int, trials: int, seed: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Simulates n draws of n examples with replacement.

    Args:
        n: The number of examples, and of draws.
        trials: The number of simulations.
        seed: An integer. The same seed gives the same draws.

    Returns:
        Two float64 tensors of shape `(trials,)`: the share of examples that are drawn at all, and exactly once.

    Example:
        >>> from tfd2l.ops.optimization.sampling_with_replacement import simulate_draws
        >>> drawn, once = simulate_draws(n=1000, trials=50, seed=0)
        >>> drawn.shape, bool(abs(tf.reduce_mean(drawn) - 0.632) < 0.01)
        (TensorShape([50]), True)
    """
    draws = tf.random.stateless_uniform([trials, n], [seed, n], 0, n, tf.int32)
    counts = tf.math.bincount(draws, minlength=n, maxlength=n, axis=-1)  # (trials, n)
    at_all = tf.reduce_mean(tf.cast(counts > 0, tf.float64), axis=-1)
    once = tf.reduce_mean(tf.cast(counts == 1, tf.float64), axis=-1)
    return at_all, once
