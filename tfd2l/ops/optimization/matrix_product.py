"""Matrix products by element, by column, by block, and whole, to compare their speed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import tensorflow as tf


def multiply_by_element(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """Multiplies two matrices element by element.

    Each element is a dot product of a row and a column and takes a call of its own, if it is run eagerly as in the
    book.

    Args:
        b: A tensor of shape `(n, k)`.
        c: A tensor of shape `(k, m)`.

    Returns:
        A tensor of shape `(n, m)`.

    Example:
        >>> from tfd2l.ops.optimization.matrix_product import multiply_by_element
        >>> multiply_by_element(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy()
        array([[11.]], dtype=float32)
    """
    rows, columns = tf.unstack(b, axis=0), tf.unstack(c, axis=1)
    return tf.stack([tf.stack([tf.reduce_sum(row * column) for column in columns]) for row in rows])


def multiply_by_column(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """Multiplies two matrices column by column, each a product of a matrix and a vector.

    Args:
        b: A tensor of shape `(n, k)`.
        c: A tensor of shape `(k, m)`.

    Returns:
        A tensor of shape `(n, m)`.

    Example:
        >>> from tfd2l.ops.optimization.matrix_product import multiply_by_column
        >>> multiply_by_column(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy()
        array([[11.]], dtype=float32)
    """
    return tf.stack([tf.linalg.matvec(b, column) for column in tf.unstack(c, axis=1)], axis=1)


def multiply_whole(b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """Multiplies two matrices in one call.

    Args:
        b: A tensor of shape `(n, k)`.
        c: A tensor of shape `(k, m)`.

    Returns:
        A tensor of shape `(n, m)`.

    Example:
        >>> from tfd2l.ops.optimization.matrix_product import multiply_whole
        >>> multiply_whole(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy()
        array([[11.]], dtype=float32)
    """
    return tf.matmul(b, c)


def multiply_by_block(b: tf.Tensor, c: tf.Tensor, width: int = 64) -> tf.Tensor:
    """Multiplies two matrices by blocks of columns, as minibatches do.

    Args:
        b: A tensor of shape `(n, k)`.
        c: A tensor of shape `(k, m)`.
        width: The number of columns of a block. Defaults to 64.

    Returns:
        A tensor of shape `(n, m)`.

    Example:
        >>> from tfd2l.ops.optimization.matrix_product import multiply_by_block
        >>> multiply_by_block(tf.constant([[1.0, 2.0]]), tf.eye(2), width=1).numpy()
        array([[1., 2.]], dtype=float32)
    """
    blocks = [c[:, start : start + width] for start in range(0, c.shape[1], width)]
    return tf.concat([tf.matmul(b, block) for block in blocks], axis=1)


ALGORITHMS: Mapping[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "element": multiply_by_element,
    "column": multiply_by_column,
    "full": multiply_whole,
    "block": multiply_by_block,
}


def compute_gigaflops(n: int, seconds: float) -> float:
    """Computes the speed of a product of two square matrices.

        2 n^3 / (seconds 10^9)

    The book prints `2 / seconds` for `n = 256`, which would be right for `n = 1000` and is 59.6 times too high.

    Args:
        n: The number of rows and columns of both matrices.
        seconds: The time of a product.

    Returns:
        The number of floating-point operations a second, in units of 10^9.

    Example:
        >>> from tfd2l.ops.optimization.matrix_product import compute_gigaflops
        >>> compute_gigaflops(1000, seconds=0.5)
        4.0

    References:
        - *Dive into Deep Learning*, section 11.5.
    """
    return 2 * n**3 / seconds / 1e9
