"""Sums over parts of a batch that add up to those of the whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.structure import ElementSpec


class Sums(NamedTuple):
    """Sums over some rows of a batch; those of all its parts add up to those of the batch.

    Args:
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


def add_sums(parts: Sequence[Sums]) -> Sums:
    """Adds the sums of parts of a batch."""
    return tf.nest.map_structure(lambda *values: tf.add_n(values), *parts)


def require_rows(batch_spec: ElementSpec, parts: int, sharing: str) -> None:
    """Refuses batches whose rows cannot be divided evenly.

    Args:
        batch_spec: of a batch.
        parts: that the rows must divide by.
        sharing: names who takes the parts, at the beginning of the error.

    Raises:
        ConfigError: the number of rows is unknown, or does not divide.
    """
    rows = {spec.shape[0] for spec in tf.nest.flatten(batch_spec)}
    if parts == 1 or all(size is not None and size % parts == 0 for size in rows):
        return
    sizes = ", ".join("unknown" if size is None else str(size) for size in sorted(rows, key=str))
    raise ConfigError(
        f"{sharing}, so its rows must be known and divide by {parts}: set the batching stage's batch_size "
        f"(stages.batch.batch_size) to a multiple of {parts}. Received: a batch of {sizes} rows"
    )


def split_rows(value: tf.Tensor, parts: int) -> tf.Tensor:
    """Splits rows evenly: (rows, ...) -> (parts, rows / parts, ...)."""
    rows = value.shape[0]
    size = -1 if rows is None else rows // parts
    return tf.reshape(value, tf.concat([[parts, size], tf.shape(value)[1:]], axis=0))
