"""Tests of convexity: chords, Jensen's inequality, and second derivatives."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from tfd2l.ops.optimization.hessian import compute_hessian

Function = Callable[[tf.Tensor], tf.Tensor]
"""Maps points of shape `(..., d)` to values of shape `(...)`."""

TOLERANCE = 1e-6  # for rounding errors, relative to the largest value


def compute_chord_gap(function: Function, a: tf.Tensor, b: tf.Tensor, num_points: int = 101) -> tf.Tensor:
    """Computes how far the chord between two points lies above a function.

        t f(a) + (1 - t) f(b) - f(t a + (1 - t) b),    t from 1 to 0

    Args:
        function: A function that maps points of shape `(..., d)` to values of shape `(...)`.
        a: A tensor of shape `(d,)`: the first end of the chord.
        b: A tensor of shape `(d,)`: the second end of the chord.
        num_points: The number of points on the chord. Defaults to 101.

    Returns:
        A tensor of shape `(num_points,)`, nowhere negative if the function is convex.

    Example:
        >>> from tfd2l.ops.optimization.convexity import compute_chord_gap
        >>> compute_chord_gap(lambda x: x[..., 0] ** 2, tf.constant([-1.0]), tf.constant([1.0]), num_points=5).numpy()
        array([0.  , 0.75, 1.  , 0.75, 0.  ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.2.
    """
    t = tf.linspace(tf.ones([], a.dtype), tf.zeros([], a.dtype), num_points)  # (n,)
    points = t[:, None] * a + (1 - t)[:, None] * b  # (n, d)
    return t * function(a) + (1 - t) * function(b) - function(points)


def is_convex(function: Function, low: float, high: float, num_points: int = 101) -> tf.Tensor:
    """Tests whether a function of one variable is convex on an interval.

    The midpoint of the chord between any two of a number of points must not lie below the function. A continuous
    function that satisfies this everywhere is convex; between the points, it is not tested.

    Args:
        function: A function that maps points of shape `(..., 1)` to values of shape `(...)`.
        low: The lower end of the interval.
        high: The upper end of the interval.
        num_points: The number of points. Defaults to 101.

    Returns:
        A scalar boolean tensor.

    Example:
        >>> from tfd2l.ops.optimization.convexity import is_convex
        >>> bool(is_convex(lambda x: tf.exp(x[..., 0]), -1, 1)), bool(is_convex(lambda x: tf.sin(x[..., 0]), -1, 1))
        (True, False)

    References:
        - *Dive into Deep Learning*, section 11.2.
    """
    x = tf.linspace(tf.constant(low, tf.float64), tf.constant(high, tf.float64), num_points)[:, None]  # (n, 1)
    values = function(x)  # (n,)
    chords = (values[:, None] + values[None, :]) / 2  # (n, n)
    middles = function((x[:, None] + x[None, :]) / 2)  # (n, n)
    return tf.reduce_all(chords >= middles - TOLERANCE * (1 + tf.reduce_max(tf.abs(values))))


def compute_jensen_gap(function: Function, sample: tf.Tensor) -> tf.Tensor:
    """Computes the gap of Jensen's inequality over a sample.

        E[f(X)] - f(E[X])

    Args:
        function: A function that maps points of shape `(..., d)` to values of shape `(...)`.
        sample: A tensor of shape `(n, d)`.

    Returns:
        A scalar tensor, not negative if the function is convex.

    Example:
        >>> from tfd2l.ops.optimization.convexity import compute_jensen_gap
        >>> compute_jensen_gap(lambda x: x[..., 0] ** 2, tf.constant([[1.0], [3.0]])).numpy()
        np.float32(1.0)

    References:
        - *Dive into Deep Learning*, section 11.2.
    """
    return tf.reduce_mean(function(sample)) - function(tf.reduce_mean(sample, axis=0))


def is_convex_at(function: Function, point: tf.Tensor) -> tf.Tensor:
    """Tests whether the Hessian of a function is positive semidefinite at a point.

    Args:
        function: A function that maps a point of shape `(d,)` to a scalar.
        point: A tensor of shape `(d,)`.

    Returns:
        A scalar boolean tensor.

    Example:
        >>> from tfd2l.ops.optimization.convexity import is_convex_at
        >>> bool(is_convex_at(lambda x: x[0] ** 2 - x[1] ** 2, tf.zeros(2)))
        False

    References:
        - *Dive into Deep Learning*, section 11.2. (The study notes print the identity as the Hessian of `x1^2 + x2^2`;
          it is that of `0.5 (x1^2 + x2^2)`.)
    """
    eigenvalues = tf.linalg.eigvalsh(compute_hessian(function, point))  # (d,)
    return tf.reduce_all(eigenvalues >= -TOLERANCE * tf.reduce_max(tf.abs(eigenvalues)))


def is_interval(inside: tf.Tensor) -> tf.Tensor:
    """Tests whether a set of points on a line is an interval, and so convex.

    Args:
        inside: A boolean tensor of shape `(n,)`: which of n points in order belong to the set.

    Returns:
        A scalar boolean tensor, true for the empty set too.

    Example:
        >>> from tfd2l.ops.optimization.convexity import is_interval
        >>> bool(is_interval(tf.constant([False, True, True]))), bool(is_interval(tf.constant([True, False, True])))
        (True, False)

    References:
        - *Dive into Deep Learning*, section 11.2, on the sublevel sets of convex functions.
    """
    begins = tf.concat([inside[:1], inside[1:] & ~inside[:-1]], axis=0)
    return tf.math.count_nonzero(begins) <= 1
