"""How much a pair of words counts in GloVe (section 14.5)."""

from __future__ import annotations

import tensorflow as tf


def compute_glove_weight(counts: tf.Tensor, most: float = 100.0, power: float = 0.75) -> tf.Tensor:
    """h(x) = (x / c)^power for x < c, else 1: rare pairs count less, and frequent ones no more than others.

    Args:
        counts: (...) x, not negative; h(0) = 0, so pairs that do not occur need not be looked at.
        most: c.
        power: 0.75 in the paper; h(10) = 0.1778 (0.316 in the notes is that of a power of 0.5).

    Source: Pennington et al. 2014, *GloVe*; section 14.5.
    """
    return tf.minimum(counts / most, 1.0) ** power
