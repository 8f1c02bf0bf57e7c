"""The Hessian of a function."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


def compute_hessian(function: Callable[[tf.Tensor], tf.Tensor], point: tf.Tensor) -> tf.Tensor:
    """Computes the Hessian of a function at a point by automatic differentiation.

    Args:
        function: A function that maps a point of shape `(d,)` to a scalar.
        point: A tensor of shape `(d,)`.

    Returns:
        A tensor of shape `(d, d)`.

    Example:
        >>> from tfd2l.ops.optimization.hessian import compute_hessian
        >>> compute_hessian(lambda x: x[0] ** 2 + 3 * x[0] * x[1], tf.constant([1.0, 2.0])).numpy()
        array([[2., 3.],
               [3., 0.]], dtype=float32)
    """
    point = tf.convert_to_tensor(point)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(point)
        with tf.GradientTape() as inner:
            inner.watch(point)
            value = function(point)
        gradient = inner.gradient(value, point, unconnected_gradients="zero")
    rows = outer.jacobian(gradient, point, unconnected_gradients="zero", experimental_use_pfor=False)
    return tf.ensure_shape(rows, [point.shape[0], point.shape[0]])
