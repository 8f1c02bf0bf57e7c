"""Leaky averages of past gradients: weights, effective window, and convergence."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError


def compute_leaky_weights(beta: float, steps: int, normalized: bool = False) -> tf.Tensor:
    """Computes the weights of past gradients in a leaky average.

        w_t = beta^t,    or (1 - beta) beta^t if normalized

    for a gradient of `t` steps ago. Momentum (`v = beta v + g`) has the former, which sum to `1 / (1 - beta)`;
    RMSProp's mean of squared gradients has the latter, which sum to 1.

    Args:
        beta: The decay, in [0, 1).
        steps: The number of steps.
        normalized: Whether to multiply by `1 - beta`. Defaults to False.

    Returns:
        A float64 tensor of shape `(steps,)`, the latest gradient first.

    Raises:
        ConfigError: `beta` is not in [0, 1).

    Example:
        >>> from tfd2l.ops.optimization.leaky_average import compute_leaky_weights
        >>> compute_leaky_weights(0.5, steps=4).numpy()
        array([1.   , 0.5  , 0.25 , 0.125])

    References:
        - *Dive into Deep Learning*, sections 11.6 and 11.8.
    """
    if not 0 <= beta < 1:
        raise ConfigError(f"The decay of a leaky average is in [0, 1). Received: beta={beta}")
    weights = tf.pow(tf.constant(beta, tf.float64), tf.range(steps, dtype=tf.float64))  # 0^0 is 1
    return (1 - beta) * weights if normalized else weights


def compute_effective_window(beta: float) -> float:
    """Computes the effective window of a leaky average.

        w = 1 / (1 - beta)

    It is the sum of the weights `beta^t`. A plain mean over `w` steps gives its newest value the same weight, `1 -
    beta`. The window is not an integer in general; see `compute_weight_within_window` for the weight that lies in it.

    Args:
        beta: The decay, in [0, 1).

    Returns:
        The window in steps.

    Example:
        >>> from tfd2l.ops.optimization.leaky_average import compute_effective_window
        >>> round(compute_effective_window(0.9), 4)
        10.0
    """
    return 1 / (1 - beta)


def compute_weight_within_window(beta: float) -> float:
    """Computes the share of the weights of a leaky average within its effective window.

        1 - beta^w,    w = 1 / (1 - beta)

    The share is 1 for `beta = 0` and falls to `1 - 1/e = 0.632` as `beta` approaches 1. If `w` is an integer, it is the
    sum of the first `w` normalized weights.

    Args:
        beta: The decay, in [0, 1).

    Returns:
        A float in (0.632, 1].

    Example:
        >>> from tfd2l.ops.optimization.leaky_average import compute_weight_within_window
        >>> round(compute_weight_within_window(0.9), 4)
        0.6513
    """
    return 1 - beta ** compute_effective_window(beta)


def compute_remaining_error(rate: float, curvature: float, steps: int) -> tf.Tensor:
    """Computes the error of gradient descent on a parabola, relative to its start.

        (1 - eta lambda)^t

    is the distance to the minimum of `lambda x^2 / 2` after `t` steps.

    Args:
        rate: The learning rate `eta`.
        curvature: The second derivative `lambda`.
        steps: The number of steps.

    Returns:
        A float64 tensor of shape `(steps,)`, from step 0.

    Example:
        >>> from tfd2l.ops.optimization.leaky_average import compute_remaining_error
        >>> compute_remaining_error(rate=0.5, curvature=1.0, steps=4).numpy()
        array([1.   , 0.5  , 0.25 , 0.125])

    References:
        - *Dive into Deep Learning*, section 11.6.
    """
    factor = tf.constant(1 - rate * curvature, tf.float64)
    return tf.pow(factor, tf.range(steps, dtype=tf.float64))
