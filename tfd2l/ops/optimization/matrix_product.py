"""Four ways to multiply two matrices: the same numbers, very different times."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import tensorflow as tf


def multiply_by_element(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """B C, one dot product of a row and a column for each element, one call each. Run eagerly, as the book does."""
    rows, columns = tf.unstack(b, axis=0), tf.unstack(c, axis=1)
    return tf.stack([tf.stack([tf.reduce_sum(row * column) for column in columns]) for row in rows])


def multiply_by_column(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """B C, one product of the matrix and a vector for each column."""
    return tf.stack([tf.linalg.matvec(b, column) for column in tf.unstack(c, axis=1)], axis=1)


def multiply_whole(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """B C in one call."""
    return tf.matmul(b, c)


def multiply_by_block(b: tf.Tensor, c: tf.Tensor, width: int = 64) -> tf.Tensor:
    """B C, one product of the matrix and a block of so many columns each: what a minibatch does."""
    blocks = [c[:, start : start + width] for start in range(0, c.shape[1], width)]
    return tf.concat([tf.matmul(b, block) for block in blocks], axis=1)


ALGORITHMS: Mapping[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "element": multiply_by_element,
    "column": multiply_by_column,
    "full": multiply_whole,
    "block": multiply_by_block,
}


def compute_gigaflops(n: int, seconds: float) -> float:
    """10^9 floating-point operations a second of an (n, n) by (n, n) product: 2 n^3 of them.

    The book prints 2 / seconds for n = 256, as if n were 1000: 59.6 times too many.

    Source: section 11.5.
    """
    return 2 * n**3 / seconds / 1e9
