"""Gradients of embedding tables in which each row occurs once."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeAlias

import tensorflow as tf

Gradient: TypeAlias = "tf.Tensor | tf.IndexedSlices"
Operand: TypeAlias = "tf.Tensor | tf.IndexedSlices | float"


class UniqueRows(tf.IndexedSlices):
    """The gradient of some rows of an embedding table, each of which occurs once.

    In arithmetic (`0.1 * gradient`, `gradient**2`) it acts as the dense gradient of the whole table, which is zero in
    all other rows. So an optimizer that is written for tensors works on embedding tables too, if not as fast.

    Attributes:
        values: A tensor of shape `(rows, ...)`.
        indices: An integer tensor of shape `(rows,)`: the rows of the table, all different.
        dense_shape: The shape of the table, or None.

    Example:
        >>> from tfd2l.ops.optimization.unique_rows import UniqueRows
        >>> gradient = UniqueRows(tf.constant([[2.0]]), tf.constant([1]), tf.constant([3, 1]))
        >>> (gradient**2).numpy()
        array([[0.],
               [4.],
               [0.]], dtype=float32)
    """


def _make_dense_operator(
    operation: Callable[[tf.Tensor, tf.Tensor], tf.Tensor], reflected: bool
) -> Callable[[UniqueRows, Operand], tf.Tensor]:
    def compute(rows: UniqueRows, other: Operand) -> tf.Tensor:
        table = tf.convert_to_tensor(rows)
        other = tf.convert_to_tensor(other, table.dtype) if isinstance(other, tf.IndexedSlices) else other
        return operation(other, table) if reflected else operation(table, other)

    return compute


for _operation in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
    setattr(UniqueRows, f"__{_operation.__name__}__", _make_dense_operator(_operation, reflected=False))
    setattr(UniqueRows, f"__r{_operation.__name__}__", _make_dense_operator(_operation, reflected=True))


def deduplicate_rows(gradient: Gradient | None) -> Gradient:
    """Sums the parts of a gradient that belong to the same row of an embedding table.

    If a batch holds a token twice, its gradient holds the token's row twice. Keras' optimizers square the two parts
    separately, where Adam and clipping mean the square of their sum.

    Args:
        gradient: The gradient of a variable: a tensor, `tf.IndexedSlices`, or None.

    Returns:
        `UniqueRows` for `tf.IndexedSlices`, with rows in the order of their first occurrence; any other gradient as it
        is, `UniqueRows` too.

    Example:
        >>> from tfd2l.ops.optimization.unique_rows import deduplicate_rows
        >>> gradient = tf.IndexedSlices(tf.constant([[1.0], [2.0], [4.0]]), tf.constant([2, 0, 2]), tf.constant([3, 1]))
        >>> unique = deduplicate_rows(gradient)
        >>> unique.indices.numpy(), unique.values.numpy().ravel()
        (array([2, 0], dtype=int32), array([5., 2.], dtype=float32))
    """
    if not isinstance(gradient, tf.IndexedSlices) or isinstance(gradient, UniqueRows):
        return gradient
    rows, position = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, position, tf.size(rows))
    return UniqueRows(values, rows, gradient.dense_shape)
