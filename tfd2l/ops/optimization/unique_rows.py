"""Gradients of embedding tables that hold each row once."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import tensorflow as tf


class UniqueRows(tf.IndexedSlices):
    """The gradient of some rows of a table, each row once.

    In arithmetic (`0.1 * gradient`, `gradient**2`) it is the whole table, which is zero in all other rows: so an
    optimizer that is written for tensors works on tables too, without profit from their rows.
    """


def _on_whole_tables(operation: Callable[[Any, Any], Any], reflected: bool) -> Callable[[UniqueRows, Any], tf.Tensor]:
    def compute(rows: UniqueRows, other: Any) -> tf.Tensor:
        table = tf.convert_to_tensor(rows)
        other = tf.convert_to_tensor(other, table.dtype) if isinstance(other, tf.IndexedSlices) else other
        return operation(other, table) if reflected else operation(table, other)

    return compute


for _operation in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
    setattr(UniqueRows, f"__{_operation.__name__}__", _on_whole_tables(_operation, reflected=False))
    setattr(UniqueRows, f"__r{_operation.__name__}__", _on_whole_tables(_operation, reflected=True))


def deduplicate_rows(gradient: Any) -> Any:
    """The same gradient of an embedding table, each row once; any other gradient as it is.

    A token that a batch holds twice gives its row twice. Keras squares the two parts, and takes their norm, one by
    one, where Adam and clipping mean the square of their sum. What is `UniqueRows` already costs nothing again.

    Args:
        gradient: of one variable: a tensor, `tf.IndexedSlices`, or None.

    Returns:
        `UniqueRows` for `tf.IndexedSlices`; rows in the order in which they first stand there.
    """
    if not isinstance(gradient, tf.IndexedSlices) or isinstance(gradient, UniqueRows):
        return gradient
    rows, place = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
    return UniqueRows(values, rows, gradient.dense_shape)
