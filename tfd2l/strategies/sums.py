"""What parts of a batch give, so that it adds up to what the batch gives."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf


class Sums(NamedTuple):
    """What some rows of a batch give; over all its rows they add up to what the batch gives.

    Arguments:
        loss: (), share of the loss of the whole batch.
        gradients: of that share, one a trainable variable; None where there is none.
        count: (), terms in the loss's mean.
        examples: (), rows that count.
        metrics: additions to the states of the metrics.
    """

    loss: tf.Tensor
    gradients: list[Any]
    count: tf.Tensor
    examples: tf.Tensor
    metrics: list[list[tf.Tensor]]


def split_rows(value: tf.Tensor, parts: int) -> tf.Tensor:
    """(rows, ...) -> (parts, rows / parts, ...)."""
    rows = value.shape[0]
    size = -1 if rows is None else rows // parts
    return tf.reshape(value, tf.concat([[parts, size], tf.shape(value)[1:]], axis=0))
