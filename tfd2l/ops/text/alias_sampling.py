"""Sampling from a discrete distribution in constant time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf


class AliasSampler:
    """Samples integers from a discrete distribution by the alias method, in the graph.

        P(i) = weights[i] / sum(weights)

    A table has one column of height `1 / n` for each integer. Column `i` holds the probability of `i`, or a part of it,
    and above it a part of the probability of one other integer, its alias. A sample takes two random numbers, one for
    the column and one for the part, and two lookups.

    Args:
        weights: An array of shape `(n,)`, not negative and not all 0.

    Raises:
        ValueError: A weight is negative or not finite, or all are 0.

    Example:
        >>> from tfd2l.ops.text.alias_sampling import AliasSampler
        >>> samples = AliasSampler([1.0, 0.0, 3.0])([1000], seed=tf.constant([0, 1]))
        >>> (tf.math.bincount(samples, minlength=3) > [200, -1, 700]).numpy()
        array([ True,  True,  True])

    References:
        - Vose, 1991, *A Linear Algorithm for Generating Random Numbers with a Given Distribution*.
    """

    def __init__(self, weights: Sequence[float] | np.ndarray) -> None:
        weights = np.asarray(weights, np.float64)
        if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
            raise ValueError(f"Weights must be finite, not negative, and not all 0. Received: {weights}")
        heights = weights / weights.sum() * len(weights)  # of the part of each column that is its own
        alias = np.arange(len(weights))
        small = [i for i, height in enumerate(heights) if height < 1]
        large = [i for i, height in enumerate(heights) if height >= 1]
        while small and large:
            low, high = small.pop(), large[-1]
            alias[low] = high
            heights[high] -= 1 - heights[low]
            if heights[high] < 1:
                small.append(large.pop())
        heights[[*small, *large]] = 1  # what is left differs from 1 by rounding errors only
        self.heights = heights.astype(np.float32)
        self.alias = alias.astype(np.int32)

    def __call__(self, shape: Sequence[int] | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draws independent samples.

        Args:
            shape: The shape of the result.
            seed: An integer tensor of shape `(2,)`. The same seed gives the same samples.

        Returns:
            An int32 tensor of that shape.
        """
        column = tf.random.stateless_uniform(shape, seed, 0, len(self.alias), tf.int32)
        part_seed = tf.random.experimental.stateless_fold_in(seed, 1)
        is_own = tf.random.stateless_uniform(shape, part_seed) < tf.gather(self.heights, column)
        return tf.where(is_own, column, tf.gather(self.alias, column))
