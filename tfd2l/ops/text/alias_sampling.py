"""Draw from a discrete distribution in constant time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf


class AliasSampler:
    """Draws i with probability p_i = weight_i / sum of weights, in the graph: two random numbers and two look-ups.

    Column i of a table of n columns of height 1 / n holds p_i, or a part of it, and above it a part of one other
    probability, that of its alias. A draw takes a column, then one of its two parts.

    Args:
        weights: (n,) not negative, not all 0.

    Raises:
        ValueError: a weight that is negative or not finite, or nothing but zeros.

    Source: Vose 1991, *A Linear Algorithm for Generating Random Numbers with a Given Distribution*.
    """

    def __init__(self, weights: Sequence[float] | np.ndarray) -> None:
        weights = np.asarray(weights, np.float64)
        if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
            raise ValueError(f"Weights are finite, not negative, and not all 0. Received: {weights}")
        heights = weights / weights.sum() * len(weights)  # of the columns' own parts, in columns
        alias = np.arange(len(weights))
        small = [i for i, height in enumerate(heights) if height < 1]
        large = [i for i, height in enumerate(heights) if height >= 1]
        while small and large:
            low, high = small.pop(), large[-1]
            alias[low] = high
            heights[high] -= 1 - heights[low]
            if heights[high] < 1:
                small.append(large.pop())
        heights[[*small, *large]] = 1  # what is left differs from 1 by rounding alone
        self.heights = heights.astype(np.float32)
        self.alias = alias.astype(np.int32)

    def __call__(self, shape: Sequence[int] | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Independent draws, int32 of this shape, a function of the seed, (2,)."""
        column = tf.random.stateless_uniform(shape, seed, 0, len(self.alias), tf.int32)
        second = tf.random.experimental.stateless_fold_in(seed, 1)
        own = tf.random.stateless_uniform(shape, second) < tf.gather(self.heights, column)
        return tf.where(own, column, tf.gather(self.alias, column))
