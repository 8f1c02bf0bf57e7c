"""The weight of word pairs in GloVe's loss."""

from __future__ import annotations

import tensorflow as tf


def compute_glove_weight(counts: tf.Tensor, max_count: float = 100.0, power: float = 0.75) -> tf.Tensor:
    """Computes the weight of word pairs in GloVe's loss from their counts.

        h(x) = (x / c)^power    for x < c, else 1

    Rare pairs weigh less, and frequent pairs no more than others. Pairs that do not occur weigh 0, so they can be left
    out.

    Args:
        counts: A float tensor of co-occurrence counts, not negative.
        max_count: The count `c` from which the weight is 1. Defaults to 100.
        power: The exponent. Defaults to 0.75, as in the paper. (The study notes print 0.316 for `h(10)`, which is that
            of an exponent of 0.5.)

    Returns:
        A tensor of the same shape.

    Example:
        >>> from tfd2l.ops.text.glove_weight import compute_glove_weight
        >>> compute_glove_weight(tf.constant([0.0, 10.0, 100.0, 500.0])).numpy()
        array([0.    , 0.1778, 1.    , 1.    ], dtype=float32)

    References:
        - Pennington et al., 2014, *GloVe: Global Vectors for Word Representation*.
        - *Dive into Deep Learning*, section 14.5.
    """
    return tf.minimum(counts / max_count, 1.0) ** power
