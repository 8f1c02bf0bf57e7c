"""Compares gradients with finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.testing.comparison import require_finite

DELTA = {True: 1e-4, False: 1e-2}  # precise (float64) or not
TOLERANCE = {True: 2e-3, False: 5e-2}  # of the derivative along a direction, relative to the gradient's norm


def require_gradients(
    function: Callable[..., Any], arguments: Sequence[Any], variables: Sequence[Any], *, precise: bool
) -> None:
    """Requires a function's gradients to be finite and equal to finite differences.

    A random linear function of all floating-point outputs is differentiated; the derivative along one random direction
    for each argument and variable is compared with a central difference.

    Args:
        function: Of tensors, to nested tensors.
        arguments: Its positional arguments, nested arrays; those of floating-point numbers are differentiated.
        variables: Trainable Keras variables that it uses.
        precise: Whether it computes in float64: smaller steps, and a smaller tolerance.

    Raises:
        AssertionError: A gradient is not finite, or wrong, or does not reach a variable.
    """
    rng = np.random.default_rng(0)
    leaves = tf.nest.flatten(arguments)
    tensors = [None if leaf is None else tf.constant(leaf) for leaf in leaves]
    moving = [i for i, tensor in enumerate(tensors) if tensor is not None and tensor.dtype.is_floating]
    weights: list[tf.Tensor] = []

    def total(values: Sequence[Any]) -> tf.Tensor:
        outputs = [
            o for o in tf.nest.flatten(function(*tf.nest.pack_sequence_as(arguments, values))) if o.dtype.is_floating
        ]
        if not weights:
            weights.extend(tf.constant(rng.normal(size=output.shape), tf.float64) for output in outputs)
        return tf.add_n([tf.reduce_sum(w * tf.cast(o, tf.float64)) for w, o in zip(weights, outputs, strict=True)])

    held: list[Any] = [variable.value for variable in variables]
    with tf.GradientTape() as tape:
        watched: list[Any] = [tensors[i] for i in moving]
        tape.watch(watched)
        value = total(tensors)
    gradients = tape.gradient(value, [*watched, *held])
    names = [*(f"argument {i}" for i in moving), *(f"weight {variable.path}" for variable in variables)]
    for place, (name, gradient) in enumerate(zip(names, gradients, strict=True)):
        target: Any = watched[place] if place < len(moving) else held[place - len(moving)]
        gradient = (
            np.zeros(target.shape) if gradient is None else np.asarray(tf.convert_to_tensor(gradient), np.float64)
        )
        require_finite(gradient, "its gradient", name)
        direction = rng.normal(size=target.shape)
        moved = []
        for sign in (1, -1):
            step = tf.constant(sign * DELTA[precise] * direction, target.dtype)
            if place < len(moving):
                moved.append(total([t + step if i == moving[place] else t for i, t in enumerate(tensors)]))
            else:
                variable = variables[place - len(moving)]
                before = np.array(variable)
                variable.assign(before + step)
                moved.append(total(tensors))
                variable.assign(before)
        numeric = float(moved[0] - moved[1]) / (2 * DELTA[precise])
        analytic = float(np.sum(gradient * direction))
        scale = max(float(np.linalg.norm(gradient)), abs(numeric), 1e-2)
        if not abs(analytic - numeric) <= TOLERANCE[precise] * scale:
            raise AssertionError(
                f"the gradient with respect to {name}, along a random direction, differs from a finite difference by "
                f"{abs(analytic - numeric):.3g}; allowed is {TOLERANCE[precise] * scale:.3g}. Received: "
                f"{analytic:.6g} instead of {numeric:.6g}"
            )
