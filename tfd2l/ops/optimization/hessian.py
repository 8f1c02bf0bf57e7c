"""Second derivatives."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


def compute_hessian(function: Callable[[tf.Tensor], tf.Tensor], point: tf.Tensor) -> tf.Tensor:
    """(d, d), the second derivatives at a point (d,), by automatic differentiation.

    Args:
        function: (d,) -> ().
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
