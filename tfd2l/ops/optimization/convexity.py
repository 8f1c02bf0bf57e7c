"""Is a function convex? Chords, Jensen's inequality, and second derivatives."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from tfd2l.ops.optimization.hessian import compute_hessian

Function = Callable[[tf.Tensor], tf.Tensor]
"""(..., d) points -> (...) values."""

TOLERANCE = 1e-6  # of the size of the values: rounding


def compute_chord_gap(function: Function, a: tf.Tensor, b: tf.Tensor, num_points: int = 101) -> tf.Tensor:
    """How far the chord between two points lies above the function, (num_points,).

    t f(a) + (1 - t) f(b) - f(t a + (1 - t) b), for t from 1 to 0.

    Args:
        a, b: (d,).

    Source: section 11.2.
    """
    t = tf.linspace(tf.ones([], a.dtype), tf.zeros([], a.dtype), num_points)  # (n,)
    between = t[:, None] * a + (1 - t)[:, None] * b  # (n, d)
    return t * function(a) + (1 - t) * function(b) - function(between)


def is_convex(function: Function, low: float, high: float, num_points: int = 101) -> tf.Tensor:
    """(), whether no chord between any two of so many points of [low, high] lies below a function of one variable.

    The middle of each chord is looked at: a continuous function that is convex at the middles is convex. Between the
    points it may still be otherwise.

    Source: section 11.2.
    """
    x = tf.linspace(tf.constant(low, tf.float64), tf.constant(high, tf.float64), num_points)[:, None]  # (n, 1)
    values = function(x)  # (n,)
    chords = (values[:, None] + values[None, :]) / 2  # (n, n)
    middles = function((x[:, None] + x[None, :]) / 2)  # (n, n)
    return tf.reduce_all(chords >= middles - TOLERANCE * (1 + tf.reduce_max(tf.abs(values))))


def compute_jensen_gap(function: Function, sample: tf.Tensor) -> tf.Tensor:
    """(), E[f(X)] - f(E[X]) over a sample (n, d): not negative if f is convex.

    Source: section 11.2.
    """
    return tf.reduce_mean(function(sample)) - function(tf.reduce_mean(sample, axis=0))


def is_convex_at(function: Function, point: tf.Tensor) -> tf.Tensor:
    """(), whether the Hessian at a point (d,) is positive semidefinite: no eigenvalue below 0.

    Of 0.5 |x|^2 it is the identity; the notes of section 11.2 say so of x1^2 + x2^2, whose Hessian is twice that.
    """
    eigenvalues = tf.linalg.eigvalsh(compute_hessian(function, point))  # (d,)
    return tf.reduce_all(eigenvalues >= -TOLERANCE * tf.reduce_max(tf.abs(eigenvalues)))


def is_interval(inside: tf.Tensor) -> tf.Tensor:
    """(), whether the points of a line that are inside, (n,) bool, are one stretch (or none): a convex set.

    Source: section 11.2, below-sets.
    """
    begins = tf.concat([inside[:1], inside[1:] & ~inside[:-1]], axis=0)
    return tf.math.count_nonzero(begins) <= 1
